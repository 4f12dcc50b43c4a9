import type { Incident } from "../../lab/workload/fault";
import { incidentMaker, SPENT } from "../../lab/workload/incident-parts";
import { ALERTS } from "../../plan/names";
import { HTTP_SLOS } from "../../slo/http-service";
import { incidentsOf } from "./names";
import { burnPairs } from "./runbooks/objectives";
import { record, withImport, withItem, withSortedItem } from "./source-text";
import { errorBudget } from "../../slo/objective";
import type { Service } from "../../slo/service";
import type { LatencyRatioSli } from "../../slo/sli";
import type { Job } from "../../slo/telemetry";

/** Where the incidents of a service are, and the list of all of them. */
export const INCIDENT_LIST = "lab/workload/incidents.ts";

export function incidentFile(service: string): string {
  return `lab/workload/${service}-incidents.ts`;
}

/** At least one incident for every alert of an HTTP service, as the lab wants it. */
export function httpIncidents(service: Service): readonly Incident[] {
  const { job, sli } = measured(service);
  const histogram = sli.histogram.name;
  const burning = (id: string): string =>
    service.slos.some((slo) => slo.id === id && burnPairs(slo).length > 0) ? ALERTS.burn : ALERTS.ticket;
  const about = incidentMaker(service.id, `${service.id}-`);
  return [
    about(
      "bucket-lost",
      `the histogram of ${job.name} lost the bound ${sli.threshold}`,
      [ALERTS.bucketMissing],
      {
        lostBucket: { histogram, bound: sli.threshold },
      },
    ),
    about(
      "errors",
      `many requests of ${job.name} fail`,
      [...new Set([burning(HTTP_SLOS.availability), ...SPENT])],
      { errors: { job: job.name, share: failing(service) } },
    ),
    about("gone", `no instance of ${job.name} answers`, ["ServiceDown", ALERTS.dataMissing], {
      targets: { job: job.name, up: 0 },
    }),
    about("one-down", `one instance of ${job.name} does not answer`, ["TargetsDown"], {
      targets: { job: job.name, up: job.instances - 1 },
    }),
    about("relabelled", `${job.name} calls the label status code`, [ALERTS.outsideContract], {
      renamedLabel: { metric: "http_requests_total", label: "status", to: "code" },
    }),
    about("slow", `nine of ten requests of ${job.name} are slow`, [burning(HTTP_SLOS.latency)], {
      slow: { job: job.name, share: 0.9, median: slowMedian(sli.threshold) },
    }),
  ];
}

function measured(service: Service): { readonly job: Job; readonly sli: LatencyRatioSli } {
  const [job] = service.telemetry.jobs;
  const sli = service.slos.find(({ id }) => id === HTTP_SLOS.latency)?.sli;
  if (job === undefined || sli?.kind !== "latency-ratio") {
    throw new Error(`[${service.id}] has no job, or not the SLOs of an HTTP service`);
  }
  return { job, sli };
}

/** Enough for a page whatever the objective, and not so much that the service counts as down where it is strict. */
function failing({ slos }: Service): number {
  const objective = slos.find(({ id }) => id === HTTP_SLOS.availability)?.objective.default ?? "99.9%";
  const share = errorBudget(objective).times(20).toNumber();
  return Math.min(0.9, Math.max(0.08, share));
}

/** Far beyond the bound, so that each of them is slow. */
function slowMedian(threshold: string): number {
  return Number(threshold) * 4;
}

/** A file with the incidents of a service. */
export function incidentText(service: Pick<Service, "id" | "title">, incidents: readonly Incident[]): string {
  return [
    'import type { Incident } from "./fault";\n',
    `/** What can happen to ${service.title}. */`,
    `export const ${incidentsOf(service.id)}: readonly Incident[] = [`,
    ...incidents.map((incident) => `${record(incident)},`),
    "];\n",
  ].join("\n");
}

/** The list of all incidents with those of one more service; undefined where it is no such list. */
export function withIncidents(text: string, service: string): string | undefined {
  const name = incidentsOf(service);
  const listed = withSortedItem(text, "INCIDENTS", `...${name}`);
  return listed === undefined ? undefined : withServiceImport(listed, name, `./${service}-incidents`);
}

/** The incidents of a service with one more; undefined where it is no such list. */
export function withIncident(text: string, incident: Incident): string | undefined {
  return withItem(text, incidentsOf(incident.service), record(incident));
}

/** Adds the import of one module to a block that is sorted by module, types last. */
export function withServiceImport(text: string, name: string, module: string): string {
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
