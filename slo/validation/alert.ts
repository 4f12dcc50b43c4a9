import type { Alert } from "../alert";
import { milliseconds } from "../duration";
import { ratioOfPercent } from "../objective";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkAlertName, checkDuration, checkSlug } from "./identifiers";
import { checkMetricUse, checkSli } from "./telemetry";

/** Every problem of one declared alert. */
export function checkAlert(service: Service, alert: Alert): readonly Problem[] {
  const path = `services.${service.id}.alerts.${alert.name}`;
  return [
    ...checkAlertName(`${path}.name`, alert.name),
    ...checkSlug(`${path}.runbook`, alert.runbook),
    ...checkDuration(`${path}.for`, alert.for),
    ...(alert.groupWait === undefined ? [] : checkDuration(`${path}.groupWait`, alert.groupWait)),
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
          ? [
              ...checkSli(`${path}.measure.sli`, service.telemetry, alert.measure.sli),
              ...checkPositiveWindow(`${path}.measure.window`, alert.measure.window),
            ]
          : checkJob(`${path}.measure.job`, service, alert.measure.job.name)),
      ];
    case "absence":
      return [
        ...checkJob(`${path}.job`, service, alert.job.name),
        ...checkThreshold(`${path}.requests.succeedBelow`, alert.requests.succeedBelow),
        ...checkSloReference(`${path}.requests.slo`, service, alert.requests.slo),
      ];
    case "event":
      return checkMetricUse(`${path}.where`, service.telemetry, alert.gauge, alert.where);
  }
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
