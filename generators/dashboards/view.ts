import { CLUSTER_VARIABLE, type Link, type Unit } from "../../plan/dashboard";
import type { Place } from "../../plan/names";
import type { PlannedAlert } from "../../plan/monitoring-plan";
import { sortedBy } from "../../slo/order";
import type { Service } from "../../slo/service";
import type { LabelMatch, Metric } from "../../slo/telemetry";
import { equals } from "../promql";
import type { SloContext } from "../slo-context";

/**
 * The conditions of every query. The cluster is a variable: a Prometheus that holds several of one environment, such as
 * Google's, shows each of them on the same dashboard.
 */
export function chosen({ environment }: Place): readonly LabelMatch[] {
  return [equals("cluster", CLUSTER_VARIABLE), equals("environment", environment)];
}

/** One service in one place as a dashboard shows it. */
export interface ServiceView {
  readonly service: Service;
  readonly place: Place;
  /** The conditions that every query has. */
  readonly here: readonly LabelMatch[];
  /** Sorted by SLO id. */
  readonly contexts: readonly SloContext[];
  /** The alerts of the service. */
  readonly alerts: readonly PlannedAlert[];
}

/** Links to the runbooks of alerts, a page once. */
export function runbookLinks(alerts: readonly PlannedAlert[]): readonly Link[] {
  const byUrl = new Map(
    sortedBy(alerts, (alert) => alert.alertname).map(({ alertname, runbook }) => [
      runbook.url,
      { title: `Runbook of ${alertname}`, url: runbook.url },
    ]),
  );
  return [...byUrl.values()];
}

/** The runbooks of the alerts of an SLO; of some kinds where those are named. */
export function sloRunbooks(
  { alerts }: ServiceView,
  { slo }: SloContext,
  ...kinds: readonly PlannedAlert["kind"][]
): readonly Link[] {
  return runbookLinks(
    alerts.filter((alert) => alert.slo === slo.id && (kinds.length === 0 || kinds.includes(alert.kind))),
  );
}

/** Conditions on the raw series of a metric in one place. */
export function population(
  metric: Metric,
  here: readonly LabelMatch[],
  of: readonly LabelMatch[] = [],
): readonly LabelMatch[] {
  return [equals("job", metric.job.name), ...here, ...of];
}

/** Base units by the ending that Prometheus' naming rules give a metric of that unit. Source: Prometheus docs, "Metric and label naming". */
const SUFFIXES = [
  ["_bytes", "bytes"],
  ["_ratio", "ratio"],
  ["_seconds", "seconds"],
] as const;

/** The unit of a gauge or a histogram, from its name; a number of things where the name has no unit. */
export function unitOf({ name }: Metric): Unit {
  return SUFFIXES.find(([suffix]) => name.endsWith(suffix))?.[1] ?? "count";
}
