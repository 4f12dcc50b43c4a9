import type { AlertingRule, Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { AlertTest } from "../../plan/rule-test";
import type { FiringAlert } from "./labels";

/** A firing alert, its value where that is known, and what it asks the server for. */
export type ValuedAlert = FiringAlert & {
  readonly value?: number | undefined;
  /** By annotation; nothing where it is not there. */
  readonly asked?: Labels | undefined;
};

/**
 * What firing alerts say, each name once per file, or once with each value: `said` remembers them. A text with a number in
 * it is left out where the model does not know the number.
 */
export function annotationTests(
  plan: MonitoringPlan,
  firing: readonly ValuedAlert[],
  time: string,
  said: Set<string>,
  withValues = false,
): readonly AlertTest[] {
  const names = [...new Set(firing.map(({ alertname }) => alertname))];
  return names.flatMap((alertname) => {
    const alerts = firing.filter((alert) => alert.alertname === alertname);
    const what = [alertname, ...(withValues ? alerts.map(({ value }) => value ?? "") : [])].join(" ");
    if (said.has(what)) {
      return [];
    }
    const texts = alerts.flatMap((alert) => Object.values(annotationsOf(plan, alertname, alert)));
    if (texts.some((text) => text.includes("{{"))) {
      return [];
    }
    said.add(what);
    return [textTest(plan, alertname, alerts, time)];
  });
}

/** What all alerts of a name say at a moment; a value is asked for by the texts that show it. */
export function textTest(
  plan: MonitoringPlan,
  alertname: string,
  alerts: readonly ValuedAlert[],
  eval_time: string,
): AlertTest {
  return {
    eval_time,
    alertname,
    exp_alerts: alerts.map((alert) => ({
      exp_labels: alert.labels,
      exp_annotations: annotationsOf(plan, alertname, { ...alert, value: alert.value ?? Number.NaN }),
    })),
  };
}

function annotationsOf(
  plan: MonitoringPlan,
  alertname: string,
  { labels, value, asked = {} }: ValuedAlert,
): Labels {
  return Object.fromEntries(
    Object.entries(ruleOf(plan, alertname, labels).annotations).map(([name, text]) => [
      name,
      text.includes("{{ with query") ? (asked[name] ?? "") : filled(text, labels, value),
    ]),
  );
}

/** What depends on the value. */
const CHOICE =
  /\{\{ if eq \$value ([-\d.]+) \}\}(.*?)(?:\{\{ else if eq \$value ([-\d.]+) \}\}(.*?))?\{\{ else \}\}(.*?)\{\{ end \}\}/g;

function chosen(text: string, value: number): string {
  return text.replaceAll(
    CHOICE,
    (_, first: string, then: string, second: string | undefined, otherwise: string, rest: string) =>
      value === Number(first) ? then : value === Number(second) ? otherwise : rest,
  );
}

/** A text with its labels and its value, where the model knows how Prometheus writes it: from a thousand on there are prefixes. */
function filled(pattern: string, labels: Labels, value: number | undefined): string {
  const text = pattern.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? "");
  if (value === undefined) {
    return text;
  }
  const known = chosen(text, value).replaceAll("{{ $value | humanizePercentage }}", percentage(value));
  const whole =
    value === 0 || value >= 1
      ? known.replaceAll("{{ $value | humanizeDuration }}", spokenTime(value))
      : known;
  return value === 0 || (value >= 0.001 && value < 1_000)
    ? whole.replaceAll("{{ $value | humanize }}", humanized(value))
    : whole;
}

/** Four digits below a minute, whole seconds above. Source: Prometheus docs, "Template reference", humanizeDuration. */
function spokenTime(value: number): string {
  const seconds = Math.floor(value);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return value < 60
    ? `${Number(value.toPrecision(4))}s`
    : parts
        .slice(first)
        .map(([count, unit]) => `${count}${unit}`)
        .join(" ");
}

/** Four digits, in thousandths below one. Source: Prometheus docs, "Template reference", humanize. */
function humanized(value: number): string {
  return value === 0 || value >= 1
    ? String(Number(value.toPrecision(4)))
    : `${Number((value * 1_000).toPrecision(4))}m`;
}

/** Four digits, as Prometheus writes them. Source: Prometheus docs, "Template reference", humanizePercentage. */
function percentage(value: number): string {
  const [digits = "", exponent = "0"] = (value * 100).toExponential(3).split("e");
  const isPlain = Number(exponent) >= -4 && Number(exponent) < 4;
  const power = `${exponent.startsWith("-") ? "-" : "+"}${exponent.slice(1).padStart(2, "0")}`;
  return isPlain ? `${Number(`${digits}e${exponent}`)}%` : `${Number(digits)}e${power}%`;
}

function ruleOf({ ruleGroups }: MonitoringPlan, alertname: string, labels: Labels): AlertingRule {
  const rule = ruleGroups
    .flatMap((group) => group.rules)
    .find(
      (candidate): candidate is AlertingRule =>
        candidate.kind === "alert" &&
        candidate.alert === alertname &&
        candidate.labels["service"] === labels["service"] &&
        candidate.labels["slo"] === labels["slo"],
    );
  if (rule === undefined) {
    throw new RangeError(`the model knows [${alertname}] of [${labels["slo"] ?? ""}] and no rule does`);
  }
  return rule;
}
