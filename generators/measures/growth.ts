import { DIMENSIONS } from "../../plan/names";
import type { Increase, Rate } from "../../slo/measure";
import { startsAtZero, type Job } from "../../slo/telemetry";
import { spoken } from "../operations/markdown";
import { aggregate, equals, over, selector, type PromQl } from "../promql";
import { seriesOf, type MeasureKind, type Scope } from "./measure-kind";

export const increase: MeasureKind<Increase> = {
  expr: (measure, scope) => {
    const { by = [], least = [] } = measure;
    const dimensions = [...DIMENSIONS, ...by];
    const parts = grown(measure, scope);
    if (least.length === 0) {
      return aggregate("sum", dimensions, parts);
    }
    // Who is gone counts nothing any more, and must not speak for those that are left.
    const present = `(${parts}) and ${seriesOf(measure.counter, scope, measure.where)}`;
    return aggregate("min", dimensions, aggregate("sum", [...dimensions, ...least], present));
  },
  says: ({ counter, where, window, by = [], least = [], explainedBy }, beyond, name) => {
    const names = (labels: readonly string[]): string => labels.map((label) => `\`${label}\``).join(" and ");
    return [
      `${name(counter, where)} grew by ${beyond.amount} over ${spoken(window)}`,
      ...(by.length === 0 ? [] : [`for one ${names(by)}`]),
      ...(least.length === 0 ? [] : [`on every ${names(least)}`]),
      ...(explainedBy === undefined ? [] : [`where ${name(explainedBy)} stands still`]),
    ].join(" ");
  },
  panel: ({ counter, window }) => counted(counter, window, "count"),
};

export const rate: MeasureKind<Rate> = {
  expr: ({ per, counter, where, window, by = [] }, scope) => {
    const events = over("rate", seriesOf(counter, scope, where), window);
    const sum = aggregate("sum", [...DIMENSIONS, ...by], events);
    return per === "minute" ? `60 * ${sum}` : sum;
  },
  says: ({ counter, where, window }, beyond, name) =>
    `the rate of ${name(counter, where)} over ${spoken(window)} is ${beyond.level}`,
  panel: ({ per, counter, window }) => counted(counter, window, per === "minute" ? "perMinute" : "perSecond"),
};

function counted<Unit extends "count" | "perMinute" | "perSecond">(
  { name, help }: Increase["counter"],
  window: Increase["window"],
  unit: Unit,
): { readonly title: string; readonly text: string; readonly unit: Unit } {
  return { title: `${name}, ${window}`, text: `${help} Counted over ${window}.`, unit };
}

/**
 * The value of a series that began within the window, in a target that was scraped before, counts whole: `increase`
 * alone never sees it, and a failure that happens once is just what such a count is for. One that was there within a
 * day has not begun.
 */
function grown({ counter, where, window, explainedBy }: Increase, scope: Scope): PromQl {
  const series = seriesOf(counter, scope, where);
  const plain = over("increase", series, window);
  const scraped = `${upOf(counter.job, scope)} offset ${window}`;
  const known = `last_over_time(${series}[1d] offset ${window})`;
  const first = `(${series} unless ${known} and on (job, instance) ${scraped})`;
  const all = startsAtZero(counter) ? plain : `${first} or ${plain}`;
  return explainedBy === undefined
    ? all
    : `(${all}) unless on (job, instance) ${over("increase", seriesOf(explainedBy, scope), window)} > 0`;
}

/** The series of a job's targets: 1 where one answers. */
export function upOf({ name }: Job, { here }: Scope): PromQl {
  return selector("up", [equals("job", name), ...here]);
}
