import { receiversOf } from "../../backends/alertmanager/routes";
import { readFileSync } from "node:fs";
import path from "node:path";
import { readContent } from "../../config/content";
import { catalogue } from "../../catalogue";
import { parseStack } from "../../config/stack-file";
import { generatePlan } from "../../generators/monitoring-plan";
import type { MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import { services } from "../../services";
import { bytspot } from "../../services/bytspot";
import { decimal, errorBudget, type Percent } from "../../slo/objective";
import { formatProblems } from "../../slo/problem";
import { objectiveIn, type Service } from "../../slo/service";
import { panelsOf } from "../support/dashboards";
import { planOf } from "../support/plan";
import { ENVIRONMENTS, ROOT, onlyOf } from "../support/stacks";
import { alertsOf } from "./planned-alerts";
import { readPromQl, type Selector } from "../../generators/promql-reading";

/**
 * What a copy of the stack of staging has, once its environment is another one.
 * @throws Error with every problem of the copy and its services
 */
function planIn(name: string, of: readonly Service[] = services): MonitoringPlan {
  const text = readFileSync(path.join(ROOT, "Pulumi.staging.yaml"), "utf8");
  const stack = parseStack(
    `Pulumi.${name}.yaml`,
    text.replace("tocsin:environment: staging", `tocsin:environment: ${name}`),
    ENVIRONMENTS,
  );
  if (!stack.ok) {
    throw new Error(formatProblems(stack.problems));
  }
  const there = of.filter(({ environments }) => environments.includes(name));
  const result = generatePlan(of, onlyOf(stack.environment, there), readContent(ROOT));
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  return result.plan;
}

const prod = planOf("prod", catalogue);
const beta = planIn("beta");

const alertsIn = (plan: MonitoringPlan): readonly PlannedAlert[] => alertsOf(plan, "bytspot").all;
const { called, ruleOf, wholeOf } = alertsOf(prod, "bytspot");
const exprOf = (name: string, slo?: string): string => `${wholeOf(called(name, slo))}\n`;

/** Everything that Bytspot's rules, but for one alert, and the panels of its dashboards read. */
function selectorsOf(plan: MonitoringPlan, without?: string): readonly Selector[] {
  const rules = plan.ruleGroups
    .filter(({ file }) => file === "bytspot")
    .flatMap((group) => group.rules)
    .filter((rule) => rule.kind === "record" || rule.alert !== without);
  const panels = plan.dashboards
    .filter(({ service }) => service === "bytspot")
    .flatMap(panelsOf)
    .flatMap(({ targets = [] }) => targets);
  return [...rules, ...panels].flatMap(({ expr }) => readPromQl(expr).selectors);
}

const objectives = (plan: MonitoringPlan): Readonly<Record<string, Percent>> =>
  Object.fromEntries(
    plan.slos.filter(({ service }) => service === "bytspot").map(({ slo, objective }) => [slo, objective]),
  );

const minutes = (objective: Percent): string => decimal(errorBudget(objective).times(28 * 24 * 60));

describe("the objectives of Bytspot", () => {
  const latencies = {
    "api-latency-p95": "95%",
    "api-latency-p99": "99%",
    "ws-message-latency": "95%",
    "ws-stability": "99%",
  };

  it("ask for 99.95% in prod, 99.5% in beta and the contract's 99.9% elsewhere", () => {
    const elsewhere = planIn("staging", [{ ...bytspot, environments: ["staging"] }]);
    expect(objectives(prod)).toEqual({ "api-availability": "99.95%", ...latencies });
    expect(objectives(beta)).toEqual({ "api-availability": "99.5%", ...latencies });
    expect(objectives(elsewhere)).toEqual({ "api-availability": "99.9%", ...latencies });
    const availability = bytspot.slos.filter(({ id }) => id === "api-availability");
    expect(
      availability.flatMap((slo) =>
        ["prod", "beta", "staging"].map((name) => minutes(objectiveIn(slo, name))),
      ),
    ).toEqual(["20.16", "201.6", "40.32"]);
  });

  it("burn by the budget of their environment: 13.44 times 0.05% in prod, 0.5% in beta", () => {
    const limits = (plan: MonitoringPlan): readonly string[] => {
      const own = alertsOf(plan, "bytspot");
      const { expr } = own.ruleOf(own.called("HighErrorBudgetBurnRate", "api-availability"));
      const found = [...expr.matchAll(/> (13\.44|5\.6) \* ([\d.]+)/g)].map(
        ([, factor = "", budget = ""]) => `${factor} * ${budget}`,
      );
      return [...new Set(found)];
    };
    expect(limits(prod)).toEqual(["13.44 * 0.0005", "5.6 * 0.0005"]);
    expect(limits(beta)).toEqual(["13.44 * 0.005", "5.6 * 0.005"]);
  });

  it.each([
    ["api-latency-p95", "http_server_duration_seconds", "0.3"],
    ["api-latency-p99", "http_server_duration_seconds", "0.8"],
    ["ws-message-latency", "ws_message_duration_seconds", "0.2"],
  ])("count %s on a bound that %s must have: %s s", (id, metric, bound) => {
    const slo = prod.slos.find((candidate) => candidate.id === `bytspot-${id}`);
    expect(slo).toMatchObject({
      sli: { kind: "latency-ratio", threshold: bound, histogram: { name: metric } },
    });
    const rule = exprOf("SLOBucketMissing", id);
    expect(rule).toContain(`${metric}_bucket{job="bytspot-api"`);
    expect(rule).toContain(`le=~"${bound.replace(".", "\\\\.")}"`);
  });

  it("count sessions that ended, and only those that did not end as they should as bad", () => {
    const rates = prod.ruleGroups
      .flatMap(({ rules }) => rules)
      .filter((rule) => rule.kind === "record" && rule.labels["slo_id"] === "bytspot-ws-stability")
      .flatMap(({ expr }) => readPromQl(expr).selectors)
      .filter(({ name }) => name.startsWith("ws_"));
    expect(new Set(rates.map(({ name }) => name))).toEqual(new Set(["ws_disconnects_total"]));
    const reasons = rates.flatMap(({ matches }) => matches.filter(({ label }) => label === "reason"));
    expect(new Set(reasons.map(({ op, value }) => `${op}${value}`))).toEqual(new Set(["!=normal"]));
  });

  it("leave health checks out wherever requests are counted or timed", () => {
    const read = [prod, beta]
      // Which counts nothing: it looks for series that the contract does not know.
      .flatMap((plan) => selectorsOf(plan, "SLIOutsideContract"))
      .filter(({ name }) => /^http_(?:requests_total|server_duration_seconds)/.test(name));
    expect(read.length).toBeGreaterThan(20);
    const route = { label: "route", op: "!~", value: "/healthz" };
    expect(
      read.filter(({ matches }) => !matches.some((one) => JSON.stringify(one) === JSON.stringify(route))),
    ).toEqual([]);
  });

  it("name their metrics exactly, as Managed Prometheus wants it", () => {
    const names = selectorsOf(prod).map(
      ({ name, matches }) => [name, matches.map(({ label }) => label)] as const,
    );
    expect(names.filter(([name, labels]) => name === "" || labels.includes("__name__"))).toEqual([]);
  });
});

/** An alert of the document, with the numbers that its rule must hold. */
interface Asked {
  readonly name: string;
  readonly slo?: string;
  readonly severity: PlannedAlert["severity"];
  readonly waits: string;
  readonly runbook: string;
  readonly reads: readonly string[];
}

const ASKED: readonly Asked[] = [
  {
    name: "ApiLatencyP95High",
    severity: "critical",
    waits: "5m",
    runbook: "high-latency",
    reads: ['le=~"0\\\\.3"}[5m]', "> 0.05", ">= 20"],
  },
  {
    name: "HighErrorBudgetBurnRate",
    slo: "api-availability",
    severity: "critical",
    waits: "0s",
    runbook: "api-500",
    reads: ["> 13.44 * 0.0005", "> 5.6 * 0.0005"],
  },
  {
    name: "ServerErrorSpike",
    severity: "critical",
    waits: "2m",
    runbook: "api-500",
    reads: ['status=~"5.."}[5m]', "> 0.05", ">= 10"],
  },
  {
    name: "WebSocketDisconnectsHigh",
    severity: "warning",
    waits: "5m",
    runbook: "websocket-disconnects",
    reads: ['ws_disconnects_total{job="bytspot-api",reason!="normal"}[5m]', "> 0.01", ">= 10"],
  },
  {
    name: "DatabaseConnectionErrors",
    severity: "warning",
    waits: "2m",
    runbook: "database-connection-errors",
    reads: ['increase(bytspot_database_connection_errors_total{job="bytspot-api"}[5m])', "> 10"],
  },
  ...(
    [
      ["CpuUtilizationHigh", "cloud_run_cpu_utilization_ratio"],
      ["MemoryUtilizationHigh", "cloud_run_memory_utilization_ratio"],
      ["ConcurrencyHigh", "cloud_run_max_request_concurrency"],
    ] as const
  ).map(([name, metric]) => ({
    name,
    severity: "warning" as const,
    waits: "15m",
    runbook: "saturation",
    reads: [`${metric}{job="bytspot-cloud-exporter"}`, "> 0.8"],
  })),
];

describe("the alerts of Bytspot's document", () => {
  it.each(ASKED)("have $name as asked", ({ name, slo, severity, waits, runbook, reads }) => {
    const alert = called(name, slo);
    expect(alert.severity).toBe(severity);
    expect(ruleOf(alert).for).toBe(waits);
    expect(alert.runbook.slug).toBe(runbook);
    expect(reads.filter((part) => !exprOf(name, slo).includes(part))).toEqual([]);
  });

  it("say their severity in a label that routes see, and link the page of their own subject", () => {
    const alert = called("ApiLatencyP95High");
    const rule = ruleOf(alert);
    expect(rule.labels["severity"]).toBe("critical");
    expect(Object.keys(rule.annotations)).not.toContain("severity");
    expect(rule.annotations["summary"]).toBe("API p95 latency high ({{ $value | humanizePercentage }})");
    expect(rule.annotations["runbook_url"]).toBe("https://runbooks.omnihub.dev/bytspot/high-latency");
    expect(alert.runbook.service).toBe("bytspot");
  });

  it("compare no 5 minutes with the 0.1% of the objective", () => {
    const rules = alertsIn(prod).map(ruleOf);
    expect(
      rules.filter(({ expr }) => /(?<![*\d.] ?)[<>]=? 0\.001(?!\d)/.test(expr)).map(({ alert }) => alert),
    ).toEqual([]);
    expect(exprOf("ServerErrorSpike")).toContain("> 0.05\n");
  });

  it("page in prod for availability and for the P95, and for nothing else of the document", () => {
    const pages = alertsIn(prod).filter(({ severity }) => severity === "critical");
    expect(pages.map(({ alertname, slo }) => `${alertname} of ${slo}`)).toEqual([
      "ApiLatencyP95High of api-latency-p95",
      "HighErrorBudgetBurnRate of api-availability",
      "ServerErrorSpike of api-availability",
      "ServiceDown of api-availability",
    ]);
  });

  it("page nobody from beta, whose stack may have any name", () => {
    const receivers = (plan: MonitoringPlan, alert: PlannedAlert): readonly string[] => {
      const { alertname, category, environment, service, severity, slo, team } = alert;
      return receiversOf(plan.routing, { alertname, category, environment, service, severity, slo, team });
    };
    const critical = alertsIn(beta).filter(({ severity }) => severity === "critical");
    expect(critical).toHaveLength(4);
    expect(new Set(critical.map(({ environment }) => environment))).toEqual(new Set(["beta"]));
    // Even where the receivers of production stand ready, the route of beta leads past them.
    const ways = critical.flatMap((alert) => [...receivers(beta, alert), ...receivers(prod, alert)]);
    const pagers = prod.routing.receivers
      .filter(({ integrations }) => integrations.some(({ kind }) => kind === "pagerduty"))
      .map(({ name }) => name);
    expect(pagers.length).toBeGreaterThan(0);
    expect(ways.length).toBeGreaterThan(0);
    expect(ways.filter((name) => pagers.includes(name))).toEqual([]);
  });

  it("live in beta and prod alone, and dev and staging know nothing of them", () => {
    expect([planOf("dev", catalogue), planOf("staging", catalogue)].flatMap(alertsIn)).toEqual([]);
    expect(alertsIn(beta).map(({ alertname, slo }) => [alertname, slo])).toEqual(
      alertsIn(prod).map(({ alertname, slo }) => [alertname, slo]),
    );
  });
});
