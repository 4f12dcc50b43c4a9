import { Provider } from "@pulumiverse/grafana/provider";
import { grafanaAlerting, type GrafanaAlerting as Content } from "../../backends/grafana-alerting/content";
import { GrafanaAlerting } from "../../components/grafana-alerting";
import type { ProgramResource } from "../../evaluation/evaluate";
import { receiverSecrets } from "../../plan/routing";
import { evaluatePolicies } from "../../policies/evaluate";
import { configuredPolicies } from "../../policies/registry";
import { at, ofType } from "../support/evaluated";
import { boundPlan } from "../support/plan";
import { byName, one, register } from "../support/registered";

/** The heartbeat is in another part of the stack. */
const PACK = configuredPolicies({ "paging-stack-has-dead-mans-switch": "disabled" });

jest.setTimeout(60_000);

const plan = boundPlan("prod", { orders: { metrics: "kubernetes", alerts: "grafana" } });
const secrets = Object.fromEntries(receiverSecrets(plan.routing).map((key) => [key, `fake-${key}`]));
const content = grafanaAlerting(plan) as Content;

const alerting = (changed: Partial<Content> = {}): Promise<readonly ProgramResource[]> =>
  register(
    () =>
      new GrafanaAlerting(
        "a",
        { content: { ...content, ...changed }, secrets, after: [] },
        { providers: [new Provider("grafana", { url: "https://grafana.example" })] },
      ),
  );

const GROUP = "grafana:alerting/ruleGroup:RuleGroup";
const CONTACT = "grafana:alerting/contactPoint:ContactPoint";
const POLICY = "grafana:alerting/notificationPolicy:NotificationPolicy";

describe("Grafana-managed alerting", () => {
  it("puts rules after the policy, and the policy after what it names", async () => {
    const resources = byName(await alerting());
    const after = (name: string): readonly string[] =>
      resources.find((resource) => resource.name === name)?.after ?? [];
    expect(after("a-alerts-orders")).toEqual(["Folder a-folder", "NotificationPolicy a-policy"]);
    expect(after("a-policy")).toEqual(
      [
        ...content.contactPoints.map(({ name }) => `ContactPoint a-contact-${name}`),
        ...content.muteTimings.map(({ name }) => `MuteTiming a-mute-${name}`),
      ].sort(),
    );
    expect(after("a-contact-info-default")).toEqual(["MessageTemplate a-template"]);
  });

  it("keeps the keys of receivers secret, and everything else readable", async () => {
    const { props, shown } = one(await alerting(), CONTACT, "a-contact-page-orders");
    expect(props).toMatchObject({
      name: "page-orders",
      pagerduties: [
        { integrationKey: "fake-pagerduty-orders", severity: expect.stringContaining("severity") },
      ],
      slacks: [{ url: "fake-slack-orders", recipient: "#orders-alerts" }],
    });
    expect([at(shown, "pagerduties", 0, "integrationKey"), at(shown, "slacks", 0, "url")]).toEqual([
      "[secret]",
      "[secret]",
    ]);
    expect(JSON.stringify(shown)).not.toContain("fake-");
  });

  it("sends no news of a resolved alert to the heartbeat, as Alertmanager does", async () => {
    const resources = await alerting();
    const disabled = (name: string, list: string): unknown =>
      at(one(resources, CONTACT, name).props, list, 0, "disableResolveMessage");
    expect(disabled("a-contact-deadman", "webhooks")).toBe(true);
  });

  it("sends the steps of a rule as JSON that says the same", async () => {
    const { props } = one(await alerting(), GROUP, "a-alerts-orders");
    const [group] = content.ruleGroups.filter(({ name }) => name === "alerts-orders");
    expect(props).toMatchObject({
      name: "alerts-orders",
      folderUid: "tocsin-alerts-6cl3t6",
      intervalSeconds: 30,
    });
    const [rule] = group?.rules ?? [];
    expect(at(props, "rules", 0, "uid")).toBe(rule?.uid);
    expect(at(props, "rules", 0, "name")).toBe(rule?.title);
    const models = (at(props, "rules", 0, "datas") as readonly { model: string }[]).map(({ model }) => model);
    expect(models.map((model) => JSON.parse(model) as unknown)).toEqual(rule?.data.map(({ model }) => model));
    // Defaults that the provider takes out again would be a difference at every preview.
    expect(models.join("")).not.toMatch(/intervalMs|maxDataPoints/);
  });

  it("sends the tree of policies in the provider's words", async () => {
    const { props } = one(await alerting(), POLICY, "a-policy");
    expect(props).toMatchObject({
      contactPoint: "unrouted",
      groupBies: ["cluster", "environment", "team", "service", "slo"],
    });
    const page = content.policy.policies.findIndex(({ contactPoint }) => contactPoint === "page-default");
    expect(at(props, "policies", page, "matchers")).toEqual([
      { label: "severity", match: "=", value: "critical" },
    ]);
    expect(at(props, "policies", page, "policies")).toContainEqual({
      contactPoint: "page-orders",
      matchers: [{ label: "team", match: "=", value: "orders" }],
    });
  });
});

describe("the policies, of Grafana-managed alerts,", () => {
  it("object to nothing of the plan", async () => {
    const resources = await alerting();
    expect(ofType(resources, GROUP).length).toBeGreaterThan(5);
    expect(await evaluatePolicies(resources, PACK)).toEqual([]);
  });

  const page = content.ruleGroups.findIndex(({ name }) => name === "slo-orders-api-availability-L0");

  const changed = (
    change: (annotations: Record<string, string>) => Record<string, string>,
  ): Content["ruleGroups"] =>
    content.ruleGroups.map((group, index) =>
      index === page
        ? { ...group, rules: group.rules.map((rule) => ({ ...rule, annotations: change(rule.annotations) })) }
        : group,
    );

  it.each([
    ["has none", "", "has severity [critical] and no runbook_url"],
    ["is not https", "http://runbooks.example/page", "runbook_url [http://runbooks.example/page]"],
  ])("block a critical one whose runbook %s", async (_what, runbook_url, message) => {
    const ruleGroups = changed((annotations) => ({ ...annotations, runbook_url }));
    const violations = await evaluatePolicies(await alerting({ ruleGroups }), PACK);
    expect(violations.map(({ policy, level }) => [policy, level])).toEqual([
      ["critical-alert-has-runbook", "mandatory"],
    ]);
    expect(violations[0]?.message).toContain(message);
    expect(violations[0]?.message).toContain("HighErrorBudgetBurnRate");
  });

  it("block one whose severity is an annotation, as older rules of Grafana have it", async () => {
    const ruleGroups = content.ruleGroups.map((group, index) =>
      index === page
        ? {
            ...group,
            rules: group.rules.map((rule) => {
              const { severity = "", ...labels } = rule.labels;
              return { ...rule, labels, annotations: { ...rule.annotations, severity } };
            }),
          }
        : group,
    );
    const violations = await evaluatePolicies(await alerting({ ruleGroups }), PACK);
    expect(violations.map(({ policy, level }) => [policy, level])).toEqual([
      ["alert-has-owner-and-severity", "mandatory"],
    ]);
  });
});
