import type { Environment } from "../plan/environment";
import { PORTS, PROGRAMS, SELF } from "../plan/names";
import { milliseconds } from "../slo/duration";
import type { Service } from "../slo/service";
import { alertmanagerAlerts } from "./alertmanager-alerts";
import { prometheusAlerts } from "./prometheus-alerts";
import { longestWindow, selfTelemetry } from "./self-telemetry";

/**
 * Prometheus and Alertmanager as a service like any other, so that their alerts are built, routed, tested and played
 * like any other. Source: the Prometheus and Alertmanager mixins, with runbooks of our own.
 * @param services what the environment measures: the longest SLO window among them must be kept
 */
export function selfService(environment: Environment, services: readonly Service[]): Service {
  const { prometheus, alertmanager, kubernetes } = environment;
  const scraped = { namespace: kubernetes.namespace, port: PORTS.web, path: "/metrics" };
  const telemetry = selfTelemetry({
    prometheus: { ...scraped, name: PROGRAMS.prometheus, instances: prometheus.replicas },
    alertmanager: { ...scraped, name: PROGRAMS.alertmanager, instances: alertmanager.replicas },
    alertmanagers: alertmanager.replicas,
    retentionSeconds: milliseconds(prometheus.retention) / 1_000,
  });
  return {
    id: SELF.service,
    title: "Monitoring",
    description: "Prometheus and Alertmanager of this environment.",
    team: SELF.team,
    tier: 1,
    environments: [environment.name],
    dashboard: SELF.dashboard,
    telemetry: telemetry.contract,
    slos: [],
    alerts: [
      ...prometheusAlerts(telemetry, longestWindow(services)),
      ...alertmanagerAlerts(telemetry, alertmanager.replicas),
    ],
    autoscaling: [],
    backups: [],
  };
}
