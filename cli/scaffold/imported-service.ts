import type { Objective as AnyObjective } from "../../parts/objective";
import { sliReadings } from "../../slo/measure";
import type { Percent } from "../../slo/objective";
import type { MeasuredSli } from "../../slo/sli";
import { TARGET_LABELS, type Job } from "../../slo/telemetry";
import { selectorsOf } from "./imported-query";
import { metricsOf, type Imported } from "./imported-metrics";
import { sliOf } from "./imported-sli";
import type { SpecifiedService, SpecifiedSli, SpecifiedSlo } from "./specified";

/** An objective on metrics: no specification has journeys. */
type Objective = AnyObjective & { readonly sli: MeasuredSli };

/** A service made of a specification of somebody else, and what became of each of its objectives. */
export interface ImportedService {
  readonly metrics: readonly Imported[];
  readonly objectives: readonly Objective[];
  /** Lines for the person who imports, by the id of the objective. */
  readonly report: ReadonlyMap<string, readonly string[]>;
  /** Objectives that could not be said, and why. */
  readonly left: readonly string[];
}

/** Queries that something is measured by. */
export function queriesOf(sli: SpecifiedSli): readonly string[] {
  switch (sli.kind) {
    case "none":
      return [];
    case "level":
      return [sli.query];
    case "events":
    case "slices":
      return [sli.total, "errors" in sli ? sli.errors : sli.good];
  }
}

/**
 * What another program has as queries, said by the counters that they read where that is the same, and as queries elsewhere.
 * @param faultOf what validation would say of a service with this objective alone
 */
export function importedService(
  { slos }: SpecifiedService,
  job: Job,
  faultOf: (objective: Objective, metrics: readonly Imported[]) => string | undefined,
): ImportedService {
  const own = slos.filter((slo) => isOfJob(slo, job));
  const levels = own.flatMap(({ sli }) => (sli.kind === "level" ? [sli] : []));
  const selectors = own.flatMap(({ sli }) => queriesOf(sli)).flatMap(selectorsOf);
  const metrics = metricsOf(selectors, levels, job);
  const left: string[] = [];
  const objectives: Objective[] = [];
  const report = new Map<string, readonly string[]>();
  for (const slo of slos) {
    const made = own.includes(slo)
      ? objectiveOf(slo, metrics)
      : `[${slo.name}] reads another job than [${job.name}]: make it a service of its own, with --job`;
    const fault = typeof made === "string" ? made : faultIn(made, objectives, faultOf(made, metrics));
    if (typeof made === "string" || fault !== undefined) {
      left.push(fault ?? "");
    } else {
      objectives.push(made);
      report.set(made.id, [
        `${made.id}: ${SAID[made.sli.kind]}`,
        ...[...slo.lost, ...ofTargets(slo, made)].map((line) => `  ${line}`),
      ]);
    }
  }
  return { metrics: readBy(objectives, metrics), objectives, report, left };
}

function faultIn(
  { id }: Objective,
  before: readonly Objective[],
  fault: string | undefined,
): string | undefined {
  return before.some((other) => other.id === id)
    ? `[${id}] is the name of two objectives: rename one`
    : fault && `[${id}] would be refused: ${fault}`;
}

function readBy(objectives: readonly Objective[], metrics: readonly Imported[]): readonly Imported[] {
  const read = objectives.flatMap(({ sli }) => sliReadings(sli).map(({ metric }) => metric));
  return metrics.filter((metric) => read.includes(metric));
}

/** Conditions on labels of the targets, which queries of one's own keep. */
function ofTargets({ sli }: SpecifiedSlo, made: Objective): readonly string[] {
  const kept =
    made.sli.kind === "query-ratio" || (made.sli.kind === "time" && made.sli.measure.kind === "query");
  const conditions = queriesOf(sli)
    .flatMap(selectorsOf)
    .flatMap(({ matches }) => matches)
    .filter(({ label }) => label !== "job" && TARGET_LABELS.some((own) => own === label))
    .map(
      ({ label, op, value }) => `[${label}${op}"${value}"] is not asked for: every target of the job is read`,
    );
  return kept ? [] : [...new Set(conditions)];
}

/** A service that is imported has one job; queries that name none are of it. */
function isOfJob({ sli }: SpecifiedSlo, job: Job): boolean {
  return queriesOf(sli)
    .flatMap(selectorsOf)
    .flatMap(({ matches }) => matches.filter(({ label }) => label === "job"))
    .every(({ op, value }) => op === "=" && value === job.name);
}

const SAID: Readonly<Record<MeasuredSli["kind"], string>> = {
  "request-ratio": "requests of one counter, first events of each series included",
  "latency-ratio": "requests of one histogram slower than a bound, first events included",
  "counter-ratio": "several counters; first events are not seen, as before",
  "query-ratio":
    "queries of its own, events within a window in place of a rate; first events are not seen, as before",
  time: "time on the wrong side of a limit, looked at in every evaluation",
};

function objectiveOf(slo: SpecifiedSlo, metrics: readonly Imported[]): Objective | string {
  const { id, name, objective, description, pages, window, sli: specified } = slo;
  const sli = sliOf(specified, metrics);
  return typeof sli === "string"
    ? `[${name}] ${sli}`
    : {
        id,
        ...(description === ""
          ? {}
          : { title: description.replaceAll(/\s+/g, " ").trim().replace(/\.$/, "") }),
        ...(sli.kind === "time"
          ? { population: "minutes", breach: "on the wrong side" }
          : { population: "events", breach: "bad" }),
        sli,
        // What is no percentage is refused by name.
        objective: objective as Percent,
        ...(window === undefined ? {} : { window }),
        ...(pages ? {} : { response: "ticket" as const }),
      };
}
