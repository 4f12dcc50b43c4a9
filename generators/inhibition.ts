import type { PlannedAlert } from "../plan/monitoring-plan";
import { DIMENSIONS } from "../plan/names";
import { NO_SLO } from "../plan/identity";
import { is, type InhibitRule, type Matcher } from "../plan/routing";
import type { AlertCategory } from "../slo/alert";
import { compareText, distinctBy, sortedBy } from "../slo/order";

/** What says that users suffer, or that nobody knows. What is full or was switched may be the cause, and is never hidden. */
const SYMPTOMS = [
  "down",
  "errors",
  "latency",
  "slo",
  "telemetry",
] as const satisfies readonly AlertCategory[];

/**
 * Labels that are missing on both sides count as equal, so both sides must have them: alerts of other tools silence
 * nothing and are silenced by nothing.
 */
const PRESENT = ["service", "job"] as const;
const OF_AN_SLO: Matcher = { label: "slo", op: "!~", value: `|${NO_SLO}.*` };
const SYMPTOM: Matcher = { label: "category", op: "=~", value: SYMPTOMS.join("|") };
const LESSER: Matcher = { label: "severity", op: "=~", value: "warning|info" };

function present(label: string): Matcher {
  return { label, op: "!=", value: "" };
}

/** What makes an alert noise, so that one cause is one notification. */
export function inhibitRules(alerts: readonly PlannedAlert[]): readonly InhibitRule[] {
  return [...outageRules(alerts), ...stepRules(alerts), ...severityRules(alerts)];
}

/**
 * The outage of a job silences what is measured on that job: symptoms of SLOs, pages included, and that some of its
 * targets are down. It silences no critical alert outside of an SLO, and nothing that is measured on another job.
 */
function outageRules(alerts: readonly PlannedAlert[]): readonly InhibitRule[] {
  const names = [...new Set(alerts.filter(isOutage).map(({ alertname }) => alertname))].sort(compareText);
  if (names.length === 0) {
    return [];
  }
  const outage: Matcher = { label: "alertname", op: "=~", value: names.join("|") };
  const shared = {
    source: [outage, ...PRESENT.map(present)],
    equal: [...DIMENSIONS, ...PRESENT],
  };
  return [
    {
      name: "outage-over-symptoms",
      ...shared,
      target: [OF_AN_SLO, SYMPTOM, { ...outage, op: "!~" }, ...PRESENT.map(present)],
    },
    {
      name: "outage-over-part-of-it",
      ...shared,
      target: [is("category", "down"), LESSER, ...PRESENT.map(present)],
    },
  ];
}

/** Whether an alert says that a job is gone as a whole, and wakes somebody for it. */
function isOutage({ category, job, kind, severity }: PlannedAlert): boolean {
  return kind === "outage" && severity === "critical" && category === "down" && job !== undefined;
}

/** What is critical of a step silences the journeys that it is part of: they fail for that reason. */
function stepRules(alerts: readonly PlannedAlert[]): readonly InhibitRule[] {
  const pairs = alerts.flatMap(({ service, slo, steps = [] }) =>
    steps.map((step) => ({ service, slo, step })),
  );
  const rules = pairs.map(({ service, slo, step }): InhibitRule => ({
    name: `${step.service}-${step.slo}-over-${service}-${slo}`,
    source: [is("severity", "critical"), is("service", step.service), is("slo", step.slo)],
    target: [is("service", service), is("slo", slo), SYMPTOM],
    equal: DIMENSIONS,
  }));
  return sortedBy(
    distinctBy(rules, ({ name }) => name),
    ({ name }) => name,
  );
}

/** A worse alert of the same SLO says the same and more; of values that the SLO judges apart, about the same value. */
function severityRules(alerts: readonly PlannedAlert[]): readonly InhibitRule[] {
  const ofOneSlo = [OF_AN_SLO, present("service")];
  const apart = [...new Set(alerts.flatMap(({ by = [] }) => by))].sort(compareText);
  const equal = [...DIMENSIONS, "service", "slo", ...apart];
  return [
    {
      name: "critical-over-lesser",
      source: [is("severity", "critical"), ...ofOneSlo],
      target: [LESSER, SYMPTOM, ...ofOneSlo],
      equal,
    },
    {
      name: "warning-over-info",
      source: [is("severity", "warning"), ...ofOneSlo],
      target: [is("severity", "info"), SYMPTOM, ...ofOneSlo],
      equal,
    },
  ];
}
