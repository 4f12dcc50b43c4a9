import { engram } from "../../services/engram";
import { gatewayErrors } from "../../services/engram/slis";
import { isOutage, type Severity } from "../../slo/alert";
import { catalogue } from "../../catalogue";
import { milliseconds } from "../../slo/duration";
import { matchesValue } from "../../slo/telemetry";
import { panelsOf } from "../support/dashboards";
import { planOf } from "../support/plan";
import { environmentOf, STACKS } from "../support/stacks";
import { alertsOf } from "./planned-alerts";
import { commands, pageCalled, parts, section } from "./runbook-pages";

const plan = planOf("prod", catalogue);
const { all: alerts, called, wholeOf } = alertsOf(plan, "engram");
const exprOf = (name: string, slo?: string): string => `${wholeOf(called(name, slo))}\n`;

/** What is missing in a text. */
const absent = (text: string, wanted: readonly string[]): readonly string[] =>
  wanted.filter((part) => !text.includes(part));

describe("an objective of Engram", () => {
  it.each<[slo: string, objective: string, response: string, metric: string]>([
    ["gateway-availability", "99.9%", "page", "http_requests_total"],
    ["gateway-latency", "95%", "ticket", "engram_gateway_storage_duration_seconds"],
    ["auth-success", "98%", "ticket", "engram_auth_attempts_total"],
  ])("is %s: %s over 28 days, answered by a %s, of %s", (slo, objective, response, metric) => {
    const found = plan.slos.find(({ id }) => id === `engram-${slo}`);
    expect(found).toMatchObject({ objective, response, window: "28d", service: "engram" });
    const totals = plan.ruleGroups
      .flatMap(({ rules }) => rules)
      .filter((rule) => rule.kind === "record" && rule.record.startsWith("slo:sli_total:rate5m"))
      .filter(({ labels }) => labels["slo_id"] === `engram-${slo}`);
    expect(totals.filter(({ expr }) => expr.includes(metric)).length).toBe(1);
  });

  it("counts 5xx as bad, and 401 and 429 as good", () => {
    const { status } = gatewayErrors.total.labels as { readonly status: readonly string[] };
    const bad = status.filter((code) => gatewayErrors.errors.every((match) => matchesValue(match, code)));
    expect(bad).toEqual(["500", "502", "503"]);
    expect(status).toEqual(expect.arrayContaining(["401", "429", "499"]));
  });

  it("is 99.9 %, and 0.5 % warns as five times its budget", () => {
    expect(
      plan.slos.filter(({ service, objective }) => service === "engram" && objective === "99.5%"),
    ).toEqual([]);
    expect(called("ElevatedErrorRate")).toMatchObject({ severity: "warning", slo: "gateway-availability" });
    expect(exprOf("ElevatedErrorRate")).toContain("> 0.005\n");
    expect(exprOf("HighErrorBudgetBurnRate", "gateway-availability")).toContain("> 13.44 * 0.001\n");
  });

  it("warns at 250 ms by its budget, and at 500 ms by the alert", () => {
    const [bad] = plan.ruleGroups
      .flatMap(({ rules }) => rules)
      .filter((rule) => rule.kind === "record" && rule.record === "slo:sli_error:rate5m")
      .filter(({ labels }) => labels["slo_id"] === "engram-gateway-latency");
    expect(bad?.expr).toContain(String.raw`le=~"0\\.25"`);
    expect(called("HighErrorBudgetBurnRate", "gateway-latency").severity).toBe("warning");
    expect(exprOf("HighErrorBudgetBurnRate", "gateway-latency")).toContain("> 13.44 * 0.05\n");
    expect(exprOf("HighLatency")).toContain(String.raw`le=~"0\\.5"}[5m]`);
  });

  it("of latency has a histogram of its own, and model calls have another", () => {
    const histograms = engram.telemetry.metrics.filter(({ type }) => type === "histogram");
    expect(histograms.map(({ name, assumed }) => [name, assumed])).toEqual([
      ["engram_gateway_storage_duration_seconds", true],
      ["engram_model_call_duration_seconds", true],
    ]);
    const reading = alerts.filter((alert) => wholeOf(alert).includes("engram_model_call_duration_seconds"));
    expect(reading).toEqual([]);
  });
});

/** An alert of the document with what it asks for. */
interface Asked {
  readonly name: string;
  readonly severity: Severity;
  readonly waits: string;
  readonly runbook: string;
  /** Parts of the expression that hold the document's numbers. */
  readonly reads: readonly string[];
}

const ASKED: readonly Asked[] = [
  {
    name: "HighErrorRate",
    severity: "critical",
    waits: "5m",
    runbook: "high-error-rate",
    reads: ['http_requests_total{job="engram-gateway",status=~"5.."}[5m]', "> 0.01\n", ">= 10\n"],
  },
  {
    name: "HighLatency",
    severity: "warning",
    waits: "10m",
    runbook: "high-latency",
    reads: ["engram_gateway_storage_duration_seconds_bucket", "> 0.05\n", ">= 5\n"],
  },
  {
    name: "AuthFailureSpike",
    severity: "warning",
    waits: "5m",
    runbook: "auth-outage",
    reads: ["> 3 * avg_over_time(", "* 1m > 1\n"],
  },
  {
    name: "UsageFlushFailing",
    severity: "warning",
    waits: "0s",
    runbook: "usage-metering",
    reads: ['increase(engram_usage_flush_failures_total{job="engram-gateway"}[5m])) > 0\n'],
  },
  {
    name: "DatabaseOpenFailures",
    severity: "critical",
    waits: "0s",
    runbook: "tenant-database-unavailable",
    reads: ['increase(engram_db_open_failures_total{job="engram-engine"}[5m])) > 0\n'],
  },
  {
    name: "RateLimitedAnomaly",
    severity: "warning",
    waits: "5m",
    runbook: "rate-limit-anomaly",
    reads: ["+ 3 * stddev_over_time(", "* 1m > 10\n"],
  },
];

describe("an alert of Engram's document", () => {
  it.each(ASKED)("is $name: $severity after $waits", ({ name, severity, waits, runbook, reads }) => {
    expect(called(name)).toMatchObject({
      severity,
      for: waits,
      runbook: { service: "engram", slug: runbook },
    });
    expect(absent(exprOf(name), reads)).toEqual([]);
  });

  it("on a counter asks for growth, over more scrapes than can be lost, from a 0 that is there", () => {
    const growing = engram.alerts.flatMap((alert) =>
      !isOutage(alert) && alert.measure.kind === "increase" ? [{ name: alert.name, ...alert.measure }] : [],
    );
    expect(growing.map(({ name }) => name)).toEqual([
      "DatabaseOpenFailures",
      "UsageFlushFailing",
      "UsageEventsDropped",
    ]);
    const scrapes = milliseconds(environmentOf("prod", catalogue).prometheus.scrapeInterval);
    expect(growing.filter(({ window }) => milliseconds(window) < 4 * scrapes)).toEqual([]);
    expect(growing.filter(({ counter }) => !counter.initialisedToZero)).toEqual([]);
    const levels = growing.filter(({ name }) => !/increase\([^[]+\[5m\]\)\) > 0\n/.test(exprOf(name)));
    expect(levels).toEqual([]);
  });

  it("on an anomaly compares 15 minutes with a day that ended an hour ago, once that is known", () => {
    for (const name of ["AuthFailureSpike", "RateLimitedAnomaly"]) {
      expect(exprOf(name)).toContain(`anomaly:event_rate:rate15m{anomaly="${name}",service="engram"}`);
      expect(exprOf(name)).toMatch(/avg_over_time\([^[]+\[1d:5m\] offset 1h\)/);
      expect(exprOf(name)).toMatch(/count_over_time\([^[]+\[1d:5m\] offset 1h\) > 72\n/);
    }
  });

  it("on a disk warns above 80 % and pages above 95 %, for data and scratch", () => {
    const share =
      'max by (cluster, environment) (engram_filesystem_used_bytes{job="engram-engine"} / (engram_filesystem_size_bytes{job="engram-engine"} > 0))';
    expect(exprOf("DiskSpaceLow")).toBe(`${share} > 0.8\n`);
    expect(exprOf("DiskAlmostFull")).toBe(`${share} > 0.95\n`);
    expect([called("DiskSpaceLow"), called("DiskAlmostFull")].map(({ severity }) => severity)).toEqual([
      "warning",
      "critical",
    ]);
    const used = engram.telemetry.metrics.find(({ name }) => name === "engram_filesystem_used_bytes");
    expect(used?.labels).toEqual({ mount: ["data", "scratch"] });
    const page = pageCalled(plan, "engram", "disk-space");
    expect(commands(page).filter((block) => /find \/scratch .*-mmin \+120.*rm -v/.test(block))).toHaveLength(
      1,
    );
  });

  it("pages for the gateway, the engine, tokens, databases, disks and lost usage, and nothing else", () => {
    const pages = alerts.filter(({ severity }) => severity === "critical");
    expect(pages.map(({ alertname, slo }) => `${alertname} of ${slo}`)).toEqual([
      "AuthOutage of auth-success",
      "DatabaseOpenFailures of none-DatabaseOpenFailures",
      "DiskAlmostFull of none-DiskAlmostFull",
      "EngineDown of none-EngineDown",
      "HighErrorBudgetBurnRate of gateway-availability",
      "HighErrorRate of gateway-availability",
      "ServiceDown of gateway-availability",
      "TenantsBackupTooOld of none-TenantsBackupTooOld",
      "UsageEventsDropped of none-UsageEventsDropped",
    ]);
  });
});

describe("Engram's telemetry", () => {
  const names = new Set(plan.services.find(({ id }) => id === "engram")?.metrics.map(({ name }) => name));
  const shown = (uid: string): string =>
    plan.dashboards
      .filter((dashboard) => dashboard.uid === uid)
      .flatMap(panelsOf)
      .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
      .join("\n");

  it("meters calls, searches, memories and bytes, and shows them", () => {
    const counters = [
      "engram_api_calls_total",
      "engram_search_queries_total",
      "engram_memories_created_total",
      "engram_storage_bytes",
    ];
    expect(counters.filter((name) => !names.has(name))).toEqual([]);
    expect(absent(shown("engram-operations"), counters)).toEqual([]);
  });

  it("tells late usage events from lost ones and from those that came twice", () => {
    expect(exprOf("UsageBufferStale")).toContain(
      'max by (cluster, environment) (engram_usage_buffer_oldest_seconds{job="engram-gateway"}) > 300\n',
    );
    expect(exprOf("UsageBufferFilling")).toMatch(
      /engram_usage_buffer_events\{.*\/ \(engram_usage_buffer_limit_events\{.* > 0\)\) > 0\.8\n/,
    );
    expect(exprOf("UsageEventsDropped")).toContain("engram_usage_events_dropped_total");
    expect(called("UsageEventsDropped").severity).toBe("critical");
    expect(
      absent(shown("engram-operations"), ["engram_usage_duplicates_total", "engram_usage_events_total"]),
    ).toEqual([]);
  });

  it("has no tenant, no user and no address as a label, and few series", () => {
    const labels = engram.telemetry.metrics.flatMap(({ labels: of }) => Object.keys(of));
    expect([...new Set(labels)].sort()).toEqual([
      ...["check", "method", "mount", "objective", "reason", "result"],
      ...["route", "scenario", "source", "state", "status", "store"],
    ]);
    const series = engram.telemetry.metrics.map(({ labels: of }) =>
      Object.values(of).reduce((product, values) => product * values.length, 1),
    );
    expect(Math.max(...series)).toBeLessThanOrEqual(60);
    expect([...names]).toEqual(expect.arrayContaining(["engram_tenants", "engram_tenants_unavailable"]));
  });
});

describe("a playbook of Engram's document", () => {
  it.each<[slug: string, asks: readonly string[]]>([
    [
      "auth-outage",
      [
        "ENGRAM_JWKS_URL",
        "ENGRAM_JWKS_REFRESH_ON_KID_MISS=true",
        "ENGRAM_AUTH_ISSUER",
        "ENGRAM_AUTH_AUDIENCE",
      ],
    ],
    [
      "tenant-database-unavailable",
      [
        "flyctl volumes list -a engram-engine-prod",
        "chown engram:engram",
        "flyctl apps restart engram-engine-prod",
      ],
    ],
    [
      "high-latency",
      [
        "histogram_quantile(0.95, sum by (environment, route, le)",
        "ENGRAM_RATE_LIMIT_BURST=",
        "ENGRAM_SQLITE_POOL_PER_TENANT=",
        "ENGRAM_SHED_ROUTES=/v1/search",
      ],
    ],
  ])("is %s, with a command for each of its actions", (slug, asks) => {
    const page = pageCalled(plan, "engram", slug);
    expect(absent(commands(page).join("\n"), asks)).toEqual([]);
    expect(parts(page, "Diagnosis").length).toBeGreaterThanOrEqual(4);
    expect(parts(page, "Resolution").length).toBeGreaterThanOrEqual(4);
    expect(section(page, "Escalation")).not.toBe("");
  });

  it("sends a corrupt database on to its restore", () => {
    const page = pageCalled(plan, "engram", "tenant-database-unavailable");
    expect(section(page, "Resolution")).toContain("](restore-tenant-database.md)");
  });

  it("restores under a lock, with the log in the file and no log beside the new one", () => {
    const typed = commands(pageCalled(plan, "engram", "restore-tenant-database")).join("\n");
    const order = [
      "INSERT INTO tenant_locks",
      "PRAGMA integrity_check",
      "PRAGMA wal_checkpoint(TRUNCATE)",
      "-wal -shm; do if test -e $file\\$part; then mv $file\\$part $file.bak\\$part",
      "test ! -e $file-wal; mv $folder/restore.sqlite $file",
      "DELETE FROM tenant_locks",
    ];
    const at = order.map((part) => typed.indexOf(part));
    expect(at.filter((position) => position < 0)).toEqual([]);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });
});

describe("an environment of Engram", () => {
  it("is prod, where alerts and dashboards are live, and no other", () => {
    const live = STACKS.filter((stack) =>
      planOf(stack, catalogue).services.some(({ id }) => id === "engram"),
    );
    expect(live).toEqual(["prod"]);
    const elsewhere = STACKS.filter((stack) => stack !== "prod").flatMap((stack) => [
      ...planOf(stack, catalogue).alerts.filter(({ service }) => service === "engram"),
      ...planOf(stack, catalogue).dashboards.filter(({ service }) => service === "engram"),
    ]);
    expect(elsewhere).toEqual([]);
    expect(plan.dashboards.filter(({ service }) => service === "engram").map(({ uid }) => uid)).toEqual([
      "engram-operations",
      "engram-slo",
    ]);
  });

  it("has its receivers: a PagerDuty service and a channel of its team", () => {
    const own = plan.routing.receivers.filter(({ name }) => name.endsWith("-engram"));
    const chat = { kind: "slack", channel: "#engram-alerts", webhookSecret: "slack-engram" };
    const pager = {
      kind: "pagerduty",
      address: "https://events.pagerduty.com/v2/enqueue",
      routingKeySecret: "pagerduty-engram",
    };
    expect(own).toEqual([
      { name: "page-engram", purpose: "alerts", integrations: [pager, chat] },
      { name: "warning-engram", purpose: "alerts", integrations: [chat] },
    ]);
  });
});
