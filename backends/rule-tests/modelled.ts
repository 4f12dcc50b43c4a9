import { isOutage, onJob, type Alert } from "../../slo/alert";
import type { Query } from "../../slo/measure";
import type { Service } from "../../slo/service";
import { isPlain, type EventSli, type Sli, type TimeSli } from "../../slo/sli";
import type { Metric } from "../../slo/telemetry";

/** SLIs of which the model knows what they count. What counters or queries of a service's own say is told by tables. */
export type ModelledSli = EventSli | (TimeSli & { readonly measure: Exclude<TimeSli["measure"], Query> });

export function isModelled(sli: Sli): sli is ModelledSli {
  return !isPlain(sli) && sli.kind !== "composite" && (sli.kind !== "time" || sli.measure.kind !== "query");
}

/** @throws RangeError of what tables tell */
export function modelled(sli: Sli): ModelledSli {
  if (!isModelled(sli)) {
    throw new RangeError(`there is no model of an SLI of kind [${sli.kind}]`);
  }
  return sli;
}

/** Whether an alert measures by a query of the service's own. */
export function ownQuery(alert: Alert): Query | undefined {
  return isOutage(alert) || alert.measure.kind !== "query" ? undefined : alert.measure;
}

/** A service without what there is no model of. */
export function modelledPart(service: Service): Service {
  return {
    ...service,
    slos: service.slos.filter(({ sli, by }) => isModelled(sli) && by === undefined),
    alerts: service.alerts.filter((alert) => ownQuery(alert) === undefined),
  };
}

/** Measures that know how many targets there are. */
const OF_TARGETS = ["gauge-per-target", "targets-up"];

/**
 * A service as an alert of it is tested: with two targets of each job at least, where it does not ask how many there are.
 * Of one target the highest value is the lowest, and the sum.
 */
export function playedFor(alert: Alert, service: Service): Service {
  const known = modelledPart(service);
  if (isOutage(alert) || OF_TARGETS.includes(alert.measure.kind)) {
    return known;
  }
  const jobs = known.telemetry.jobs.map((job) => ({ ...job, instances: Math.max(2, job.instances) }));
  const moved = <M extends Metric>(metric: M): M => ({
    ...metric,
    job: jobs.find(({ name }) => name === metric.job.name) ?? metric.job,
  });
  return {
    ...known,
    telemetry: { ...known.telemetry, jobs, metrics: known.telemetry.metrics.map(moved) },
    alerts: known.alerts.map((one) => jobs.reduce(onJob, one)),
  };
}
