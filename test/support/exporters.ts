import type { PartCall } from "../../cli/scaffold/part-calls";

/** What an exporter prints of the metrics that a part reads, with all their labels, and where that is said. */
export interface Exporter {
  readonly source: string;
  readonly page: string;
  readonly calls: readonly PartCall[];
}

/** Names of histograms, whose samples are made of them. */
const histogram = (name: string, labels: string): string =>
  `# TYPE ${name} histogram\n${name}_bucket{${labels},le="0.5"} 1\n${name}_bucket{${labels},le="+Inf"} 1\n${name}_sum{${labels}} 1\n${name}_count{${labels}} 1\n`;

const counter = (name: string, labels = ""): string => `# TYPE ${name} counter\n${name}{${labels}} 1\n`;
const gauge = (name: string, labels = "", value = 1): string =>
  `# TYPE ${name} gauge\n${name}{${labels}} ${value}\n`;

const requests = { availability: "99.9%", requestsPerSecond: 50 } as const;
const latency = { threshold: "0.5", objective: "99%" } as const;

const DATABASE = 'datid="1",datname="shop"';
const GRPC = 'grpc_method="Get",grpc_service="shop.Prices",grpc_type="unary"';
const INGRESS =
  'canary="",controller_class="k8s.io/ingress-nginx",controller_namespace="ingress-nginx",controller_pod="a",host="shop.example",ingress="shop",method="GET",namespace="shop-prod",path="/",service="shop",status="200"';
const CONTAINER = 'container="shop",namespace="shop-prod",pod="shop-1",uid="u"';
const CGROUP = 'container="shop",id="/a",image="shop:1",name="n",namespace="shop-prod",pod="shop-1"';
const CERTIFICATE =
  'issuer_group="cert-manager.io",issuer_kind="Issuer",issuer_name="ca",name="shop",namespace="shop-prod"';
const MOUNT = 'device="/dev/vda",device_error="",fstype="ext4",mountpoint="/"';

/**
 * Pages by exporter, written by hand. The names, types and labels of each were held against the files that its `source`
 * names, at that version, and node_exporter was run as well: running the others, with what they watch, takes minutes of a
 * processor, which the tests do not have. Values, and labels that a configuration adds, are not the sources'.
 */
export const EXPORTERS: readonly Exporter[] = [
  {
    source:
      "postgres_exporter 0.17.1, collector/pg_stat_database.go and pg_replication.go, cmd/postgres_exporter/postgres_exporter.go and pg_setting.go",
    page: [
      gauge("pg_up"),
      gauge("pg_stat_database_numbackends", DATABASE),
      counter("pg_stat_database_deadlocks", DATABASE),
      gauge("pg_settings_max_connections", 'server="db:5432"'),
      gauge("pg_replication_is_replica"),
      gauge("pg_replication_lag_seconds"),
    ].join(""),
    calls: [{ part: "postgres", own: { database: "shop", replicationLag: "30s" } }],
  },
  {
    source: "redis_exporter 1.67.0, exporter/exporter.go and metrics.go",
    page: [gauge("redis_up"), gauge("redis_memory_used_bytes"), gauge("redis_memory_max_bytes")].join(""),
    calls: [{ part: "redis", own: {} }],
  },
  {
    source: "kafka_exporter 1.9.0, kafka_exporter.go",
    page: [
      gauge("kafka_consumergroup_lag_sum", 'consumergroup="shop",topic="orders"'),
      gauge("kafka_consumergroup_members", 'consumergroup="shop"'),
    ].join(""),
    calls: [
      { part: "kafkaConsumer", own: { group: "shop", topic: "orders", lag: "1000", objective: "99%" } },
    ],
  },
  {
    source: "RabbitMQ 4.1.0, rabbitmq_prometheus, prometheus_rabbitmq_core_metrics_collector.erl, per-object",
    page: ["messages", "consumers"]
      .map((name) => gauge(`rabbitmq_queue_${name}`, 'queue="shop",vhost="/"'))
      .join(""),
    calls: [{ part: "rabbitmqQueue", own: { queue: "shop", messages: "1000" } }],
  },
  {
    source: "ingress-nginx 1.12.1, internal/ingress/metric/collectors/socket.go",
    page:
      counter("nginx_ingress_controller_requests", INGRESS) +
      histogram("nginx_ingress_controller_request_duration_seconds", INGRESS),
    calls: [{ part: "ingressNginx", own: { ingress: "shop", ...requests, latency, bounds: ["0.5"] } }],
  },
  {
    source: "go-grpc-middleware/providers/prometheus 1.0.1, server_metrics.go and server_options.go",
    page:
      counter("grpc_server_handled_total", `${GRPC},grpc_code="OK"`) +
      histogram("grpc_server_handling_seconds", GRPC),
    calls: [
      {
        part: "grpcServer",
        own: { services: ["shop.Prices"], methods: ["Get"], ...requests, latency, bounds: ["0.5"] },
      },
    ],
  },
  {
    source:
      "OpenTelemetry semantic conventions 1.23.0, docs/http/http-metrics.md, in the form of specification 1.60.0, compatibility/prometheus_and_openmetrics.md",
    page: histogram(
      "http_server_request_duration_seconds",
      'http_request_method="GET",http_response_status_code="200",http_route="/",network_protocol_version="1.1",otel_scope_name="http",otel_scope_schema_url="",otel_scope_version="1",url_scheme="http"',
    ),
    calls: [{ part: "otelHttpServer", own: { ...requests, latency, bounds: ["0.5"] } }],
  },
  {
    source:
      "kube-state-metrics 2.15.0, internal/store/deployment.go, pod.go and horizontalpodautoscaler.go; cAdvisor 0.52.1, metrics/prometheus.go, with the labels of the kubelet, pkg/kubelet/server/server.go of Kubernetes' main branch",
    page: [
      gauge("kube_deployment_spec_replicas", 'deployment="shop",namespace="shop-prod"'),
      gauge("kube_deployment_status_replicas_available", 'deployment="shop",namespace="shop-prod"'),
      gauge("kube_pod_container_status_waiting_reason", `${CONTAINER},reason="CrashLoopBackOff"`),
      counter("kube_pod_container_status_restarts_total", CONTAINER),
      ...["status_current", "spec_max"].map((name) =>
        gauge(
          `kube_horizontalpodautoscaler_${name}_replicas`,
          'horizontalpodautoscaler="shop",namespace="shop-prod"',
        ),
      ),
      ...["oom_events", "cpu_cfs_periods", "cpu_cfs_throttled_periods"].map((name) =>
        counter(`container_${name}_total`, CGROUP),
      ),
    ].join(""),
    calls: [
      { part: "kubernetesWorkload", own: { deployment: "shop", autoscaler: "shop", objective: "99.5%" } },
    ],
  },
  {
    source: "blackbox_exporter 0.27.0, prober/handler.go and prober.go",
    page: gauge("probe_success") + gauge("probe_ssl_earliest_cert_expiry", "", 1.8e9),
    calls: [
      { part: "blackboxProbe", own: { address: "https://shop.example/", objective: "99.9%" } },
      { part: "certificate", own: { of: { address: "https://shop.example/" } } },
    ],
  },
  {
    source: "cert-manager 1.17.0, pkg/metrics/metrics.go",
    page:
      gauge("certmanager_certificate_expiration_timestamp_seconds", CERTIFICATE, 1.8e9) +
      gauge("certmanager_certificate_ready_status", `${CERTIFICATE},condition="True"`),
    calls: [{ part: "certificate", own: { of: { certManager: "shop" } } }],
  },
  {
    source:
      "node_exporter 1.9.1, captured; collector/filesystem_common.go, netdev_common.go, cpu_common.go, timex.go",
    page: [
      ...["avail_bytes", "size_bytes", "files", "files_free", "readonly"].map((name) =>
        gauge(`node_filesystem_${name}`, MOUNT),
      ),
      gauge("node_memory_MemAvailable_bytes"),
      gauge("node_memory_MemTotal_bytes"),
      counter("node_cpu_seconds_total", 'cpu="0",mode="idle"'),
      gauge("node_timex_sync_status"),
      ...["receive_errs", "receive_packets", "transmit_errs", "transmit_packets"].map((name) =>
        counter(`node_network_${name}_total`, 'device="eth0"'),
      ),
    ].join(""),
    calls: [{ part: "node", own: { machines: 1, mountpoints: ["/"] } }],
  },
];
