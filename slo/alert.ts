import type { Duration } from "./duration";
import type { Percent } from "./objective";
import type { EventSli } from "./sli";
import type { Counter, Gauge, Job, LabelMatch } from "./telemetry";

/** `critical` pages, `warning` goes to chat, `info` to a quiet channel and the daily mail, `none` to the dead man's switch. */
export type Severity = "critical" | "warning" | "info" | "none";

/** What an alert is about; inhibition and dashboards use it. */
export type AlertCategory =
  "slo" | "down" | "errors" | "latency" | "saturation" | "event" | "telemetry" | "meta";

interface AlertBase {
  /** The alertname. With service and slo it identifies the alert for good. */
  readonly name: string;
  readonly severity: Severity;
  readonly category: AlertCategory;
  /** Id of the SLO whose incident this alert belongs to; without one it is an incident of its own. */
  readonly slo?: string;
  /** Plain text: it heads the notification of the whole group, where one alert's labels or value would mislead. */
  readonly summary: string;
  readonly description: string;
  /** Slug of the runbook in `runbooks/<service>/`. */
  readonly runbook: string;
  readonly for: Duration;
  /** Wait before the first page of its group, where that of pages is too long (OMNIHUB-ERR-13); for `critical` only. */
  readonly groupWait?: Duration;
  /** Id in the document that asks for it. */
  readonly source: string;
}

/** The share of bad events over a window, from raw series. */
export interface ErrorRatioMeasure {
  readonly kind: "error-ratio";
  readonly sli: EventSli;
  readonly window: Duration;
  /** Bad events that the window must hold besides, so that one slow request at night is not 100 %. */
  readonly minimumBadEvents: number;
  /**
   * Events of the whole population that the window must hold more of, where a share means little without traffic
   * (ENVSYNC-ERR-3).
   */
  readonly busierThan?: number;
}

/** The share of a job's targets that are up. */
export interface TargetsUpMeasure {
  readonly kind: "targets-up";
  readonly job: Job;
  /**
   * Of how many: where we deploy them ourselves, we know. A pod that is pending is no target, so that among those that
   * are known nothing would be missing.
   * @default - the targets that are known
   */
  readonly planned?: number;
}

/** One gauge as a share of another: used of available. */
export interface GaugeShareMeasure {
  readonly kind: "gauge-share";
  readonly used: Gauge;
  readonly available: Gauge;
  /** `together`: sum of the used over the greatest available. `each`: the greatest share of series of equal labels. */
  readonly of: "together" | "each";
}

/** The smallest value of a gauge as a share of the job's targets, as for the members that each of them knows. */
export interface GaugePerTargetMeasure {
  readonly kind: "gauge-per-target";
  readonly gauge: Gauge;
}

/** Fires while a measured share is beyond a threshold for a time. */
export interface ThresholdAlert extends AlertBase {
  readonly kind: "threshold";
  readonly measure: ErrorRatioMeasure | TargetsUpMeasure | GaugeShareMeasure | GaugePerTargetMeasure;
  readonly comparison: "above" | "below";
  readonly threshold: Percent;
}

/**
 * Fires when a job is gone: no target is up, or none exists; and when too few of its requests succeed, where it says
 * which. The last part is guarded against single failures at low traffic like a page (guard "strict").
 */
export interface AbsenceAlert extends AlertBase {
  readonly kind: "absence";
  readonly job: Job;
  /** The SLO that records the requests; its recorded rates are read. */
  readonly requests?: { readonly slo: string; readonly succeedBelow: Percent };
}

/** Fires at once while a gauge has a value: a switch, a mode. */
export interface EventAlert extends AlertBase {
  readonly kind: "event";
  readonly gauge: Gauge;
  readonly where: readonly LabelMatch[];
  /** Exact decimal. */
  readonly equals: string;
}

/** Fires while a gauge is beyond a limit: a queue, a depth, an age. */
export interface GaugeAlert extends AlertBase {
  readonly kind: "gauge";
  readonly gauge: Gauge;
  readonly where: readonly LabelMatch[];
  /** How series are put together. */
  readonly of: "sum" | "max" | "min";
  readonly comparison: "above" | "below";
  /** Exact decimal in the unit of the gauge, or a duration where it is in seconds. */
  readonly limit: string;
}

/** Fires while a gauge that is 1 when all is well is 0, or is not reported by anybody. */
export interface GaugeDownAlert extends AlertBase {
  readonly kind: "gauge-down";
  readonly gauge: Gauge;
}

/** Fires while a counter grew by more than a number within a window: failures that should never happen. */
export interface IncreaseAlert extends AlertBase {
  readonly kind: "increase";
  readonly counter: Counter;
  readonly where: readonly LabelMatch[];
  readonly window: Duration;
  /** A whole number of events. */
  readonly moreThan: number;
  /** Labels of the counter whose values are told apart, each with an alert of its own; none by default. */
  readonly by?: readonly string[];
  /**
   * Labels of the counter, or `instance`, whose values all do the same work: only what every one of them counts is
   * counted, e.g. what was lost on all ways.
   * @default - what they count is added up
   */
  readonly least?: readonly string[];
  /** A counter of the same job: a target on which it grows as well has an alert of its own for both. */
  readonly explainedBy?: Counter;
}

/** Fires while targets that should agree on a value do not. */
interface DisagreementAlert extends AlertBase {
  readonly kind: "disagreement";
  readonly gauge: Gauge;
}

/**
 * Fires while events come at a rate that is unusual for this counter: compared with its own rates of a day that ended
 * an hour ago, so that an incident does not become its own yardstick (ENGRAM-ERR-4). Silent until a quarter of that
 * day is known.
 */
export interface AnomalyAlert extends AlertBase {
  readonly kind: "anomaly";
  readonly counter: Counter;
  readonly where: readonly LabelMatch[];
  /** How far from usual: so many times the mean, or so many standard deviations above it. */
  readonly beyond: { readonly times: number } | { readonly deviations: number };
  /** Events per minute that there must be besides: three times nothing is nothing. */
  readonly moreThanPerMinute: number;
}

/** The alerts that a service declares; burn-rate alerts are generated from its SLOs. */
export type Alert =
  | AbsenceAlert
  | AnomalyAlert
  | DisagreementAlert
  | EventAlert
  | GaugeAlert
  | GaugeDownAlert
  | IncreaseAlert
  | ThresholdAlert;
