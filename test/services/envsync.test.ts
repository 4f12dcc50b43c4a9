import { readFileSync } from "node:fs";
import path from "node:path";
import Big from "big.js";
import { isOutage } from "../../slo/alert";
import { catalogue } from "../../catalogue";
import type { AlertingRule, RecordingRule } from "../../plan/monitoring-plan";
import { envsync } from "../../services/envsync";
import { budgetMinutes } from "../../slo/budget";
import type { Duration } from "../../slo/duration";
import { errorBudget } from "../../slo/objective";
import { labelSets, type Metric } from "../../slo/telemetry";
import { planOf } from "../support/plan";
import { ROOT, STACKS } from "../support/stacks";
import { alertsOf } from "./planned-alerts";
import { commands, pageCalled } from "./runbook-pages";

const plan = planOf("prod", catalogue);
const rules = plan.ruleGroups.filter(({ file }) => file === "envsync").flatMap((group) => group.rules);
const contract = plan.services.find(({ id }) => id === "envsync");

const { all: alerts, called, ruleOf, wholeOf } = alertsOf(plan, "envsync");
const ruleCalled = (name: string, slo?: string): AlertingRule => ruleOf(called(name, slo));

/** The expression that records the bad events of an objective over the base window. */
function badEventsOf(slo: string): string {
  const record = rules.find(
    (rule): rule is RecordingRule =>
      rule.kind === "record" &&
      rule.record === "slo:sli_error:rate5m" &&
      rule.labels["slo_id"] === `envsync-${slo}`,
  );
  return record?.expr ?? "";
}

function metricCalled(name: string): Metric | undefined {
  return contract?.metrics.find((metric) => metric.name === name);
}

const processes = readFileSync(path.join(ROOT, "services/envsync/handbook/processes.md"), "utf8");
const runbook = (slug: string): string => pageCalled(plan, "envsync", slug).markdown;

/** The titles of the panels below a heading of the operations dashboard, each with its queries. */
function rowCalled(title: string): ReadonlyMap<string, readonly string[]> {
  const rows = plan.dashboards.find(({ uid }) => uid === "envsync-operations")?.rows ?? [];
  const panels = rows.find((row) => row.title === title)?.panels ?? [];
  return new Map(
    panels.map((panel) => [
      panel.title,
      (panel.kind === "table" ? panel.columns : panel.queries).map(({ expr }) => expr),
    ]),
  );
}

describe("the objectives of EnvSync Cloud", () => {
  it.each([
    ["api-availability", "99.9%", "page"],
    ["store-read-latency", "95%", "ticket"],
    ["store-write-latency", "95%", "ticket"],
  ])("has %s at %s over 28 days in every environment", (slo, objective, response) => {
    for (const stack of STACKS) {
      const found = planOf(stack, catalogue).slos.find(({ id }) => id === `envsync-${slo}`);
      expect(found).toMatchObject({ objective, response, window: "28d", team: "envsync" });
    }
  });

  it("count 5xx as bad, and no 4xx", () => {
    expect(badEventsOf("api-availability")).toContain('http_requests_total{job="envsync-api",status=~"5.."}');
  });

  it.each([
    ["store-read-latency", "GET", "3"],
    ["store-write-latency", "PUT", "5"],
  ])("counts %s among %s /v1/store on the bucket 0.%s", (slo, method, tenths) => {
    expect(badEventsOf(slo)).toContain(
      `http_request_duration_seconds_bucket{job="envsync-api",route="/v1/store",method="${method}",le=~"0\\\\.${tenths}"}`,
    );
  });

  it("allow 40.32 minutes in 28 days, and a calendar month has its own number", () => {
    const month = (period: Duration): string => budgetMinutes(period, "99.9%").toString();
    const mean = errorBudget("99.9%").times(new Big("365.25").div(12).times(1_440)).round(2).toString();
    const allowed = [month("28d"), month("29d"), month("30d"), month("31d"), mean];
    expect(allowed).toEqual(["40.32", "41.76", "43.2", "44.64", "43.83"]);
    const report = runbook("calendar-month-report");
    for (const page of [report, processes]) {
      expect(allowed.filter((minutes) => !new RegExp(`\\| ${minutes} +\\|`).test(page))).toEqual([]);
    }
    expect(report).toContain('sum_over_time(slo:sli_error:increase1h{service=\\"envsync\\"}[${hours}h:1h])');
  });
});

describe("the telemetry contract of EnvSync Cloud", () => {
  it("counts requests by route, method and status", () => {
    const { labels } = metricCalled("http_requests_total") ?? {};
    expect(Object.keys(labels ?? {})).toEqual(["route", "method", "status"]);
    expect(labels?.["route"]).toEqual(expect.arrayContaining(["/v1/me", "/v1/store", "/v1/tokens"]));
    expect(labels?.["status"]).toEqual(expect.arrayContaining(["401", "403", "409", "429"]));
  });

  it("has a histogram by route with the objectives as bounds", () => {
    const metric = metricCalled("http_request_duration_seconds");
    expect(Object.keys(metric?.labels ?? {})).toEqual(["route", "method"]);
    expect(metric?.type === "histogram" ? metric.bounds : []).toEqual(expect.arrayContaining(["0.3", "0.5"]));
  });

  it.each([[["invalid_hash"]], [["revoked"]], [["expired"]], [["missing_scope", "invalid_scope"]]])(
    "counts tokens refused as %s from the start of a process",
    (reasons) => {
      const metric = metricCalled("envsync_auth_failures_total");
      expect(metric?.labels["reason"]).toEqual(expect.arrayContaining(reasons));
      expect(metric).toMatchObject({ type: "counter", initialisedToZero: true });
    },
  );

  it.each([["create"], ["delete"]])("counts tokens to %s by result", (op) => {
    const { labels } = metricCalled("envsync_token_operations_total") ?? {};
    expect(labels?.["op"]).toContain(op);
    expect(labels?.["result"]).toEqual(["success", "failure"]);
  });

  it("counts throttled sources in sixteen series and has no label for an address", () => {
    const { labels = {} } = metricCalled("envsync_throttled_source_requests_total") ?? {};
    expect(labelSets(labels)).toHaveLength(16);
    expect(labels["source"]?.join("")).toBe("0123456789abcdef");
    const names = new Set(contract?.metrics.flatMap((metric) => Object.keys(metric.labels)));
    expect([...names].sort()).toEqual(
      ["datname", "method", "op", "reason", "result", "route", "source", "state", "status"].sort(),
    );
  });
});

describe("the alerts of EnvSync Cloud", () => {
  it("page for burns and for a service that is gone, and for nothing else", () => {
    const critical = alerts.filter(({ severity }) => severity === "critical");
    expect(critical.map(({ alertname, slo }) => [alertname, slo])).toEqual([
      ["HighErrorBudgetBurnRate", "api-availability"],
      ["ServiceDown", "api-availability"],
    ]);
    const burn = ruleCalled("HighErrorBudgetBurnRate", "api-availability").expr;
    expect(burn).toContain("> 13.44 * 0.001");
    expect(burn).toContain("> 5.6 * 0.001");
  });

  it.each([
    ["ElevatedErrorRate", "10m", "0.01"],
    ["SustainedErrorRate", "1h", "0.005"],
  ])("keep the document's rule as warning %s for %s above %s", (name, wait, share) => {
    const rule = ruleCalled(name);
    expect(called(name)).toMatchObject({ severity: "warning", slo: "api-availability" });
    expect(rule.for).toBe(wait);
    expect(wholeOf(called(name))).toContain('rate(http_requests_total{job="envsync-api",status=~"5.."}[5m])');
    expect(rule.expr.split("\n")[0]).toMatch(new RegExp(`> ${share}$`));
  });

  it.each([
    ["SlowStoreReads", "GET", "3"],
    ["SlowStoreWrites", "PUT", "5"],
  ])("count in %s slow %s requests instead of a quantile", (name, method, tenths) => {
    const rule = ruleCalled(name);
    expect(rule.for).toBe("15m");
    expect(wholeOf(called(name))).toContain(`method="${method}",le=~"0\\\\.${tenths}"}[15m]`);
    expect(rule.expr).toMatch(/\) > 0\.05\nand /);
    expect(rule.expr).not.toContain("histogram_quantile");
  });

  it("ask for 1,500 requests of any status in 15 minutes before 10% of 401", () => {
    const rule = ruleCalled("AuthFailureSurge");
    const all = 'sum by (cluster, environment) (increase(http_requests_total{job="envsync-api"}[15m]))';
    expect(wholeOf(called("AuthFailureSurge")).split("\n")).toEqual([
      `sum by (cluster, environment) (increase(http_requests_total{job="envsync-api",status="401"}[15m])) / (${all} > 0) > 0.1`,
      'and sum by (cluster, environment) (increase(http_requests_total{job="envsync-api",status="401"}[15m])) >= 5',
      `and ${all} > 1500`,
    ]);
    expect(rule.annotations["description"]).toContain("more than 100 requests a minute in all");
  });

  it.each([
    ["ConflictSurge", ',route="/v1/store",method="PUT"', "409", "0.05"],
    ["RateLimitSurge", "", "429", "0.02"],
  ])("have %s a denominator of its own", (name, of, status, share) => {
    const series = (more: string): string =>
      `sum by (cluster, environment) (increase(http_requests_total{job="envsync-api"${of}${more}}[15m]))`;
    expect(wholeOf(called(name)).split("\n")[0]).toBe(
      `${series(`,status="${status}"`)} / (${series("")} > 0) > ${share}`,
    );
  });

  it.each([
    ["TokenCreationFailures", "create"],
    ["TokenRevocationFailures", "delete"],
  ])("have %s look at operations to %s alone", (name, op) => {
    expect(called(name)).toMatchObject({ severity: "warning" });
    const totals = wholeOf(called(name)).match(/envsync_token_operations_total\{[^}]*\}/g) ?? [];
    expect(totals.length).toBeGreaterThan(0);
    expect(totals.filter((series) => !series.includes(`op="${op}"`))).toEqual([]);
  });

  it("need five bad events, and a page more than chance, whatever the traffic", () => {
    const shares = envsync.alerts.filter((alert) => !isOutage(alert) && alert.measure.kind === "bad-events");
    expect(shares).toHaveLength(9);
    expect(shares.filter(({ name }) => !/>= 5(?:\n|$)/.test(ruleCalled(name).expr))).toEqual([]);
    for (const slo of ["api-availability", "store-read-latency", "store-write-latency"]) {
      expect(ruleCalled("HighErrorBudgetBurnRate", slo).expr).toMatch(/\+ 4 \* sqrt\(.+\) \+ 2\.25/);
    }
  });

  it("say when the database is down or full", () => {
    expect(ruleCalled("DatabaseDown").expr).toContain("pg_up");
    expect(ruleCalled("HighDatabaseConnections").expr).toMatch(/> 0\.8$/);
  });
});

describe("the dashboard of EnvSync Cloud", () => {
  it("shows requests a minute by route, and two kinds of errors under two names", () => {
    const row = rowCalled("Traffic and error overview");
    expect(row.get("Requests per minute by route")?.[0]).toBe(
      '60 * sum by (cluster, environment, route) (rate(http_requests_total{job="envsync-api",cluster="$cluster",environment="prod"}[5m]))',
    );
    expect(row.get("Error rate, 4xx and 5xx")?.join("")).toContain('status=~"4..|5.."');
    expect(row.get("Server errors, 5xx")?.join("")).toContain('status=~"5.."');
  });

  it("shows 401 and 403 by reason", () => {
    const row = rowCalled("Auth quality");
    expect(row.get("401 by reason, 15m")?.join("")).toContain('reason=~"invalid_hash|revoked|expired"');
    expect(row.get("403 by reason, 15m")?.join("")).toContain('reason=~"missing_scope|invalid_scope"');
  });

  it("shows conflicts and the writes that succeeded", () => {
    const row = rowCalled("Store consistency");
    expect(row.get("409 among PUT /v1/store, 15m")?.join("")).toContain('method="PUT",status="409"');
    expect(row.get("PUT /v1/store that succeeded")?.join("")).toContain('method="PUT",status=~"2.."');
  });

  it.each(["GET", "PUT"])("shows P50, P95 and P99 of %s /v1/store", (method) => {
    const queries = rowCalled("Latency").get(`${method} /v1/store: P50, P95 and P99`) ?? [];
    expect(queries.map((expr) => /^histogram_quantile\((0\.\d+)/.exec(expr)?.[1])).toEqual([
      "0.5",
      "0.95",
      "0.99",
    ]);
    expect(queries.filter((expr) => !expr.includes(`route="/v1/store",method="${method}"`))).toEqual([]);
  });

  it("shows throttled requests over time and by source", () => {
    const row = rowCalled("Abuse control");
    expect(row.get("429 per minute by route")?.join("")).toContain('status="429"');
    expect(row.get("Throttled requests by source, 1h")?.join("")).toContain(
      "by (cluster, environment, source)",
    );
  });
});

describe("the runbooks of EnvSync Cloud", () => {
  it.each([
    ["high-error-rate", "sum by (environment, route, method, status)"],
    ["high-error-rate", "rollout history deployment/envsync-api"],
    ["high-error-rate", "pg_stat_database_numbackends"],
    ["auth-failures", "ENVSYNC_CLOUD_PAT_PEPPER"],
    ["auth-failures", "envsync_token_operations_total"],
    ["high-latency", "pg_settings_max_connections"],
    ["high-latency", "log_min_duration_statement"],
    ["rate-limiting", "ENVSYNC_CLOUD_RATE_LIMIT_RPM"],
    ["rate-limiting", "ENVSYNC_CLOUD_RATE_LIMIT_BURST"],
    ["rate-limiting", "envsync_throttled_source_requests_total"],
  ])("carry out %s by a command with %s", (slug, command) => {
    expect(commands(pageCalled(plan, "envsync", slug)).join("")).toContain(command);
  });

  it("ask after an incident for timeline, thresholds and a regression test", () => {
    const pages = plan.runbooks.filter(
      ({ service, alerts, isDefault }) => service === "envsync" && alerts.length > 0 && isDefault !== true,
    );
    expect(pages).toHaveLength(11);
    for (const asked of ["- [ ] Timeline with", "- [ ] Thresholds reviewed", "- [ ] Regression test"]) {
      expect(pages.filter(({ markdown }) => !markdown.includes(asked))).toEqual([]);
    }
  });
});
