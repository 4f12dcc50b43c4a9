import { uidIn } from "../../plan/dashboard";
import { placeOf } from "../../plan/environment";
import { catalogue } from "../../catalogue";
import { ALERTS, DATA_SOURCE, SELF } from "../../plan/names";
import type { DashboardPanel } from "../../plan/grafana-json";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { compareText } from "../../slo/order";
import { metricOf } from "../../slo/sli";
import { identityKey } from "../../plan/identity";
import { drawn, panelsOf, queriesOf, strangersIn } from "../support/dashboards";
import { planOf } from "../support/plan";
import { STACKS } from "../support/stacks";
import { readPromQl, type Selector } from "../../generators/promql-reading";
import { rulesWithSources } from "../../generators/rule-groups";

/** Whether two rectangles share a cell of the grid. */
function overlap({ gridPos: a }: DashboardPanel, { gridPos: b }: DashboardPanel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** Every object of a value that has a field of that name, with the field. */
function fields(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value as Record<string, unknown>).flatMap(([key, item]) => [
    ...(key === name ? [item] : []),
    ...fields(item, name),
  ]);
}

/** The dashboard and the panel that an address leads to. */
function panelAt(address: string): { readonly uid: string; readonly panel: string | undefined } {
  const { pathname, searchParams } = new URL(address);
  return { uid: pathname.split("/d/")[1] ?? "", panel: searchParams.get("viewPanel") ?? undefined };
}

/**
 * The metric that a selector is about: that of the SLI or the anomaly of a recorded series, and whatever part of a
 * histogram.
 */
function subjectOf({ name, matches }: Selector, { anomalies, slos }: MonitoringPlan): string {
  const of = (label: string): string => matches.find((match) => match.label === label)?.value ?? "";
  const slo = slos.find(({ id }) => id === of("slo_id"));
  if (slo !== undefined) {
    const metric = metricOf(slo.sli);
    return `${metric.job.name}/${metric.name}`;
  }
  const anomaly = anomalies.find(
    ({ alertname, service }) => alertname === of("anomaly") && service === of("service"),
  );
  if (anomaly !== undefined) {
    return `${anomaly.counter.job.name}/${anomaly.counter.name}`;
  }
  return `${of("job")}/${name.replace(/_(?:bucket|count|sum)$/, "")}`;
}

describe.each(STACKS)("the dashboards of %s", (stack) => {
  const plan = planOf(stack, catalogue);
  const uids = plan.dashboards.map(({ uid }) => uid);
  const here = (uid: string): string => uidIn(uid, placeOf(plan.environment));

  it("mark what fired and what was rolled out, each of its own service; the overview what woke somebody", () => {
    for (const { uid, service, marks: declared } of plan.dashboards) {
      const marks = declared.map(({ name, expr }) => ({ name, ...readPromQl(expr) }));
      expect(marks.flatMap(({ errors }) => errors)).toEqual([]);
      if (uid === SELF.dashboard) {
        expect(marks.map(({ name }) => name)).toEqual(["Pages"]);
        continue;
      }
      expect(marks.map(({ name }) => name)).toEqual(["Alerts", "New targets"]);
      const labels = marks.flatMap(({ selectors }) =>
        selectors.map(({ matches }) => matches.filter(({ label }) => label === "service")),
      );
      expect(labels).toHaveLength(3);
      for (const matches of labels) {
        expect(matches.map(({ value }) => value)).toEqual([service]);
      }
    }
  });

  it("are sorted, and each has a uid of its own", () => {
    expect(uids).toEqual([...new Set(uids)].sort(compareText));
  });

  it("are there for every link of an alert and every service", () => {
    const linked = [...plan.alerts, ...plan.services].map(({ dashboardUrl }) => panelAt(dashboardUrl).uid);
    expect(new Set(linked)).toEqual(new Set(uids.map(here)));
  });

  it.each(plan.alerts.map((alert) => ({ key: identityKey(alert), alert })))(
    "have the panel that $key leads to, unless it is about no series of its own",
    ({ alert }) => {
      const { uid, panel } = panelAt(alert.dashboardUrl);
      const found = plan.dashboards
        .filter((dashboard) => here(dashboard.uid) === uid)
        .flatMap(panelsOf)
        .filter(({ id }) => `${id}` === panel);
      const undrawn =
        ["heartbeat", "severity"].includes(alert.kind) || alert.alertname === ALERTS.alertOutsideContract;
      expect(found).toHaveLength(undrawn ? 0 : 1);
      expect(panel === undefined).toBe(found.length === 0);
      // The panel leads back to the page of the alert.
      const urls = found.flatMap(({ links = [] }) => links.map(({ url }) => url));
      expect(found.length === 0 || urls.includes(alert.runbook.url)).toBe(true);
    },
  );

  it.each(plan.alerts.map((alert) => ({ key: identityKey(alert), alert })))(
    "read on the panel of $key what its rule reads",
    ({ alert }) => {
      const { panel } = panelAt(alert.dashboardUrl);
      const drawn = plan.dashboards.flatMap(panelsOf).filter(({ id }) => `${id}` === panel);
      const namesIn = (exprs: readonly string[]): readonly string[] =>
        exprs.flatMap((expr) => readPromQl(expr).selectors.map((selector) => subjectOf(selector, plan)));
      // A panel may draw the series themselves, from which the rule reads by way of records.
      const rules = rulesWithSources(
        plan.ruleGroups.filter(({ file }) => file === alert.service),
        (rule) => rule.kind === "alert" && rule.alert === alert.alertname && rule.labels["slo"] === alert.slo,
      ).flatMap((group) => group.rules);
      const read = new Set(namesIn(rules.map(({ expr }) => expr)));
      const shown = namesIn(drawn.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)));
      expect(drawn.length === 0 || shown.some((name) => read.has(name))).toBe(true);
    },
  );

  it.each(drawn(plan.dashboards).map((dashboard) => ({ uid: dashboard.uid, dashboard })))(
    "hold $uid as Grafana's provider takes it: its uid inside, no id, no version, no edits",
    ({ uid, dashboard: { json, title, folder, service } }) => {
      expect(json).toMatchObject({ uid, title, editable: false, schemaVersion: 42, refresh: "1m" });
      expect(Object.keys(json)).not.toContain("id");
      expect(Object.keys(json)).not.toContain("version");
      expect(json["tags"]).toContain("tocsin");
      expect(folder).toBe("Tocsin");
      expect([...plan.services.map(({ id }) => id), "tocsin"]).toContain(service);
    },
  );

  it.each(drawn(plan.dashboards).map((dashboard) => ({ uid: dashboard.uid, dashboard })))(
    "give every panel of $uid an id, a title, a description, a unit and queries with letters",
    ({ dashboard }) => {
      const ids = dashboard.json.panels.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)]);
      const panels = panelsOf(dashboard);
      expect(panels.length).toBeGreaterThan(2);
      const incomplete = panels.filter((panel) => {
        const units = fields(panel["fieldConfig"], "unit");
        const refIds = (panel.targets ?? []).map(({ refId }) => refId);
        return (
          panel.title === "" ||
          !/^\S.*\.$/.test(panel.description ?? "") ||
          units.some((unit) => typeof unit !== "string" || unit === "") ||
          units.length === 0 ||
          refIds.length === 0 ||
          refIds.some((refId, index) => refId !== "ABCDEFGH"[index])
        );
      });
      expect(incomplete).toEqual([]);
    },
  );

  it.each(drawn(plan.dashboards).map((dashboard) => ({ uid: dashboard.uid, dashboard })))(
    "lay the panels of $uid out without overlap, on 24 columns",
    ({ dashboard: { json } }) => {
      const clashes = json.panels.flatMap((panel, index) =>
        json.panels.slice(index + 1).filter((other) => overlap(panel, other)),
      );
      expect(clashes).toEqual([]);
      expect(json.panels.filter(({ gridPos: { x, w } }) => x < 0 || x + w > 24)).toEqual([]);
    },
  );

  it("read one data source, by its uid", () => {
    const sources = drawn(plan.dashboards).flatMap(({ json }) => fields(json, "datasource"));
    expect(
      sources.filter(
        (source) => JSON.stringify(source) !== JSON.stringify({ type: "prometheus", uid: DATA_SOURCE.uid }),
      ),
    ).toEqual([]);
    const targets = plan.dashboards.flatMap(panelsOf).flatMap((panel) => panel.targets ?? []);
    expect(targets.filter((target) => target["datasource"] === undefined)).toEqual([]);
  });

  it("link to pages that are there", () => {
    const runbooks = new Set(plan.alerts.map(({ runbook }) => runbook.url));
    const links = plan.dashboards.flatMap(panelsOf).flatMap((panel) => panel.links ?? []);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter(({ url = "" }) => !runbooks.has(url))).toEqual([]);
  });

  it("have a panel that leads to the runbook of every alert of an SLO", () => {
    const urls = new Set(
      plan.dashboards.flatMap(panelsOf).flatMap((panel) => (panel.links ?? []).map(({ url }) => url)),
    );
    expect(
      plan.alerts.filter(({ slo, runbook }) => !slo.startsWith("none-") && !urls.has(runbook.url)),
    ).toEqual([]);
  });

  it.each(queriesOf(plan.dashboards))(
    "ask $dashboard / $panel / $refId of series that a contract or a rule makes, here",
    ({ expr }) => {
      expect(strangersIn(expr, plan)).toEqual([]);
    },
  );
});

describe("the check of queries itself", () => {
  const plan = planOf("prod");

  it.each([
    ["what is no PromQL", "sum by ( (up", ["at character 10: something is missing"]],
    [
      "a series that nothing makes",
      `invented_total{cluster="$cluster",environment="prod"}`,
      ["nothing makes [invented_total]"],
    ],
    [
      "a value that the contract does not have",
      `http_requests_total{cluster="$cluster",environment="prod",status="418"}`,
      ["[status=418] of [http_requests_total]"],
    ],
    [
      "a label that the series cannot have",
      `sum by (color) (http_requests_total{cluster="$cluster",environment="prod"})`,
      ["it groups by [color]"],
    ],
    [
      "another environment",
      `http_requests_total{cluster="$cluster",environment="dev"}`,
      ["[http_requests_total] is of any environment", "[environment=dev] of [http_requests_total]"],
    ],
    ["any cluster", `http_requests_total{environment="prod"}`, ["[http_requests_total] is of any cluster"]],
    [
      "an SLO that nobody has",
      `slo:error_budget:remaining_ratio{cluster="$cluster",environment="prod",slo_id="x"}`,
      ["[slo_id=x] of [slo:error_budget:remaining_ratio]"],
    ],
  ])("finds %s", (_, expr, strangers) => {
    expect(strangersIn(expr, plan)).toEqual(expect.arrayContaining([...strangers]));
  });
});
