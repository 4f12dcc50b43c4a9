import { parser } from "@prometheus-io/lezer-promql";
import { durationOf, isDuration, milliseconds, type Duration } from "../slo/duration";

/** The part of a duration that passes when the clock runs `speed` times as fast; never less than a millisecond. */
export function scaleDuration(duration: Duration, speed: number): Duration {
  const ms = milliseconds(duration);
  return ms === 0 ? duration : durationOf(Math.max(1, Math.round(ms / speed)));
}

/**
 * An expression in which every duration literal is divided by `speed`: windows, offsets, and numbers of seconds,
 * which the generators write as durations for this purpose. Plain numbers are ratios and counts and stay.
 */
export function scaleExpression(expr: string, speed: number): string {
  const literals: { from: number; to: number; text: string }[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to }) => {
      const text = expr.slice(from, to);
      if (name.startsWith("NumberDurationLiteral") && isDuration(text)) {
        literals.push({ from, to, text });
      }
    },
  });
  return literals
    .sort((a, b) => b.from - a.from)
    .filter((literal, index, all) => literal.from !== all[index - 1]?.from)
    .reduce((text, literal) => {
      const scaled = isDuration(literal.text) ? scaleDuration(literal.text, speed) : literal.text;
      return text.slice(0, literal.from) + scaled + text.slice(literal.to);
    }, expr);
}
