import { isDuration, milliseconds, type Duration } from "../duration";
import type { Problem } from "../problem";

/** Kubernetes takes no longer names, and file systems not much longer ones. */
const SLUG = /^(?=.{1,63}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const ALERT_NAME = /^[A-Z][A-Za-z0-9]{0,99}$/;
const TEMPLATE = /\{\{|\}\}|\$(?:value|labels|externalLabels)\b/;

/** Ids of services, SLOs and runbooks become labels, file names and URLs: lower-case words with hyphens. */
export function checkSlug(path: string, slug: string): readonly Problem[] {
  return SLUG.test(slug)
    ? []
    : [
        {
          code: "identifier-invalid",
          path,
          message: `[${slug}] is not an identifier`,
          remedy: "Use lower-case words joined by hyphens, e.g. api-availability; 63 characters at most.",
        },
      ];
}

/** Alert names follow the field's convention, CamelCase, because they are read aloud at night. */
export function checkAlertName(path: string, name: string): readonly Problem[] {
  return ALERT_NAME.test(name)
    ? []
    : [
        {
          code: "identifier-invalid",
          path,
          message: `[${name}] is not an alert name`,
          remedy: "Use CamelCase letters and digits, e.g. HighErrorBudgetBurnRate; 100 characters at most.",
        },
      ];
}

/** Durations of one unit only, so that they read the same in rules, tests and pages; within bounds where there are any. */
export function checkDuration(
  path: string,
  duration: string,
  bounds?: readonly [least: Duration, most: Duration],
): readonly Problem[] {
  if (!isDuration(duration)) {
    return [
      {
        code: "duration-invalid",
        path,
        message: `[${duration}] is not a duration`,
        remedy: "Write a whole number and one unit of ms, s, m, h, d, e.g. 90s or 28d; 106751d at most.",
      },
    ];
  }
  const [least, most] = bounds ?? [duration, duration];
  return milliseconds(least) <= milliseconds(duration) && milliseconds(duration) <= milliseconds(most)
    ? []
    : [
        {
          code: "duration-invalid",
          path,
          message: `[${duration}] is out of bounds`,
          remedy: `Use a duration from ${least} to ${most}.`,
        },
      ];
}

/**
 * A summary heads the notification of a group of alerts, and templates are filled in for one alert at a time.
 */
export function checkPlainText(path: string, text: string): readonly Problem[] {
  const syntax = TEMPLATE.exec(text)?.[0];
  return syntax === undefined
    ? []
    : [
        {
          code: "summary-templated",
          path,
          message: `[${text}] holds template syntax [${syntax}], and it heads the notification of a whole group`,
          remedy: "Write plain text; values and labels belong in the description.",
        },
      ];
}

/** No leading zeros: PromQL reads 010 as the octal 8. No gauge has a number of more digits. */
const DECIMAL = /^(?=.{1,40}$)-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** A number as it is printed into an expression. */
export function checkDecimal(path: string, value: string): readonly Problem[] {
  return DECIMAL.test(value)
    ? []
    : [
        {
          code: "event-value-invalid",
          path,
          message: `[${value}] is not a decimal number that a gauge can have`,
          remedy: "Write digits without exponent or leading zeros, e.g. 1 or 0.5.",
        },
      ];
}
