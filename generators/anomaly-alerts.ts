import type { PlannedAnomaly, RecordingRule } from "../plan/monitoring-plan";
import { DIMENSIONS, RECORDS } from "../plan/names";
import { isOutage, type MeasuredAlert, type Unusual } from "../slo/alert";
import { ANOMALY } from "../slo/anomaly";
import { minimumSamples } from "../slo/coverage";
import type { Rate } from "../slo/measure";
import { sortedBy } from "../slo/order";
import type { Service } from "../slo/service";
import { aggregate, allOf, block, equals, over, selector, type PromQl } from "./promql";

interface AnomalyAlert extends MeasuredAlert {
  readonly measure: Rate;
}

function anomalyAlerts({ alerts }: Service): readonly AnomalyAlert[] {
  return alerts.filter(
    (alert): alert is AnomalyAlert =>
      !isOutage(alert) && "unusual" in alert.when && alert.measure.kind === "rate",
  );
}

/** The rates that alerts on unusual ones compare with their past; their history is too dear to compute anew. */
export function anomalyRecords(service: Service): readonly RecordingRule[] {
  return anomalyAlerts(service).map(({ name, measure }) => ({
    kind: "record",
    record: RECORDS.anomaly(ANOMALY.window),
    expr: eventRate(measure),
    labels: { anomaly: name, service: service.id },
  }));
}

/** What the alerts of a service on unusual rates watch. */
export function plannedAnomalies(service: Service): readonly PlannedAnomaly[] {
  return sortedBy(anomalyAlerts(service), ({ name }) => name).map(
    ({ name, measure: { counter, where = [] } }) => ({
      alertname: name,
      service: service.id,
      counter,
      where,
    }),
  );
}

/** A counter that counted nothing yet may have no series; its rate is 0 as long as a target answers. */
function eventRate({ counter, where = [] }: Rate): PromQl {
  const job = equals("job", counter.job.name);
  const rate = over("rate", selector(counter.name, [job, ...where]), ANOMALY.window);
  const events = counter.initialisedToZero ? rate : `${rate} or 0 * ${selector("up", [job])}`;
  return aggregate("sum", DIMENSIONS, events);
}

/** The rate is beyond its own past, there are enough events to mean something, and the past is known. */
export function unusualRate(service: Service, alert: string, unusual: Unusual): PromQl {
  const { window, history, sampling, apart, atLeastTimes } = ANOMALY;
  const rate = selector(RECORDS.anomaly(window), [equals("anomaly", alert), equals("service", service.id)]);
  const past = (of: string): PromQl => `${of}_over_time(${rate}[${history}:${sampling}] offset ${apart})`;
  const conditions = allOf([
    ...("times" in unusual
      ? [`${rate} > ${unusual.times} * ${past("avg")}`]
      : [
          `${rate} > ${past("avg")} + ${unusual.deviations} * ${past("stddev")}`,
          `${rate} > ${atLeastTimes} * ${past("avg")}`,
        ]),
    `${rate} * 1m > ${unusual.moreThanPerMinute}`,
    `${past("count")} > ${minimumSamples(history, sampling)}`,
  ]);
  // The record is labelled for itself; the alert is not.
  return `sum by (${DIMENSIONS.join(", ")}) ${block(conditions)}`;
}
