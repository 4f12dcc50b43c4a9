import type { Subject } from "./policy-requests";

/** An alerting rule; labels and annotations are left out where they are undefined. */
export interface TestAlert {
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** A kind of resource that holds alerting rules. */
export interface Carrier {
  readonly type: string;
  /** A resource `shop` with the alert `ShopDown` in the group `shop`. */
  readonly carry: (alert: TestAlert) => Subject;
  /** How a message names the alert. */
  readonly place: string;
}

const named = (type: string, props: Subject["props"]): Subject => ({ type, name: "shop", props });

/** A rule file as JSON, which is YAML as well. */
export function ruleFile(alert: TestAlert): string {
  return JSON.stringify({ groups: [groupOf(alert)] });
}

function groupOf(alert: TestAlert): object {
  return {
    name: "shop",
    rules: [
      { record: "shop:errors:rate5m", expr: "rate(errors[5m])", labels: { severity: "critical" } },
      { alert: "ShopDown", expr: "up == 0", ...alert },
    ],
  };
}

const configMap = (type: string): Carrier => ({
  type,
  carry: (alert) => named(type, { metadata: { name: "shop" }, data: { "shop.yml": ruleFile(alert) } }),
  place: "alert [ShopDown] of group [shop] in data key [shop.yml]",
});

const custom = (type: string): Carrier => ({
  type,
  carry: (alert) => named(type, { metadata: { name: "shop" }, spec: { groups: [groupOf(alert)] } }),
  place: "alert [ShopDown] of group [shop] in spec",
});

const single = (type: string): Carrier => ({
  type,
  carry: (alert) => named(type, { metadata: { uid: "shop" }, spec: { title: "ShopDown", ...alert } }),
  place: "alert [ShopDown] of spec",
});

/** Every kind of resource that is looked into, in the order of their tokens. */
export const CARRIERS: readonly Carrier[] = [
  {
    type: "aws:amp/ruleGroupNamespace:RuleGroupNamespace",
    carry: (alert) =>
      named("aws:amp/ruleGroupNamespace:RuleGroupNamespace", { workspaceId: "ws-1", data: ruleFile(alert) }),
    place: "alert [ShopDown] of group [shop] in data",
  },
  single("grafana:alerting/alertRuleV0Alpha1:AlertRuleV0Alpha1"),
  {
    type: "grafana:alerting/ruleGroup:RuleGroup",
    carry: (alert) =>
      named("grafana:alerting/ruleGroup:RuleGroup", {
        name: "shop",
        folderUid: "shop",
        intervalSeconds: 60,
        rules: [
          {
            name: "shop:errors:rate5m",
            labels: { severity: "critical" },
            record: { from: "A", metric: "shop:errors:rate5m" },
          },
          { name: "ShopDown", datas: [], ...alert },
        ],
      }),
    place: "alert [ShopDown] of group [shop]",
  },
  single("grafana:alerting/v0alpha1/alertRule:AlertRule"),
  configMap("kubernetes:core/v1:ConfigMap"),
  configMap("kubernetes:core/v1:ConfigMapPatch"),
  custom("kubernetes:monitoring.coreos.com/v1:PrometheusRule"),
  custom("kubernetes:monitoring.coreos.com/v1:PrometheusRulePatch"),
  custom("kubernetes:monitoring.googleapis.com/v1:ClusterRules"),
  custom("kubernetes:monitoring.googleapis.com/v1:GlobalRules"),
  custom("kubernetes:monitoring.googleapis.com/v1:Rules"),
];
