import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { OperatorSettings } from "../../plan/platform";
import { ALERT_TIMERS } from "../prometheus/alert-timers";

type Settings = Readonly<Record<string, unknown>>;

/** What the specs of the installed Prometheus and Alertmanager have to say for a plan to work there. */
interface InstalledSpecs {
  readonly prometheus: Settings;
  readonly alertmanager: Settings;
}

/** Source: prometheus-operator, API reference, `PrometheusSpec` and `AlertmanagerSpec`. */
export function installedSpecs(plan: MonitoringPlan, operator: OperatorSettings): InstalledSpecs {
  const { prometheus, alertmanager } = plan.platform;
  const byLabels = { matchLabels: operator.labels };
  const configured = operator.routes === "secret";
  return {
    prometheus: {
      replicas: prometheus.replicas,
      retention: prometheus.retention,
      ruleSelector: byLabels,
      ruleNamespaceSelector: {},
      podMonitorSelector: byLabels,
      podMonitorNamespaceSelector: {},
      rules: { alert: ALERT_TIMERS },
      ...(operator.createdTimestamps ? { enableFeatures: ["created-timestamp-zero-ingestion"] } : {}),
    },
    alertmanager: {
      replicas: alertmanager.replicas,
      // By which the alert about what does not arrive names the receiver.
      enableFeatures: ["receiver-name-in-metrics"],
      alertmanagerConfigMatcherStrategy: { type: operator.matcherStrategy },
      ...(configured ? { configSecret: operator.configSecret } : {}),
      ...(configured && alertmanager.existingSecret !== undefined
        ? { secrets: [alertmanager.existingSecret] }
        : {}),
    },
  };
}

/** The same as values of the chart kube-prometheus-stack. Source: its `values.yaml`. */
export function chartValues(plan: MonitoringPlan, operator: OperatorSettings): object {
  const { prometheus, alertmanager } = installedSpecs(plan, operator);
  return {
    prometheus: { prometheusSpec: { ...prometheus, portName: operator.port } },
    alertmanager: {
      alertmanagerSpec: {
        ...alertmanager,
        portName: operator.port,
        // Or the chart would make the secret anew.
        ...(operator.routes === "secret" ? { useExistingSecret: true } : {}),
      },
    },
    ...(operator.dashboards === "sidecar"
      ? {
          grafana: {
            sidecar: {
              dashboards: {
                enabled: true,
                searchNamespace: "ALL",
                folderAnnotation: "grafana_folder",
                provider: { foldersFromFilesStructure: true },
              },
            },
          },
        }
      : {}),
  };
}
