import type { AlertDraft } from "./alert-draft";
import type { AlertSubject } from "./alert-planner";
import { alertPanel } from "./dashboards/alert-panels";
import { alertMetrics, jobWatched, type Alert } from "../slo/alert";
import type { Service } from "../slo/service";
import { sliReadings } from "../slo/measure";
import type { Job } from "../slo/telemetry";

/** What an alert of a service is about. */
export function alertSubject(service: Service, draft: AlertDraft): AlertSubject {
  const panel = alertPanel(service, draft);
  const job = measuredOn(service, draft);
  return { ...(panel === undefined ? {} : { panel }), ...(job === undefined ? {} : { job }) };
}

/**
 * The job that an alert is measured on, by the alert's name and SLO: when that job is gone, the alert may say no more
 * than that. None where several jobs take part, because an alert that compares them has a cause of its own.
 */
function measuredOn(
  service: Service,
  { name, slo }: { readonly name: string; readonly slo?: string },
): string | undefined {
  const declared = service.alerts.find((alert) => alert.name === name && alert.slo === slo);
  const promised = service.slos
    .filter(({ id }) => id === slo)
    .flatMap(({ sli }) => sliReadings(sli).map(({ metric }) => metric.job));
  const jobs = new Set((declared === undefined ? promised : jobsOf(declared)).map(answering));
  return jobs.size === 1 ? [...jobs].join() : undefined;
}

function jobsOf(alert: Alert): readonly Job[] {
  const watched = jobWatched(alert);
  return watched === undefined ? alertMetrics(alert).map(({ job }) => job) : [watched];
}

/** A probe measures the job that answers it. */
function answering({ name, probe }: Job): string {
  return probe?.of?.name ?? name;
}
