import type { Objective as AnyObjective } from "../../parts/objective";
import { sliReadings } from "../../slo/measure";
import { canPage } from "../../slo/burn-rate";
import { errorBudget, type Percent } from "../../slo/objective";
import type { MeasuredSli } from "../../slo/sli";
import { isOfTarget, type Job } from "../../slo/telemetry";
import { checkObjective } from "../../slo/validation/slo";
import { selectorsOf } from "./imported-query";
import { conditionsIn, metricsOf, type Imported } from "./imported-metrics";
import { sliOf } from "./imported-sli";
import { notApart, splitOf, unreadable } from "./imported-split";
import { queriesOf, type SpecifiedService, type SpecifiedSlo } from "./specified";

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

/**
 * What another program has as queries, said by the counters that they read where that is the same, and as queries elsewhere.
 * @param faultOf what validation would say of a service with this objective alone
 */
export function importedService({ slos }: SpecifiedService, job: Job, faultOf: FaultOf): ImportedService {
  const readable = new Map(
    slos
      .filter((slo) => isOfJob(slo, job) && unreadable(slo.sli) === undefined)
      .map((slo) => [slo, apart(slo, job, faultOf)]),
  );
  const metrics = metricsRead([...readable.values()], job);
  const left: string[] = [];
  const objectives: Objective[] = [];
  const report = new Map<string, readonly string[]>();
  for (const slo of slos) {
    const own = readable.get(slo);
    const made = own === undefined ? whyNot(slo, job) : objectiveOf(own, metrics);
    const fault = typeof made === "string" ? made : faultIn(made, objectives, faultOf(made, metrics));
    if (typeof made === "string" || fault !== undefined) {
      left.push(fault ?? "");
    } else {
      objectives.push(made);
      report.set(made.id, [
        `${made.id}: ${SAID[made.sli.kind]}`,
        ...[...(own?.lost ?? []), ...ofTargets(slo, made), ...ofPages(slo)].map((line) => `  ${line}`),
      ]);
    }
  }
  return { metrics: readBy(objectives, metrics), objectives, report, left };
}

/** An objective of another program, and the labels whose values it judges apart. */
interface Apart extends SpecifiedSlo {
  readonly by: readonly string[];
}

type FaultOf = (objective: Objective, metrics: readonly Imported[]) => string | undefined;

/** Values are judged apart where that can be said here. */
function apart(slo: SpecifiedSlo, job: Job, faultOf: FaultOf): Apart {
  const { sli, by, lost } = splitOf(slo.sli);
  const whole = { ...slo, sli, by: [], lost: [...slo.lost, ...lost] };
  if (by.length === 0) {
    return whole;
  }
  const labels = by.join(", ");
  const says = `each value of [${labels}] is judged apart, as before: say in the contract which there are, in place of [other]`;
  const split = { ...whole, by, lost: [...whole.lost, says] };
  const metrics = metricsRead([split], job);
  const made = objectiveOf(split, metrics);
  return typeof made === "string" || faultOf(made, metrics) !== undefined
    ? { ...whole, lost: [...whole.lost, notApart([`by (${labels})`])] }
    : split;
}

function metricsRead(slos: readonly Apart[], job: Job): readonly Imported[] {
  const levels = slos.flatMap(({ sli }) => (sli.kind === "level" ? [sli] : []));
  const selectors = slos.flatMap(({ sli, by }) =>
    queriesOf(sli)
      .flatMap(selectorsOf)
      .map((selector) => ({ ...selector, by })),
  );
  return metricsOf(selectors, levels, job);
}

function whyNot({ name, sli }: SpecifiedSlo, job: Job): string {
  const why = unreadable(sli);
  return why === undefined
    ? `[${name}] reads another job than [${job.name}]: make it a service of its own, with --job`
    : `[${name}] ${why}`;
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
  const conditions = conditionsIn(sli)
    .filter(({ label }) => label !== "job" && isOfTarget(label))
    .map(
      ({ label, op, value }) => `[${label}${op}"${value}"] is not asked for: every target of the job is read`,
    );
  return kept ? [] : [...new Set(conditions)];
}

/** A service that is imported has one job; queries that name none are of it. */
function isOfJob({ sli }: SpecifiedSlo, job: Job): boolean {
  return conditionsIn(sli)
    .filter(({ label }) => label === "job")
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

/** Whether no burn rate could page for it; what is no objective is refused by name. */
function isTooLow({ objective, window = "28d" }: SpecifiedSlo): boolean {
  return (
    checkObjective("", objective as Percent).length === 0 &&
    !canPage(window, errorBudget(objective as Percent))
  );
}

function ofPages(slo: SpecifiedSlo): readonly string[] {
  const { objective, window = "28d" } = slo;
  return slo.pages && isTooLow(slo)
    ? [
        `a ticket in place of a page: not even a total outage burns the budget of ${objective} fast enough to page over ${window}`,
      ]
    : [];
}

function objectiveOf(slo: Apart, metrics: readonly Imported[]): Objective | string {
  const { id, name, objective, description, window, by, sli: specified } = slo;
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
        ...(by.length === 0 ? {} : { by }),
        // What is no percentage is refused by name.
        objective: objective as Percent,
        ...(window === undefined ? {} : { window }),
        ...(slo.pages && !isTooLow(slo) ? {} : { response: "ticket" as const }),
      };
}
