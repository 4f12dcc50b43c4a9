/** Versions that are known to work together; the lab plays the same ones. */
export const IMAGES = {
  prometheus: "prom/prometheus:v3.15.0",
  alertmanager: "prom/alertmanager:v0.31.1",
  runbookSite: "nginxinc/nginx-unprivileged:1.29.4-alpine",
  blackbox: "prom/blackbox-exporter:v0.27.0",
  backupJobs: "node:24.21.0-alpine",
  postgres: "postgres:18.4-alpine",
  thanos: "quay.io/thanos/thanos:v0.42.4",
  reloader: "quay.io/prometheus-operator/prometheus-config-reloader:v0.85.0",
} as const;
