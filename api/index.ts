/*
 * The package `tocsin`: what a repository declares its services with. It loads no SDK of Pulumi; the program is
 * `tocsin/program`.
 */
export { defineCatalogue, type Catalogue, type Environments, type EnvironmentTraits } from "../slo/catalogue";
export type { Alert, AlertMeasure, Condition, MeasuredAlert, OutageAlert, Severity } from "../slo/alert";
export type { Autoscaling, MemoryTarget, ScalingBehavior, ScalingMetric } from "../slo/autoscaling";
export type { Backup, BackupInterval, RestoreCheck, Store } from "../slo/backup";
export type { BudgetState } from "../slo/budget-policy";
export type { Amount, Capacity, Carrier, Projected } from "../slo/capacity";
export type { Period } from "../slo/burn-rate";
export type { Dashboard, DashboardRow, NamedValue, Panel } from "../slo/dashboard";
export type { Duration } from "../slo/duration";
export { incidentMaker, type Fault, type Incident } from "../slo/incident";
export { allOfSteps, step, weightedSteps } from "../slo/journey";
export type { Measure, Query } from "../slo/measure";
export { nativeLatencyRatio, nativeRequestRatio } from "../slo/native";
export type { Percent } from "../slo/objective";
export type { PerEnvironment } from "../slo/per-environment";
export { sloRunbooks, type Service, type Slo, type SloRunbooks, type UnmeasuredSlo } from "../slo/service";
export {
  counterRatio,
  latencyRatio,
  queryRatio,
  requestRatio,
  type CompositeSli,
  type CounterRatioSli,
  type LatencyRatioSli,
  type QueryRatioSli,
  type RequestRatioSli,
  type Sli,
} from "../slo/sli";
export {
  where,
  type Counter,
  type Gauge,
  type Histogram,
  type Job,
  type LabelMatch,
  type Metric,
  type Probe,
  type TelemetryContract,
} from "../slo/telemetry";
export { autoscaler, replicasOf, stateMetricsOf, type Autoscaler } from "../parts/autoscaler";
export { backupStore } from "../parts/backup-store";
export { monitoringState, type MonitoringState } from "../parts/monitoring-state";
export type { WatchedBackup } from "../parts/backup-telemetry";
export { batchJob, type BatchJob } from "../parts/batch-job";
export { blackboxProbe, type BlackboxProbe } from "../parts/blackbox-probe";
export { certificate, type Certificate } from "../parts/certificate";
export { postgres, postgresGauges, redis, redisGauges, type Postgres, type Redis } from "../parts/databases";
export { defineService, extended, type Fragment, type Part, type ServiceHead } from "../parts/define-service";
export { growth, type Growth } from "../parts/growth";
export { kubernetesWorkload, type KubernetesWorkload } from "../parts/kubernetes-workload";
export { exporterOf, namesOf, podsOf } from "../parts/names";
export { node, type Node } from "../parts/node";
export { objective, type Objective } from "../parts/objective";
export { presence, type Presence } from "../parts/presence";
export { kafkaConsumer, rabbitmqQueue, type KafkaConsumer, type RabbitmqQueue } from "../parts/queues";
export {
  grpcServer,
  httpServer,
  ingressNginx,
  otelHttpServer,
  type GrpcServer,
  type HttpServer,
  type IngressNginx,
  type OtelHttpServer,
} from "../parts/servers";
export { counterOf, gaugeOf } from "../parts/watch";
