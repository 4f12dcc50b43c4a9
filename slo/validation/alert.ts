import type {
  Alert,
  AnomalyAlert,
  ErrorRatioMeasure,
  IncreaseAlert,
  TargetsUpMeasure,
  ThresholdAlert,
} from "../alert";
import { isDuration, type Duration } from "../duration";
import { ratioOfPercent } from "../objective";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkAlertName, checkDecimal, checkDuration, checkPlainText, checkSlug } from "./identifiers";
import { checkJob, checkSloReference } from "./references";
import { checkTemplate } from "./template";
import { checkLabels, checkMetricUse, checkSli } from "./telemetry";

/**
 * The least and the most of the durations of an alert. A shorter window holds no two scrapes, and more than a quarter of
 * a year is no alert but a report.
 */
export const ALERT_BOUNDS = { for: ["0s", "7d"], window: ["1m", "90d"] } as const satisfies Readonly<
  Record<string, readonly [Duration, Duration]>
>;

/** Every problem of one declared alert. */
export function checkAlert(service: Service, alert: Alert): readonly Problem[] {
  const path = `services.${service.id}.alerts.${alert.name}`;
  return [
    ...checkAlertName(`${path}.name`, alert.name),
    ...checkSlug(`${path}.runbook`, alert.runbook),
    ...checkPlainText(`${path}.summary`, alert.summary),
    ...checkTemplate(`${path}.description`, alert.description),
    ...checkDuration(`${path}.for`, alert.for, ALERT_BOUNDS.for),
    ...checkGroupWait(`${path}.groupWait`, alert),
    ...(alert.slo === undefined ? [] : checkSloReference(`${path}.slo`, service, alert.slo)),
    ...checkKind(path, service, alert),
  ];
}

function checkKind(path: string, service: Service, alert: Alert): readonly Problem[] {
  switch (alert.kind) {
    case "threshold":
      return [
        ...checkThreshold(`${path}.threshold`, alert.threshold),
        ...checkMeasure(`${path}.measure`, service, alert.measure),
      ];
    case "absence":
      return [
        ...checkJob(`${path}.job`, service, alert.job.name),
        ...(alert.requests === undefined
          ? []
          : [
              ...checkThreshold(`${path}.requests.succeedBelow`, alert.requests.succeedBelow),
              ...checkSloReference(`${path}.requests.slo`, service, alert.requests.slo),
            ]),
      ];
    case "event":
      return [
        ...checkMetricUse(`${path}.where`, service.telemetry, alert.gauge, alert.where),
        ...checkDecimal(`${path}.equals`, alert.equals),
      ];
    case "gauge":
      return [
        ...checkMetricUse(`${path}.gauge`, service.telemetry, alert.gauge, alert.where),
        ...(isDuration(alert.limit) ? [] : checkDecimal(`${path}.limit`, alert.limit)),
      ];
    case "increase":
      return checkIncrease(path, service, alert);
    case "anomaly":
      return checkAnomaly(path, service, alert);
    case "gauge-down":
    case "disagreement":
      return checkMetricUse(`${path}.gauge`, service.telemetry, alert.gauge, []);
  }
}

function checkIncrease(path: string, service: Service, alert: IncreaseAlert): readonly Problem[] {
  const { counter, by = [], least = [], explainedBy } = alert;
  // Every target has the label `instance`.
  const own = least.filter((label) => label !== "instance");
  return [
    ...checkMetricUse(`${path}.counter`, service.telemetry, counter, alert.where),
    ...checkDuration(`${path}.window`, alert.window, ALERT_BOUNDS.window),
    ...checkCount(`${path}.moreThan`, alert.moreThan),
    ...checkLabels(`${path}.by`, counter, by),
    ...checkLabels(`${path}.least`, counter, own),
    ...(explainedBy === undefined
      ? []
      : checkMetricUse(`${path}.explainedBy`, service.telemetry, explainedBy, [])),
  ];
}

function checkAnomaly(path: string, service: Service, alert: AnomalyAlert): readonly Problem[] {
  const { beyond } = alert;
  const factor = "times" in beyond ? beyond.times : beyond.deviations;
  const usable = Number.isSafeInteger(factor) && factor >= 2 && factor <= 1_000;
  return [
    ...checkMetricUse(`${path}.counter`, service.telemetry, alert.counter, alert.where),
    ...checkCount(`${path}.moreThanPerMinute`, alert.moreThanPerMinute),
    ...(usable
      ? []
      : [
          {
            code: "threshold-invalid" as const,
            path: `${path}.beyond`,
            message: `[${factor}] is not how far from usual a rate can be`,
            remedy: "Use a whole number from 2 to 1000, e.g. 3.",
          },
        ]),
  ];
}

function checkMeasure(
  path: string,
  service: Service,
  measure: ThresholdAlert["measure"],
): readonly Problem[] {
  switch (measure.kind) {
    case "error-ratio":
      return checkErrorRatio(path, service, measure);
    case "targets-up":
      return [
        ...checkJob(`${path}.job`, service, measure.job.name),
        ...checkPlanned(`${path}.planned`, measure),
      ];
    case "gauge-share":
      return [
        ...checkMetricUse(`${path}.used`, service.telemetry, measure.used, []),
        ...checkMetricUse(`${path}.available`, service.telemetry, measure.available, []),
      ];
    case "gauge-per-target":
      return checkMetricUse(`${path}.gauge`, service.telemetry, measure.gauge, []);
  }
}

function checkPlanned(path: string, { planned = 1 }: TargetsUpMeasure): readonly Problem[] {
  return Number.isSafeInteger(planned) && planned > 0
    ? []
    : [
        {
          code: "minimum-invalid",
          path,
          message: `[${planned}] is not a number of targets`,
          remedy: "Use a whole number from 1 on, or leave it out to count the targets that are known.",
        },
      ];
}

/** Only the route of pages has faster ones beside it; on any other alert the wait would change nothing. */
function checkGroupWait(path: string, { groupWait, severity }: Alert): readonly Problem[] {
  if (groupWait === undefined) {
    return [];
  }
  return severity === "critical"
    ? checkDuration(path, groupWait, ["0s", "10m"])
    : [
        {
          code: "group-wait-ignored",
          path,
          message: `[${groupWait}] would have no effect on an alert of severity [${severity}]`,
          remedy: "Leave groupWait out, or make the alert critical: only pages are hurried.",
        },
      ];
}

function checkErrorRatio(path: string, service: Service, measure: ErrorRatioMeasure): readonly Problem[] {
  const { busierThan, minimumBadEvents, sli, window } = measure;
  return [
    ...checkSli(`${path}.sli`, service.telemetry, sli),
    ...checkDuration(`${path}.window`, window, ALERT_BOUNDS.window),
    ...checkCount(`${path}.minimumBadEvents`, minimumBadEvents),
    ...(busierThan === undefined ? [] : checkCount(`${path}.busierThan`, busierThan)),
  ];
}

const MOST_EVENTS = 1_000_000_000;

/** A number of events that an alert compares with. */
export function checkCount(path: string, count: number): readonly Problem[] {
  return Number.isSafeInteger(count) && count >= 0 && count <= MOST_EVENTS
    ? []
    : [
        {
          code: "minimum-invalid",
          path,
          message: `[${count}] is not a number of events`,
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
