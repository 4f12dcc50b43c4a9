import type { Alert, ErrorRatioMeasure, EventAlert } from "../alert";
import { milliseconds } from "../duration";
import { ratioOfPercent } from "../objective";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkAlertName, checkDuration, checkPlainText, checkSlug } from "./identifiers";
import { checkMetricUse, checkSli } from "./telemetry";

/** Every problem of one declared alert. */
export function checkAlert(service: Service, alert: Alert): readonly Problem[] {
  const path = `services.${service.id}.alerts.${alert.name}`;
  return [
    ...checkAlertName(`${path}.name`, alert.name),
    ...checkSlug(`${path}.runbook`, alert.runbook),
    ...checkPlainText(`${path}.summary`, alert.summary),
    ...checkDuration(`${path}.for`, alert.for),
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
        ...(alert.measure.kind === "error-ratio"
          ? checkErrorRatio(`${path}.measure`, service, alert.measure)
          : checkJob(`${path}.measure.job`, service, alert.measure.job.name)),
      ];
    case "absence":
      return [
        ...checkJob(`${path}.job`, service, alert.job.name),
        ...checkThreshold(`${path}.requests.succeedBelow`, alert.requests.succeedBelow),
        ...checkSloReference(`${path}.requests.slo`, service, alert.requests.slo),
      ];
    case "event":
      return [
        ...checkMetricUse(`${path}.where`, service.telemetry, alert.gauge, alert.where),
        ...checkEventValue(`${path}.equals`, alert),
      ];
  }
}

/** Only the route of pages has faster ones beside it; on any other alert the wait would change nothing. */
function checkGroupWait(path: string, { groupWait, severity }: Alert): readonly Problem[] {
  if (groupWait === undefined) {
    return [];
  }
  return severity === "critical"
    ? checkDuration(path, groupWait)
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
  const { minimumBadEvents, sli, window } = measure;
  return [
    ...checkSli(`${path}.sli`, service.telemetry, sli),
    ...checkPositiveWindow(`${path}.window`, window),
    ...(Number.isSafeInteger(minimumBadEvents) && minimumBadEvents >= 0
      ? []
      : [
          {
            code: "minimum-invalid" as const,
            path: `${path}.minimumBadEvents`,
            message: `[${minimumBadEvents}] is not a number of events`,
            remedy: "Use a whole number from 0 on, e.g. 5.",
          },
        ]),
  ];
}

/** No leading zeros: PromQL reads 010 as the octal 8. */
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

function checkEventValue(path: string, { equals }: EventAlert): readonly Problem[] {
  return DECIMAL.test(equals)
    ? []
    : [
        {
          code: "event-value-invalid",
          path,
          message: `[${equals}] is not a decimal number that a gauge can have`,
          remedy: "Write digits without exponent or leading zeros, e.g. 1 or 0.5.",
        },
      ];
}

function checkPositiveWindow(path: string, window: string): readonly Problem[] {
  const problems = checkDuration(path, window);
  return problems.length > 0 || milliseconds(window) > 0
    ? problems
    : [
        {
          code: "duration-invalid",
          path,
          message: `[${window}] is an empty window`,
          remedy: "Use at least 1m.",
        },
      ];
}

function checkThreshold(path: string, threshold: string): readonly Problem[] {
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

function checkSloReference(path: string, service: Service, slo: string): readonly Problem[] {
  return service.slos.some((candidate) => candidate.id === slo)
    ? []
    : [
        {
          code: "slo-undeclared",
          path,
          message: `[${slo}] is not an SLO of [${service.id}]`,
          remedy: `Use one of [${service.slos.map((candidate) => candidate.id).join(", ")}].`,
        },
      ];
}

function checkJob(path: string, service: Service, job: string): readonly Problem[] {
  return service.telemetry.jobs.some((candidate) => candidate.name === job)
    ? []
    : [
        {
          code: "metric-undeclared",
          path,
          message: `job [${job}] is not in the telemetry contract`,
          remedy: `Declare it, or use one of [${service.telemetry.jobs.map((candidate) => candidate.name).join(", ")}].`,
        },
      ];
}
