import { DIMENSIONS } from "../../plan/names";
import type { Age, Level, Spread, Turns } from "../../slo/measure";
import { unitOf } from "../dashboards/view";
import { spoken } from "../operations/markdown";
import { aggregate, block, over, type PromQl } from "../promql";
import { seriesOf, type MeasureKind } from "./measure-kind";

export const level: MeasureKind<Level> = {
  expr: ({ gauge, where, of, by = [] }, scope) =>
    aggregate(of, [...DIMENSIONS, ...by], seriesOf(gauge, scope, where)),
  says: ({ gauge, where, of }, { level: limit, isEqual }, name) =>
    `${isEqual ? "" : `the ${of} of `}${name(gauge, where)} is ${limit}`,
  panel: ({ gauge }) => ({ title: gauge.name, text: gauge.help, unit: unitOf(gauge) }),
};

export const age: MeasureKind<Age> = {
  expr: ({ by = [], ...age }, scope) =>
    sinceOrUntil(age, [...DIMENSIONS, ...by], seriesOf(age.gauge, scope, age.where)),
  says: ({ gauge, where, of, ahead }, { amount }, name) =>
    ahead === true
      ? `the next ${name(gauge, where)} is ${amount} ahead`
      : `the ${of} ${name(gauge, where)} is ${amount} ago`,
  panel: ({ gauge, of, ahead }) => ({
    title: `${ahead === true ? "Time until" : "Age of"} ${gauge.name}`,
    text: `${gauge.help} How long ${ahead === true ? "it is until the next" : `ago the ${of} is`}.`,
    unit: "seconds",
  }),
};

/** How long ago a time is, or how long it is until then. */
export function sinceOrUntil(
  { of, ahead }: Pick<Age, "ahead" | "of">,
  by: readonly string[],
  series: PromQl,
): PromQl {
  const time = (times: PromQl): PromQl => aggregate(of === "newest" ? "max" : "min", by, times);
  // What is to come and is 0 has no date yet, such as that of a certificate before its first issue; what never happened is old.
  return ahead === true ? `${time(`${series} > 0`)} - time()` : `time() - ${time(series)}`;
}

export const spread: MeasureKind<Spread> = {
  expr: ({ gauge }, scope) => {
    const series = seriesOf(gauge, scope);
    return `${aggregate("max", DIMENSIONS, series)} - ${aggregate("min", DIMENSIONS, series)}`;
  },
  says: ({ gauge }, beyond, name) => `what targets say of ${name(gauge)} differs by ${beyond.amount}`,
  panel: ({ gauge }) => ({
    title: `${gauge.name}, spread`,
    text: `${gauge.help} The highest less the lowest of what targets say.`,
    unit: unitOf(gauge),
  }),
};

/** The lesser of two values is the one that is below the other, or else that other one. */
export const turns: MeasureKind<Turns> = {
  expr: ({ gauge, where, window }, scope) => {
    const series = seriesOf(gauge, scope, where);
    const falls = over("resets", series, window);
    const rises = block(`${over("changes", series, window)}\n- ${falls}`);
    return aggregate("max", DIMENSIONS, block(`${falls}\n< ${rises}\nor ${rises}`));
  },
  says: ({ gauge, where, window }, beyond, name) =>
    `${name(gauge, where)} rose and fell ${beyond.amount} times each within ${spoken(window)}`,
  panel: ({ gauge, window }) => ({
    title: `${gauge.name}, to and fro`,
    text: `${gauge.help} How often it rose, or how often it fell, within ${window}, whichever is less.`,
    unit: "count",
  }),
};
