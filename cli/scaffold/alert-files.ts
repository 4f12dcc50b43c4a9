import type { Alert } from "../../slo/alert";
import { podsOf } from "../../parts/names";
import { suggestion } from "../../slo/nearest";
import type { Service } from "../../slo/service";
import type { Metric } from "../../slo/telemetry";
import { alertOf, metricsFor, type NewAlert } from "./alert";
import { variableOf } from "./names";
import { library } from "./library";
import { alertsFile, type Change } from "./service";
import { belowImports, literal, record, withImport, withItem } from "./source-text";

/** A metric that a module of the services exports. */
export interface ExportedMetric {
  readonly metric: Metric;
  readonly variable: string;
  /** As the alerts import it: `./telemetry`. */
  readonly module: string;
}

/** A checkout as the scaffold of an alert sees it. */
export interface Sources {
  /** The text of a file; undefined where it is not there. */
  readonly read: (file: string) => string | undefined;
  readonly exported: readonly ExportedMetric[];
}

/** A new alert, what becomes of the service with it, and what has to be written. */
export interface AlertScaffold {
  readonly alert: Alert;
  readonly changes: readonly Change[];
}

/** Why there is no alert, and what to do about it. */
export interface Refusal {
  readonly refusal: string;
}

/** One of the metrics of the alert, where it comes from, and what it is called in the text. */
interface Source {
  readonly metric: Metric;
  readonly variable: string;
  /** Absent for a metric that has yet to be declared. */
  readonly module?: string;
}

/** Where the alerts of a service are. */
function alertFile(service: string): string {
  return `services/${service}/alerts.ts`;
}

/** The file of a new alert: its declaration. */
export function alertChanges(service: Service, asked: NewAlert, sources: Sources): AlertScaffold | Refusal {
  const isOfParts = isMadeOfParts(sources.read(`services/${service.id}/index.ts`), service.id);
  const found = metricSources(service, asked, sources, isOfParts);
  if ("refusal" in found) {
    return found;
  }
  const metrics = found.map(({ metric }) => metric);
  const wrong = wrongType(asked, metrics);
  if (wrong !== undefined) {
    return { refusal: wrong };
  }
  const alert = alertOf(service, asked, metrics);
  return {
    alert,
    changes: [...declaration(service, alert, found, sources)],
  };
}

function isMadeOfParts(text: string | undefined, id: string): boolean {
  return text?.includes(`export const ${variableOf(id)} = defineService(`) ?? false;
}

function metricSources(
  service: Service,
  asked: NewAlert,
  { exported }: Sources,
  isOfParts: boolean,
): readonly Source[] | Refusal {
  const pods = podsOf(service, "api");
  const [job = pods] = service.telemetry.jobs;
  const wanted = metricsFor(asked, isOfParts && job.name === pods.name ? pods : job);
  const sources: Source[] = [];
  for (const metric of wanted) {
    const declared = service.telemetry.metrics.find(({ name }) => name === metric.name);
    const known = exported.find(
      ({ metric: { name, job: of } }) => name === metric.name && of.name === declared?.job.name,
    );
    if (declared === undefined && isOfParts) {
      sources.push({ metric, variable: variableFor(metric) });
    } else if (declared === undefined || known === undefined) {
      return { refusal: unreadable(service, metric, declared !== undefined) };
    } else {
      sources.push({ metric: known.metric, variable: known.variable, module: known.module });
    }
  }
  return sources;
}

function variableFor({ name }: Metric): string {
  return variableOf(name.replace(/_total$/, "").replaceAll("_", "-"));
}

function unreadable({ id, telemetry }: Service, { name }: Metric, declared: boolean): string {
  return declared
    ? `metric [${name}] is not an exported constant of a file services/${id}/, so that no alert can import it; export it, or name another metric`
    : `metric [${name}] is not in the telemetry contract of [${id}]; declare it there, or name another. ${suggestion(
        name,
        telemetry.metrics.map((metric) => metric.name),
      )}`;
}

function wrongType({ comparison: { kind } }: NewAlert, metrics: readonly Metric[]): string | undefined {
  const type = kind === "increase" ? "counter" : "gauge";
  const wrong = metrics.find((metric) => metric.type !== type);
  return (
    wrong &&
    `metric [${wrong.name}] is a [${wrong.type}], and an alert of kind [${kind}] reads a ${type}; name another metric or kind`
  );
}

function declaration(
  service: Service,
  alert: Alert,
  metrics: readonly Source[],
  { read }: Sources,
): readonly Change[] {
  const file = alertFile(service.id);
  const present = read(file);
  const names = new Map<unknown, string>(metrics.map(({ metric, variable }) => [metric, variable]));
  const before = present ?? alertsFile(service);
  const text = withItem(withMetrics(before, service, metrics), "alerts", record(alert, names));
  return [
    { file, kind: present === undefined ? "create" : "change", text },
    ...(present === undefined
      ? [
          {
            file: `services/${service.id}/index.ts`,
            kind: "change",
            text: withAlerts(read, service.id),
          } as const,
        ]
      : []),
  ];
}

/** Where the formatter ends what a service says of itself. */
const HEAD_ENDS = "\n  },\n";

/** Only where the service is made of parts; others declare their alerts as they like. */
function withAlerts(read: Sources["read"], id: string): string | undefined {
  const text = read(`services/${id}/index.ts`);
  if (!isMadeOfParts(text, id) || text === undefined || !text.includes(HEAD_ENDS)) {
    return undefined;
  }
  return withImport(text.replace(HEAD_ENDS, `\n    alerts,${HEAD_ENDS}`), ["alerts"], "./alerts");
}

function withMetrics(text: string, service: Service, metrics: readonly Source[]): string {
  const imported = metrics.reduce(
    (all, { variable, module }) =>
      module === undefined || module === "./alerts" ? all : withImport(all, [variable], module),
    text,
  );
  return metrics
    .filter(({ module }) => module === undefined)
    .reduce((all, { metric, variable }) => withMetric(all, service, metric, variable), imported);
}

function withMetric(text: string, { id }: Service, metric: Metric, variable: string): string {
  const type = metric.type === "counter" ? "Counter" : "Gauge";
  const isApi = metric.job.name === podsOf({ id }, "api").name;
  const imports = withImport(
    isApi ? withImport(text, ["podsOf"], library("parts/names")) : text,
    [type],
    library("slo/telemetry"),
    true,
  );
  const names = new Map<unknown, string>(
    isApi ? [[metric.job, `podsOf({ id: ${literal(id)} }, "api")`]] : [],
  );
  return belowImports(
    imports,
    `export const ${variable} = ${record(metric, names)} as const satisfies ${type};`,
  );
}
