import { readExposition } from "../../cli/scaffold/exposition";
import { labelsOf, type Page } from "../../cli/scaffold/page";
import type { PartCall } from "../../cli/scaffold/part-calls";
import { proposal } from "../../cli/scaffold/proposal";
import { declared } from "../../cli/scaffold/service";
import { podsOf } from "../../parts/names";
import type { Service } from "../../slo/service";
import { validateServices } from "../../slo/validation/services";
import { SHOP } from "./http-shop";

/** Metrics that a service reads and a page does not have, of that type and with those labels. */
export function unlike(service: Service, page: string): readonly string[] {
  const { families } = readExposition(page);
  return service.telemetry.metrics.flatMap(({ name, type, labels }) => {
    const family = families.find((one) => one.name === name);
    return family?.type !== type
      ? [`${name} is ${family?.type ?? "not there"}`]
      : Object.keys(labels)
          .filter((label) => !labelsOf(family).includes(label))
          .map((label) => `${name} has no label ${label}`);
  });
}

/** Changes of a page that nobody may miss, another name or label of each metric that a service reads, and what is said. */
export function renames(
  service: Service,
  page: string,
): readonly { readonly finding: string; readonly page: string }[] {
  return service.telemetry.metrics.flatMap(({ name, labels }) => [
    { finding: `${name} is not there`, page: page.replaceAll(name, `${name}_renamed`) },
    ...Object.keys(labels).map((label) => ({
      finding: `${name} has no label ${label}`,
      page: page.replaceAll(`${label}="`, `${label}_renamed="`),
    })),
  ]);
}

/** What `new service --from-metrics` makes of a page. @param target what a blackbox exporter was asked */
export function proposed(text: string, target?: string): ReturnType<typeof proposal> {
  const read = readExposition(text);
  const page: Page = {
    ...read,
    service: SHOP,
    job: podsOf(SHOP, "api", {
      requestsPerSecond: 50,
      ...(read.createdTimestamps ? { createdTimestamps: true } : {}),
    }),
    promised: { availability: "99.9%", latency: { threshold: "0.3", objective: "95%" } },
    requestsPerSecond: 50,
    ...(target === undefined ? {} : { target }),
  };
  return proposal(page, (service) => validateServices([declared(service)], ["prod"])[0]?.message);
}

/** What an exporter prints of the metrics that a part reads, with all their labels, and where that is said. */
interface Written {
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

const INGRESS =
  'canary="",controller_class="k8s.io/ingress-nginx",controller_namespace="ingress-nginx",controller_pod="a",host="shop.example",ingress="shop",method="GET",namespace="shop-prod",path="/",service="shop",status="200"';
const CONTAINER = 'container="shop",namespace="shop-prod",pod="shop-1",uid="u"';
const CGROUP = 'container="shop",id="/a",image="shop:1",name="n",namespace="shop-prod",pod="shop-1"';
const CERTIFICATE =
  'issuer_group="cert-manager.io",issuer_kind="Issuer",issuer_name="ca",name="shop",namespace="shop-prod"';

/**
 * Pages by exporter, written by hand, of those that are not run with what they watch: that takes minutes of a processor,
 * or more than this machine has. The names, types and labels of each were held against the files that its `source` names,
 * at that version. Values, and labels that a configuration adds, are not the sources'.
 */
export const WRITTEN: readonly Written[] = [
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
    source:
      "kube-state-metrics 2.15.0, internal/store/deployment.go, pod.go and horizontalpodautoscaler.go; cAdvisor 0.52.1, metrics/prometheus.go, with the labels of the kubelet, pkg/kubelet/server/server.go of Kubernetes' main branch",
    page: [
      gauge("kube_deployment_spec_replicas", 'deployment="shop",namespace="shop-prod"'),
      gauge("kube_deployment_status_replicas_available", 'deployment="shop",namespace="shop-prod"'),
      gauge("kube_pod_container_status_waiting_reason", `${CONTAINER},reason="CrashLoopBackOff"`),
      counter("kube_pod_container_status_restarts_total", CONTAINER),
      ...["status_current", "status_desired", "spec_max"].map((name) =>
        gauge(
          `kube_horizontalpodautoscaler_${name}_replicas`,
          'horizontalpodautoscaler="shop",namespace="shop-prod"',
        ),
      ),
      gauge(
        "kube_horizontalpodautoscaler_status_condition",
        'condition="ScalingActive",horizontalpodautoscaler="shop",namespace="shop-prod",status="true"',
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
    source: "cert-manager 1.17.0, pkg/metrics/metrics.go",
    page:
      gauge("certmanager_certificate_expiration_timestamp_seconds", CERTIFICATE, 1.8e9) +
      gauge("certmanager_certificate_ready_status", `${CERTIFICATE},condition="True"`),
    calls: [{ part: "certificate", own: { of: { certManager: "shop" } } }],
  },
];
