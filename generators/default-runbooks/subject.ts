import { IS_MANAGED, type Binding } from "../../plan/backend";
import type { MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import { placeOf } from "../../plan/environment";
import { alertMetrics, jobWatched, type Alert } from "../../slo/alert";
import { sliReadings } from "../../slo/measure";
import type { Service } from "../../slo/service";
import type { Job } from "../../slo/telemetry";
import type { LabelMatch } from "../../slo/telemetry";
import { inPlace } from "../promql";
import type { SloContext } from "../slo-context";
import { titleOf } from "./page";

/** What one page is about: a slug of a service, and all that leads to it in an environment. */
export interface RunbookSubject {
  readonly service: Service;
  /** With the alerts and objectives of this service alone, and no runbooks yet. */
  readonly plan: MonitoringPlan;
  readonly slug: string;
  /** Those that lead here in this environment; none where an objective puts its alert out of reach. */
  readonly alerts: readonly PlannedAlert[];
  /** Declarations of alerts that lead here. */
  readonly declared: readonly Alert[];
  /** Every objective of the service; which of its alerts lead here is in its runbooks. */
  readonly contexts: readonly SloContext[];
  /** Jobs that are measured. */
  readonly jobs: readonly Job[];
  /** Jobs with pods: a probe has none, and stands for what answers it. */
  readonly deployed: readonly Job[];
  readonly bound: Binding;
}

/** The jobs that objectives and alerts are measured on, each once. */
export function jobsOf(contexts: readonly SloContext[], alerts: readonly Alert[]): readonly Job[] {
  const measured = contexts.flatMap(({ slo: { sli } }) => sliReadings(sli).map(({ metric }) => metric.job));
  const watched = alerts.flatMap((alert) => jobWatched(alert) ?? alertMetrics(alert).map(({ job }) => job));
  return eachOnce([...measured, ...watched]);
}

/** The jobs whose pods are behind others. */
export function deployedOf(jobs: readonly Job[]): readonly Job[] {
  return eachOnce(jobs.flatMap((job) => (job.probe === undefined ? job : (job.probe.of ?? []))));
}

function eachOnce(jobs: readonly Job[]): readonly Job[] {
  return [...new Map(jobs.map((job) => [job.name, job])).values()];
}

/** Conditions of every query: the stack's own Prometheus sees this place alone, Google's sees all of them. */
export function hereOf({ bound, plan }: RunbookSubject): readonly LabelMatch[] {
  return IS_MANAGED[bound.metrics] ? inPlace(placeOf(plan.environment)) : [];
}

/** A link to another page of the service, or the word for this one. */
export function pageLink({ slug }: RunbookSubject, other: string): string {
  return other === slug ? "this page" : `[${titleOf(other)}](${other}.md)`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const all = [...new Set(items)];
  return all.length < 2 ? all.join() : `${all.slice(0, -1).join(", ")} and ${all.slice(-1).join()}`;
}
