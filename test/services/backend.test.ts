import { readFileSync } from "node:fs";
import path from "node:path";
import type { PlannedSlo } from "../../plan/monitoring-plan";
import { catalogue } from "../../catalogue";
import { backend } from "../../services/backend";
import { PUBLIC_PORT } from "../../services/backend/jobs";
import { telemetry } from "../../services/backend/telemetry";
import { budgetMinutes } from "../../slo/budget";
import { decimal } from "../../slo/objective";
import { metricOf } from "../../slo/sli";
import { serviceDocs } from "../../tools/service-docs";
import { planOf } from "../support/plan";
import { alertsOf } from "./planned-alerts";
import { ROOT, STACKS } from "../support/stacks";

const plan = planOf("prod", catalogue);
const { all: alerts, called: alertCalled, wholeOf } = alertsOf(plan, "backend");
const docs = serviceDocs(ROOT);
const processes = readFileSync(path.join(ROOT, "services/backend/handbook/processes.md"), "utf8");
const objectives = docs.get("docs/services/backend/slos.md") ?? "";

function sloCalled(id: string, stack: (typeof STACKS)[number] = "prod"): PlannedSlo {
  const found = planOf(stack, catalogue).slos.find(({ service, slo }) => service === "backend" && slo === id);
  if (found === undefined) {
    throw new Error(`[${stack}] has no SLO [${id}] of the backend`);
  }
  return found;
}

describe("the objectives of the backend", () => {
  it.each(STACKS)("page in %s for 99.9 % of requests and of readiness", (stack) => {
    const slos = ["api-availability", "health-probe"].map((id) => sloCalled(id, stack));
    expect(slos.map(({ objective, response, window }) => [objective, response, window])).toEqual([
      ["99.9%", "page", "28d"],
      ["99.9%", "page", "28d"],
    ]);
  });

  it.each(STACKS)("are two in %s for latency, each with a budget of its own", (stack) => {
    const slos = ["latency-p95", "latency-p99"].map((id) => sloCalled(id, stack));
    expect(
      slos.map(({ objective, response, sli }) => [
        objective,
        response,
        sli.kind === "latency-ratio" ? sli.threshold : sli.kind,
      ]),
    ).toEqual([
      ["95%", "ticket", "0.2"],
      ["99%", "ticket", "0.5"],
    ]);
    const bounds = slos.map(({ sli }) => metricOf(sli)).map((metric) => "bounds" in metric && metric.bounds);
    expect(
      bounds.filter((list) => !(Array.isArray(list) && list.includes("0.2") && list.includes("0.5"))),
    ).toEqual([]);
  });

  it("have budgets of 525.6 and 52.56 minutes a year, 8.76 hours for the first", () => {
    const [consistency] = backend.unmeasured ?? [];
    const available = budgetMinutes("365d", sloCalled("api-availability").objective);
    const consistent = budgetMinutes("365d", consistency?.objective ?? "0%");
    expect([available, available.div(60), consistent].map(decimal)).toEqual(["525.6", "8.76", "52.56"]);
  });

  it("hold consistency back, with no rule that pretends to watch it", () => {
    expect(backend.unmeasured?.map(({ id, objective }) => [id, objective])).toEqual([
      ["data-consistency", "99.99%"],
    ]);
    expect(objectives).toMatch(/^\| Data consistency \| 99\.99 % \| 0\.01 % /m);
    const named = plan.ruleGroups
      .flatMap(({ rules }) => rules)
      .filter(({ expr }) => /replica.*lag|consisten/.test(expr));
    expect(named).toEqual([]);
    expect(plan.slos.filter(({ slo }) => slo === "data-consistency")).toEqual([]);
  });

  it("have a window, a severity and an owner each", () => {
    const slos = plan.slos.filter(({ service }) => service === "backend");
    expect(slos.map(({ slo, window, team }) => [slo, window, team])).toEqual(
      ["api-availability", "health-probe", "latency-p95", "latency-p99"].map((id) => [id, "28d", "backend"]),
    );
    expect(slos.map(({ slo }) => alertCalled("HighErrorBudgetBurnRate", slo).severity)).toEqual([
      "critical",
      "critical",
      "warning",
      "warning",
    ]);
    expect(alerts.filter(({ team }) => team !== "backend")).toEqual([]);
  });

  it("are tracked, with budgets and alerts for each", () => {
    const kinds = ["api-availability", "health-probe", "latency-p95", "latency-p99"].map((id) =>
      [...new Set(alerts.filter(({ slo }) => slo === id).map(({ kind }) => kind))].filter((kind) =>
        ["budget", "burn-rate", "telemetry"].includes(kind),
      ),
    );
    expect(kinds.map((list) => list.sort())).toEqual(
      Array.from({ length: 4 }, () => ["budget", "burn-rate", "telemetry"]),
    );
  });
});

describe("the probes of the backend", () => {
  it("ask /health and /health/readiness, the second for the objective", () => {
    const probed = telemetry.jobs.flatMap(({ name, probe }) =>
      probe === undefined ? [] : [[name, probe.address]],
    );
    expect(probed).toEqual([
      ["backend-health-probe", "http://backend-api.backend-<environment>.svc:8000/health"],
      ["backend-readiness-probe", "http://backend-api.backend-<environment>.svc:8000/health/readiness"],
    ]);
    const { sli } = sloCalled("health-probe");
    expect([sli.kind, metricOf(sli).name, metricOf(sli).job.name]).toEqual([
      "time",
      "probe_success",
      "backend-readiness-probe",
    ]);
    expect(["HealthProbeFailing", "ReadinessProbeFailing"].map((name) => alertCalled(name).severity)).toEqual(
      ["critical", "critical"],
    );
    // Two jobs share the metric, so the page says whose it is.
    for (const job of ["backend-health-probe", "backend-readiness-probe"]) {
      expect(objectives).toContain(
        `| \`probe_success{job="${job}"}\` is 0, or a target answers and none reports it `,
      );
    }
  });

  it.each(STACKS)("are all that reaches the public port in %s: nothing is scraped there", (stack) => {
    const ours = planOf(stack, catalogue).scrape.jobs.filter(({ labels }) => labels["service"] === "backend");
    expect(ours).toHaveLength(telemetry.jobs.length);
    const scraped = telemetry.jobs.filter(({ probe }) => probe === undefined);
    const places = ours
      .filter(({ job }) => scraped.some(({ name }) => name === job))
      .map(({ discovery, path }) => ({ path, ...discovery }));
    expect(places).toHaveLength(scraped.length);
    expect(places.filter((place) => "port" in place && place.port === PUBLIC_PORT)).toEqual([]);
    expect(places.map(({ path }) => path)).toEqual(scraped.map(() => "/metrics"));
    expect(JSON.stringify(planOf(stack, catalogue).scrape)).not.toContain("/health/metrics");
  });
});

describe("the telemetry of the backend", () => {
  it.each([
    [["http_requests_total", "http_request_duration_seconds"]],
    [
      [
        "backend_db_pool_connections_in_use",
        "backend_db_pool_connections_max",
        "backend_db_query_duration_seconds",
        "backend_db_transactions_total",
      ],
    ],
    [["backend_cache_requests_total", "backend_cache_entries"]],
    [["backend_rate_limit_hits_total", "backend_rate_limit_bypasses_total"]],
    [["http_requests_total", "http_request_duration_seconds"]],
  ])("has the metrics of (%s), and a panel that reads each", (names) => {
    const declared = telemetry.metrics.map(({ name }) => name);
    expect(names.filter((name) => !declared.includes(name))).toEqual([]);
    const dashboards = JSON.stringify(plan.dashboards.filter(({ uid }) => uid.startsWith("backend-")));
    expect(names.filter((name) => !dashboards.includes(name))).toEqual([]);
  });

  it("splits requests by route, method and status, and leaves probes out", () => {
    const requests = telemetry.metrics.find(({ name }) => name === "http_requests_total");
    expect(Object.keys(requests?.labels ?? {})).toEqual(["route", "method", "status"]);
    expect(requests?.labels["route"]?.filter((route) => route.startsWith("/health"))).toEqual([]);
  });
});

/** An alert of the document's runbooks: severity, wait, page, and parts of its expression that hold its numbers. */
const ASKED = [
  ["DatabasePoolExhausted", "critical", "2m", "database-pool-exhausted", ["> 0.95"]],
  ["DatabasePoolNearlyExhausted", "warning", "5m", "database-pool-exhausted", ["> 0.8"]],
  ["MigrationDrift", "warning", "10m", "migration-drift", ["backend_migration_drift", "== 1"]],
  ["RateLimitSurge", "warning", "5m", "rate-limit-surge", ['status="429"', "> 0.05", ">= 50"]],
  ["RedisDown", "warning", "2m", "redis-down", ["redis_up", "absent("]],
  [
    "SecretKeyMismatch",
    "critical",
    "10m",
    "secret-key-mismatch",
    ["max by", "backend_secret_key_fingerprint", "- min by", "> 0"],
  ],
  ["TokenValidationFailures", "warning", "5m", "secret-key-mismatch", ['status="401"', "> 0.1"]],
  [
    "RegistrationFailures",
    "warning",
    "5m",
    "registration-failures",
    ['result!="completed"', "[30m]", "> 0.1"],
  ],
  [
    "EventCreationFailures",
    "warning",
    "5m",
    "event-creation-failures",
    ['result!="completed"', "[10m]", "> 0.05"],
  ],
  [
    "WorkflowExecutionFailures",
    "warning",
    "5m",
    "workflow-execution-failures",
    ['result!="completed"', "[30m]", "> 0.05"],
  ],
] as const;

describe("an alert for the backend's runbooks", () => {
  it.each(ASKED)("is %s with severity %s after %s, and leads to %s", (name, severity, waits, page, reads) => {
    const alert = alertCalled(name);
    expect([alert.severity, alert.for, alert.runbook.slug]).toEqual([severity, waits, page]);
    const asks = wholeOf(alert);
    expect(reads.filter((part) => !asks.includes(part))).toEqual([]);
  });

  it("has a page with commands in its diagnosis and in its resolution", () => {
    const pages = plan.runbooks.filter(({ service }) => service === "backend");
    expect(pages).toHaveLength(18);
    const section = (markdown: string, heading: string): string =>
      markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
    const bare = pages.flatMap(({ slug, markdown }) =>
      ["Diagnosis", "Resolution"]
        .filter((heading) => !section(markdown, heading).includes("```bash"))
        .map((heading) => `${slug}: ${heading}`),
    );
    // Its resolution is what a team decides, not what somebody types.
    expect(bare).toEqual(["low-error-budget: Resolution"]);
    expect(alerts.filter(({ runbook }) => !pages.some(({ slug }) => slug === runbook.slug))).toEqual([]);
  });

  it("is framed by four phases, which the page of incident response and its data share", () => {
    const page = plan.runbooks.find(
      ({ service, slug }) => service === "backend" && slug === "incident-response",
    );
    const titles = page?.markdown.match(/^### .+$/gm) ?? [];
    expect(
      titles.map((title) => /Identify|Diagnose|page of the cause|Roll back|Verify/.exec(title)?.[0]),
    ).toEqual(["Identify", "Identify", "Diagnose", "page of the cause", "Roll back", "Verify"]);
    expect(processes.match(/^\d\. \w+/gm)).toEqual(["1. Identify", "2. Diagnose", "3. Fix", "4. Afterwards"]);
  });
});
