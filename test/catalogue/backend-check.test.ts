import { checkBackend } from "../../backends/check";
import { prometheusConfig } from "../../backends/prometheus/config";
import { planOf } from "../support/plan";

describe("what a cluster cannot hold", () => {
  const plan = planOf("prod");

  it("is nothing of what is in the repository", () => {
    expect(checkBackend(plan)).toEqual([]);
  });

  it("is a configuration that a ConfigMap is too small for, whatever its rules take", () => {
    const scrape = {
      ...plan.scrape,
      jobs: Array.from({ length: 2_000 }, (_, index) => ({
        job: `job-${index}`,
        services: ["shop"],
        path: "/metrics",
        discovery: { kind: "kubernetes" as const, namespace: "shop", app: `job-${index}`, port: "metrics" },
        labels: { environment: "prod", service: "shop" },
      })),
    };
    const crowded = { ...plan, scrape };
    const size = Buffer.byteLength(prometheusConfig(crowded));
    expect(size).toBeGreaterThan(1_000_000);
    expect(checkBackend(crowded)).toEqual([
      {
        code: "config-map-too-large",
        path: "kubernetes.monitoring.prometheus-config",
        message: `the ConfigMap takes [${size}] bytes and may hold 1000000`,
        remedy: "Spread the services over more stacks: a configuration cannot be cut.",
      },
    ]);
  });
});
