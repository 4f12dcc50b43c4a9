import { readContent } from "../../config/content";
import { dashboardJson } from "../../backends/grafana/layout";
import { stat } from "../../generators/dashboards/panels";
import { generatePlan } from "../../generators/monitoring-plan";
import { toLab } from "../../lab/to-lab";
import { panelId } from "../../plan/dashboard";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { orders } from "../fixture/services/orders";
import { requestDuration, workflows } from "../fixture/services/orders/telemetry";
import { formatProblems } from "../../slo/problem";
import type { Service } from "../../slo/service";
import { latencyRatio, requestRatio } from "../../slo/sli";
import { where, type Counter, type Gauge } from "../../slo/telemetry";
import {
  dashboardOf,
  drawn,
  jsonOf,
  outline,
  panelOf,
  panelsOf,
  queriesOf,
  queryOf,
  strangersIn,
} from "../support/dashboards";
import { golden, readableJson } from "../support/golden";
import { planOf } from "../support/plan";
import { environmentFor, FIXTURE } from "../support/stacks";

const plan = planWith(orders);

/** @throws Error when the services have problems */
function planWith(...services: readonly Service[]): MonitoringPlan {
  const result = generatePlan(services, environmentFor("prod", services), readContent(FIXTURE.root));
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  return result.plan;
}

describe("the dashboard of orders", () => {
  it("begins with all SLOs at a glance, then has rows for what they read", () => {
    expect(outline(dashboardOf(plan, "orders-slo"))).toEqual([
      ["At a glance", "Error budgets remaining", "Burn rates", "Bad events", "Events", "Alerts that fire"],
      [
        "Latency of api-gateway",
        "P50, 5m",
        "P95, 5m",
        "P99, 5m",
        "P50, P95 and P99, 5m",
        "Requests slower than 500 ms, 5m",
      ],
      [
        "API Gateway availability: 99.9% over 28d",
        "Good requests, 28d",
        "Error budget remaining",
        "Burn rate, 1h",
        "Window known",
      ],
      [
        "API Gateway latency: 95% over 28d",
        "Good requests, 28d",
        "Error budget remaining",
        "Burn rate, 1h",
        "Window known",
      ],
      ...[
        ["Database availability: 99.95% over 28d", "Good database health checks, 28d"],
        ["Workflow success: 99.5% over 28d", "Good workflows, 28d"],
      ].map((row) => [...row, "Error budget remaining", "Burn rate, 1h", "Window known"]),
      ["Workflow health", "Workflow success rate, 1h", "Approval queue depth", "Dead letter queue depth"],
      [
        "Errors: API Gateway availability",
        "5xx ratio, last 7d",
        "5xx ratio by endpoint and method, last 7d",
        "5xx ratio by endpoint and method, 5m",
        "4xx answers by status, 5m",
        "5xx answers by status, 5m",
      ],
      ["Errors: Workflow success", "Error ratio, last 7d"],
      [
        "What other alerts watch",
        "pg_up",
        "pg_stat_database_numbackends as a share",
        "Targets of api-gateway",
        "Targets of orchestrator",
      ],
      [
        "Error budgets over time",
        "API Gateway availability: error budget remaining",
        "API Gateway availability: burn rate by window",
        "API Gateway latency: error budget remaining",
        "API Gateway latency: burn rate by window",
        "Database availability: error budget remaining",
        "Database availability: burn rate by window",
        "Workflow success: error budget remaining",
        "Workflow success: burn rate by window",
      ],
    ]);
  });

  it("opens with at most 12 panels, the other rows closed", () => {
    const open = drawn(plan.dashboards).map(({ uid, json }) => {
      const closed = json.panels.findIndex(({ collapsed }) => collapsed === true);
      const shown = json.panels.slice(0, closed < 0 ? undefined : closed);
      return {
        uid,
        shown: shown.filter(({ type }) => type !== "row").length,
        later: json.panels.slice(shown.length),
      };
    });
    expect(open.filter(({ shown }) => shown === 0 || shown > 12)).toEqual([]);
    expect(open.flatMap(({ later }) => later).filter(({ collapsed }) => collapsed === false)).toEqual([]);
    expect(open.some(({ later }) => later.length > 0)).toBe(true);
  });

  it("says of every SLO what is counted, whatever that is", () => {
    const descriptions = orders.slos.map(({ id }) => panelOf(plan, `slo:${id}:sli`).description ?? "");
    expect(descriptions.map((text) => text.slice(0, text.indexOf(". The objective")))).toEqual([
      "Share of requests over 28d that were good: all but those answered with a server error",
      "Share of requests over 28d that were good: all but those slower than 500 ms",
      "Share of workflows over 28d that were good: all but those unsuccessful",
      "Share of database health checks over 28d that were good: all but those unanswered",
    ]);
  });

  it("reads what the rules record for everything about an SLO", () => {
    const own = `slo_id="orders-api-availability",cluster="$cluster",environment="prod"`;
    expect(queryOf(plan, "slo:api-availability:sli")).toEqual([
      `1 - last_over_time(slo:sli_error:ratio28d{${own}}[11m])`,
    ]);
    expect(queryOf(plan, "slo:api-availability:burn")).toEqual([
      `slo:sli_error:increase1h{${own}} / (slo:sli_total:increase1h{${own}} > 0) / 0.001`,
    ]);
    const sloPanels = queriesOf([dashboardOf(plan, "orders-slo")]).filter(({ expr }) =>
      expr.includes("slo_id"),
    );
    // Four SLOs have fourteen each, but for the database, whose SLI counts no events; one is on workflow health.
    expect(sloPanels).toHaveLength(56);
    expect(sloPanels.filter(({ expr }) => /\bhttp_|\[(?:1h|6h|\d+d)\]/.test(expr))).toEqual([]);
  });

  it("colours a value by its objective, a budget by the policy, a burn rate by what it sends", () => {
    const steps = (key: string): unknown => panelOf(plan, key)["fieldConfig"];
    const colours = (...pairs: readonly (readonly [number | null, string])[]): object => ({
      defaults: { thresholds: { steps: pairs.map(([value, color]) => ({ value, color })) } },
    });
    expect(steps("slo:api-availability:sli")).toMatchObject(colours([null, "red"], [0.999, "green"]));
    expect(steps("slo:api-latency:sli")).toMatchObject(colours([null, "red"], [0.95, "green"]));
    expect(steps("slo:api-availability:budget")).toMatchObject(
      colours([null, "red"], [0.1, "orange"], [0.25, "yellow"], [0.5, "green"]),
    );
    expect(steps("slo:api-availability:burn")).toMatchObject(
      colours([null, "green"], [1, "yellow"], [5.6, "orange"], [13.44, "red"]),
    );
    expect(steps("latency:http_request_duration_seconds:P95")).toMatchObject(
      colours([null, "green"], [0.5, "red"]),
    );
    expect(steps("panel:workflow-success-rate")).toMatchObject(
      colours([null, "red"], [0.95, "yellow"], [0.995, "green"]),
    );
    expect(steps("panel:approval-queue-depth")).toMatchObject(colours([null, "green"], [50, "red"]));
    expect(steps("panel:dead-letter-queue-depth")).toMatchObject(
      colours([null, "green"], [10, "yellow"], [100, "red"]),
    );
    expect(steps("watched:targets-up up/api-gateway{}")).toMatchObject(
      colours([null, "orange"], [0.9, "green"]),
    );
    expect(steps("watched:level postgres-exporter/pg_up{}")).toMatchObject(
      colours([null, "red"], [1, "green"]),
    );
  });

  it("links its panels to the runbooks of what they show", () => {
    const links = (key: string): readonly (string | undefined)[] =>
      (panelOf(plan, key).links ?? []).map(({ url }) => url);
    expect(links("slo:api-availability:budget")).toEqual([
      "https://runbooks.orders.dev/error-budget-policy",
      "https://runbooks.orders.dev/low-error-budget",
    ]);
    expect(links("panel:kill-switch")).toEqual(["https://runbooks.orders.dev/kill-switch-active"]);
    expect(links("panel:operator-takeover")).toEqual([]);
    expect(links("panel:approval-queue-depth")).toEqual([
      "https://runbooks.orders.dev/approval-queue-backlog",
    ]);
    expect(links("slo:api-availability:errors")).toContain("https://runbooks.orders.dev/service-down");
  });

  it("is the golden file, which a reviewer reads", () => {
    const json = jsonOf(dashboardOf(plan, "orders-slo"));
    expect(readableJson(json)).toBe(golden("grafana/orders-slo.json", readableJson(json)));
    expect(JSON.parse(readableJson(json))).toEqual(json);
  });
});

describe("the overview of all SLOs", () => {
  it("has a column per figure and a query per column, whose rows join on the same labels", () => {
    const table = panelOf(plan, "overview:slos");
    expect((table.targets ?? []).map(({ legendFormat }) => legendFormat)).toEqual([
      "Objective",
      "Good",
      "Error budget remaining",
      "Burn rate",
      "Window known",
    ]);
    expect(
      (table.targets ?? []).filter(({ expr }) => !/^(max|min) by \(service, slo_id\) \(/.test(expr)),
    ).toEqual([]);
  });

  it("divides the errors of each SLO by its own budget", () => {
    const [burn = ""] = queryOf(plan, "overview:burn");
    expect(burn).toMatch(/slo_id=~"orders-api-availability"\} > 0\) \/ 0\.001\b/);
    expect(burn).toMatch(/slo_id=~"orders-api-latency"\} > 0\) \/ 0\.05\b/);
  });

  it("is there without any SLO, because the dead man's switch links to it", () => {
    const { dashboards, alerts } = planWith();
    expect(dashboards.map((dashboard) => [dashboard.uid, outline(dashboard).map(([row]) => row)])).toEqual([
      ["monitoring", ["What other alerts watch"]],
    ]);
    expect(alerts.find(({ kind }) => kind === "heartbeat")?.dashboardUrl).toBe(
      "https://grafana.orders.dev/d/monitoring-6cl3t6",
    );
  });

  it("is the golden file, which a reviewer reads", () => {
    const json = jsonOf(dashboardOf(planOf("prod"), "monitoring"));
    expect(readableJson(json)).toBe(golden("grafana/monitoring.json", readableJson(json)));
  });
});

describe("a dashboard of another service", () => {
  const approvals: Gauge = {
    type: "gauge",
    name: "orders_backlog_depth",
    help: "Approvals that wait for a person.",
    job: workflows.job,
    labels: {},
    normal: 3,
  };
  const jobs: Counter = {
    type: "counter",
    name: "jobs_total",
    help: "Jobs done.",
    job: workflows.job,
    labels: { result: ["failed", "ok"] },
    initialisedToZero: true,
  };
  const [availability] = orders.slos;
  if (availability === undefined) {
    throw new Error("orders has an SLO");
  }
  const changed: Service = {
    ...orders,
    telemetry: { ...orders.telemetry, metrics: [...orders.telemetry.metrics, approvals, jobs] },
    slos: [
      { ...availability, window: "7d" },
      ...orders.slos.slice(1),
      {
        ...availability,
        id: "api-latency-tail",
        title: "Tail of reads",
        breach: "slower than 1 s",
        sli: latencyRatio({
          histogram: requestDuration,
          of: where(requestDuration, { method: "GET" }),
          threshold: "1",
        }),
        objective: { default: "99%" },
        runbooks: { ...availability.runbooks, bucketMissing: "slo-bucket-missing" },
      },
      {
        ...availability,
        id: "jobs",
        title: "Jobs",
        breach: "failed",
        sli: requestRatio({ total: jobs, errors: where(jobs, { result: "failed" }) }),
        objective: { default: "99%" },
      },
    ],
  };
  const of = planWith(changed);

  it("reads only what its contract holds and its rules record, whatever the window", () => {
    const wrong = queriesOf(of.dashboards)
      .map((query) => ({ ...query, strangers: strangersIn(query.expr, of) }))
      .filter(({ strangers }) => strangers.length > 0);
    expect(wrong).toEqual([]);
    expect(queryOf(of, "slo:api-availability:burn")[0]).toContain("slo:sli_error:increase15m{");
    expect(queryOf(of, "overview:slos")[1]).toMatch(/ratio28d\{[^}]+\}\[11m\]\)\nor 1 - .*ratio7d\{/);
  });

  it("shows no gauge that nobody declared a panel of, and whatever an alert watches", () => {
    const reading = (plan: MonitoringPlan): readonly string[] =>
      queriesOf(plan.dashboards)
        .map(({ expr }) => expr)
        .filter((expr) => expr.includes("orders_backlog_depth"));
    expect(reading(of)).toEqual([]);
    const watched = planWith({
      ...changed,
      alerts: changed.alerts.map((alert) =>
        alert.name === "ApprovalQueueBacklog"
          ? { ...alert, measure: { kind: "level", gauge: approvals, of: "max" }, when: { above: "30m" } }
          : alert,
      ),
    });
    expect(reading(watched)).toEqual([
      `max by (cluster, environment) (orders_backlog_depth{job="orchestrator",cluster="$cluster",environment="prod"})`,
    ]);
    const panel = panelOf(watched, "watched:level orchestrator/orders_backlog_depth{}");
    expect(panel).toMatchObject({
      title: "orders_backlog_depth",
      description: "Approvals that wait for a person. Watched by ApprovalQueueBacklog.",
      fieldConfig: { defaults: { thresholds: { steps: [{ value: null }, { value: 1800 }] } } },
    });
    expect(watched.alerts.find(({ alertname }) => alertname === "ApprovalQueueBacklog")?.dashboardUrl).toBe(
      `https://grafana.orders.dev/d/orders-slo-6cl3t6?viewPanel=${panel.id}`,
    );
  });

  it("shows the latency of each kind of request apart, with its own objective", () => {
    const key = `latency:http_request_duration_seconds{method="GET"}:P99`;
    expect(panelOf(of, key)["fieldConfig"]).toMatchObject({
      defaults: { unit: "s", thresholds: { steps: [{ value: null }, { value: 1 }] } },
    });
    expect(queryOf(of, key)[0]).toContain(`cluster="$cluster",environment="prod",method="GET"}[5m]`);
  });

  it("calls failures what they are where they are no HTTP answers", () => {
    const titles = outline(dashboardOf(of, "orders-slo")).find(([row]) => row === "Errors: Jobs");
    expect(titles).toEqual(["Errors: Jobs", "Error ratio, last 7d"]);
  });

  it("keeps the ids of the panels that were there before", () => {
    const ids = (plan: MonitoringPlan): readonly number[] =>
      plan.dashboards.flatMap(panelsOf).map(({ id }) => id);
    const now = new Set(ids(of));
    expect(ids(plan).filter((id) => !now.has(id))).toEqual([]);
  });
});

describe("a panel", () => {
  const spec = {
    key: "k",
    title: "t",
    description: "d",
    unit: "count",
    size: "half",
    queries: [{ expr: "up{}", legend: "l" }],
  } as const;
  const place = { cluster: "c", environment: "e" };
  const draft = {
    ...{ uid: "u", place, title: "t", description: "d", tags: [], links: [], marks: [] },
    ...{ service: "s", folder: "f", span: "24h" as const },
  };

  it("has an id that comes from its key alone", () => {
    expect(panelId("slo:api-availability:burn")).toBe(1216694762);
    expect(new Set(["", "a", "b", "ab", "ba", "slo:a", "slo:b"].map(panelId)).size).toBe(7);
  });

  it("is refused beside another with the same key", () => {
    const rows = [{ key: "r", title: "r", panels: [stat(spec), stat(spec)] }];
    expect(() => dashboardJson({ ...draft, rows })).toThrow(
      `dashboard [u]: panels [k] and [k] have the same id [${panelId("k")}]; give one another key`,
    );
  });

  it("goes on a new line where it does not fit, below the tallest of the line before", () => {
    const panels = (["half", "quarter", "half", "full"] as const).map((size, index) =>
      stat({ ...spec, key: `${index}`, size }),
    );
    const json = dashboardJson({ ...draft, rows: [{ key: "r", title: "r", panels }] });
    expect(json.panels.map(({ gridPos: { x, y, w, h } }) => [x, y, w, h])).toEqual([
      [0, 0, 24, 1],
      [0, 1, 12, 8],
      [12, 1, 6, 4],
      [0, 9, 12, 8],
      [0, 17, 24, 8],
    ]);
  });

  it("does not compile without a description and a unit", () => {
    const { description, unit, ...bare } = spec;
    // @ts-expect-error -- no description
    stat({ ...bare, unit });
    // @ts-expect-error -- no unit
    stat({ ...bare, description });
    expect(stat({ ...bare, description, unit }).key).toBe("k");
  });
});

describe("a dashboard in the lab", () => {
  const settings = {
    speed: 10,
    address: "http://127.0.0.1:1",
    smtp: "127.0.0.1:2",
    alertmanager: "http://127.0.0.1:4",
  };
  const lab = toLab(plan, settings);

  it("differs from production's in queries, spans and links, and in nothing else", () => {
    const bare = ({ dashboards }: MonitoringPlan): unknown =>
      JSON.parse(
        JSON.stringify(dashboards, (key, value: unknown) =>
          ["expr", "url", "span", "step"].includes(key) ? "" : value,
        ),
      );
    expect(bare(lab)).toEqual(bare(plan));
  });

  it("runs on the lab's clock", () => {
    expect(queryOf(lab, "slo:api-availability:sli")).toEqual([
      `1 - last_over_time(slo:sli_error:ratio28d{slo_id="orders-api-availability",cluster="prod-1",environment="prod"}[66s])`,
    ]);
    expect(jsonOf(dashboardOf(lab, "orders-slo")).time).toEqual({ from: "now-8640s", to: "now" });
    expect(panelOf(lab, "slo:api-availability:budget-history").timeFrom).toBe("241920s");
    expect(panelOf(lab, "slo:api-availability:5xx").interval).toBe("30s");
    const [, rollouts] = jsonOf(dashboardOf(lab, "orders-slo")).annotations.list;
    expect([rollouts?.step, rollouts?.expr.split(" offset ")[1]]).toEqual(["6s", "30s)"]);
  });

  it("links to the lab's own runbooks, dashboards and alerts", () => {
    const json = jsonOf(dashboardOf(lab, "orders-slo"));
    expect(json.links.map(({ url }) => url)).toEqual([
      "http://127.0.0.1:1/d/monitoring-6cl3t6",
      "http://127.0.0.1:4/#/alerts?filter=%7Bservice%3D%22orders%22%7D",
      "http://127.0.0.1:1/d/orders-operator-6cl3t6",
    ]);
    expect(panelOf(lab, "slo:api-availability:budget").links?.map(({ url }) => url)).toEqual([
      "http://127.0.0.1:1/runbooks/orders/error-budget-policy",
      "http://127.0.0.1:1/runbooks/orders/low-error-budget",
    ]);
  });

  it("is what the lab's alerts link to, down to the panel", () => {
    const url = `http://127.0.0.1:1/d/orders-operator-6cl3t6?viewPanel=${panelId("panel:kill-switch")}`;
    expect(lab.alerts.find(({ alertname }) => alertname === "KillSwitchEnabled")?.dashboardUrl).toBe(url);
    const annotations = lab.ruleGroups
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => (rule.kind === "alert" && rule.alert === "KillSwitchEnabled" ? [rule] : []))
      .map((rule) => rule.annotations["dashboard_url"]);
    expect(annotations).toEqual([url]);
  });
});
