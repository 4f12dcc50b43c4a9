/* `tocsin/components`: resources for programs that put them together in another way than `tocsin/program` does. */
export { backupBucket, backupProvider, metricsBucket } from "../components/bucket";
export { Dashboards, type DashboardsArgs } from "../components/dashboards";
export { GrafanaAlerting } from "../components/grafana-alerting";
export { ManagedPrometheus } from "../components/managed-prometheus";
export { Monitoring, type MonitoringArgs } from "../components/monitoring";
export { grafanaProvider, kubernetesProvider } from "../components/providers";
