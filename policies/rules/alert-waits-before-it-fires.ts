import type { EnforcementLevel, ResourceValidationPolicy } from "@pulumi/policy";
import type { Alert } from "../alerts";
import { textOf } from "../field";
import { askedBy } from "../expression";
import { alertPolicy, type PolicySpec, type PolicyValues } from "../policy";
import { shownList } from "../shown";

/** What the policy can be told. */
export interface WaitConfig {
  /** The label by which an alert declares its kind. @default "category" */
  readonly label: string;
  /** Kinds that fire at once. @default ["event", "slo"] */
  readonly kinds: readonly string[];
}

const SPEC: PolicySpec<WaitConfig> = {
  name: "alert-waits-before-it-fires",
  description: "An alert outlasts a single bad sample.",
  displayName: "Alerts wait before they fire",
  severity: "medium",
  tags: ["alerting"],
  remediationSteps: "Set for, or declare the kind of the alert by its label.",
  defaults: { label: "category", kinds: ["event", "slo"] },
  meanings: {
    label: "The label by which an alert declares its kind.",
    kinds: "Kinds that fire at once: what happened once, and what has windows of its own.",
  },
};

/** What these count stays true for the length of their window, so that waiting adds nothing; also as a record. */
const COUNTING: readonly string[] = [
  "changes",
  "count_over_time",
  "delta",
  "increase",
  "resets",
  "sum_over_time",
];
const COUNTED = /:increase\d*[a-z]*\b/;

/** One lost scrape wakes nobody. Docs: docs/policies/alert-waits-before-it-fires.md */
export function alertWaitsBeforeItFires(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<WaitConfig> = {},
): ResourceValidationPolicy {
  return alertPolicy(SPEC, enforcementLevel, values, (alert, subject, { label, kinds }, reporter) => {
    const kind = textOf(alert.label(label)) ?? "";
    if (alert.byOperator || kinds.includes(kind) || waits(alert) || neverFires(alert)) {
      return;
    }
    const fields = [alert.waits, alert.label(label), alert.label("severity"), ...alert.expressions];
    if (fields.some(({ state }) => state === "unknown")) {
      reporter.unchecked(
        `${subject} may fire at its first sample: that is not known before the deployment. Write for as a literal text.`,
      );
    } else {
      reporter.wrong(
        `${subject} fires at its first sample. Set for, or its label ${label} to one of ${shownList(kinds)}.`,
      );
    }
  });
}

function waits({ waits: duration, expressions }: Alert): boolean {
  return (
    /[1-9]/.test(textOf(duration) ?? "") ||
    expressions.some((expression) => {
      const { functions, metrics } = askedBy(textOf(expression) ?? "");
      return functions.some((name) => COUNTING.includes(name)) || metrics.some((name) => COUNTED.test(name));
    })
  );
}

/** A heartbeat: it fires all the time, and nobody is told of it. */
function neverFires(alert: Alert): boolean {
  return textOf(alert.label("severity")) === "none";
}
