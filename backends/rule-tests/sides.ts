import { eventMetricOf, matchesOf, type EventSli, type Sli } from "../../slo/sli";
import {
  countName,
  labelSets,
  matchesValue,
  startsAtZero,
  type LabelMatch,
  type Metric,
} from "../../slo/telemetry";
import type { SliSide } from "../../plan/names";
import type { LabelSet } from "./cells";
import { isModelled } from "./modelled";

/** Label sets of what belongs to a population, and of what misses it by one condition. */
export interface Population {
  readonly counted: readonly LabelSet[];
  readonly others: readonly LabelSet[];
}

/** The last label set that conditions pick: a condition that loses the end of its values misses it. */
export function lastCounted({ labels }: Metric, matches: readonly LabelMatch[] = []): LabelSet {
  return (
    labelSets(labels).findLast((set) =>
      matches.every((match) => matchesValue(match, set[match.label] ?? "")),
    ) ?? {}
  );
}

/** As `lastCounted`, with the labels alone that the conditions name. */
export function lastPicked(metric: Metric, matches: readonly LabelMatch[] = []): LabelSet {
  const named = new Set(matches.map(({ label }) => label));
  return Object.fromEntries(
    Object.entries(lastCounted(metric, matches)).filter(([label]) => named.has(label)),
  );
}

/** One side of an SLI of events: the series that count it. */
export interface Side extends Population {
  readonly side: SliSide;
  readonly name: string;
}

/** What is picked of a metric: two series, which tell a sum from a part, if only by a label that no contract knows. */
export function populationOf({ labels }: Metric, matches: readonly LabelMatch[]): Population {
  const sets = labelSets(labels);
  const failed = (set: LabelSet): readonly LabelMatch[] =>
    matches.filter((match) => !matchesValue(match, set[match.label] ?? ""));
  const [first, second] = sets.filter((set) => failed(set).length === 0);
  return {
    counted: first === undefined ? [] : [first, second ?? { ...first, release: "another" }],
    others: matches.flatMap((match) => {
      const other = sets.find((set) => failed(set).length === 1 && failed(set)[0] === match);
      return other === undefined ? [] : [other];
    }),
  };
}

/** Everything that an SLI of events counts, and the part of it that is counted beside. */
export function sidesOf(sli: EventSli): { readonly total: Side; readonly part: Side } {
  const metric = eventMetricOf(sli);
  const part = populationOf(metric, matchesOf(sli));
  if (sli.kind === "latency-ratio") {
    const bucket =
      (le: string) =>
      (set: LabelSet): LabelSet => ({ ...set, le });
    const wider = [...sli.histogram.bounds, "+Inf"].find((bound) => bound !== sli.threshold) ?? "+Inf";
    return {
      total: { side: "total", name: countName(metric), ...part },
      part: {
        side: "good",
        name: `${metric.name}_bucket`,
        counted: part.counted.map(bucket(sli.threshold)),
        others: [...part.others.map(bucket(sli.threshold)), ...part.counted.map(bucket(wider))],
      },
    };
  }
  const isInside = (set: LabelSet): boolean =>
    sli.of.every((match) => matchesValue(match, set[match.label] ?? ""));
  return {
    total: {
      side: "total",
      name: countName(metric),
      counted: [...part.counted, ...part.others.filter(isInside)],
      others: part.others.filter((set) => !isInside(set)),
    },
    part: { side: "error", name: countName(metric), ...part },
  };
}

/** The sides whose first samples are counted, the one first by which they are bounded. */
export function lazySides(sli: Sli): readonly Side[] {
  if (!isModelled(sli) || sli.kind === "time" || startsAtZero(eventMetricOf(sli))) {
    return [];
  }
  const { total, part } = sidesOf(sli);
  return part.side === "good" ? [total, part] : [part];
}
