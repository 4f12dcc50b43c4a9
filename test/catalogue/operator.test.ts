import { parse } from "yaml";
import { alertmanagerConfig } from "../../backends/alertmanager/config";
import { backendNotices, checkBackend } from "../../backends/check";
import { toYaml } from "../../backends/file-set";
import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import { operatorContent, type OperatorContent } from "../../backends/operator/content";
import { operatorFiles } from "../../backends/operator/files";
import type { PodMonitor, PrometheusRule } from "../../backends/operator/object";
import { completeSecrets, receiverKeys } from "../../config/secrets";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { DATA_SOURCE } from "../../plan/names";
import { receiverSecrets } from "../../plan/routing";
import { formatProblems } from "../../slo/problem";
import { golden } from "../support/golden";
import { operatorPlan, operatorProblems } from "../support/operator";
import { planOf, secretText } from "../support/plan";

const plan = operatorPlan();
const own = planOf("prod");

function contentOf(of: MonitoringPlan): OperatorContent {
  const secrets = Object.fromEntries(receiverSecrets(of.routing).map((key) => [key, secretText(of, key)]));
  const content = operatorContent(of, secrets);
  if (content === undefined) throw new Error("the plan has no operator");
  return content;
}

const rulesOf = (of: MonitoringPlan): readonly PrometheusRule[] =>
  contentOf(of).objects.filter((object) => object.kind === "PrometheusRule");
const monitorsOf = (of: MonitoringPlan): readonly PodMonitor[] =>
  contentOf(of).objects.filter((object) => object.kind === "PodMonitor");

describe("a stack with a Prometheus operator", () => {
  it("runs neither a Prometheus nor an Alertmanager of its own", () => {
    const objects = allObjects(clusterObjects(plan));
    expect(objects.filter(({ kind }) => kind === "StatefulSet")).toEqual([]);
    expect(
      objects.map(({ metadata }) => metadata.name).filter((name) => /prometheus|alertm/.test(name)),
    ).toEqual([]);
    expect(objects.map(({ kind }) => kind)).toContain("HorizontalPodAutoscaler");
  });

  it("has nothing for an operator without one", () => {
    expect(operatorContent(own, {})).toBeUndefined();
    expect(operatorFiles(own).size).toBe(0);
  });

  it("has every rule of the stack's own Prometheus, in its groups", () => {
    const groups = rulesOf(plan).flatMap(({ spec }) => spec.groups);
    expect(groups).toHaveLength(own.ruleGroups.length);
    const rules = groups.flatMap((group) => (group as { readonly rules: readonly object[] }).rules);
    expect(rules).toEqual(
      plan.ruleGroups.flatMap((group) => group.rules.map(({ kind: _kind, ...rule }) => rule)),
    );
  });

  it("cuts the rules of a service into objects that the operator takes, between groups", () => {
    const [group] = plan.ruleGroups;
    if (group === undefined) throw new Error("the plan has no rules");
    const many = Array.from({ length: 1_000 }, (_, index) => ({ ...group, name: `group-${index}` }));
    const objects = rulesOf({ ...plan, ruleGroups: many });
    expect(objects.length).toBeGreaterThan(1);
    expect(objects.map(({ metadata }) => metadata.name).slice(0, 2)).toEqual([
      `tocsin-${group.file}`,
      `tocsin-${group.file}-2`,
    ]);
    expect(objects.flatMap(({ spec }) => spec.groups)).toHaveLength(1_000);
    expect(Math.max(...objects.map(({ spec }) => toYaml(spec).length))).toBeLessThan(400_000);
  });

  it("scrapes every job, and names the values of the chart that it needs, as in the golden file", () => {
    const jobs = plan.scrape.jobs.map(({ job }) => job);
    expect(monitorsOf(plan).map(({ metadata }) => metadata.name)).toEqual(jobs);
    const shown = monitorsOf(plan).filter(({ metadata }) => /^(api-gateway|prometheus)$/.test(metadata.name));
    const text = `${shown.map(toYaml).join("---\n")}---\n${values(plan)}`;
    expect(text).toBe(golden("backends/operator.yaml", text));
  });

  it("gives everything the labels that the Prometheus selects by", () => {
    const labels = { team: "platform" };
    const objects = contentOf(operatorPlan({ operator: { namespace: "kube-prometheus", labels } })).objects;
    expect(objects.filter(({ metadata }) => metadata.labels["team"] !== "platform")).toEqual([]);
    expect(contentOf(plan).objects.map(({ metadata }) => metadata.labels["release"])).toEqual(
      objects.map(() => "kube-prometheus-stack"),
    );
  });

  it("writes the routes of its own Alertmanager, with secrets and templates in the text", () => {
    const { alertmanager } = contentOf(plan);
    expect(alertmanager?.metadata).toMatchObject({
      name: "tocsin-alertmanager",
      namespace: "kube-prometheus",
    });
    const here = parse(alertmanager?.text ?? "") as { readonly route: unknown };
    const there = parse(alertmanagerConfig(own.routing, { secrets: "", templates: "" })) as typeof here;
    expect(here.route).toEqual(there.route);
    expect(alertmanager?.text).not.toMatch(/_file:|\{\{ template/);
    const told = receiverKeys(plan).filter((key) => key !== plan.digest?.passwordSecret);
    for (const key of told) expect(alertmanager?.text).toContain(secretText(plan, key));
  });

  it("names files of a secret that somebody else keeps, and then needs none", () => {
    const kept = operatorPlan({ "alertmanager.existingSecret": "from-vault" });
    const { alertmanager } = contentOf(kept);
    // The job of the digest runs in the stack's own namespace, where that secret is not.
    expect(receiverKeys(kept)).toEqual(["smtp-password"]);
    expect(alertmanager?.text).toContain("/etc/alertmanager/secrets/from-vault/slack-alerts");
    expect(alertmanager?.text).not.toContain("fake-text-of");
    expect(values(kept)).toContain("- from-vault");
  });

  it("makes no secret where others configure the Alertmanager, and renders what they merge", () => {
    const theirs = operatorPlan({ operator: { namespace: "kube-prometheus", routes: "theirs" } });
    expect(contentOf(theirs).alertmanager).toBeUndefined();
    expect(receiverKeys(theirs)).toEqual(["smtp-password"]);
    expect(operatorFiles(theirs).get("operator/alertmanager.yaml")).toContain("<pagerduty-orders>");
  });

  it("gives dashboards to the sidecar, and needs no token for them", () => {
    const { dashboards } = contentOf(plan);
    expect(dashboards).toHaveLength(plan.dashboards.length);
    for (const { metadata } of dashboards) {
      expect(metadata.labels["grafana_dashboard"]).toBe("1");
      expect(metadata.annotations).toEqual({ grafana_folder: "Tocsin (prod, prod-1)" });
    }
    const chosen = JSON.stringify(dashboards).match(/"current\\":\{\\"text\\":\\"prometheus[^}]*\}/g) ?? [];
    expect(chosen).toHaveLength(dashboards.length);
    expect(new Set(chosen)).toEqual(
      new Set(['"current\\":{\\"text\\":\\"prometheus\\",\\"value\\":\\"prometheus\\"}']),
    );
    expect(JSON.stringify(dashboards)).not.toContain(DATA_SOURCE.uid);
    const receivers = Object.fromEntries(receiverKeys(plan).map((key) => [key, secretText(plan, key)]));
    expect(completeSecrets("prod", plan, { receivers })).toEqual({
      ok: true,
      secrets: { receivers, objectStore: {}, remoteWrite: {} },
    });
    const asked = operatorPlan({ operator: { namespace: "kube-prometheus", dashboards: "api" } });
    expect(contentOf(asked).dashboards).toEqual([]);
    expect(completeSecrets("prod", asked, { receivers })).toMatchObject({
      problems: [{ code: "secret-unset", path: "Pulumi.prod.yaml: tocsin:grafanaToken" }],
    });
  });

  it("lets the operator's Prometheus in, and no other program of its namespace", () => {
    const policies = allObjects(clusterObjects(plan)).filter(({ kind }) => kind === "NetworkPolicy");
    const fromThere = policies.map(({ metadata, ...object }) => [
      metadata.name,
      JSON.stringify(object).includes('"kubernetes.io/metadata.name":"kube-prometheus"'),
    ]);
    expect(fromThere).toEqual([
      ["blackbox-exporter", true],
      ["runbooks", true],
      ["digest", true],
      ["digest-day", false],
      ["digest-week", false],
      ["digest-month", false],
    ]);
  });

  it("leads from runbooks to the Service of the operator", () => {
    const made = plan.runbooks.find(({ markdown }) => markdown.includes("svc/prometheus-operated"));
    expect(made?.markdown).toContain("kubectl -n kube-prometheus port-forward svc/prometheus-operated 9090");
  });

  it("says what is different as in the golden file", () => {
    const text = `${formatProblems(backendNotices(plan))}\n`;
    expect(text).toBe(golden("backends/operator-notices.txt", text));
    expect(checkBackend(plan)).toEqual([]);
  });

  it("says by the strategy who hears of alerts of ours besides", () => {
    const said = (matcherStrategy: string): string =>
      formatProblems(
        backendNotices(operatorPlan({ operator: { namespace: "kube-prometheus", matcherStrategy } })),
      );
    expect(said("None")).toContain(
      "[None]: routes of AlertmanagerConfig objects hear all alerts, ours as well",
    );
    expect(said("OnNamespaceExceptForAlertmanagerNamespace")).toContain(
      "in that of the Alertmanager all alerts",
    );
  });
});

function values(of: MonitoringPlan): string {
  return operatorFiles(of).get("operator/kube-prometheus-stack.values.yaml") ?? "";
}

/** Rows of the table "What is refused, and what is not seen" in docs/operator.md that the configuration shows. */
describe("what an operator cannot be told", () => {
  const KEPT = { namespace: "kube-prometheus" };
  it.each([
    ["operator", { operator: undefined }, "is not set, and tocsin:backend is [operator]"],
    [
      "operator",
      { backend: undefined, "prometheus.storage": { size: "1Gi" }, "alertmanager.storage": { size: "1Gi" } },
      "is set and has no effect, because tocsin:backend is not [operator]",
    ],
    [
      "prometheus.image",
      { "prometheus.image": "prom/prometheus:v3.15.0" },
      "is set and has no effect, because the operator runs it",
    ],
    [
      "alertmanager.storage",
      { "alertmanager.storage": { size: "1Gi" } },
      "is set and has no effect, because the operator runs it",
    ],
    [
      "kubernetes.namespace",
      { operator: { namespace: "monitoring" } },
      "[monitoring] is the namespace of the operator, and the stack makes one of its own",
    ],
    [
      "operator.externalLabels.cluster",
      { operator: { ...KEPT, externalLabels: { cluster: "eu-7" } } },
      "[eu-7] is not [prod-1], which tocsin:cluster says",
    ],
    [
      "backends.orders.metrics",
      { backends: { orders: { metrics: "kubernetes" } } },
      "[kubernetes] is not there: tocsin:backend is [operator]",
    ],
    ["operator.labels", { operator: { ...KEPT, labels: "release" } }, "[release] is not a mapping of labels"],
    [
      "operator.matcherStrategy",
      { operator: { ...KEPT, matcherStrategy: "Always" } },
      "[Always] is not one of [OnNamespace, ",
    ],
    ["operator.port", { operator: { ...KEPT, port: "HTTP" } }, "[HTTP] is not a Kubernetes name"],
  ])("[%s] where it does not fit", (key, set, message) => {
    expect(operatorProblems(set).map(({ path, message: said }) => `${path}: ${said}`)).toEqual(
      expect.arrayContaining([expect.stringContaining(`Pulumi.prod.yaml: tocsin:${key}: ${message}`)]),
    );
  });

  it("a window that the Prometheus does not keep, by what is said of its retention", () => {
    expect(() => operatorPlan({ "prometheus.retention": "10d" })).toThrow(/\[10d\] does not hold 28d/);
  });

  it("a service bound to an operator that is not there", () => {
    expect(
      operatorProblems({ backend: "kubernetes", backends: { orders: { metrics: "operator" } } }),
    ).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ message: "[operator] is not there: tocsin:backend is [kubernetes]" }),
      ]),
    );
  });

  it("created timestamps that the Prometheus does not store", () => {
    const jobs = plan.scrape.jobs.map((job) =>
      job.job === "api-gateway" ? { ...job, createdTimestamps: true as const } : job,
    );
    const created = { ...plan, scrape: { ...plan.scrape, jobs } };
    expect(checkBackend(created)).toMatchObject([
      { code: "backend-unable", path: "operator.jobs.api-gateway.createdTimestamps" },
    ]);
    const operator = { ...KEPT, createdTimestamps: true };
    const stored = operatorPlan({ operator });
    const both = { ...stored, scrape: { ...stored.scrape, jobs } };
    expect(checkBackend(both)).toEqual([]);
    expect(monitorsOf(both).map(({ spec }) => spec.scrapeProtocols?.[0])).toEqual(
      jobs.map(({ job }) => (job === "api-gateway" ? "PrometheusProto" : "PrometheusText1.0.0")),
    );
  });

  it("a group of rules or a dashboard that no object holds", () => {
    const small = checkBackend(plan, 10_000);
    expect(formatProblems(small)).toContain("bytes, and a PrometheusRule holds 10000");
    expect(formatProblems(small)).toMatch(/^operator\.tocsin-dashboard-.* of the dashboard takes /m);
  });
});
