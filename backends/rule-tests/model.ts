import { ALERTS } from "../../plan/names";
import { noSlo, type AlertIdentity } from "../../plan/identity";
import type { BurnWindow } from "../../slo/burn-rate";
import { comparison, isOutage, limitValue, type Alert } from "../../slo/alert";
import { durationOf, milliseconds, type Duration } from "../../slo/duration";
import { TELLING } from "../../slo/guard";
import { sloId, type Service } from "../../slo/service";
import { sloContext, type SloContext } from "../../generators/slo-context";
import { metricOf } from "../../slo/sli";
import type { Labels } from "../../plan/monitoring-plan";
import { alertsOutsideContract } from "./contract-model";
import { declaredHolds, eachOf, readsLevels, shownValue } from "./declared-model";
import { eventStream, relabelled, type EventStream } from "./streams";
import { moreThanChance } from "./chance";
import { targetsUp } from "./traffic";
import { anyVerdict, heldFor, verdictOf, type Condition, type Verdict } from "./verdict";
import { cumulative, perStep, within, type Timeline } from "./world";

/** An alert in the model: who it is, and its verdict at every step. */
export interface ModelledAlert {
  readonly alertname: string;
  readonly slo: string;
  readonly sloId?: string;
  /** Labels that it takes from what it measures. */
  readonly labels?: Labels;
  readonly at: (step: number) => Verdict;
  /** Its value, where the model knows it exactly. */
  readonly value?: (step: number) => number | undefined;
}

/**
 * What each alert of a service should do over a timeline, from counts of events alone. It shares the SLO's numbers
 * with the rules (windows, factors, guards) and none of their expressions.
 * @param isWanted the alerts that are asked for; all by default
 */
export function modelAlerts(
  service: Service,
  environment: string,
  line: Timeline,
  isWanted: (alert: AlertIdentity) => boolean = () => true,
): readonly ModelledAlert[] {
  const wants = (alertname: string, slo = noSlo(alertname)): boolean =>
    isWanted({ alertname, service: service.id, slo });
  const interval = durationOf(line.step * 1_000);
  const slos = service.slos.flatMap((slo) =>
    new SloModel(sloContext(service, slo, environment, interval), line).alerts((name) => wants(name, slo.id)),
  );
  const near = Math.ceil(seconds(NEAR) / line.step) + 2;
  const declared = service.alerts
    .filter(({ name, slo }) => wants(name, slo))
    .flatMap(eachOf)
    .map(({ alert, labels }) => ({
      alertname: alert.name,
      slo: alert.slo ?? noSlo(alert.name),
      labels,
      at: single({
        holds: heldFor(declaredHolds(service, alert, line, environment), seconds(alert.for) / line.step),
        tolerance: toleranceOf(alert),
      }),
      value: (step: number) => shownValue(service, alert, line, step),
    }));
  const outside = wants(ALERTS.alertOutsideContract) ? alertsOutsideContract(service, line, near) : [];
  return [...slos, ...declared, ...outside];
}

/**
 * What compares one sample with a limit changes with the sample, to the evaluation, and so does what waits for any event at
 * all; what looks over a window may be one late.
 */
function toleranceOf(alert: Alert): number {
  if (readsLevels(alert)) {
    return 0;
  }
  if (isOutage(alert)) {
    return 1;
  }
  const { measure, when, whileBurning } = alert;
  return "unusual" in when || whileBurning !== undefined
    ? 3
    : measure.kind === "increase" && limitValue(comparison(when).limit) === 0
      ? 0
      : 1;
}

function single(condition: Condition): (step: number) => Verdict {
  return (step) => verdictOf(condition, step);
}

function seconds(duration: Duration): number {
  return milliseconds(duration) / 1_000;
}

/** Scrapes and evaluations are not instants: nothing is asserted closer than this to a change. */
const NEAR: Duration = "2m";
/** A window of recorded rates moves 5 m late and the slow pair follows. */
const SLOW: Duration = "10m";
/** An hour's count is sampled for an hour after the event. */
const SAMPLED: Duration = "75m";

const MINIMUM_COVERAGE = 0.25;

class SloModel {
  private readonly stream: EventStream;
  private readonly budget: number;
  /** Steps with an answer, added up: windows of weeks are looked at in every step. */
  private readonly present: readonly number[];

  constructor(
    private readonly context: SloContext,
    private readonly line: Timeline,
  ) {
    this.stream = eventStream(context.service, context.slo.sli, line);
    this.budget = context.budget.toNumber();
    this.present = cumulative(
      this.stream.exists.map((exists) => (exists ? 1 : 0)),
      1,
    );
  }

  alerts(isWanted: (alertname: string) => boolean): readonly ModelledAlert[] {
    const { slo, service } = this.context;
    const id = sloId(service, slo);
    return Object.entries(this.conditions())
      .filter(([alertname]) => isWanted(alertname))
      .map(([alertname, { of, ...more }]) => {
        const conditions = of();
        return {
          alertname,
          slo: slo.id,
          sloId: id,
          ...more,
          at: (step) => anyVerdict(conditions.map((condition) => verdictOf(condition, step))),
        };
      });
  }

  /**
   * What each alert waits for; those that count series have no label of what is recorded. The budget is not known for a
   * quarter of its window in any story, so its alerts are silent.
   */
  private conditions(): Readonly<
    Record<string, { readonly of: () => readonly Condition[]; readonly sloId?: string }>
  > {
    const { slo } = this.context;
    const [fast, slow, ticketFast, ticketSlow] = this.context.burn.windows;
    return {
      [ALERTS.burn]: { of: () => [this.fastPage(fast, slow), this.slowPage(slow, ticketFast.short)] },
      [ALERTS.ticket]: { of: () => [this.ticket(ticketFast), this.ticket(ticketSlow)] },
      [ALERTS.dataMissing]: { of: () => [this.dataMissing()] },
      ...(Object.keys(metricOf(slo.sli).labels).length === 0
        ? {}
        : { [ALERTS.outsideContract]: { of: () => [this.outsideContract()], sloId: "" } }),
    };
  }

  private steps(duration: Duration): number {
    return seconds(duration) / this.line.step;
  }

  private condition(holds: (step: number) => boolean, near: Duration): Condition {
    const tolerance = Math.ceil(seconds(near) / this.line.step) + 2;
    return { holds: Array.from({ length: this.line.steps + 1 }, (_, step) => holds(step)), tolerance };
  }

  private bad(step: number, window: Duration): number {
    return within(this.stream.bad, step, this.steps(window));
  }

  private total(step: number, window: Duration): number {
    return within(this.stream.total, step, this.steps(window));
  }

  private ratioAbove(step: number, window: Duration, limit: number): boolean {
    const total = this.total(step, window);
    return total > 0 && this.bad(step, window) / total > limit;
  }

  private limit(window: BurnWindow): number {
    return window.factor.toNumber() * this.budget;
  }

  private fastPage(fast: BurnWindow, slow: BurnWindow): Condition {
    return this.condition((step) => {
      const total = this.total(step, fast.long);
      return (
        this.ratioAbove(step, fast.long, this.limit(fast)) &&
        this.enough(this.bad(step, fast.long), total) &&
        this.goesOn(step, total / seconds(fast.long), this.limit(fast), [
          [fast.short, TELLING.requests],
          [slow.short, TELLING.requests],
        ])
      );
    }, NEAR);
  }

  /**
   * Whether errors went on until now, as far as requests can tell: a window that at `perSecond` would hold too few of
   * them leaves the answer to the next. Time passes whatever happens, so slices of it always tell.
   */
  private goesOn(
    step: number,
    perSecond: number,
    limit: number,
    windows: readonly (readonly [window: Duration, requests: number])[],
  ): boolean {
    for (const [window, requests] of windows) {
      if (this.ratioAbove(step, window, limit)) {
        return true;
      }
      if (this.context.slo.sli.kind === "time" || perSecond * seconds(window) >= requests) {
        return false;
      }
    }
    return true;
  }

  /** Requests fail by chance; time does not, so a fixed part of it must be bad. */
  private enough(bad: number, total: number): boolean {
    const { sli } = this.context.slo;
    return sli.kind === "time"
      ? bad >= this.steps(sli.minimum)
      : moreThanChance(this.context.guard, bad, total, this.budget);
  }

  private slowPage(slow: BurnWindow, longest: Duration): Condition {
    const { recovery } = this.context.burn;
    const needed = Math.floor(MINIMUM_COVERAGE * this.steps(slow.long));
    return this.condition((step) => {
      const total = this.total(step, slow.long);
      const perSecond = total / seconds(slow.long);
      return (
        this.ratioAbove(step, slow.long, this.limit(slow)) &&
        this.enough(this.bad(step, slow.long), total) &&
        this.goesOn(step, perSecond, this.limit(slow), [
          [slow.short, TELLING.requests],
          [longest, TELLING.last],
        ]) &&
        this.goesOn(step, perSecond, this.budget, [[recovery, TELLING.requests]]) &&
        this.seen(step, slow.long) > needed
      );
    }, SLOW);
  }

  /** promtool evaluates every group each time: what is sampled more rarely in production counts more often. */
  private ticket(window: BurnWindow): Condition {
    const sampling = this.steps(this.context.burn.sampling);
    const needed = Math.floor((MINIMUM_COVERAGE * this.steps(window.long)) / sampling);
    return this.condition(
      (step) =>
        this.ratioAbove(step, window.long, this.limit(window)) &&
        this.ratioAbove(step, window.short, this.limit(window)) &&
        this.bad(step, window.long) * sampling >= 5 &&
        this.seen(step, window.long) > needed,
      SAMPLED,
    );
  }

  /** Known within the window, or never although a target has answered for half an hour. */
  private dataMissing(): Condition {
    const { job } = metricOf(this.context.slo.sli);
    const up = [0, ...perStep(this.line, (phase) => targetsUp(job, phase))];
    const ago = this.steps("30m");
    const missing = this.condition((step) => {
      const known = within(this.present, step, this.steps(this.context.burn.period)) >= 2;
      const settled = step > ago && (up[step] ?? 0) > 0 && (up[step - ago] ?? 0) > 0;
      return step > 0 && (known || settled) && !this.recorded(step);
    }, NEAR);
    return { ...missing, holds: heldFor(missing.holds, this.steps("10m")) };
  }

  /** A label of the contract is gone from the series, whatever the SLI makes of it. */
  private outsideContract(): Condition {
    const metric = metricOf(this.context.slo.sli);
    const wrong = relabelled(metric, Object.keys(metric.labels), this.line);
    const seen = this.condition((step) => wrong[step] ?? false, NEAR);
    return { ...seen, holds: heldFor(seen.holds, this.steps("10m")) };
  }

  /** A rate needs two samples in its window, a count of slices one. */
  private recorded(step: number): boolean {
    const seen = within(this.present, step, this.steps(this.context.burn.base));
    return seen >= (this.context.slo.sli.kind === "time" ? 1 : 2);
  }

  /** Evaluations in a window in which targets answered. */
  private seen(step: number, window: Duration): number {
    return within(this.present, step, this.steps(window));
  }
}
