import { defineService, type ServiceHead } from "../../parts/define-service";
import type { Alert } from "../../slo/alert";
import { sortedBy } from "../../slo/order";
import type { Service } from "../../slo/service";
import { slugFrom } from "../../slo/slug";
import type { Job, Metric } from "../../slo/telemetry";
import { variableOf, variablesFor } from "./names";
import { library, type Library } from "./library";
import { MODULES, partOf, type PartCall } from "./part-calls";
import { record, withImport, withSortedItem } from "./source-text";

/** A file that is made, or another text for one that is there; undefined where a scaffold cannot change it. */
export interface Change {
  readonly file: string;
  readonly kind: "create" | "change";
  readonly text: string | undefined;
}

/** The list of services. */
const SERVICE_LIST = "services/index.ts";

/** A service as its files declare it. */
export interface NewService {
  readonly head: ServiceHead;
  readonly calls: readonly PartCall[];
  /** Who declares it, after its title. */
  readonly origin: string;
  /** What its contract has besides what parts know: one job, and the metrics that its objectives and alerts read. */
  readonly job?: Job;
  readonly metrics?: readonly Metric[];
  readonly alerts?: readonly Alert[];
}

/** The service that the files of a new one declare. */
export function declared({ head, calls, alerts = [] }: NewService): Service {
  return defineService({ ...head, ...(alerts.length === 0 ? {} : { alerts }) }, calls.map(partOf));
}

/**
 * The files of a service, and the list that names it.
 * @param read the present text of a file
 */
export function serviceChanges(
  service: NewService,
  read: (file: string) => string | undefined,
): readonly Change[] {
  const { head, job, metrics = [], alerts = [] } = service;
  const names = new Map<unknown, string>([
    ...(job === undefined ? [] : [[job, "job"] as const]),
    ...variablesFor(metrics, ({ name }) => slugFrom(name), TAKEN_HERE),
  ]);
  const file = (module: string, text: string): Change => ({
    file: `services/${head.id}/${module}.ts`,
    kind: "create",
    text,
  });
  return [
    ...(alerts.length === 0 ? [] : [file("alerts", alertsText(service, names))]),
    file("index", indexText(service, names)),
    ...(job === undefined ? [] : [file("telemetry", telemetryText(service, names))]),
    { file: SERVICE_LIST, kind: "change", text: withService(read(SERVICE_LIST) ?? "", head.id) },
  ];
}

/** Names that a file of a service may import. */
const TAKEN_HERE = ["alerts", "defineService", "job", ...Object.keys(MODULES)];

type Names = ReadonlyMap<unknown, string>;

/** Imports what a text names of the contract. */
function withContract(imports: string, text: string, names: Names): string {
  const used = [...names.values()].filter((name) => new RegExp(`(?<![\\w".])${name}\\b(?!":)`).test(text));
  return used.length === 0 ? imports : withImport(imports, used, "./telemetry");
}

function indexText({ head, calls, origin, alerts = [] }: NewService, names: Names): string {
  const body = calls.map(
    ({ part, own }) => `${part}(${Object.keys(own).length === 0 ? "" : record(own, names)})`,
  );
  const used = new Map<string, Library>([
    ["defineService", "parts/define-service"],
    ...calls.map(({ part }) => [part, MODULES[part]] as const),
  ]);
  const imports = sortedBy(used, ([, module]) => module).reduce(
    (text, [name, module]) => withImport(text, [name], library(module)),
    "",
  );
  const withAlerts = alerts.length === 0 ? imports : withImport(imports, ["alerts"], "./alerts");
  const top = alerts.length === 0 ? record(head) : record({ ...head, alerts }, new Map([[alerts, "alerts"]]));
  return [
    withContract(withAlerts, body.join("\n"), names),
    `/** ${head.title}, ${origin}. */`,
    `export const ${variableOf(head.id)} = defineService(${top}, [${body.join(",\n")}]);\n`,
  ].join("\n");
}

function alertsText({ head, alerts = [] }: NewService, names: Names): string {
  const list = alerts.map((alert) => record(alert, names)).join(",\n");
  return withContract(alertsFile(head, list), list, names);
}

/** The file of a service's alerts. */
export function alertsFile({ title }: Pick<Service, "title">, list = ""): string {
  return [
    `import type { Alert } from "${library("slo/alert")}";\n`,
    `/** Alerts of ${title} besides those of its objectives. */`,
    `export const alerts: readonly Alert[] = [${list}];\n`,
  ].join("\n");
}

const TYPES = { counter: "Counter", gauge: "Gauge", histogram: "Histogram" } as const;

function telemetryText({ job, metrics = [] }: NewService, names: Names): string {
  const types = [...new Set(metrics.map(({ type }) => TYPES[type]))];
  return [
    withImport("", ["Job", ...types], library("slo/telemetry"), true),
    `export const job: Job = ${record(job ?? {})};\n`,
    ...metrics.map((metric) => {
      const others = new Map([...names].filter(([value]) => value !== metric));
      return `export const ${names.get(metric) ?? ""} = ${record(metric, others)} as const satisfies ${TYPES[metric.type]};\n`;
    }),
  ].join("\n");
}

function withService(text: string, id: string): string | undefined {
  const listed = withSortedItem(text, "services", variableOf(id), (name) => name.toLowerCase());
  return listed === undefined ? undefined : withServiceImport(listed, variableOf(id), `./${id}`);
}

/** Adds the import of one module to a block that is sorted by module, types last. */
function withServiceImport(text: string, name: string, module: string): string {
  return sortedImports(withImport(text, [name], module));
}

function sortedImports(text: string): string {
  const lines = text.match(/^import \{[^}]*\} from "\.\/[^"]+";\n/gm) ?? [];
  const moduleOf = (line: string): string => line.slice(line.indexOf(' from "'));
  const sorted = [...lines].sort((a, b) => (moduleOf(a) < moduleOf(b) ? -1 : 1));
  const [first = ""] = lines;
  const at = text.indexOf(first);
  const rest = lines.reduce((left, line) => left.replace(line, ""), text);
  return `${rest.slice(0, at)}${sorted.join("")}${rest.slice(at)}`;
}
