import { alertMetrics, isOutage, jobWatched, onJob, type Alert } from "../slo/alert";
import { sliReadings } from "../slo/measure";
import { distinctBy, groupedBy, sortedBy } from "../slo/order";
import type { Sli } from "../slo/sli";
import type { Backup } from "../slo/backup";
import type { DashboardRow } from "../slo/dashboard";
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
  /** Metrics besides, such as those of panels. */
  readonly metrics?: readonly Metric[];
  readonly backups?: readonly Backup[];
  /** Rows of the dashboard of its SLOs. */
  readonly rows?: readonly DashboardRow[];
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
  const fragments = parts.map((part) => part(head));
  const slos = fragments.flatMap((fragment) => fragment.slos ?? []);
  const ofParts = fragments.flatMap((fragment) => fragment.alerts ?? []);
  const jobs = jobsOf(slos, ofParts);
  const alerts = [
    ...ofParts,
    ...(head.alerts ?? []).map((alert) => jobs.reduce((own, job) => onJob(own, job), alert)),
  ];
  const advice = adviceOf(fragments);
  const rows = fragments.flatMap((fragment) => fragment.rows ?? []);
  return {
    id: head.id,
    title: head.title,
    description: head.description ?? `${head.title}, run by team ${head.team}.`,
    team: head.team,
    tier: head.tier,
    environments: head.environments,
    dashboard: `${head.id}-slo`,
    telemetry: {
      jobs: jobsOf(slos, alerts),
      metrics: united([
        ...slos.flatMap(({ sli }) => metricsOf(sli)),
        ...alerts.flatMap(alertMetrics),
        ...fragments.flatMap((fragment) => fragment.metrics ?? []),
      ]),
    },
    slos,
    alerts,
    ...(Object.keys(advice).length === 0 ? {} : { advice }),
    ...(rows.length === 0 ? {} : { sloRows: rows }),
    autoscaling: [],
    backups: fragments.flatMap((fragment) => fragment.backups ?? []),
  };
}

/** A service that was declared otherwise, with parts besides. */
export function withParts(service: Service, parts: readonly Part[]): Service {
  const fragments = parts.map((part) => part(service));
  const alerts = fragments.flatMap((fragment) => fragment.alerts ?? []);
  const rows = fragments.flatMap((fragment) => fragment.rows ?? []);
  const { jobs, metrics } = service.telemetry;
  return {
    ...service,
    telemetry: {
      ...service.telemetry,
      jobs: [...jobs, ...jobsOf([], alerts)],
      metrics: [...metrics, ...united(fragments.flatMap((fragment) => fragment.metrics ?? []))],
    },
    alerts: [...service.alerts, ...alerts],
    sloRows: [...(service.sloRows ?? []), ...rows],
    backups: [...service.backups, ...fragments.flatMap((fragment) => fragment.backups ?? [])],
    advice: { ...service.advice, ...adviceOf(fragments) },
  };
}

function adviceOf(fragments: readonly Fragment[]): NonNullable<Fragment["advice"]> {
  return Object.assign({}, ...fragments.map((fragment) => fragment.advice ?? {})) as NonNullable<
    Fragment["advice"]
  >;
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
function united(metrics: readonly Metric[]): readonly Metric[] {
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
