import { Provider } from "@pulumi/kubernetes/provider";
import { managedPrometheus, type ManagedPrometheusContent } from "../../backends/gmp/content";
import { ManagedPrometheus } from "../../components/managed-prometheus";
import type { ProgramResource } from "../../evaluation/evaluate";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { receiverSecrets } from "../../plan/routing";
import { evaluatePolicies } from "../../policies/evaluate";
import { configuredPolicies } from "../../policies/registry";
import { boundPlan } from "../support/plan";
import { byName, one, register } from "../support/registered";

/** The heartbeat is in another part of the stack. */
const PACK = configuredPolicies({ "paging-stack-has-dead-mans-switch": "disabled" });

jest.setTimeout(60_000);

const plan = boundPlan("prod", { orders: { metrics: "gmp" } });

const managed = (of: MonitoringPlan): Promise<readonly ProgramResource[]> =>
  register(() => {
    const secrets = Object.fromEntries(receiverSecrets(of.routing).map((key) => [key, `fake-${key}`]));
    const content = managedPrometheus(of, secrets) as ManagedPrometheusContent;
    return new ManagedPrometheus(
      "g",
      { content, after: [] },
      { providers: [new Provider("kubernetes", { kubeconfig: "~/.kube/config" })] },
    );
  });

const API = "kubernetes:monitoring.googleapis.com/v1";

describe("Google Managed Prometheus", () => {
  it("gets rules and scraping after the settings that label what is scraped", async () => {
    const resources = byName(await managed(plan));
    expect(resources.filter(({ after }) => after.join() === "OperatorConfigPatch g-operator-config")).toEqual(
      [...resources.filter(({ type }) => type === "ClusterRules" || type === "PodMonitoring")],
    );
    expect(resources.find(({ name }) => name === "g-operator-config")?.after).toEqual([
      "Secret g-alertmanager",
    ]);
    expect(resources.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["ClusterRules", "PodMonitoring"]),
    );
  });

  it("has its own settings changed, not made anew, and only in the fields that are named", async () => {
    const { props } = one(await managed(plan), `${API}:OperatorConfigPatch`, "g-operator-config");
    expect(props).toMatchObject({
      kind: "OperatorConfig",
      metadata: {
        name: "config",
        namespace: "gmp-public",
        annotations: { "pulumi.com/patchForce": "true" },
      },
      managedAlertmanager: { configSecret: { name: "tocsin-alertmanager", key: "alertmanager.yaml" } },
    });
    expect(Object.keys(props).sort()).toEqual([
      "apiVersion",
      "collection",
      "kind",
      "managedAlertmanager",
      "metadata",
      "rules",
    ]);
  });

  it("gets the whole text of its Alertmanager as a secret", async () => {
    const { props, shown } = one(await managed(plan), "kubernetes:core/v1:Secret", "g-alertmanager");
    expect(JSON.stringify(props)).toContain("fake-pagerduty-orders");
    expect(shown["stringData"]).toBe("[secret]");
  });

  it("gets neither alerts nor an Alertmanager where Grafana evaluates and sends", async () => {
    const resources = await managed(boundPlan("prod", { orders: { metrics: "gmp", alerts: "grafana" } }));
    expect(resources.filter(({ type }) => type === "kubernetes:core/v1:Secret")).toEqual([]);
    expect(JSON.stringify(resources)).not.toContain("managedAlertmanager");
    const { props } = one(resources, `${API}:ClusterRules`, "g-clusterrules-tocsin-orders");
    const { groups } = props["spec"] as { readonly groups: readonly { readonly rules: readonly object[] }[] };
    const kinds = groups.flatMap(({ rules }) => rules.map((rule) => ("record" in rule ? "record" : "alert")));
    expect(new Set(kinds)).toEqual(new Set(["record"]));
  });

  it("is looked into by the policies", async () => {
    expect(await evaluatePolicies(await managed(plan), PACK)).toEqual([]);
    const ruleGroups = plan.ruleGroups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) =>
        rule.kind === "alert" && rule.alert === "ServiceDown"
          ? { ...rule, annotations: { ...rule.annotations, runbook_url: "" } }
          : rule,
      ),
    }));
    const violations = await evaluatePolicies(await managed({ ...plan, ruleGroups }), PACK);
    expect(violations.map(({ policy, level }) => [policy, level])).toEqual([
      ["critical-alert-has-runbook", "mandatory"],
    ]);
  });
});
