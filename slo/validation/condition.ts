import { comparison, type Limit, type MeasuredAlert, type Unusual } from "../alert";
import { ANOMALY } from "../anomaly";
import { isDuration } from "../duration";
import { windowOf } from "../measure";
import { ratioOfPercent } from "../objective";
import type { Problem } from "../problem";
import { checkDecimal, checkDuration } from "./identifiers";
import { VALUES } from "./measure";
import { checkBothSides } from "./own-queries";

/** Every problem of what an alert compares its measure with. */
export function checkCondition(path: string, alert: MeasuredAlert): readonly Problem[] {
  const { measure, when, atLeast, busierThan, orAbsent } = alert;
  const { kind } = measure;
  return [
    ...("unusual" in when
      ? checkUnusual(`${path}.when.unusual`, alert, when.unusual)
      : [
          ...checkLimit(`${path}.when`, measure, when),
          ...(measure.kind === "query" ? checkBothSides(`${path}.measure`, measure.examples, when) : []),
        ]),
    ...(atLeast === undefined ? [] : checkCount(`${path}.atLeast`, atLeast)),
    ...(busierThan === undefined ? [] : checkCount(`${path}.busierThan`, busierThan)),
    ...(kind === "bad-events"
      ? missingAtLeast(path, atLeast)
      : [
          ...unfit(`${path}.atLeast`, atLeast, `[${kind}] counts no bad events`),
          ...unfit(`${path}.busierThan`, busierThan, `[${kind}] counts no bad events`),
        ]),
    ...(kind === "gauge-share"
      ? []
      : unfit(`${path}.whileBurning`, alert.whileBurning, `[${kind}] is no share of a gauge`)),
    ...(kind === "level" || kind === "age"
      ? []
      : unfit(`${path}.orAbsent`, orAbsent, `[${kind}] is not a level or an age of a gauge`)),
  ];
}

function unfit(path: string, value: unknown, why: string): readonly Problem[] {
  return value === undefined
    ? []
    : [{ code: "condition-unfit", path, message: `a measure of kind ${why}`, remedy: "Leave it out." }];
}

function missingAtLeast(path: string, atLeast: number | undefined): readonly Problem[] {
  return atLeast !== undefined
    ? []
    : [
        {
          code: "condition-unfit",
          path: `${path}.atLeast`,
          message:
            "a share of bad events has no [atLeast], so that one bad event of one at night would be 100 %",
          remedy: "Say how many bad events there must be in the window, e.g. 5; 0 where any is enough.",
        },
      ];
}

/** That a limit is one that a measure of this kind can pass. */
export function checkLimit(
  path: string,
  { kind }: MeasuredAlert["measure"],
  when: Limit,
): readonly Problem[] {
  const { operator, limit } = comparison(when);
  const side = { ">": "above", "<": "below", "==": "equals" }[operator];
  const at = `${path}.${side}`;
  switch (VALUES[kind]) {
    case "share":
      return operator === "==" ? [unfitSide(at, kind)] : checkThreshold(at, limit);
    case "events":
      // `Number` reads an empty text as 0, and much that is no whole number in PromQL.
      return operator === ">"
        ? checkCount(at, /^\d+$/.test(limit) ? Number(limit) : Number.NaN, limit)
        : [unfitSide(at, kind)];
    case "duration":
      return operator === "==" ? [unfitSide(at, kind)] : checkDuration(at, limit, ["1s", "366d"]);
    case "number":
      if (kind !== "level" && operator === "==") {
        return [unfitSide(at, kind)];
      }
      return kind === "level" && isDuration(limit) ? [] : checkDecimal(at, limit);
  }
}

function unfitSide(path: string, kind: MeasuredAlert["measure"]["kind"]): Problem {
  return {
    code: "condition-unfit",
    path,
    message: `a measure of kind [${kind}] is not compared like this`,
    remedy:
      VALUES[kind] === "events"
        ? 'Write when: { above: "0" }, with the number of events that are no reason yet.'
        : "Use above or below; only the level of a gauge can be equal to a value.",
  };
}

function checkUnusual(path: string, { measure }: MeasuredAlert, unusual: Unusual): readonly Problem[] {
  const factor = "times" in unusual ? unusual.times : unusual.deviations;
  const isUsable = Number.isSafeInteger(factor) && factor >= 2 && factor <= 1_000;
  const isKnown = measure.kind === "rate" && measure.per === "second" && windowOf(measure) === ANOMALY.window;
  return [
    ...checkCount(`${path}.moreThanPerMinute`, unusual.moreThanPerMinute),
    ...(isUsable
      ? []
      : [
          {
            code: "threshold-invalid" as const,
            path,
            message: `[${factor}] is not a distance from usual that a rate can have`,
            remedy: "Use a whole number from 2 to 1000, e.g. 3.",
          },
        ]),
    ...(isKnown
      ? []
      : [
          {
            code: "condition-unfit" as const,
            path,
            message: `only a rate per second over ${ANOMALY.window} is compared with its past, not [${measure.kind}]`,
            remedy: `Measure { kind: "rate", per: "second", window: "${ANOMALY.window}" }.`,
          },
        ]),
  ];
}

const MOST_EVENTS = 1_000_000_000;

/** A number of events that an alert compares with. */
export function checkCount(path: string, count: number, seen = String(count)): readonly Problem[] {
  return Number.isSafeInteger(count) && count >= 0 && count <= MOST_EVENTS
    ? []
    : [
        {
          code: "minimum-invalid",
          path,
          message: `[${seen}] is not a number of events`,
          remedy: `Use a whole number from 0 to ${MOST_EVENTS}, e.g. 5.`,
        },
      ];
}

/** A share that something can be above and below. */
export function checkThreshold(path: string, threshold: string): readonly Problem[] {
  const ratio = ratioOfPercent(threshold);
  return ratio !== undefined && ratio.gt(0) && ratio.lt(1)
    ? []
    : [
        {
          code: "threshold-invalid",
          path,
          message: `[${threshold}] is not a threshold that a share can cross`,
          remedy: "Use a percentage above 0% and below 100%, e.g. 5%.",
        },
      ];
}
