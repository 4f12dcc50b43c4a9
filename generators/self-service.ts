import { serverPlace, type Environment } from "../plan/environment";
import { PORTS, PROGRAMS, RUNBOOK_METRICS, SELF } from "../plan/names";
import { BLACKBOX_REPLICAS } from "../plan/platform";
import { milliseconds } from "../slo/duration";
import type { Service } from "../slo/service";
import type { Job } from "../slo/telemetry";
import { LONG_TERM_ADVICE, longTermAlerts } from "./long-term-alerts";
import { thanosJobs, thanosTelemetry, type ThanosJobs } from "./long-term-telemetry";
import { alertmanagerAlerts } from "./alertmanager-alerts";
import { digestAlerts } from "./digest-alerts";
import { prometheusAlerts } from "./prometheus-alerts";
import { programAlerts } from "./program-alerts";
import { remoteWriting } from "./remote-write-alerts";
import { SELF_INCIDENTS } from "./self-incidents";
import { longestWindow, NO_PART, selfTelemetry, type SelfJobs, type SelfPart } from "./self-telemetry";
import { storageAlerts } from "./storage-alerts";

/**
 * The programs of the monitoring as a service like any other, so that their alerts are built, routed, tested and played
 * like any other. Source: the Prometheus and Alertmanager mixins, with runbooks of our own.
 * @param services what the environment measures: the longest SLO window among them must be kept
 * @param helpers what runs beside the servers: whether something is asked from outside, and whether reports are sent
 */
export function selfService(
  environment: Environment,
  services: readonly Service[],
  helpers: Helpers = {
    probes: services.some(({ telemetry }) => telemetry.jobs.some(({ probe }) => probe !== undefined)),
    digest: sendsDigest(environment),
  },
): Service {
  const telemetry = selfTelemetry({
    jobs: selfJobs(environment, helpers),
    retentionSeconds: milliseconds(environment.prometheus.retention) / 1_000,
  });
  const others = [longTermOf(environment), remoteWriting(telemetry.jobs.prometheus, environment.remoteWrite)];
  return {
    id: SELF.service,
    title: "Monitoring",
    description: "Prometheus, Alertmanager, the blackbox exporter, runbooks and reports of this environment.",
    team: SELF.team,
    tier: 1,
    environments: [environment.name],
    dashboard: SELF.dashboard,
    telemetry: {
      jobs: [...telemetry.contract.jobs, ...others.flatMap(({ jobs }) => jobs)],
      metrics: [...telemetry.contract.metrics, ...others.flatMap(({ metrics }) => metrics)],
    },
    slos: [],
    alerts: [
      ...programAlerts(telemetry.jobs),
      ...prometheusAlerts(telemetry),
      ...storageAlerts(telemetry, longestWindow(services)),
      ...alertmanagerAlerts(telemetry),
      ...digestAlerts(telemetry),
      ...others.flatMap(({ alerts }) => alerts),
    ],
    advice: Object.fromEntries(others.flatMap(({ advice }) => Object.entries(advice))),
    incidents: SELF_INCIDENTS,
    autoscaling: [],
    backups: [],
  };
}

function longTermOf(environment: Environment): SelfPart {
  const { kubernetes, longTerm, prometheus } = environment;
  if (longTerm === undefined) {
    return NO_PART;
  }
  const { hub } = longTerm;
  const job = (name: string, instances: number): Job => ({
    name,
    namespace: kubernetes.namespace,
    port: PORTS.web,
    path: "/metrics",
    instances,
  });
  const jobs: ThanosJobs = {
    sidecar: { ...job(PROGRAMS.sidecar, prometheus.replicas), app: PROGRAMS.prometheus, port: PORTS.sidecar },
    ...(hub === undefined
      ? {}
      : {
          hub: {
            store: job(PROGRAMS.store, hub.replicas),
            compactor: job(PROGRAMS.compactor, 1),
            query: job(PROGRAMS.query, hub.replicas),
            queryFrontend: job(PROGRAMS.queryFrontend, hub.replicas),
            ...(hub.clusters.length === 0 ? {} : { ruler: job(PROGRAMS.ruler, 1) }),
          },
        }),
  };
  const telemetry = thanosTelemetry(jobs);
  const alerts = longTermAlerts(telemetry);
  const led = new Set(alerts.map(({ runbook }) => runbook));
  return {
    jobs: thanosJobs(jobs),
    metrics: telemetry.metrics,
    alerts,
    // Advice for pages that nothing leads to would be a mistake.
    advice: Object.fromEntries(Object.entries(LONG_TERM_ADVICE).filter(([slug]) => led.has(slug))),
  };
}

/** What not every environment has. */
interface Helpers {
  readonly probes: boolean;
  readonly digest: boolean;
}

/** Whether reports are sent by mail: from where people are woken, and where a mail server is known. */
export function sendsDigest({ paging, receivers }: Environment): boolean {
  return paging && receivers.digest !== undefined;
}

/** As many targets as are deployed, so that one that never started is missed. */
function selfJobs(environment: Environment, { probes, digest }: Helpers): SelfJobs {
  const { prometheus, alertmanager, kubernetes, runbookSite } = environment;
  const job = (name: string, instances: number, path = "/metrics"): Job => ({
    name,
    namespace: kubernetes.namespace,
    port: PORTS.web,
    path,
    instances,
  });
  const servers = serverPlace(environment);
  return {
    prometheus: { ...job(PROGRAMS.prometheus, prometheus.replicas), ...servers },
    alertmanager: { ...job(PROGRAMS.alertmanager, alertmanager.replicas), ...servers },
    runbooks: job(PROGRAMS.runbooks, runbookSite.replicas, RUNBOOK_METRICS),
    ...(probes ? { blackbox: job(PROGRAMS.blackbox, BLACKBOX_REPLICAS) } : {}),
    ...(digest ? { digest: { ...job(PROGRAMS.digest, 1), port: PORTS.metrics } } : {}),
  };
}
