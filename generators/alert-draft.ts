import type { AlertCategory, Severity } from "../slo/alert";
import type { Duration } from "../slo/duration";
import type { Labels, PlannedAlert } from "../plan/monitoring-plan";
import type { PromQl } from "./promql";

/** An alert of a service before it has an environment, links and labels. */
export interface AlertDraft {
  readonly kind: PlannedAlert["kind"];
  readonly name: string;
  /** The label `slo`; absent for an incident of its own. */
  readonly slo?: string;
  readonly severity: Severity;
  readonly category: AlertCategory;
  readonly expr: PromQl;
  /** Objectives that are steps of the SLO. */
  readonly steps?: PlannedAlert["steps"];
  /** Labels whose values the SLO judges apart. */
  readonly by?: readonly string[];
  readonly for: Duration;
  readonly groupWait?: Duration;
  readonly runbook: string;
  readonly summary: string;
  readonly description: string;
  /** What it says besides, by name of the annotation. */
  readonly says?: Labels;
}
