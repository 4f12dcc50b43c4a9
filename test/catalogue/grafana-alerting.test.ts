import { alertRoutes } from "../../backends/alertmanager/routes";
import { notificationTemplates } from "../../backends/alertmanager/templates";
import { checkBackend } from "../../backends/check";
import { deliveredDashboards, grafanaContent } from "../../backends/grafana/content";
import { googleDialect } from "../../backends/gmp/promql";
import { grafanaAnnotations, untranslatable } from "../../backends/grafana-alerting/annotations";
import { grafanaAlerting, type GrafanaAlerting } from "../../backends/grafana-alerting/content";
import type { PolicySettings } from "../../backends/grafana-alerting/policy";
import { rulesFolder, type GrafanaRule } from "../../backends/grafana-alerting/rules";
import { ruleUid } from "../../backends/grafana-alerting/uid";
import { RECEIVERS } from "../../generators/routing";
import type { AlertingRule, Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import { matchesValue } from "../../slo/telemetry";
import { drawn } from "../support/dashboards";
import { golden, readableJson } from "../support/golden";
import { boundPlan, changedPlan, planOf } from "../support/plan";

const ALERTS_BY_GRAFANA = { orders: { metrics: "kubernetes", alerts: "grafana" } } as const;
const prod = boundPlan("prod", ALERTS_BY_GRAFANA);

function contentOf(plan: MonitoringPlan): GrafanaAlerting {
  const content = grafanaAlerting(plan);
  if (content === undefined) {
    throw new Error("no service is bound to Grafana");
  }
  return content;
}

const rulesOf = (plan: MonitoringPlan): readonly GrafanaRule[] =>
  contentOf(plan).ruleGroups.flatMap(({ rules }) => rules);

const promised = (plan: MonitoringPlan): readonly AlertingRule[] =>
  plan.ruleGroups
    .filter(({ file }) => file === "orders")
    .flatMap(({ rules }) => rules)
    .filter((rule) => rule.kind === "alert");

const content = contentOf(prod);
const rules = rulesOf(prod);

describe("Grafana-managed rules", () => {
  it("are not there where no service is bound to Grafana, and nothing of an organisation is taken over", () => {
    expect(grafanaAlerting(planOf("prod"))).toBeUndefined();
  });

  it("send the expression of the plan byte for byte, so that promtool's tests of it prove them as well", () => {
    const sent = rules.map(({ title, data }) => [title, (data[0]?.model as { expr?: string }).expr]);
    expect(sent).toEqual(promised(prod).map(({ alert, expr }) => [alert, expr]));
    expect(sent.length).toBeGreaterThan(20);
  });

  it("fire for every series, whatever its value, and are well where there is none", () => {
    const [first] = rules;
    expect(first?.data.slice(1).map(({ datasourceUid, model }) => [datasourceUid, model])).toEqual([
      [
        "__expr__",
        {
          datasource: { type: "__expr__", uid: "__expr__" },
          refId: "B",
          type: "math",
          expression: "is_number($A) || is_nan($A) || is_inf($A)",
        },
      ],
      [
        "__expr__",
        {
          datasource: { type: "__expr__", uid: "__expr__" },
          refId: "C",
          type: "threshold",
          expression: "B",
          conditions: [{ evaluator: { type: "gt", params: [0] } }],
        },
      ],
    ]);
    expect(
      rules.filter(
        (rule) =>
          rule.condition !== "C" ||
          rule.noDataState !== "OK" ||
          rule.execErrState !== "Error" ||
          rule.missingSeriesEvalsToResolve !== 1,
      ),
    ).toEqual([]);
  });

  it("ask the data source at one point in time, under the name that the step has outside", () => {
    for (const { data } of rules) {
      expect(data.map(({ refId, model }) => [refId, model.refId])).toEqual([
        ["A", "A"],
        ["B", "B"],
        ["C", "C"],
      ]);
      expect(data[0]).toMatchObject({
        datasourceUid: "tocsin-prometheus-6cl3t6",
        relativeTimeRange: { from: 600, to: 0 },
        model: {
          instant: true,
          range: false,
          datasource: { type: "prometheus", uid: "tocsin-prometheus-6cl3t6" },
        },
      });
    }
  });

  it("read Google's data source where Google keeps the records", () => {
    const both = rulesOf(boundPlan("prod", { orders: { metrics: "gmp", alerts: "grafana" } }));
    expect([...new Set(both.map(({ data }) => data[0]?.datasourceUid))]).toEqual(["tocsin-gmp-6cl3t6"]);
    expect(both.map(({ data }) => (data[0]?.model as { expr?: string }).expr)).toEqual(
      promised(prod).map(({ expr }) => googleDialect(expr)),
    );
    expect(both.map(({ uid }) => uid)).toEqual(rules.map(({ uid }) => uid));
  });

  it("wait as long, and say the severity in a label that routes can see", () => {
    expect(rules.map(({ for: wait, labels }) => [wait, labels])).toEqual(
      promised(prod).map(({ for: wait, labels }) => [wait, labels]),
    );
    const labels = ["category", "service", "severity", "slo", "team"];
    expect(rules.filter((rule) => labels.some((label) => (rule.labels[label] ?? "") === ""))).toEqual([]);
    expect(rules.filter(({ annotations }) => "severity" in annotations)).toEqual([]);
  });

  it("lead to the runbook, the dashboard and its panel, where one panel shows what they read", () => {
    const [wide, drawn] = [true, false].map((isWide) =>
      rules.filter(({ annotations }) => "__panelId__" in annotations !== isWide),
    );
    expect(wide?.map(({ annotations }) => annotations["dashboard_url"])).toEqual([
      "https://grafana.orders.dev/d/orders-slo-6cl3t6",
    ]);
    const panels = (drawn ?? []).map(({ annotations }) => [
      annotations["dashboard_url"],
      `https://grafana.orders.dev/d/${annotations["__dashboardUid__"] ?? ""}?viewPanel=${annotations["__panelId__"] ?? ""}`,
    ]);
    expect(panels.filter(([link, named]) => link !== named)).toEqual([]);
    expect(rules.filter(({ annotations }) => !annotations["runbook_url"]?.startsWith("https://"))).toEqual(
      [],
    );
  });

  it("are in groups whose names the provider can take apart", () => {
    const names = content.ruleGroups.map(({ name }) => name);
    expect(names.filter((name) => !/^[A-Za-z0-9-]+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(content.ruleGroups.filter(({ intervalSeconds }) => intervalSeconds % 10 !== 0)).toEqual([]);
  });

  it("of one SLO read as in the golden file", () => {
    const group = content.ruleGroups.find(({ name }) => name === "slo-orders-api-availability-L0");
    const text = readableJson(group);
    expect(text).toBe(golden("backends/grafana-rules-api-availability.json", text));
    expect(group?.rules.map(({ title }) => title)).toEqual(["HighErrorBudgetBurnRate"]);
  });
});

describe("an alert of a service that Google records, as Grafana gets it", () => {
  const plan = boundPlan("prod", { stock: { metrics: "gmp", alerts: "grafana" } });
  const rule = rulesOf(plan).find(({ title }) => title === "DiskAlmostFull");

  it("pages by its label, leads to its runbook, and evaluates its expressions by Grafana itself", () => {
    expect(rule).toMatchObject({
      for: "5m",
      noDataState: "OK",
      execErrState: "Error",
      labels: { severity: "critical", service: "stock" },
      annotations: { runbook_url: expect.stringMatching(/^https:.*disk-almost-full/) },
    });
    expect(rule?.data.map(({ datasourceUid }) => datasourceUid)).toEqual([
      "tocsin-gmp-6cl3t6",
      "__expr__",
      "__expr__",
    ]);
    expect(rule?.data.slice(1).map(({ model }) => "type" in model && model.type)).toEqual([
      "math",
      "threshold",
    ]);
  });

  it("reads as in the golden file", () => {
    const text = readableJson(rule);
    expect(text).toBe(golden("backends/grafana-stock-disk.json", text));
  });
});

describe("the uid of a rule", () => {
  const identity = { alertname: "HighErrorBudgetBurnRate", service: "stock", slo: "api-availability" };

  it("follows from the alert's identity and from nothing else", () => {
    expect(ruleUid(identity)).toBe("stock-HighErrorBudgetBurnRate-54bade69");
    expect(ruleUid({ ...identity, slo: "api-latency" })).not.toBe(ruleUid(identity));
    expect(ruleUid({ alertname: "A/b", service: "s", slo: "x" })).not.toBe(
      ruleUid({ alertname: "A", service: "s", slo: "b/x" }),
    );
  });

  it("stays when rules around it come and go", () => {
    const fewer = { ...prod, ruleGroups: prod.ruleGroups.filter(({ name }) => name !== "alerts:orders") };
    const kept = rulesOf(fewer).map(({ uid }) => uid);
    expect(rules.map(({ uid }) => uid)).toEqual(expect.arrayContaining(kept));
    expect(kept.length).toBeLessThan(rules.length);
  });

  it("is one that Grafana takes, and no two are the same", () => {
    const uids = rules.map(({ uid }) => uid);
    expect(uids.filter((uid) => !/^[\w-]{1,40}$/.test(uid))).toEqual([]);
    expect(new Set(uids).size).toBe(uids.length);
    expect(ruleUid({ ...identity, alertname: "x".repeat(200) })).toMatch(/^stock-x+-[0-9a-f]{8}$/);
    expect(ruleUid({ ...identity, alertname: "x".repeat(200) })).toHaveLength(40);
  });

  it("that two alerts would share is refused", () => {
    const [group] = prod.ruleGroups.filter(({ name }) => name === "alerts:orders");
    const twice = { ...prod, ruleGroups: group === undefined ? [] : [group, { ...group, name: "again" }] };
    const alerts = group?.rules.filter(({ kind }) => kind === "alert");
    expect(checkBackend(twice).map(({ code }) => code)).toEqual(alerts?.map(() => "backend-unable"));
  });
});

describe("an annotation in Grafana's words", () => {
  const said = (description: string): string | undefined =>
    grafanaAnnotations({ annotations: { description, dashboard_url: "https://g.example/d/shop" } })[
      "description"
    ];

  it.each([
    ["{{ $value | humanize }} jobs", "{{ $values.A.Value | humanize }} jobs"],
    [
      "{{ $value | humanizePercentage }} of {{ $value }}",
      "{{ $values.A.Value | humanizePercentage }} of {{ $values.A.Value }}",
    ],
    ["{{ $labels.instance }} is down", "{{ $labels.instance }} is down"],
    ["costs $value a day", "costs $value a day"],
  ])("for [%s] is [%s]", (prometheus, grafana) => {
    expect(said(prometheus)).toBe(grafana);
    expect(untranslatable(prometheus)).toEqual([]);
  });

  it.each([
    "{{ $externalLabels.cluster }}",
    '{{ with query "up" }}{{ end }}',
    "{{ $value | humanize | title }}",
    "{{ .Value }}",
  ])("does not exist for [%s]", (template) => {
    expect(untranslatable(template)[0]).toBe(/^\{\{.*?\}\}/.exec(template)?.[0]);
  });

  it("names a panel only together with its dashboard", () => {
    const link = (dashboard_url: string): Labels => grafanaAnnotations({ annotations: { dashboard_url } });
    expect(link("https://g.example/d/shop?viewPanel=7")).toMatchObject({
      __dashboardUid__: "shop",
      __panelId__: "7",
    });
    expect(Object.keys(link("https://g.example/d/shop"))).toEqual(["dashboard_url"]);
  });

  it("that cannot be said is refused", () => {
    const [group] = prod.ruleGroups.filter(({ name }) => name === "alerts:orders");
    const [rule] = promised(prod);
    const wrong = { ...rule, annotations: { ...rule?.annotations, summary: "{{ $externalLabels.x }}" } };
    const plan = { ...prod, ruleGroups: [{ ...group, rules: [wrong] }] } as MonitoringPlan;
    expect(checkBackend(plan)).toEqual([
      {
        code: "backend-unable",
        path: `alerts.${rule?.alert ?? ""}/orders/${rule?.labels["slo"] ?? ""}.summary`,
        message: "Grafana has nothing that means [{{ $externalLabels.x }}]",
        remedy: "Use $value or a label, and the humanize functions, which both know.",
      },
    ]);
  });
});

/** The contact points that a set of labels reaches, and whether they are muted for good. Source: Grafana docs. */
function reached(policy: PolicySettings, labels: Labels): readonly string[] {
  const found: string[] = [];
  for (const child of policy.policies) {
    if (child.matchers.every((matcher) => matchesValue(matcher, labels[matcher.label] ?? ""))) {
      found.push(...reached(child, labels));
      if (child.continue !== true) {
        break;
      }
    }
  }
  const own = policy.muteTimings?.includes("always") === true ? RECEIVERS.nowhere : policy.contactPoint;
  return found.length === 0 ? [own ?? ""] : found;
}

describe.each(["prod", "dev", "staging"])("the notification policy of %s", (stack) => {
  const plan = boundPlan(stack, ALERTS_BY_GRAFANA);
  const { policy, contactPoints, muteTimings } = contentOf(plan);

  it("sends every alert where Alertmanager would send it", () => {
    const routes = alertRoutes(plan);
    expect(routes.map(({ labels }) => ({ labels, receivers: reached(policy, labels) }))).toEqual(routes);
    expect(routes.length).toBeGreaterThan(30);
  });

  it("names contact points and mute timings that there are", () => {
    const nodes = (node: PolicySettings): readonly PolicySettings[] => [
      node,
      ...node.policies.flatMap(nodes),
    ];
    const named = nodes(policy);
    const points = contactPoints.map(({ name }) => name);
    const timings = muteTimings.map(({ name }) => name);
    expect(named.filter(({ contactPoint }) => !points.includes(contactPoint ?? ""))).toEqual([]);
    expect(named.flatMap((node) => node.muteTimings ?? []).filter((name) => !timings.includes(name))).toEqual(
      [],
    );
  });
});

describe("what Grafana sends with", () => {
  it("are the receivers under their names, those with something to send by", () => {
    const silent = prod.routing.receivers.filter(({ name }) => name === RECEIVERS.nowhere);
    expect(content.contactPoints.map(({ name }) => name)).toEqual(
      prod.routing.receivers.filter((receiver) => !silent.includes(receiver)).map(({ name }) => name),
    );
    expect(silent).toHaveLength(1);
  });

  it("are the texts of Alertmanager, from the same templates", () => {
    const template = notificationTemplates({ silence: ".SilenceURL", related: '""' });
    expect(content.messageTemplate).toEqual({ name: "tocsin", template });
    const used = [...JSON.stringify(content.contactPoints).matchAll(/template \\"([^"\\]+)\\"/g)].map(
      ([, name]) => name,
    );
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !template.includes(`define "${name ?? ""}"`))).toEqual([]);
  });

  it("reads as in the golden files, of which no other team changes anything", () => {
    const policy = readableJson(contentOf(boundPlan("dev", ALERTS_BY_GRAFANA)).policy);
    expect(policy).toBe(golden("backends/grafana-policy.json", policy));
    const kinds = ["deadman", "page-orders"];
    const points = readableJson(content.contactPoints.filter(({ name }) => kinds.includes(name)));
    expect(points).toBe(golden("backends/grafana-contact-points.json", points));
    expect(kinds.filter((name) => !points.includes(`"name": "${name}"`))).toEqual([]);
  });

  it("groups and repeats as Alertmanager does", () => {
    expect(content.policy).toMatchObject({
      contactPoint: "unrouted",
      groupBy: ["cluster", "environment", "team", "service", "slo"],
      groupWait: "30s",
      groupInterval: "5m",
      repeatInterval: "4h",
    });
    const page = content.policy.policies.find(({ contactPoint }) => contactPoint === "page-default");
    expect(page).toMatchObject({ groupWait: "10s", groupInterval: "1m", repeatInterval: "1h" });
  });
});

describe("dashboards of a service that Google records", () => {
  const plan = boundPlan("prod", { orders: { metrics: "gmp" } });

  it("read Google's data source, which is provisioned beside the stack's own", () => {
    expect(grafanaContent(plan).otherDataSources).toEqual([
      { name: "Tocsin GMP (prod, prod-1)", uid: "tocsin-gmp-6cl3t6", url: "https://gmp.example" },
    ]);
    for (const { service, json } of deliveredDashboards(plan)) {
      const [own, other] =
        service === "orders"
          ? ["tocsin-gmp-6cl3t6", "tocsin-prometheus-6cl3t6"]
          : ["tocsin-prometheus-6cl3t6", "tocsin-gmp-6cl3t6"];
      expect(json.templating.list[0]).toMatchObject({ name: "datasource", current: { value: own } });
      expect(JSON.stringify(json)).toContain('"uid":"${datasource}"');
      expect(JSON.stringify(json)).not.toContain(`"${other}"`);
    }
  });

  it("are otherwise the same, and stay as they are where the stack's own Prometheus records", () => {
    type Delivered = ReturnType<typeof deliveredDashboards>;
    const queries = (dashboards: Delivered): readonly string[] =>
      dashboards.flatMap(({ json }) =>
        [...JSON.stringify(json.panels).matchAll(/"expr":("(?:[^"\\]|\\.)*")/g)].map(
          ([, expr = ""]) => JSON.parse(expr) as string,
        ),
      );
    expect(queries(deliveredDashboards(plan)).map(googleDialect)).toEqual(
      queries(drawn(plan.dashboards)).map(googleDialect),
    );
    const others = (dashboards: Delivered): Delivered =>
      dashboards.filter(({ service }) => service !== "orders");
    expect(others(deliveredDashboards(plan))).toEqual(others(deliveredDashboards(prod)));
    expect(queries(deliveredDashboards(prod))).toEqual(queries(drawn(prod.dashboards)));
  });
});

describe("a dashboard as Grafana gets it", () => {
  it("has the panels of closed rows inside of these, and may be changed where the stack says so", () => {
    const grafana = { ...prod.platform.grafana, editable: true };
    for (const [index, { json }] of deliveredDashboards({
      ...prod,
      platform: { ...prod.platform, grafana },
    }).entries()) {
      const flat = drawn(prod.dashboards)[index]?.json.panels ?? [];
      const inside = (panel: (typeof json.panels)[number]): unknown[] =>
        (panel as unknown as { panels?: unknown[] }).panels ?? [];
      const rows = json.panels.filter(({ type }) => type === "row");
      expect(rows.filter((row) => inside(row).length > 0 !== row.collapsed)).toEqual([]);
      expect(
        json.panels.flatMap((panel) => [panel.id, ...inside(panel).map((one) => (one as typeof panel).id)]),
      ).toEqual(flat.map(({ id }) => id));
      expect(json["editable"]).toBe(true);
    }
  });
});

describe("two productions in one Grafana", () => {
  const gmp = { address: "https://gmp.example" };
  const [eu = [], us = []] = ["prod-eu", "prod-us"].map((cluster) => {
    const plan = changedPlan("prod", { cluster, gmp });
    const { dashboards, dataSource, folder, otherDataSources } = grafanaContent(plan);
    const sources = [...(dataSource === undefined ? [] : [dataSource]), ...otherDataSources].map(
      ({ name: title, uid }) => ({ title, uid }),
    );
    const jsons = dashboards.map(({ json }) => JSON.parse(json) as { uid: string; title: string });
    return [folder, rulesFolder(plan), ...sources, ...jsons];
  });

  it("have no uid and no title of a folder, a data source or a dashboard in common", () => {
    const keys = (things: typeof eu): readonly string[] => things.flatMap(({ uid, title }) => [uid, title]);
    expect(eu.map(({ title }) => title.replace("prod-eu", "prod-us"))).toEqual(us.map(({ title }) => title));
    expect(us.slice(0, 5)).toMatchObject([
      { title: "Tocsin (prod, prod-us)" },
      { title: "Tocsin alerts (prod, prod-us)" },
      { title: "Tocsin (prod, prod-us)" },
      { title: "Tocsin GMP (prod, prod-us)" },
      { title: "SLO overview (prod, prod-us)" },
    ]);
    expect(keys(eu).filter((key) => keys(us).includes(key))).toEqual([]);
  });

  it("show the cluster that the stack is in, until somebody chooses another one of its environment", () => {
    const [first] = drawn(changedPlan("prod", { cluster: "prod-us" }).dashboards);
    expect(first?.json.templating.list).toMatchObject([
      {
        name: "cluster",
        type: "query",
        query: 'label_values(up{environment="prod"}, cluster)',
        current: { text: "prod-us", value: "prod-us" },
      },
    ]);
  });
});
