import { DIMENSIONS } from "../../plan/names";
import type { Age, Level, Spread } from "../../slo/measure";
import { unitOf } from "../dashboards/view";
import { aggregate } from "../promql";
import { seriesOf, type MeasureKind } from "./measure-kind";

export const level: MeasureKind<Level> = {
  expr: ({ gauge, where, of, by = [] }, scope) =>
    aggregate(of, [...DIMENSIONS, ...by], seriesOf(gauge, scope, where)),
  says: ({ gauge, where, of }, { level: limit, isEqual }, name) =>
    `${isEqual ? "" : `the ${of} of `}${name(gauge, where)} is ${limit}`,
  panel: ({ gauge }) => ({ title: gauge.name, text: gauge.help, unit: unitOf(gauge) }),
};

export const age: MeasureKind<Age> = {
  expr: ({ gauge, where, of, by = [] }, scope) => {
    const operator = of === "newest" ? "max" : "min";
    return `time() - ${aggregate(operator, [...DIMENSIONS, ...by], seriesOf(gauge, scope, where))}`;
  },
  says: ({ gauge, where, of }, { amount }, name) => `the ${of} ${name(gauge, where)} is ${amount} ago`,
  panel: ({ gauge, of }) => ({
    title: `Age of ${gauge.name}`,
    text: `${gauge.help} How long ago the ${of} is.`,
    unit: "seconds",
  }),
};

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
