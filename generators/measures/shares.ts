import { DIMENSIONS } from "../../plan/names";
import type {
  Across,
  CounterPart,
  CounterShare,
  Forecast,
  GaugePerTarget,
  GaugeShare,
  TargetsUp,
} from "../../slo/measure";
import { durationOf, milliseconds, ratioOf } from "../../slo/duration";
import type { Job } from "../../slo/telemetry";
import { spoken } from "../operations/markdown";
import { aggregate, block, equals, missing, NOT_BLIND, over, selector, share, type PromQl } from "../promql";
import { upOf } from "./growth";
import { seriesOf, type MeasureKind, type Scope } from "./measure-kind";

const PER_TARGET = [...DIMENSIONS, "instance"] as const;
const OPERATORS = { average: "avg", highest: "max" } as const;

/** A limit of 0 is how exporters say that there is none, so that there is no share of it either. */
export const gaugeShare: MeasureKind<GaugeShare> = {
  expr: ({ part, whole, where, free, of }, scope) => {
    const [some, all] = [seriesOf(part, scope, where), seriesOf(whole, scope, where)];
    return of === "together"
      ? used(free, `${aggregate("sum", DIMENSIONS, some)} / (${aggregate("max", DIMENSIONS, all)} > 0)`)
      : aggregate(OPERATORS[of], DIMENSIONS, used(free, `${some} / (${all} > 0)`));
  },
  says: ({ part, whole, where, free }, beyond, name) =>
    free === true
      ? `${beyond.amount} of ${name(whole, where)} is used, as ${name(part, where)} tells`
      : `${name(part, where)} is ${beyond.amount} of ${name(whole, where)}`,
  panel: ({ part, whole }) => ({
    title: `${part.name} as a share`,
    text: `${part.help} As a share of ${whole.name}.`,
    unit: "ratio",
  }),
};

/** What the older half of the window does not hold is not known for half of it. */
export const forecast: MeasureKind<Forecast> = {
  expr: ({ part, whole, where, window, ahead }, scope) => {
    const [some, all] = [seriesOf(part, scope, where), seriesOf(whole, scope, where)];
    const half = durationOf(milliseconds(window) / 2);
    const line = `predict_linear(${some}[${window}], ${ratioOf(ahead, "1s")})`;
    const known = `last_over_time(${some}[${half}] offset ${half})`;
    const later = block(`${line}\nand ${known}`);
    return aggregate("max", DIMENSIONS, block(`${later}\n/ (${all} > 0)`));
  },
  says: ({ part, whole, where, window, ahead }, beyond, name) =>
    `${name(part, where)} will be ${beyond.amount} of ${name(whole, where)} in ${spoken(ahead)}, if it goes on as in the last ${spoken(window)}`,
  panel: ({ part, whole, window, ahead }) => ({
    title: `${part.name} in ${ahead}, as a share`,
    text: `${part.help} As a share of ${whole.name} in ${ahead}, if it goes on as in the last ${window}.`,
    unit: "ratio",
  }),
};

export const counterShare: MeasureKind<CounterShare> = {
  expr: ({ part, whole, free, of, window }, scope) => {
    const by = of === "together" ? DIMENSIONS : PER_TARGET;
    const rate = ({ counter, where }: CounterPart): PromQl =>
      aggregate("sum", by, over("rate", seriesOf(counter, scope, where), window));
    return across(of, used(free, share(rate(part), addedUp(whole.map(rate)))));
  },
  says: ({ part: { counter, where }, window, free }, beyond, name) =>
    `${beyond.amount} is ${free === true ? "not " : ""}counted by ${name(counter, where)} over ${spoken(window)}`,
  panel: ({ part: { counter }, whole, window }) => ({
    title: `${counter.name} as a share`,
    text: `${counter.help} As a share of ${whole.map((each) => each.counter.name).join(" and ")}, over ${window}.`,
    unit: "ratio",
  }),
};

export const gaugePerTarget: MeasureKind<GaugePerTarget> = {
  expr: ({ gauge }, scope) =>
    `${aggregate("min", DIMENSIONS, seriesOf(gauge, scope))} / ${aggregate("count", DIMENSIONS, upOf(gauge.job, scope))}`,
  says: ({ gauge }, beyond, name) =>
    `the least ${name(gauge)} is ${beyond.amount} of the targets of \`${gauge.job.name}\``,
  panel: ({ gauge }) => ({
    title: `${gauge.name} by target`,
    text: `${gauge.help} The least, as a share of the targets.`,
    unit: "ratio",
  }),
};

export const targetsUp: MeasureKind<TargetsUp> = {
  expr: ({ job, planned }, scope) => {
    const up = upOf(job, scope);
    const answering = aggregate("sum", DIMENSIONS, up);
    return planned === undefined
      ? `${answering} / ${aggregate("count", DIMENSIONS, up)}`
      : `(${answering} or ${noneKnown(job, scope)}) / ${planned}`;
  },
  says: ({ job, planned }, beyond) =>
    planned === undefined
      ? `${beyond.amount} of the targets of \`${job.name}\` are up`
      : `${beyond.amount} of the ${planned} targets that \`${job.name}\` should have are up`,
  panel: ({ job: { name } }) => ({
    title: `Targets of ${name}`,
    text: `Share of the targets of ${name} that answer.`,
    unit: "ratio",
  }),
};

/** 0 where no target of a job is known. */
export function noneKnown({ name }: Job, { here, place }: Scope): PromQl {
  const known = here.length === 0 ? NOT_BLIND : `count(${selector("up", here)})`;
  return missing(selector("up", [equals("job", name), ...place]), known);
}

/** What is used, where the part is what is left. */
function used(free: boolean | undefined, expr: PromQl): PromQl {
  return free === true ? `1 - ${expr}` : expr;
}

function addedUp(rates: readonly PromQl[]): PromQl {
  return rates.length === 1 ? rates.join() : `(${rates.join(" + ")})`;
}

function across(of: Across, expr: PromQl): PromQl {
  return of === "together" ? expr : aggregate(OPERATORS[of], DIMENSIONS, expr);
}
