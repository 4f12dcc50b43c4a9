import { isOutage, type Alert } from "../../slo/alert";
import type { Increase } from "../../slo/measure";
import type { Service } from "../../slo/service";
import type { Sli } from "../../slo/sli";
import {
  labelSets,
  matchesValue,
  type Counter,
  type Histogram,
  type LabelMatch,
  type Metric,
} from "../../slo/telemetry";
import { readings } from "../../slo/measure";
import { equals, selection } from "../../generators/promql";
import { latencyKey, targetsWith, usualTraffic } from "./traffic";
import type { Phase } from "./world";
import { own } from "../../slo/order";

export type LabelSet = Readonly<Record<string, string>>;

/** One series that stands for all that no rule of the service tells apart, and its events per second over all targets. */
export interface Cell {
  readonly labels: LabelSet;
  /** False where it counts bad events alone, so that it may not exist before the first one. */
  readonly good: boolean;
  readonly rate: (phase: Phase) => number;
}

/** What a rule picks of a metric: a population, and what of it is bad. */
interface Selection {
  readonly of: readonly LabelMatch[];
  readonly bad: readonly LabelMatch[];
}

/** What a rule picks of a metric has this name in a disturbance. */
function keyOf({ name }: Metric, { of, bad }: Selection): string {
  return selection(name, [...of, ...bad]);
}

function matchesAll(labels: LabelSet, matches: readonly LabelMatch[]): boolean {
  return matches.every((match) => matchesValue(match, own(labels, match.label) ?? ""));
}

/** Everything that the rules of a service pick of a metric, each once. */
function selectionsOf(service: Service, metric: Metric): readonly Selection[] {
  const own = (name: string, job: string): boolean => name === metric.name && job === metric.job.name;
  const ofSli = (sli: Sli): readonly Selection[] => {
    switch (sli.kind) {
      case "request-ratio":
        return own(sli.total.name, sli.total.job.name) ? [{ of: sli.of, bad: sli.errors }] : [];
      case "latency-ratio":
        return own(sli.histogram.name, sli.histogram.job.name) ? [{ of: sli.of, bad: [] }] : [];
      case "composite":
      case "counter-ratio":
      case "query-ratio":
      case "time":
        return [];
    }
  };
  const ofAlert = (alert: Alert): readonly Selection[] => {
    if (isOutage(alert)) {
      return [];
    }
    const { measure } = alert;
    if (measure.kind === "bad-events") {
      return ofSli(measure.sli);
    }
    if (measure.kind === "increase" && own(measure.counter.name, measure.counter.job.name)) {
      return toldApart(measure).map((bad) => ({ of: [], bad }));
    }
    return readings(measure)
      .filter(({ metric: { name, job } }) => own(name, job.name))
      .map(({ where }) => ({ of: [], bad: where }));
  };
  const all = [...service.slos.flatMap(({ sli }) => ofSli(sli)), ...service.alerts.flatMap(ofAlert)];
  return [...new Map(all.map((one) => [keyOf(metric, one), one])).values()];
}

/** What an alert on an increase counts apart: its conditions, with each combination of values of its labels. */
export function toldApart({
  counter,
  where = [],
  by = [],
  least = [],
}: Increase): readonly (readonly LabelMatch[])[] {
  return setsOf(counter, [...by, ...least]).map((set) => [...where, ...conditionsOf(set)]);
}

/** Every combination of the values of some labels of a metric. */
export function setsOf(metric: Metric, labels: readonly string[]): readonly LabelSet[] {
  return labelSets(
    Object.fromEntries(Object.entries(metric.labels).filter(([label]) => labels.includes(label))),
  );
}

/** The conditions that a label set satisfies and no other does. */
export function conditionsOf(set: LabelSet): readonly LabelMatch[] {
  return Object.entries(set).map(([label, value]) => equals(label, value));
}

/** Label sets that rules tell apart: one for every distinct answer to what they pick. */
function distinctSets(metric: Metric, selections: readonly Selection[]): readonly LabelSet[] {
  const answers = new Map<string, LabelSet>();
  for (const set of labelSets(metric.labels)) {
    const answer = selections
      .map(({ of, bad }) => `${matchesAll(set, of)}/${matchesAll(set, [...of, ...bad])}`)
      .join();
    if (!answers.has(answer)) {
      answers.set(answer, set);
    }
  }
  return [...answers.values()];
}

/** Sets of the same populations; each group gets an equal part of the traffic. */
function populations(
  sets: readonly LabelSet[],
  selections: readonly Selection[],
): readonly (readonly LabelSet[])[] {
  const groups = new Map<string, LabelSet[]>();
  for (const set of sets) {
    const key = selections.map(({ of }) => String(matchesAll(set, of))).join();
    groups.set(key, [...(groups.get(key) ?? []), set]);
  }
  return [...groups.values()];
}

/** What every case of a service asks of its metrics, found out once. */
function oncePerMetric<M extends Metric, C>(
  find: (service: Service, metric: M) => readonly C[],
): (service: Service, metric: M) => readonly C[] {
  const known = new WeakMap<Service, Map<M, readonly C[]>>();
  return (service, metric) => {
    const own = known.get(service) ?? new Map<M, readonly C[]>();
    const cells = own.get(metric) ?? find(service, metric);
    known.set(service, own.set(metric, cells));
    return cells;
  };
}

/** The series of a counter, or the kinds of request of a histogram, that rules tell apart, and what each counts in a phase. */
export const cellsOf = oncePerMetric((service: Service, metric: Counter | Histogram): readonly Cell[] => {
  const isSilent = metric.type === "counter" && metric.perSecond === 0;
  const selections = selectionsOf(service, metric);
  const groups = populations(distinctSets(metric, selections), selections);
  const badness = (set: LabelSet): number =>
    selections.filter(({ of, bad }) => bad.length > 0 && matchesAll(set, [...of, ...bad])).length;
  return groups.flatMap((group, index) => {
    const cleanest = [...group].sort((a, b) => badness(a) - badness(b));
    const [good] = cleanest;
    const named = selections.flatMap((picked) => {
      const set = cleanest.find((one) => matchesAll(one, [...picked.of, ...picked.bad]));
      return set === undefined ? [] : [{ key: keyOf(metric, picked), set }];
    });
    const needed = group.filter((set) => (set === good && !isSilent) || named.some((one) => one.set === set));
    const keysOf = (set: LabelSet): readonly string[] =>
      named.filter((one) => one.set === set).map(({ key }) => key);
    const bad = needed.filter((set) => set !== good);
    return needed.map((labels) => ({
      labels,
      good: labels === good && !isSilent,
      rate: (phase) =>
        cellRate(metric, phase, {
          keys: keysOf(labels),
          others: labels === good ? bad.flatMap(keysOf) : undefined,
          part: 1 / groups.length,
          first: index === 0,
        }),
    }));
  });
});

/** What a cell is in its group: `others` are the keys that take away from the good one. */
interface Place {
  readonly keys: readonly string[];
  readonly others: readonly string[] | undefined;
  readonly part: number;
  readonly first: boolean;
}

function cellRate(counter: Counter | Histogram, phase: Phase, { keys, others, part, first }: Place): number {
  if (targetsWith(counter, phase) === 0) {
    return 0;
  }
  const shares = (names: readonly string[]): number =>
    [...new Set(names)].reduce((sum, key) => sum + Number(phase.bad?.[key] ?? "0"), 0);
  const forced = first ? keys.flatMap((key) => phase.increments?.[key] ?? []) : [];
  if (forced.length > 0) {
    return forced.reduce((sum, rate) => sum + rate, 0);
  }
  const share = others === undefined ? shares(keys) : 1 - shares(others);
  if (share < 0) {
    throw new RangeError(`more than all events of [${counter.name}] are bad in a phase of ${phase.lasts}`);
  }
  return usualTraffic(counter, phase) * part * share;
}

/** One kind of request of a histogram, and the share of its events above a bound. */
export interface HistogramCell extends Cell {
  readonly beyond: (bound: string, phase: Phase) => number;
}

/** The kinds of request of a histogram that rules tell apart. */
export const histogramCells = oncePerMetric(
  (service: Service, histogram: Histogram): readonly HistogramCell[] => {
    const selections = selectionsOf(service, histogram);
    return cellsOf(service, histogram).map((cell) => {
      const whole = selections.filter(({ of }) => matchesAll(cell.labels, of)).map(({ of }) => of);
      const slow = histogram.bounds.map((candidate) => ({
        from: Number(candidate),
        keys: [...new Set(whole.map((of) => latencyKey(histogram, of, candidate)))],
      }));
      return {
        ...cell,
        beyond: (bound, phase) =>
          slow
            .filter(({ from }) => from >= Number(bound))
            .flatMap(({ keys }) => keys)
            .reduce((sum, key) => sum + Number(phase.bad?.[key] ?? "0"), 0),
      };
    });
  },
);

/** Whether a series belongs to what is picked, in a phase in which it may have lost a label. */
export function picks(
  metric: Metric,
  cell: { readonly labels: LabelSet },
  matches: readonly LabelMatch[],
  phase: Phase,
): boolean {
  return matchesAll({ ...cell.labels, [phase.renamed?.[metric.name] ?? ""]: "" }, matches);
}
