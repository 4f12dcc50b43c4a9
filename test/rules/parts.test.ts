import { ruleTests } from "../../backends/rule-tests/rule-tests";
import type { Toolchain } from "../../lab/toolchain";
import { backupStore } from "../../parts/backup-store";
import { batchJob } from "../../parts/batch-job";
import { blackboxProbe } from "../../parts/blackbox-probe";
import { certificate } from "../../parts/certificate";
import { postgres, redis } from "../../parts/databases";
import { defineService } from "../../parts/define-service";
import { kubernetesWorkload } from "../../parts/kubernetes-workload";
import { node } from "../../parts/node";
import { objective } from "../../parts/objective";
import { kafkaConsumer, rabbitmqQueue } from "../../parts/queues";
import { grpcServer, httpServer, ingressNginx } from "../../parts/servers";
import { validateServices } from "../../slo/validation/services";
import { testRules } from "../../lab/played-rules";
import { DATABASE, LOGGED, TENANTS } from "../support/backups";
import { planWith, SHOP as head } from "../support/http-shop";
import { PLAIN } from "../support/measures";
import { toolchain } from "../support/toolchain";

const latency = { threshold: "0.5", objective: "99%" } as const;

/** One of every kind, two of some. */
const shop = defineService(head, [
  httpServer({
    availability: "99.9%",
    latency,
    requestsPerSecond: 50,
    metrics: { requests: "shop_requests_total", durations: "shop_request_seconds" },
    labels: { route: "handler", status: "code" },
  }),
  grpcServer({
    named: "Grpc",
    services: ["shop.Prices"],
    methods: ["Get"],
    availability: "99.9%",
    latency,
    requestsPerSecond: 50,
  }),
  ingressNginx({ named: "Edge", ingress: "shop", availability: "99.9%", latency, requestsPerSecond: 50 }),
  kafkaConsumer({ group: "shop", topic: "orders", lag: "1000", objective: "99%" }),
  kafkaConsumer({ named: "Refunds", group: "refunds", topic: "refunds", lag: "50" }),
  rabbitmqQueue({ queue: "mails", messages: "500" }),
  postgres({ database: "shop", replicationLag: "30s" }),
  redis(),
  batchJob({
    lastSuccess: "report_last_success_timestamp_seconds",
    labels: { exported_job: "report" },
    every: "1d",
    late: "26h",
    overdue: "50h",
  }),
  objective({
    id: "delivery",
    population: "mails",
    breach: "not delivered",
    sli: PLAIN["good-and-bad"],
    objective: "99.5%",
  }),
  blackboxProbe({ address: "https://shop.example/", objective: "99.9%" }),
  certificate({ of: { address: "https://shop.example/" } }),
  certificate({ named: "Internal", of: { certManager: "internal" }, soon: "30d" }),
  node({ machines: 2, mountpoints: ["/", "/data"] }),
  backupStore(TENANTS),
  backupStore(DATABASE),
  backupStore({ ...LOGGED, id: "ledger" }),
  kubernetesWorkload({ deployment: "shop", autoscaler: "shop", objective: "99.5%" }),
]);

const plan = planWith(shop);
/** What every SLO has is tested elsewhere. */
const tests = ruleTests(plan, [shop]).filter(
  ({ name }) => name.startsWith("shop/") && !name.includes(".") && !name.endsWith("/all"),
);

describe("parts of a service", () => {
  let programs: Toolchain;

  beforeAll(async () => {
    programs = await toolchain();
  }, 600_000);

  it("are one service, whose contract is what they read, with every value that one of them names", () => {
    expect(validateServices([shop], ["prod"])).toEqual([]);
    expect(shop.telemetry.metrics.map(({ name }) => name)).toContain("shop_requests_total");
    expect(shop.telemetry.metrics.find(({ name }) => name === "kafka_consumergroup_lag_sum")?.labels).toEqual(
      { consumergroup: ["shop", "refunds"], topic: ["orders", "refunds"] },
    );
    expect(shop.telemetry.jobs.filter(({ name }) => name === "shop-kafka-exporter")).toHaveLength(1);
  });

  it.each([
    ["99.5%", { default: "99.5%" }],
    [
      { default: "99%", prod: "99.5%" },
      { default: "99%", prod: "99.5%" },
    ],
  ] as const)("promise %j, in every environment or by environment", (promised, expected) => {
    const sli = PLAIN["good-and-bad"];
    const part = objective({ id: "sent", population: "mails", breach: "lost", sli, objective: promised });
    expect(defineService(head, [part]).slos.map((slo) => slo.objective)).toEqual([expected]);
  });

  it("need names where a service has two of one kind", () => {
    const consumer = kafkaConsumer({ group: "shop", topic: "orders", lag: "1000" });
    const twice = defineService(head, [consumer, consumer]);
    expect(() => planWith(twice)).toThrow(/two alerts.*ConsumerLagHigh|ConsumerLagHigh.*twice/);
  });

  it("say first on a page what their telemetry calls for", () => {
    const page = plan.runbooks.find(
      ({ service, slug }) => service === "shop" && slug === "consumer-lag-high",
    );
    expect(page?.markdown).toContain("`kafka-consumer-groups.sh --describe --group shop`");
  });

  it.each(tests)("fires and stays silent as its model says: $name", async (test) => {
    const { code, output } = await testRules(programs.promtool, test);
    expect(code === 0 ? "" : output).toBe("");
  });
});
