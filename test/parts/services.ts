import { batchJob } from "../../parts/batch-job";
import { postgres } from "../../parts/databases";
import { defineService, type ServiceHead } from "../../parts/define-service";
import { kubernetesWorkload } from "../../parts/kubernetes-workload";
import { kafkaConsumer } from "../../parts/queues";
import { grpcServer, ingressNginx, otelHttpServer } from "../../parts/servers";
import type { Service } from "../../slo/service";

const head = (id: string): ServiceHead => ({
  id,
  title: `The ${id}`,
  team: "platform",
  tier: 2,
  environments: ["prod"],
  source: "team platform",
});

/** Well-known sets of telemetry, each as a service. */
export const SERVICES: readonly Service[] = [
  defineService(head("shop"), [
    ingressNginx({
      ingress: "shop",
      requestsPerSecond: 50,
      availability: "99.9%",
      latency: { threshold: "0.5", objective: "99%" },
    }),
  ]),
  defineService(head("cart"), [
    otelHttpServer({
      requestsPerSecond: 20,
      routes: ["/cart", "/cart/{id}"],
      availability: "99.5%",
      latency: { threshold: "0.25", objective: "95%" },
    }),
  ]),
  defineService(head("billing"), [
    kafkaConsumer({ group: "billing", topic: "orders", lag: "1000", objective: "99%" }),
    postgres({ database: "billing", replicationLag: "30s" }),
  ]),
  defineService(head("report"), [
    batchJob({
      lastSuccess: "report_last_success_timestamp_seconds",
      every: "1d",
      late: "26h",
      overdue: "50h",
    }),
  ]),
  defineService(head("price"), [
    grpcServer({
      services: ["shop.Prices"],
      methods: ["Get", "List"],
      requestsPerSecond: 100,
      availability: "99.95%",
      latency: { threshold: "0.1", objective: "99%" },
    }),
  ]),
  defineService(head("web"), [
    kubernetesWorkload({ deployment: "web", autoscaler: "web", objective: "99.5%" }),
  ]),
];
