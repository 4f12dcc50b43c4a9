import { alertMetrics, isOutage, jobWatched, onJob, type Alert } from "../slo/alert";
import type { Autoscaling } from "../slo/autoscaling";
import type { Backup } from "../slo/backup";
import type { Capacity } from "../slo/capacity";
import type { DashboardRow } from "../slo/dashboard";
import { sliReadings } from "../slo/measure";
import { distinctBy, groupedBy, sortedBy } from "../slo/order";
import type { Sli } from "../slo/sli";
import type { Service, Slo } from "../slo/service";
import { saidOf, type Job, type Metric } from "../slo/telemetry";

/** What a team says of a service, whatever it is made of. */
export interface ServiceHead extends Pick<Service, "environments" | "id" | "team" | "tier" | "title"> {
  /** @default - its title */
  readonly description?: string;
  /** Alerts besides those of its parts, on jobs that a part has by the same name. */
  readonly alerts?: readonly Alert[];
}

/** What a part adds to a service; the telemetry contract is what its objectives and alerts read. */
export interface Fragment {
  readonly slos?: readonly Slo[];
  readonly alerts?: readonly Alert[];
  readonly autoscaling?: readonly Autoscaling[];
  readonly capacity?: readonly Capacity[];
  /** Of the dashboard of objectives; those of one id are one row. */
  readonly rows?: readonly DashboardRow[];
  /** Metrics besides, such as those of panels. */
  readonly metrics?: readonly Metric[];
  readonly backups?: readonly Backup[];
  /** What its default runbooks say first, paragraphs in Markdown by slug. */
  readonly advice?: Readonly<Record<string, readonly string[]>>;
}

/** A ready piece of monitoring for telemetry that many services have: a server, a database, a batch job. */
export type Part = (service: ServiceHead) => Fragment;

/**
 * A service from parts, complete: it can be spread and extended like any other. Its dashboard is `<id>-slo`, its
 * environments and team hold for all parts.
 */
export function defineService(head: ServiceHead, parts: readonly Part[]): Service {
  const ofParts = extended(
    {
      id: head.id,
      title: head.title,
      description: head.description ?? `${head.title}, run by team ${head.team}.`,
      team: head.team,
      tier: head.tier,
      environments: head.environments,
      dashboard: `${head.id}-slo`,
      telemetry: { jobs: [], metrics: [] },
      slos: [],
      alerts: [],
      autoscaling: [],
      backups: [],
    },
    parts,
  );
  const { jobs } = ofParts.telemetry;
  const alerts = (head.alerts ?? []).map((alert) => jobs.reduce((own, job) => onJob(own, job), alert));
  return alerts.length === 0 ? ofParts : extended(ofParts, [() => ({ alerts })]);
}

/** A service with parts besides what it has; its contract holds what they read. */
export function extended(service: Service, parts: readonly Part[]): Service {
  const fragments = parts.map((part) => part(service));
  const all = <K extends "alerts" | "autoscaling" | "backups" | "capacity" | "metrics" | "rows" | "slos">(
    key: K,
  ) =>
    fragments.flatMap((fragment): readonly unknown[] => fragment[key] ?? []) as NonNullable<
      Fragment[K]
    >[number][];
  const [slos, alerts] = [all("slos"), all("alerts")];
  const { jobs, metrics } = service.telemetry;
  const advice = Object.assign(
    { ...service.advice },
    ...fragments.map((fragment) => fragment.advice ?? {}),
  ) as NonNullable<Service["advice"]>;
  const capacity = [...(service.capacity ?? []), ...all("capacity")];
  const sloRows = [...(service.sloRows ?? []), ...united(all("rows"))];
  return {
    ...service,
    telemetry: {
      ...service.telemetry,
      jobs: sortedBy(distinctBy([...jobs, ...jobsOf(slos, alerts)], saidOf), ({ name }) => name),
      metrics: unitedMetrics([
        ...metrics,
        ...slos.flatMap(({ sli }) => metricsOf(sli)),
        ...alerts.flatMap(alertMetrics),
        ...all("metrics"),
      ]),
    },
    slos: [...service.slos, ...slos],
    alerts: [...service.alerts, ...alerts],
    ...(Object.keys(advice).length === 0 ? {} : { advice }),
    autoscaling: [...service.autoscaling, ...all("autoscaling")],
    backups: [...service.backups, ...all("backups")],
    ...(capacity.length === 0 ? {} : { capacity }),
    ...(sloRows.length === 0 ? {} : { sloRows }),
  };
}

/** Rows of one id are one. */
function united(rows: readonly DashboardRow[]): readonly DashboardRow[] {
  return [...groupedBy(rows, ({ id }) => id).values()].map(([first, ...others]) => ({
    ...first,
    panels: [...first.panels, ...others.flatMap(({ panels }) => panels)],
  }));
}

function metricsOf(sli: Sli): readonly Metric[] {
  return sliReadings(sli).map(({ metric }) => metric);
}

/** Each job once; two that differ stay two, which validation refuses. */
function jobsOf(slos: readonly Slo[], alerts: readonly Alert[]): readonly Job[] {
  const all = [
    ...slos.flatMap(({ sli }) => metricsOf(sli).map(({ job }) => job)),
    ...alerts.flatMap((alert) => [
      ...alertMetrics(alert).map(({ job }) => job),
      ...(isOutage(alert) || alert.measure.kind === "targets-up" ? [jobWatched(alert) ?? []].flat() : []),
    ]),
  ];
  return sortedBy(distinctBy(all, saidOf), ({ name }) => name);
}

/**
 * Metrics of one name and job are one, with the values that any of them names of each label; of gauges the lowest normal
 * value, since it is too much that parts warn of.
 */
function unitedMetrics(metrics: readonly Metric[]): readonly Metric[] {
  const byName = groupedBy(metrics, ({ name, job, type }) => `${name} ${job.name} ${type}`);
  return sortedBy(byName.values(), ([first]) => first.name).map((same) =>
    same.reduce((one, other) => ({
      ...one,
      ...(one.type === "gauge" && other.type === "gauge"
        ? { normal: Math.min(one.normal, other.normal) }
        : {}),
      labels: unitedLabels(one, other),
    })),
  );
}

function unitedLabels({ labels: one }: Metric, { labels: other }: Metric): Metric["labels"] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    names.map((label) => [label, [...new Set([...(one[label] ?? []), ...(other[label] ?? [])])]]),
  );
}
