import type { PlannedAnomaly, RecordingRule } from "../plan/monitoring-plan";
import { DIMENSIONS, RECORDS } from "../plan/names";
import type { Alert, AnomalyAlert } from "../slo/alert";
import { ANOMALY } from "../slo/anomaly";
import { minimumSamples } from "../slo/coverage";
import { sortedBy } from "../slo/order";
import type { Service } from "../slo/service";
import { aggregate, allOf, block, equals, over, selector, type PromQl } from "./promql";

/** The rates that the anomaly alerts of a service compare with their past; their history is too dear to compute anew. */
export function anomalyRecords(service: Service, alerts: readonly Alert[]): readonly RecordingRule[] {
  return alerts
    .filter((alert): alert is AnomalyAlert => alert.kind === "anomaly")
    .map((alert) => ({
      kind: "record",
      record: RECORDS.anomaly(ANOMALY.window),
      expr: eventRate(alert),
      labels: { anomaly: alert.name, service: service.id },
    }));
}

/** What the anomaly alerts of a service watch. */
export function plannedAnomalies(service: Service): readonly PlannedAnomaly[] {
  return sortedBy(
    service.alerts.filter((alert) => alert.kind === "anomaly"),
    ({ name }) => name,
  ).map(({ name, counter, where }) => ({ alertname: name, service: service.id, counter, where }));
}

/** A counter that counted nothing yet may have no series; its rate is 0 as long as a target answers. */
function eventRate({ counter, where }: AnomalyAlert): PromQl {
  const job = equals("job", counter.job.name);
  const rate = over("rate", selector(counter.name, [job, ...where]), ANOMALY.window);
  const events = counter.initialisedToZero ? rate : `${rate} or 0 * ${selector("up", [job])}`;
  return aggregate("sum", DIMENSIONS, events);
}

/** The rate is beyond its own past, there are enough events to mean something, and the past is known. */
export function anomaly(service: Service, alert: AnomalyAlert): PromQl {
  const { window, history, sampling, apart, atLeastTimes } = ANOMALY;
  const rate = selector(RECORDS.anomaly(window), [
    equals("anomaly", alert.name),
    equals("service", service.id),
  ]);
  const past = (of: string): PromQl => `${of}_over_time(${rate}[${history}:${sampling}] offset ${apart})`;
  const { beyond } = alert;
  const unusual = allOf([
    ...("times" in beyond
      ? [`${rate} > ${beyond.times} * ${past("avg")}`]
      : [
          `${rate} > ${past("avg")} + ${beyond.deviations} * ${past("stddev")}`,
          `${rate} > ${atLeastTimes} * ${past("avg")}`,
        ]),
    `${rate} * 1m > ${alert.moreThanPerMinute}`,
    `${past("count")} > ${minimumSamples(history, sampling)}`,
  ]);
  // The record is labelled for itself; the alert is not.
  return `sum by (${DIMENSIONS.join(", ")}) ${block(unusual)}`;
}
