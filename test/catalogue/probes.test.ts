import { parse } from "yaml";
import { blackboxObjects } from "../../backends/kubernetes/blackbox";
import { blackboxConfig, moduleName, probesAnything } from "../../backends/prometheus/blackbox";
import { prometheusConfig } from "../../backends/prometheus/config";
import { scrapePlan } from "../../generators/scrape";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { shop } from "../support/kinds";
import { planOf } from "../support/plan";
import { environmentOf } from "../support/stacks";

const prod = planOf("prod");

/** The shop, asked from outside. */
function probed(): MonitoringPlan {
  const [job] = shop.telemetry.jobs;
  const probe = {
    module: "http-2xx",
    address: "http://shop-api.shop-<environment>.svc:8000/health",
  } as const;
  const jobs = job === undefined ? [] : [job, { ...job, name: "shop-probe", probe, instances: 1 }];
  const service = { ...shop, telemetry: { ...shop.telemetry, jobs } };
  return { ...prod, scrape: scrapePlan(environmentOf("prod"), [service]) };
}

/** What Prometheus is told to do for a job. */
function scrapeConfig(plan: MonitoringPlan, name: string): Record<string, unknown> {
  const { scrape_configs: jobs } = parse(prometheusConfig(plan)) as {
    scrape_configs: readonly Record<string, unknown>[];
  };
  return jobs.find(({ job_name: job }) => job === name) ?? {};
}

describe("a job that is a probe", () => {
  const config = scrapeConfig(probed(), "shop-probe");

  it("is scraped at the blackbox exporter, which is told what to ask in this environment", () => {
    expect(config).toMatchObject({
      metrics_path: "/probe",
      params: { module: ["http_2xx"], target: ["http://shop-api.shop-prod.svc:8000/health"] },
      kubernetes_sd_configs: [{ role: "pod", namespaces: { names: ["monitoring"] } }],
    });
    expect(config["relabel_configs"]).toContainEqual({
      action: "keep",
      source_labels: ["__meta_kubernetes_pod_label_app_kubernetes_io_name"],
      regex: "blackbox-exporter",
    });
  });

  it("has what was asked as its instance, whoever asked, and the labels of its service", () => {
    const instances = (config["relabel_configs"] as readonly { target_label?: string }[]).filter(
      ({ target_label: label }) => label === "instance",
    );
    expect(instances.at(-1)).toEqual({
      target_label: "instance",
      replacement: "http://shop-api.shop-prod.svc:8000/health",
    });
    expect(config["relabel_configs"]).toContainEqual({ target_label: "service", replacement: "shop" });
  });

  it("asks with a module that the exporter's configuration has, within the time of a scrape", () => {
    const { modules } = parse(blackboxConfig()) as { modules: Record<string, { timeout: string }> };
    expect(Object.keys(modules)).toEqual([moduleName("http-2xx")]);
    expect(Number.parseInt(modules["http_2xx"]?.timeout ?? "", 10)).toBeLessThan(
      Number.parseInt(prod.scrape.timeout, 10),
    );
  });
});

describe("the blackbox exporter", () => {
  it("runs where something is probed, and nowhere else", () => {
    const nothing: MonitoringPlan = { ...prod, scrape: scrapePlan(environmentOf("prod"), [shop]) };
    expect([probesAnything(nothing), blackboxObjects(nothing)]).toEqual([false, []]);
    expect(blackboxObjects(probed()).map(({ kind }) => kind)).toEqual([
      "ServiceAccount",
      "ConfigMap",
      "PodDisruptionBudget",
      "NetworkPolicy",
      "Deployment",
    ]);
  });

  it("is opened by Prometheus alone: whoever can ask it can have any address asked", () => {
    const policy = blackboxObjects(probed()).find(({ kind }) => kind === "NetworkPolicy");
    expect(policy).toMatchObject({
      spec: {
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } } }] }],
      },
    });
  });

  it("is one, so that two opinions never look like trouble of the service", () => {
    const deployment = blackboxObjects(probed()).find(({ kind }) => kind === "Deployment");
    expect(deployment).toMatchObject({ spec: { replicas: 1 } });
  });
});
