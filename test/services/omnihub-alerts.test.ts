import { receiversOf } from "../../backends/alertmanager/routes";
import type { PlannedAlert } from "../../plan/monitoring-plan";
import { catalogue } from "../../catalogue";
import type { Route } from "../../plan/routing";
import type { IntegrationKind } from "../../receivers";
import { omnihub } from "../../services/omnihub";
import { apiErrors } from "../../services/omnihub/slis";
import type { Severity } from "../../slo/alert";
import { matchesValue } from "../../slo/telemetry";
import { planOf } from "../support/plan";
import { objectsOfPlan } from "../support/pod-programs";
import { alertsOf } from "./planned-alerts";

const plan = planOf("prod", catalogue);
const { all: alerts, called: alertCalled, ruleOf, wholeOf } = alertsOf(plan, "omnihub");

/** An alert of the document with what it asks for. */
interface Asked {
  readonly name: string;
  readonly slo?: string;
  readonly severity: Severity;
  readonly waits: string;
  readonly runbook: string;
  /** Parts of the expression that hold the document's numbers. */
  readonly reads: readonly string[];
}

const ASKED: readonly Asked[] = [
  {
    name: "HighErrorBudgetBurnRate",
    slo: "api-availability",
    severity: "critical",
    waits: "0s",
    runbook: "high-error-rate",
    reads: ["> 13.44 * 0.001", "slo:sli_error:increase1h", "slo:sli_error:rate5m"],
  },
  {
    name: "ServiceDown",
    severity: "critical",
    waits: "2m",
    runbook: "service-down",
    reads: ['(up{job="api-gateway"}) == 0', "absent(", "> 0.1\n"],
  },
  {
    name: "DatabaseDown",
    severity: "critical",
    waits: "2m",
    runbook: "database-down",
    reads: ['(pg_up{job="postgres-exporter"}) == 0', "absent(pg_up"],
  },
  {
    name: "DLQBacklog",
    severity: "critical",
    waits: "10m",
    runbook: "dlq-backlog",
    reads: ['rabbitmq_queue_messages{job="rabbitmq",queue="dead_letter_queue"}) > 100'],
  },
  {
    name: "KillSwitchEnabled",
    severity: "critical",
    waits: "0s",
    runbook: "kill-switch-active",
    reads: ['omnihub_emergency_control{job="orchestrator",control="kill_switch"}) == 1'],
  },
  {
    name: "ElevatedErrorRate",
    severity: "warning",
    waits: "5m",
    runbook: "elevated-error-rate",
    reads: ['status=~"5.."}[5m]', "> 0.005\n"],
  },
  {
    name: "HighLatency",
    severity: "warning",
    waits: "5m",
    runbook: "high-latency",
    reads: [String.raw`le=~"1(\\.0)?"}[5m]`, "> 0.05\n"],
  },
  {
    name: "ApprovalQueueBacklog",
    severity: "warning",
    waits: "10m",
    runbook: "approval-queue-backlog",
    reads: ['omnihub_approval_queue_depth{job="orchestrator"}) > 50'],
  },
  {
    name: "HighDatabaseConnections",
    severity: "warning",
    waits: "5m",
    runbook: "high-database-connections",
    reads: ["pg_stat_database_numbackends", "pg_settings_max_connections", "> 0.8"],
  },
  {
    name: "LowErrorBudget",
    slo: "api-availability",
    severity: "warning",
    waits: "15m",
    runbook: "low-error-budget",
    reads: ["slo:error_budget:remaining_ratio", "< 0.25\n"],
  },
];

describe("an alert of OmniHub's document", () => {
  it.each(ASKED)("is $name: $severity after $waits", ({ name, slo, severity, waits, runbook, reads }) => {
    const alert = alertCalled(name, slo);
    expect(alert).toMatchObject({ severity, for: waits, runbook: { service: "omnihub", slug: runbook } });
    const asks = `${wholeOf(alert)}\n`;
    expect(reads.filter((part) => !asks.includes(part))).toEqual([]);
  });

  it("reads metrics that the contract holds and marks as assumed where the document has none", () => {
    const assumed = ["omnihub_emergency_control", "omnihub_approval_queue_depth"];
    const exported = ["pg_up", "pg_stat_database_numbackends", "pg_settings_max_connections"];
    const known = new Map(omnihub.telemetry.metrics.map((metric) => [metric.name, metric.assumed ?? false]));
    expect(assumed.map((name) => known.get(name))).toEqual([true, true]);
    expect(exported.filter((name) => !known.has(name))).toEqual([]);
  });

  it("that is immediate neither waits nor waits for company", () => {
    const routes = (route: Route): readonly Route[] => [route, ...route.routes.flatMap(routes)];
    const own = routes(plan.routing.root).filter(({ matchers }) =>
      matchers.some(({ label, value }) => label === "alertname" && value === "KillSwitchEnabled"),
    );
    expect(alertCalled("KillSwitchEnabled").for).toBe("0s");
    expect(own.map(({ receiver, groupWait }) => [receiver, groupWait])).toEqual([["page-omnihub", "0s"]]);
  });

  it("about dead letters asks for the label that per-object metrics have, and warns in between", () => {
    expect(plan.scrape.jobs.filter(({ job }) => job === "rabbitmq").map(({ path }) => path)).toEqual([
      "/metrics/per-object",
    ]);
    expect(alertCalled("DLQDepthHigh")).toMatchObject({ severity: "warning", for: "30m" });
    expect(ruleOf(alertCalled("DLQDepthHigh")).expr).toContain('queue="dead_letter_queue"}) > 10');
  });

  it("formats every value in its texts", () => {
    const texts = alerts.map((alert) => ruleOf(alert).annotations);
    const values = texts
      .flatMap(
        ({ description = "", summary = "" }) => `${summary} ${description}`.match(/\{\{[^}]*\}\}/g) ?? [],
      )
      .filter(
        (value) => !/^\{\{ (?:\$labels\.metric|(?:else )?if eq \$value -?\d\.0|else|end) \}\}$/.test(value),
      );
    expect(values.length).toBeGreaterThan(10);
    expect(
      values.filter((value) => !/^\{\{ \$value \| humanize(?:Percentage|Duration)? \}\}$/.test(value)),
    ).toEqual([]);
    expect(texts.filter(({ summary = "" }) => summary === "")).toEqual([]);
  });
});

describe("an indicator of OmniHub's document", () => {
  it.each<[alert: string, slo: string | undefined, target: string]>([
    ["HighErrorBudgetBurnRate", "api-availability", "* 0.001"],
    ["LatencyP50High", undefined, String.raw`le=~"0\\.2"`],
    ["HighErrorBudgetBurnRate", "api-latency", "* 0.05"],
    ["LatencyP99High", undefined, "> 0.01\n"],
    ["WorkflowSuccessBelowFloor", undefined, "> 0.05\n"],
    ["ApprovalQueueBacklog", undefined, "> 50\n"],
    ["DLQDepthHigh", undefined, "> 10\n"],
    ["ErrorBudgetBurnTicket", "api-availability", "0.9333 * 0.001"],
  ])("is watched by %s at its target", (name, slo, target) => {
    expect(`${wholeOf(alertCalled(name, slo))}\n`).toContain(target);
  });

  it("counts 5xx as bad and 4xx, 429 and 499 as good", () => {
    const { status } = apiErrors.total.labels as { readonly status: readonly string[] };
    const bad = status.filter((code) => apiErrors.errors.every((match) => matchesValue(match, code)));
    expect(bad).toEqual(["500", "502", "503"]);
    expect(status).toEqual(expect.arrayContaining(["404", "429", "499"]));
  });
});

describe("the page of an SLO", () => {
  it("fires on two windows at once and lets go with the shorter one", () => {
    const [fast = "", slow = ""] = ruleOf(
      alertCalled("HighErrorBudgetBurnRate", "api-availability"),
    ).expr.split("\nor ");
    expect(fast).toMatch(
      /increase1h\{.*> 13\.44 \* 0\.001\n +and [^]*\n +slo:sli_error:rate5m\{.*> 13\.44 \* 0\.001\n/,
    );
    expect(slow).toMatch(
      /sum6h\{.*> 5\.6 \* 0\.001\n +and [^]*\n +slo:sli_error:sum30m\{.*> 5\.6 \* 0\.001\n/,
    );
  });
});

describe("the receivers of OmniHub's alerts", () => {
  const integrations = (alert: PlannedAlert): readonly IntegrationKind[] => {
    const { alertname, category, environment, service, severity, slo, team } = alert;
    const names = receiversOf(plan.routing, {
      alertname,
      category,
      environment,
      service,
      severity,
      slo,
      team,
    });
    return plan.routing.receivers
      .filter(({ name }) => names.includes(name))
      .flatMap((receiver) => receiver.integrations.map(({ kind }) => kind));
  };
  const reaching = (kind: IntegrationKind): readonly PlannedAlert[] =>
    alerts.filter((alert) => integrations(alert).includes(kind));

  it("are PagerDuty for critical alerts and for no others", () => {
    const paged = reaching("pagerduty");
    expect(paged.length).toBeGreaterThan(5);
    expect(paged).toEqual(alerts.filter(({ severity }) => severity === "critical"));
  });

  it("are Slack for every alert, and one mail a day", () => {
    expect(reaching("slack")).toEqual(alerts);
    expect(reaching("email")).toEqual([]);
    const daily = objectsOfPlan(plan).filter(
      ({ kind, metadata }) => kind === "CronJob" && metadata.name === "digest-day",
    );
    expect(daily).toMatchObject([
      { kind: "CronJob", spec: { schedule: "0 8 * * *", timeZone: "Europe/Berlin" } },
    ]);
  });

  it("are woken for what violates an objective now or soon, and nothing else", () => {
    const pages = alerts.filter(({ severity }) => severity === "critical");
    expect(pages.map(({ alertname, slo }) => `${alertname} of ${slo}`)).toEqual([
      "AutoscalerAtLimitBurning of api-availability",
      "DLQBacklog of none-DLQBacklog",
      "DatabaseBackupTooOld of none-DatabaseBackupTooOld",
      "DatabaseDown of database-availability",
      "HighErrorBudgetBurnRate of api-availability",
      "HighErrorBudgetBurnRate of database-availability",
      "KillSwitchEnabled of none-KillSwitchEnabled",
      "ServiceDown of api-availability",
      "WorkflowSuccessBelowFloor of workflow-success",
    ]);
  });
});
