import type { ServiceHead } from "../../parts/define-service";
import type { Objective } from "../../parts/objective";
import type { Selector } from "../../generators/promql-reading";
import { addendsOf, within } from "../../generators/own-queries";
import { selection } from "../../generators/promql";
import { slugFrom } from "../../slo/slug";
import { sliReadings, type CounterPart } from "../../slo/measure";
import { counterRatio, latencyRatio, queryRatio, requestRatio, type Sli } from "../../slo/sli";
import { countName, labelSets, matchesValue, type Job, type LabelMatch } from "../../slo/telemetry";
import { eventsPerMinute, eventsQuery, selectorsOf, type Growing } from "./imported-query";
import { metricsOf, ownMatches, type Imported } from "./imported-metrics";
import type { SlothService, SlothSlo } from "./sloth";

/** A service made of a specification of somebody else, and what became of each of its objectives. */
export interface ImportedService {
  readonly head: ServiceHead;
  readonly job: Job;
  readonly metrics: readonly Imported[];
  readonly objectives: readonly Objective[];
  /** Lines for the person who imports. */
  readonly report: readonly string[];
  /** Objectives that could not be said, and why. */
  readonly left: readonly string[];
}

interface Queries {
  readonly slo: SlothSlo;
  readonly errors: string;
  readonly total: string;
}

/** What Sloth has as queries, said by the counters that they read where that is the same, and as queries elsewhere. */
export function importedService({ slos }: SlothService, head: ServiceHead, job: Job): ImportedService {
  const read = slos.map((slo) =>
    slo.errors === undefined || slo.total === undefined
      ? `[${slo.name}] has no error_query and total_query: say in them what its plugin or its ratio counts`
      : { slo, errors: eventsQuery(slo.errors), total: eventsQuery(slo.total) },
  );
  const all = read.flatMap((one): readonly Queries[] => (typeof one === "string" ? [] : [one]));
  const elsewhere = all.filter((one) => !isOfJob(one, job));
  const queries = all.filter((one) => !elsewhere.includes(one));
  const selectors = queries.flatMap(({ errors, total }) => [...selectorsOf(errors), ...selectorsOf(total)]);
  const metrics = metricsOf(selectors, job);
  const made = queries.map((one) => ({ one, sli: sliOf(one, metrics) }));
  return {
    head,
    job,
    metrics: metrics.filter((metric) =>
      made.some(
        ({ sli }) => sli !== undefined && sliReadings(sli).some((reading) => reading.metric === metric),
      ),
    ),
    objectives: made.flatMap(({ one, sli }) => (sli === undefined ? [] : [objectiveOf(one.slo, sli)])),
    report: made.flatMap(({ one, sli }) => reportOf(one.slo, sli)),
    left: [
      ...elsewhere.map(
        ({ slo }) =>
          `[${slo.name}] reads another job than [${job.name}]: make it a service of its own, with --job`,
      ),
      ...read.flatMap((one) => (typeof one === "string" ? [one] : [])),
      ...made.flatMap(({ one, sli }) =>
        sli === undefined
          ? [
              `[${one.slo.name}] is more than sums of counters that are always there: say it with counterRatio, or with queryRatio and an example`,
            ]
          : [],
      ),
    ],
  };
}

function reportOf({ name, lost }: SlothSlo, sli: Sli | undefined): readonly string[] {
  return sli === undefined ? [] : [`${name}: ${SAID[sli.kind] ?? ""}`, ...lost.map((line) => `  ${line}`)];
}

/** A service that is imported has one job; queries that name none are of it. */
function isOfJob({ errors, total }: Queries, job: Job): boolean {
  return [...selectorsOf(errors), ...selectorsOf(total)]
    .flatMap(({ matches }) => matches.filter(({ label }) => label === "job"))
    .every(({ op, value }) => op === "=" && value === job.name);
}

const SAID: Readonly<Partial<Record<Sli["kind"], string>>> = {
  "request-ratio": "requests of one counter, first events of each series included",
  "latency-ratio": "requests of one histogram slower than a bound, first events included",
  "counter-ratio": "several counters; first events are not seen, as in Sloth",
  "query-ratio":
    "queries of its own, events within a window in place of a rate; first events are not seen, as in Sloth",
};

function objectiveOf({ name, objective, description, pages }: SlothSlo, sli: Sli): Objective {
  return {
    id: slugFrom(name),
    ...(description === "" ? {} : { title: description.replaceAll(/\s+/g, " ").trim().replace(/\.$/, "") }),
    population: "events",
    breach: "bad",
    sli,
    objective: `${objective}%`,
    ...(pages ? {} : { response: "ticket" as const }),
  };
}

/** An SLI that says the same, the most exact one that there is. */
function sliOf(queries: Queries, metrics: readonly Imported[]): Sli | undefined {
  return (
    ratioOf(queries, metrics) ??
    latencyOf(queries, metrics) ??
    countersOf(queries, metrics) ??
    queriedOf(queries, metrics)
  );
}

const SUM = /^sum(?: by \([^)]*\))? ?\(increase\(([^[]*)\[\$window\]\)\)(?: by \([^)]*\))?$/;

/** The selector of a query that is one sum. */
function summed(query: string): Selector | undefined {
  return SUM.test(query.trim()) ? selectorsOf(query)[0] : undefined;
}

function ratioOf({ errors, total }: Queries, metrics: readonly Imported[]): Sli | undefined {
  const [bad, all] = [summed(errors), summed(total)];
  const counter = metrics.find((metric) => countName(metric) === all?.name);
  if (bad === undefined || all === undefined || counter === undefined || bad.name !== all.name) {
    return undefined;
  }
  const of = ownMatches(all);
  const own = ownMatches(bad).filter((match) => !of.some((other) => isSame(match, other)));
  const isPart = of.every((match) => ownMatches(bad).some((other) => isSame(match, other)));
  return isPart && own.length > 0 ? requestRatio({ total: counter, of, errors: own }) : undefined;
}

function latencyOf({ errors, total }: Queries, metrics: readonly Imported[]): Sli | undefined {
  const [first = "", second = "", ...others] = withoutParens(errors).split(/ - (?=sum)/);
  const [all, fast, whole] = [summed(first), summed(second), summed(total)];
  const histogram = metrics.find(({ name, type }) => type === "histogram" && `${name}_bucket` === fast?.name);
  const threshold = fast?.matches.find(({ label }) => label === "le")?.value;
  if (
    others.length > 0 ||
    histogram?.type !== "histogram" ||
    threshold === undefined ||
    all?.name !== `${histogram.name}_count` ||
    JSON.stringify(all) !== JSON.stringify(whole) ||
    JSON.stringify(ownMatches(all)) !== JSON.stringify(fast === undefined ? [] : ownMatches(fast))
  ) {
    return undefined;
  }
  return latencyRatio({ histogram, of: ownMatches(all), threshold });
}

/** Sums of counters, of which none is read twice: bad ones among good and bad ones, or among others that count all. */
function countersOf({ errors, total }: Queries, metrics: readonly Imported[]): Sli | undefined {
  const [bad, all] = [errors, total].map((query) =>
    query.split(/ \+ (?=sum)/).map((sum) => partOf(sum, metrics)),
  );
  const good = all?.filter((part) => !bad?.some((other) => isPartSame(part, other)));
  const parts = [...(bad ?? []), ...(good ?? [])];
  const names = new Set(parts.map((part) => part?.counter.name));
  const [firstBad, firstGood] = [bad?.[0], good?.[0]];
  if (
    firstBad === undefined ||
    firstGood === undefined ||
    parts.includes(undefined) ||
    names.size !== parts.length
  ) {
    return undefined;
  }
  const rest = (list: readonly (CounterPart | undefined)[] = []): readonly CounterPart[] =>
    list.slice(1).flatMap((part) => part ?? []);
  const [badOnes, others] = [
    [firstBad, ...rest(bad)],
    [firstGood, ...rest(good)],
  ] as const;
  if (good?.length === all?.length) {
    return counterRatio({ total: others, bad: badOnes });
  }
  return parts.length === all?.length ? counterRatio({ good: others, bad: badOnes }) : undefined;
}

function partOf(sum: string, metrics: readonly Imported[]): CounterPart | undefined {
  const selector = summed(sum);
  const counter = metrics.find(({ name }) => name === selector?.name);
  if (selector === undefined || counter?.type !== "counter") {
    return undefined;
  }
  const where = ownMatches(selector);
  return { counter, ...(where.length === 0 ? {} : { where }) };
}

function isPartSame(one: CounterPart | undefined, other: CounterPart | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function withoutParens(query: string): string {
  return /^\(\s*(sum.*)\s*\)$/.exec(query)?.[1] ?? query;
}

function isSame(one: LabelMatch, other: LabelMatch): boolean {
  return one.label === other.label && one.op === other.op && one.value === other.value;
}

function queriedOf({ errors, total }: Queries, metrics: readonly Imported[]): Sli | undefined {
  const selectors = [...selectorsOf(total), ...selectorsOf(errors)];
  const reads = metrics.filter(({ name }) =>
    selectors.some((selector) =>
      [name, `${name}_count`, `${name}_bucket`, `${name}_sum`].includes(selector.name),
    ),
  );
  const [first, ...others] = reads;
  const series = exampleOf(selectors, metrics);
  const [bad, all] = [eventsPerMinute(errors, series), eventsPerMinute(total, series)];
  // A sum whose one side is not there would be nothing.
  const isSum = [errors, total].some((query) => addendsOf(within(query, "1h")).length > 0);
  if (isSum || first === undefined || bad === undefined || all === undefined || bad <= 0 || bad >= all) {
    return undefined;
  }
  const growing = Object.fromEntries(
    series.map(({ name, labels, perMinute }) => [
      selection(
        name,
        Object.entries(labels).map(([label, value]): LabelMatch => ({ label, op: "=", value })),
      ),
      perMinute,
    ]),
  );
  return queryRatio({
    errors,
    total,
    reads: [first, ...others],
    examples: [{ growing, errors: bad, total: all }],
  });
}

/** A series for each selector: what all is counted by is much, what bad events are counted by is little. */
function exampleOf(selectors: readonly Selector[], metrics: readonly Imported[]): readonly Growing[] {
  const known = new Map<string, Growing>();
  selectors.forEach((selector, index) => {
    const metric = metrics.find(({ name }) => selector.name.startsWith(name));
    const le = selector.matches.find(({ label }) => label === "le");
    const sets = labelSets(metric?.labels ?? {}).filter((set) =>
      ownMatches(selector).every((match) => matchesValue(match, set[match.label] ?? "")),
    );
    // The last is the one that fewest other conditions were made for.
    const set = sets.at(index === 0 ? -1 : 0) ?? {};
    const labels = { job: metric?.job.name ?? "", ...set, ...(le === undefined ? {} : { le: le.value }) };
    const key = selection(
      selector.name,
      Object.entries(labels).map(([label, value]) => ({ label, op: "=" as const, value })),
    );
    if (!known.has(key)) {
      known.set(key, {
        name: selector.name,
        labels,
        perMinute: known.size === 0 ? 900 : 10 * (known.size + 1),
      });
    }
  });
  return [...known.values()];
}
