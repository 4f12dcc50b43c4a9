import type Big from "big.js";
import { DIMENSIONS, RECORDS, type SliSide } from "../plan/names";
import type { Labels, PlannedAlert, RecordingRule } from "../plan/monitoring-plan";
import { burnPlan, type BurnPlan } from "../slo/burn-rate";
import { plus, times, type Duration } from "../slo/duration";
import { GUARDS, type Guard } from "../slo/guard";
import { errorBudget, type Percent } from "../slo/objective";
import { maintenanceOf, type Maintenance } from "../slo/maintenance";
import { objectiveIn, sloId, type Service, type Slo } from "../slo/service";
import { SCRAPE } from "../plan/environment";
import type { LabelMatch } from "../slo/telemetry";
import { equals, over, selector, type PromQl } from "./promql";

/** One SLO in one environment with everything that its rules derive from, resolved once. */
export interface SloContext {
  readonly service: Service;
  readonly slo: Slo;
  readonly id: string;
  readonly objective: Percent;
  readonly budget: Big;
  readonly burn: BurnPlan;
  readonly guard: Guard;
  readonly interval: Duration;
  /** A scrape has ended by then. */
  readonly timeout: Duration;
  /** Labels of the place, and those whose values the SLO judges apart. */
  readonly by: readonly string[];
  /** Labels of every record: nothing that may change in the life of an SLO, or its history would break in two. */
  readonly labels: Labels;
  /** What is planned for the service. */
  readonly maintenance: readonly Maintenance[];
  /** `all`: the exact counts are those with the events of planned maintenance. */
  readonly counts?: "all";
}

/**
 * @param interval scrape and evaluation interval of the environment
 * @param maintenance what is planned in it for any service
 */
export function sloContext(
  service: Service,
  slo: Slo,
  environment: string,
  interval: Duration,
  maintenance: readonly Maintenance[] = [],
): SloContext {
  const id = sloId(service, slo);
  const objective = objectiveIn(slo, environment);
  return {
    service,
    slo,
    id,
    objective,
    budget: errorBudget(objective),
    burn: burnPlan(slo.window, interval),
    guard: GUARDS[slo.guard ?? "strict"],
    interval,
    timeout: SCRAPE.timeout,
    by: [...DIMENSIONS, ...(slo.by ?? [])],
    labels: { service: service.id, slo_id: id },
    maintenance: maintenanceOf(maintenance, service.id),
  };
}

/** Selectors of the series that an SLO records. */
export interface RecordedSeries {
  /** Events of the target since the last evaluation that a window of this length cannot see. */
  readonly born: (side: SliSide, window: Duration) => PromQl;
  readonly began: (side: SliSide) => PromQl;
  readonly ended: (side: SliSide) => PromQl;
  readonly targetRate: PromQl;
  readonly targetSum: PromQl;
  readonly rate: (side: SliSide) => PromQl;
  readonly increase: (side: SliSide) => PromQl;
  readonly sampled: (side: SliSide) => PromQl;
  readonly excluded: (side: SliSide) => PromQl;
  readonly sum: (side: SliSide, window: Duration) => PromQl;
  readonly ratio: (window: Duration) => PromQl;
  readonly ratioOfAll: PromQl;
  readonly budgetRemaining: PromQl;
  readonly coverage: PromQl;
  readonly slice: PromQl;
}

/** The names under which an SLO's series are recorded; the fast page window is the one that is counted exactly. */
export function recordNames(context: SloContext): {
  readonly [K in keyof RecordedSeries]: RecordedSeries[K];
} {
  const { base, sampling, windows, period } = context.burn;
  const counted = windows[0].long;
  return {
    born: RECORDS.born,
    began: RECORDS.began,
    ended: RECORDS.ended,
    targetRate: RECORDS.targetRate(base),
    targetSum: RECORDS.targetSum,
    rate: (side) => RECORDS.rate(side, base),
    increase: (side) => (context.counts === "all" ? RECORDS.increaseOfAll : RECORDS.increase)(side, counted),
    sampled: (side) => RECORDS.sampled(side, counted, sampling),
    excluded: (side) => RECORDS.excluded(side, counted, sampling),
    sum: RECORDS.sum,
    ratio: RECORDS.ratio,
    ratioOfAll: RECORDS.ratioOfAll(period),
    budgetRemaining: RECORDS.budgetRemaining,
    coverage: RECORDS.coverage,
    slice: RECORDS.slice,
  };
}

/** The recorded series of one SLO as selectors. */
export function recordedSeries(context: SloContext): RecordedSeries {
  const names = recordNames(context);
  const { slo, id } = context;
  // Records of a time in which values were not told apart belong to none of them.
  const apart = (slo.by ?? []).map((label): LabelMatch => ({ label, op: "!=", value: "" }));
  const of = (name: string): PromQl => selector(name, [equals("slo_id", id), ...apart]);
  return {
    born: (side, window) => of(names.born(side, window)),
    began: (side) => of(names.began(side)),
    ended: (side) => of(names.ended(side)),
    targetRate: of(names.targetRate),
    targetSum: selector(names.targetSum, [equals("slo_id", id)]),
    rate: (side) => of(names.rate(side)),
    increase: (side) => of(names.increase(side)),
    sampled: (side) => of(names.sampled(side)),
    excluded: (side) => of(names.excluded(side)),
    sum: (side, window) => of(names.sum(side, window)),
    ratio: (window) => of(names.ratio(window)),
    ratioOfAll: of(names.ratioOfAll),
    budgetRemaining: of(names.budgetRemaining),
    coverage: of(names.coverage),
    slice: of(names.slice),
  };
}

/** What the alerts of an SLO are made up of: the values that it judges apart, or its steps. */
export function madeUp({ by, sli }: Pick<Slo, "by" | "sli">): Pick<PlannedAlert, "by" | "steps"> {
  return {
    ...(by === undefined ? {} : { by }),
    ...(sli.kind === "composite" ? { steps: sli.steps.map(({ service, slo }) => ({ service, slo })) } : {}),
  };
}

/** Which of the values that an SLO judges apart an alert is about, as the beginning of its description. */
export function ofWhich({ by = [] }: Pick<Slo, "by">): string {
  return by.length === 0 ? "" : `${by.map((label) => `${label} {{ $labels.${label} }}`).join(", ")}: `;
}

/** The newest value of what is recorded as seldom as a query looks back, or more so: readers look twice as far. */
export function newest(series: PromQl, { sampling }: Pick<BurnPlan, "sampling">): PromQl {
  return over("last_over_time", series, plus(times(sampling, 2), "1m"));
}

/** The windows over which raw events are counted, the one of rates first. */
export function countedWindows({
  burn,
}: Pick<SloContext, "burn">): readonly [base: Duration, counted: Duration] {
  return [burn.base, burn.windows[0].long];
}

/** The windows of the cascade that are summed from rates and recorded once: 30m, 2h and 6h. */
export function summedWindows(context: SloContext): readonly Duration[] {
  const [, slow, ticketFast, ticketSlow] = context.burn.windows;
  return [...new Set([slow.short, slow.long, ticketFast.short, ticketSlow.short])];
}

/** Makes a record of an SLO. */
export function recorder(context: SloContext): (record: string, expr: PromQl) => RecordingRule {
  return (record, expr) => ({ kind: "record", record, expr, labels: context.labels });
}
