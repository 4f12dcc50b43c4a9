import { isOutage, type Alert } from "../alert";
import type { Duration } from "../duration";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkCondition, checkThreshold } from "./condition";
import { checkAlertName, checkDuration, checkPlainText, checkSlug } from "./identifiers";
import { checkMeasure } from "./measure";
import { checkJob, checkSloReference } from "./references";
import { checkTemplate } from "./template";

/** The least and the most that an alert waits. */
export const ALERT_WAIT: readonly [Duration, Duration] = ["0s", "7d"];

/** Every problem of one declared alert. */
export function checkAlert(service: Service, alert: Alert): readonly Problem[] {
  const path = `services.${service.id}.alerts.${alert.name}`;
  return [
    ...checkAlertName(`${path}.name`, alert.name),
    ...checkSlug(`${path}.runbook`, alert.runbook),
    ...checkPlainText(`${path}.summary`, alert.summary),
    ...checkTemplate(`${path}.description`, alert.description),
    ...checkDuration(`${path}.for`, alert.for, ALERT_WAIT),
    ...checkGroupWait(`${path}.groupWait`, alert),
    ...(alert.slo === undefined ? [] : checkSloReference(`${path}.slo`, service, alert.slo)),
    ...checkKind(path, service, alert),
  ];
}

function checkKind(path: string, service: Service, alert: Alert): readonly Problem[] {
  if (!isOutage(alert)) {
    return [
      ...checkMeasure(`${path}.measure`, service, alert.measure),
      ...checkCondition(path, alert),
      ...(alert.whileBurning === undefined
        ? []
        : checkBurning(`${path}.whileBurning`, service, alert.whileBurning)),
    ];
  }
  const { outageOf, requests } = alert;
  return [
    ...checkJob(`${path}.outageOf`, service, outageOf.name),
    ...(requests === undefined
      ? []
      : [
          ...checkThreshold(`${path}.requests.succeedBelow`, requests.succeedBelow),
          ...checkSloReference(`${path}.requests.slo`, service, requests.slo),
        ]),
  ];
}

/** What burns is counted in events, of all values together. */
function checkBurning(path: string, service: Service, id: string): readonly Problem[] {
  const slo = service.slos.find((one) => one.id === id);
  if (slo === undefined) {
    return checkSloReference(path, service, id);
  }
  const isOfEvents = slo.sli.kind === "request-ratio" || slo.sli.kind === "latency-ratio";
  return isOfEvents && slo.by === undefined
    ? []
    : [
        {
          code: "condition-unfit",
          path,
          message: `[${id}] is not an objective whose events are judged together`,
          remedy: "Name one that is, or leave whileBurning out.",
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
          remedy:
            "Leave groupWait out, or make the alert critical: a group-wait override is for pages alone.",
        },
      ];
}
