import type { Subject } from "./policy-requests";

/** An alerting rule; labels and annotations are left out where they are undefined. */
export interface TestAlert {
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly for?: string;
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

const configMap: Kind = {
  object: (alert) => ({ metadata: { name: "shop" }, data: { "shop.yml": ruleFile(alert) } }),
  place: "alert [ShopDown] of group [shop] in data key [shop.yml]",
};

const groups: Kind = {
  object: (alert) => ({ metadata: { name: "shop" }, spec: { groups: [groupOf(alert)] } }),
  place: "alert [ShopDown] of group [shop] in spec",
};

/** As Grafana writes a group. */
const grafanaGroup = (alert: TestAlert): object[] => [
  { name: "shop:errors:rate5m", labels: { severity: "critical" }, record: { metric: "shop:errors:rate5m" } },
  { name: "ShopDown", ...alert },
];

/** Sloth writes the alerts of its objects. */
const serviceLevel: Kind = {
  object: (alert) => ({
    metadata: { name: "shop" },
    spec: {
      service: "shop",
      slos: [{ name: "up", alerting: { pageAlert: alert, ticketAlert: { disable: true } } }],
    },
  }),
  place: "page alert of SLO [up] in spec",
};

/** A kind of Kubernetes: an object with an alert, and how a message names the alert. */
interface Kind {
  readonly object: (alert: TestAlert) => Subject["props"];
  readonly place: string;
}

/** The kind itself, a list of it and its patch. */
function kinds(token: string, { object, place }: Kind): readonly Carrier[] {
  const type = `kubernetes:${token}`;
  return [
    { type, carry: (alert) => named(type, object(alert)), place },
    {
      type: `${type}List`,
      carry: (alert) => named(`${type}List`, { items: [object(alert)] }),
      place: `${place} of item [shop]`,
    },
    { type: `${type}Patch`, carry: (alert) => named(`${type}Patch`, object(alert)), place },
  ];
}

const single = (type: string): Carrier => ({
  type,
  carry: (alert) => named(type, { metadata: { uid: "shop" }, spec: { title: "ShopDown", ...alert } }),
  place: "alert [ShopDown] of spec",
});

const group = (type: string): Carrier => ({
  type,
  carry: (alert) => named(type, { name: "shop", folderUid: "shop", rules: grafanaGroup(alert) }),
  place: "alert [ShopDown] of group [shop]",
});

/** Every kind of resource that is looked into, but for Pyrra's, whose severities are fixed. */
export const CARRIERS: readonly Carrier[] = [
  {
    type: "aws:amp/ruleGroupNamespace:RuleGroupNamespace",
    carry: (alert) =>
      named("aws:amp/ruleGroupNamespace:RuleGroupNamespace", { workspaceId: "ws-1", data: ruleFile(alert) }),
    place: "alert [ShopDown] of group [shop] in data",
  },
  single("grafana:alerting/alertRuleV0Alpha1:AlertRuleV0Alpha1"),
  group("grafana:alerting/ruleGroup:RuleGroup"),
  single("grafana:alerting/v0alpha1/alertRule:AlertRule"),
  single("grafana:alerting/v1beta1/alertRule:AlertRule"),
  group("grafana:index/ruleGroup:RuleGroup"),
  ...kinds("core/v1:ConfigMap", configMap),
  ...kinds("grafana.integreatly.org/v1beta1:GrafanaAlertRuleGroup", {
    object: (alert) => ({ metadata: { name: "shop" }, spec: { rules: grafanaGroup(alert) } }),
    place: "alert [ShopDown] of spec",
  }),
  ...kinds("loki.grafana.com/v1:AlertingRule", groups),
  ...kinds("loki.grafana.com/v1beta1:AlertingRule", groups),
  ...kinds("monitoring.coreos.com/v1:PrometheusRule", groups),
  ...kinds("monitoring.googleapis.com/v1:ClusterRules", groups),
  ...kinds("monitoring.googleapis.com/v1:GlobalRules", groups),
  ...kinds("monitoring.googleapis.com/v1:Rules", groups),
  ...kinds("operator.victoriametrics.com/v1beta1:VMRule", groups),
  ...kinds("sloth.slok.dev/v1:PrometheusServiceLevel", serviceLevel),
];
