import { generatePlan } from "../../generators/monitoring-plan";
import { slosPage } from "../../backends/handbook/slos-page";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { readContent } from "../../config/content";
import { orders } from "../fixture/services/orders";
import { formatProblems } from "../../slo/problem";
import type { Percent } from "../../slo/objective";
import type { Service, Slo } from "../../slo/service";
import { environmentFor, FIXTURE } from "../support/stacks";

/** A service with one objective, and those of its alerts that need no other. */
function serviceWith(change: Partial<Slo>): Service {
  const [availability] = orders.slos.filter(({ id }) => id === "api-availability");
  if (availability === undefined) {
    throw new Error("the orders service no longer has what this test changes");
  }
  const alerts = orders.alerts.filter(({ name }) =>
    ["KillSwitchEnabled", "ServiceDown", "TargetsDown"].includes(name),
  );
  return { ...orders, slos: [{ ...availability, ...change }], sloRows: [], dashboards: [], alerts };
}

const PAGES = [
  "error-budget-burn-ticket",
  "error-budget-policy",
  "high-error-rate",
  "kill-switch-active",
  "low-error-budget",
  "service-down",
  "sli-data-missing",
  "targets-down",
];

function planOf(service: Service, stack: string): MonitoringPlan {
  const environment = environmentFor(stack, [service]);
  // Enough for a window of 30 days and its margin.
  const prometheus = { ...environment.prometheus, retention: "37d" as const };
  // Pages of alerts that this small service does not have would be called wrong.
  const [{ window } = { window: "28d" }] = service.slos;
  const runbooks = readContent(FIXTURE.root)
    .runbooks.filter((page) => page.service !== "orders" || PAGES.includes(page.slug))
    // Its pages read what is recorded over its window.
    .map((page) => ({ ...page, text: page.text.replaceAll("28d", window) }));
  const result = generatePlan([service], { ...environment, prometheus }, { runbooks });
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  return result.plan;
}

interface Case {
  readonly slo?: Partial<Slo>;
  readonly stack?: string;
}

function pageOf({ slo = {}, stack = "prod" }: Case = {}): string {
  const service = serviceWith(slo);
  return slosPage({ service, plan: planOf(service, stack) });
}

/** The cells of every row whose first cell is that, in all tables of a page. */
function rows(page: string, first: string): readonly (readonly string[])[] {
  return page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([cell]) => cell === first);
}

const WORKFLOWS: Case = {
  slo: {
    title: "Workflow success",
    objective: { default: "99.5%" },
    volume: { events: "workflows", perDay: 1_000 },
  },
};

describe("the page of objectives", () => {
  it("gives the budget as time and in events, at the rate of the job", () => {
    const [promise, events] = rows(pageOf(), "API Gateway availability");
    expect(promise?.slice(1, 5)).toEqual(["99.9 %", "28 d", "0.1 %", "40.32 min"]);
    expect(events?.slice(1)).toEqual(["100 requests a second", "241,920 of 241,920,000 requests"]);
  });

  it("counts workflows at their declared rate", () => {
    const page = pageOf(WORKFLOWS);
    expect(rows(page, "Workflow success")[1]?.slice(1)).toEqual([
      "1,000 workflows a day",
      "140 of 28,000 workflows",
    ]);
    expect(page).not.toContain("1,000 workflows a day (");
  });

  it("follows the window of the objective", () => {
    const [promise] = rows(pageOf({ slo: { window: "30d" } }), "API Gateway availability");
    expect(promise?.slice(2, 5)).toEqual(["30 d", "0.1 %", "43.2 min"]);
  });

  it("names the pairs of the rules with the time that the budget lasts", () => {
    const page = pageOf();
    expect(
      ["page-fast", "page-slow", "ticket-fast", "ticket-slow"].map((id) => rows(page, id)[0]?.slice(1, 5)),
    ).toEqual([
      ["1 h and 5 min", "13.44", "2 %", "50 h (2.08 d)"],
      ["6 h and 30 min", "5.6", "5 %", "120 h (5 d)"],
      ["1 d and 2 h", "2.8", "10 %", "240 h (10 d)"],
      ["3 d and 6 h", "0.9333", "10 %", "720 h (30 d)"],
    ]);
  });

  it.each<[Percent, string, string]>([
    ["99.9%", "1.344 %", "0.56 %"],
    ["99.5%", "6.72 %", "2.8 %"],
  ])("at %s gives the thresholds %s and %s, and so does the alert", (objective, fast, slow) => {
    const page = pageOf({ slo: { objective: { default: objective } } });
    expect(rows(page, "API Gateway availability")[2]?.slice(1, 3)).toEqual([fast, slow]);
    expect(rows(page, "`HighErrorBudgetBurnRate`")[0]?.[4]).toBe(
      `more than ${fast} over 1 h and over 5 min, or more than ${slow} over 6 h and over 30 min ` +
        "are answered with a server error",
    );
  });

  it("gives each alert its severity, its way, its condition, its patience and its runbook", () => {
    const page = pageOf();
    expect(
      ["`ServiceDown`", "`KillSwitchEnabled`", "`TargetsDown`", "`LowErrorBudget`"].map((name) =>
        rows(page, name)[0]?.slice(2),
      ),
    ).toEqual([
      [
        "critical",
        "PagerDuty and Slack `#orders-alerts`",
        "no target of `api-gateway` is up, or less than 90 % of the requests succeed over 5 min, beyond chance",
        "2 min",
        "[service-down](https://runbooks.orders.dev/service-down)",
      ],
      [
        "critical",
        "PagerDuty and Slack `#orders-alerts`",
        '`orders_emergency_control{control="kill_switch"}` is 1',
        "0 s",
        "[kill-switch-active](https://runbooks.orders.dev/kill-switch-active)",
      ],
      [
        "warning",
        "Slack `#orders-alerts`",
        "less than 90 % of the targets of `api-gateway` are up",
        "5 min",
        "[targets-down](../../../services/orders/runbooks/targets-down.md)",
      ],
      [
        "warning",
        "Slack `#orders-alerts`",
        "less than 25 % of the error budget is left",
        "15 min",
        "[low-error-budget](https://runbooks.orders.dev/low-error-budget)",
      ],
    ]);
  });

  it("lists what pages before what does not", () => {
    const severities = rows(pageOf(), "`ServiceDown`")
      .concat(rows(pageOf(), "`TargetsDown`"))
      .map((cells) => cells[2]);
    expect(severities).toEqual(["critical", "warning"]);
  });

  it("pages nobody from an environment that never does", () => {
    const page = pageOf({ stack: "dev" });
    expect(page).toContain("the plan of dev");
    expect(page).not.toContain("PagerDuty");
    expect(rows(page, "`ServiceDown`")[0]?.[3]).toMatch(/^Slack `#[a-z-]+`$/);
  });

  it("names the state that the low-budget alert announces", () => {
    expect(pageOf()).toContain(
      "`LowErrorBudget` (warning) says below 25 %, once that has lasted 15 min, that the state Deploy freeze has begun.",
    );
    expect(rows(pageOf(), "10 % to 25 %")[0]).toEqual([
      "10 % to 25 %",
      "Deploy freeze",
      "Emergency fixes only, all hands on reliability",
    ]);
    expect(rows(pageOf(), "below 10 %")[0]?.[1]).toBe("Incident");
  });
});

describe("the page of a service without a policy", () => {
  const { budgetPolicy: _, ...bare } = serviceWith({});
  const UNMEASURED = {
    id: "data-consistency",
    title: "Data consistency",
    objective: "99.99%",
    why: "There is one database",
    needs: "A replica",
  } as const;

  function pageWith(change: Partial<Service>): string {
    const service = { ...bare, ...change };
    return slosPage({ service, plan: planOf(service, "prod") });
  }

  it("has the pairs of the rules, and no state", () => {
    const page = pageWith({});
    expect(rows(page, "page-fast")[0]).toEqual([
      "page-fast",
      "1 h and 5 min",
      "13.44",
      "2 %",
      "50 h (2.08 d)",
    ]);
    expect(rows(page, "page-fast")).toHaveLength(1);
    expect(page).not.toMatch(/\]\([a-z-]+\.md/);
    expect(page).not.toContain("## Error budget policy");
  });

  it("says which objective nothing measures, why, and what it needs", () => {
    const page = pageWith({ unmeasured: [UNMEASURED] });
    expect(rows(page, "Data consistency")).toEqual([
      ["Data consistency", "99.99 %", "0.01 %", "There is one database", "A replica"],
    ]);
    expect(pageWith({})).not.toContain("Not measured yet");
  });
});
