import { generatePlan } from "../../generators/monitoring-plan";
import { operationsPages } from "../../generators/operations-pages";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { readContent } from "../../config/content";
import { omnihub } from "../../services/omnihub";
import { omnihubOperations } from "../../services/omnihub/operations";
import { formatProblems } from "../../slo/problem";
import type { Percent } from "../../slo/objective";
import type { Operations } from "../../slo/operations";
import type { Service, Slo } from "../../slo/service";
import { environmentFor, ROOT } from "../support/stacks";

type Name = "incidents" | "on-call" | "slos" | "toil";

/** A service with one objective, and those of OmniHub's alerts that need no other. */
function serviceWith(change: Partial<Slo>): Service {
  const [availability] = omnihub.slos.filter(({ id }) => id === "api-availability");
  if (availability === undefined) {
    throw new Error("the omnihub service no longer has what this test changes");
  }
  const alerts = omnihub.alerts.filter(({ name }) =>
    ["KillSwitchEnabled", "ServiceDown", "TargetsDown"].includes(name),
  );
  return { ...omnihub, slos: [{ ...availability, ...change }], sloRows: [], dashboards: [], alerts };
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
  const runbooks = readContent(ROOT)
    .runbooks.filter((page) => page.service !== "omnihub" || PAGES.includes(page.slug))
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
  readonly operations?: Partial<Operations>;
  readonly stack?: string;
}

function pages({ slo = {}, operations = {}, stack = "prod" }: Case): ReadonlyMap<string, string> {
  const service = serviceWith(slo);
  const plan = planOf(service, stack);
  return operationsPages({
    service: { ...service, operations: { ...omnihubOperations, ...operations } },
    plan,
  });
}

function pageCalled(name: Name, change: Case = {}): string {
  return pages(change).get(`docs/services/omnihub/${name}.md`) ?? "";
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
  slo: { title: "Workflow success", objective: { default: "99.5%" }, source: "OMNIHUB-SLO-3" },
};

describe("the page of objectives", () => {
  it("gives the budget as time and in events, at the rate of the job", () => {
    const [promise, events] = rows(pageCalled("slos"), "API Gateway availability");
    expect(promise?.slice(1, 5)).toEqual(["99.9 %", "28 d", "0.1 %", "40.32 min"]);
    expect(events?.slice(1)).toEqual(["100 requests a second", "241,920 of 241,920,000 requests"]);
  });

  it("counts workflows at their declared rate (OMNIHUB-ERR-5)", () => {
    const page = pageCalled("slos", WORKFLOWS);
    expect(rows(page, "Workflow success")[1]?.slice(1)).toEqual([
      "1,000 workflows a day",
      "140 of 28,000 workflows",
    ]);
    expect(page).not.toContain("1,000 workflows a day (");
  });

  it("says which declared volume no objective counts", () => {
    expect(pageCalled("slos")).toContain(
      "- 1,000 workflows a day (OMNIHUB-CAP-4): no objective counts them yet (OMNIHUB-SLO-3)\n",
    );
  });

  it("follows the window of the objective", () => {
    const [promise] = rows(pageCalled("slos", { slo: { window: "30d" } }), "API Gateway availability");
    expect(promise?.slice(2, 5)).toEqual(["30 d", "0.1 %", "43.2 min"]);
  });

  it("names the pairs of the rules with the time that the budget lasts and what is done (OMNIHUB-BURN-1..4)", () => {
    const page = pageCalled("slos");
    expect(
      ["page-fast", "page-slow", "ticket-fast", "ticket-slow"].map((id) => rows(page, id)[0]?.slice(1, 5)),
    ).toEqual([
      ["1 h and 5 min", "13.44", "2 %", "50 h (2.08 d)"],
      ["6 h and 30 min", "5.6", "5 %", "120 h (5 d)"],
      ["1 d and 2 h", "2.8", "10 %", "240 h (10 d)"],
      ["3 d and 6 h", "0.9333", "10 %", "720 h (30 d)"],
    ]);
    expect(
      ["page-fast", "page-slow", "ticket-fast", "ticket-slow"].map((id) => rows(page, id)[0]?.slice(5)),
    ).toEqual([
      ["Immediate incident response", "", "OMNIHUB-BURN-1"],
      ["The on-call investigates", "30 min", "OMNIHUB-BURN-2"],
      ["The on-call investigates", "1 h", "OMNIHUB-BURN-3"],
      ["Plan it like other work", "", "OMNIHUB-BURN-4"],
    ]);
  });

  it("works out what the document's rates would mean (OMNIHUB-ERR-1, OMNIHUB-ERR-3)", () => {
    const page = pageCalled("slos");
    expect(page).toContain("The document names the rates of a window of 30 d.");
    expect(["14.4", "6", "3", "1"].map((rate) => rows(page, rate)[0]?.slice(1))).toEqual([
      ["46.7 h (1.94 d)", "2.14 % in 1 h", "13.44"],
      ["112 h (4.67 d)", "5.36 % in 6 h", "5.6"],
      ["224 h (9.33 d)", "10.71 % in 1 d", "2.8"],
      ["672 h (28 d)", "10.71 % in 3 d", "0.9333"],
    ]);
  });

  it("has nothing to say of the document's rates in the window that they belong to", () => {
    const page = pageCalled("slos", { slo: { window: "30d" } });
    expect(page).not.toContain("The document names");
    expect(rows(page, "14.4")[0]?.slice(1)).toEqual(["50 h (2.08 d)", "2 % in 1 h", "14.4"]);
  });

  it.each<[Percent, string, string]>([
    ["99.9%", "1.344 %", "0.56 %"],
    ["99.5%", "6.72 %", "2.8 %"],
  ])("at %s gives the thresholds %s and %s, and so does the alert", (objective, fast, slow) => {
    const page = pageCalled("slos", { slo: { objective: { default: objective } } });
    expect(rows(page, "API Gateway availability")[2]?.slice(1, 3)).toEqual([fast, slow]);
    expect(rows(page, "`HighErrorBudgetBurnRate`")[0]?.[4]).toBe(
      `more than ${fast} over 1 h and over 5 min, or more than ${slow} over 6 h and over 30 min ` +
        "are answered with a server error",
    );
  });

  it("gives each alert its severity, its way, its condition, its patience, its runbook and its source", () => {
    const page = pageCalled("slos");
    expect(
      ["`ServiceDown`", "`KillSwitchEnabled`", "`TargetsDown`", "`LowErrorBudget`"].map((name) =>
        rows(page, name)[0]?.slice(2),
      ),
    ).toEqual([
      [
        "critical",
        "PagerDuty and Slack `#omnihub-alerts`",
        "no target of `api-gateway` is up, or less than 90 % of the requests succeed over 5 min, beyond chance",
        "2 min",
        "[service-down](../../../runbooks/omnihub/service-down.md)",
        "OMNIHUB-ALERT-2",
      ],
      [
        "critical",
        "PagerDuty and Slack `#omnihub-alerts`",
        '`omnihub_emergency_control{control="kill_switch"}` is 1',
        "0 s",
        "[kill-switch-active](../../../runbooks/omnihub/kill-switch-active.md)",
        "OMNIHUB-ALERT-5",
      ],
      [
        "warning",
        "Slack `#omnihub-alerts`",
        "less than 90 % of the targets of `api-gateway` are up",
        "5 min",
        "[targets-down](../../../runbooks/omnihub/targets-down.md)",
        "OMNIHUB-ERR-9",
      ],
      [
        "warning",
        "Slack `#omnihub-alerts`",
        "less than 25 % of the error budget is left",
        "15 min",
        "[low-error-budget](../../../runbooks/omnihub/low-error-budget.md)",
        "OMNIHUB-SLO-1",
      ],
    ]);
  });

  it("lists what pages before what does not", () => {
    const severities = rows(pageCalled("slos"), "`ServiceDown`")
      .concat(rows(pageCalled("slos"), "`TargetsDown`"))
      .map((cells) => cells[2]);
    expect(severities).toEqual(["critical", "warning"]);
  });

  it("pages nobody from an environment that never does", () => {
    const page = pageCalled("slos", { stack: "dev" });
    expect(page).toContain("the plan of dev");
    expect(page).not.toContain("PagerDuty");
    expect(rows(page, "`ServiceDown`")[0]?.[3]).toMatch(/^Slack `#[a-z-]+`$/);
  });

  it("names the state that the low-budget alert announces", () => {
    expect(pageCalled("slos")).toContain(
      "`LowErrorBudget` (warning) says below 25 %, once that has lasted 15 min, that the state Deploy freeze has begun.",
    );
    expect(rows(pageCalled("slos"), "10 % to 25 %")[0]).toEqual([
      "10 % to 25 %",
      "Deploy freeze",
      "Emergency fixes only, all hands on reliability",
      "OMNIHUB-POL-3",
    ]);
    expect(rows(pageCalled("slos"), "below 10 %")[0]?.[1]).toBe("Incident");
  });
});

describe("the page of the on-call", () => {
  const page = pageCalled("on-call");

  it("shifts the secondary by half a week, and gives the manager no schedule (OMNIHUB-ONCALL-1..3)", () => {
    expect(rows(page, "Primary")[0]?.slice(2)).toEqual(["7 d", "0 d", "OMNIHUB-ONCALL-1"]);
    expect(rows(page, "Secondary")[0]?.slice(2)).toEqual(["7 d", "3.5 d", "OMNIHUB-ONCALL-2"]);
    expect(rows(page, "Manager")[0]?.slice(2)).toEqual(["not given", "", "OMNIHUB-ONCALL-3"]);
  });

  it("has the page acknowledged before somebody is at work on it (OMNIHUB-ONCALL-4, OMNIHUB-ERR-14)", () => {
    expect(rows(page, "Acknowledge the page")[0]).toEqual(["Acknowledge the page", "5 min", "the page"]);
    expect(rows(page, "Be at work on it")[0]).toEqual(["Be at work on it", "10 min", "the page"]);
    expect(rows(page, "Full incident report")[0]).toEqual(["Full incident report", "24 h", "the resolution"]);
    const times = rows(page, "First status update").concat(rows(page, "Resolve or escalate"));
    expect(times.map(([, within]) => within)).toEqual(["30 min", "1 h"]);
  });

  it("sorts the alerts of the plan by whom they call", () => {
    expect(rows(page, "critical")[0]?.slice(1)).toEqual([
      "PagerDuty and Slack `#omnihub-alerts`",
      "`HighErrorBudgetBurnRate`, `KillSwitchEnabled`, `ServiceDown`",
    ]);
    expect(rows(page, "info")[0]?.slice(1)).toEqual(["Slack `#alerts-quiet`", "`ErrorBudgetCaution`"]);
  });

  it("announces the daily mail where there is one, and nothing where there is none", () => {
    expect(page).toContain(
      "- Between 08:00 and 08:15 (Europe/Berlin) one mail a day lists what still fires.\n",
    );
    expect(pageCalled("on-call", { stack: "dev" })).not.toContain("mail");
  });

  it("asks five questions at the start of a shift, with the bound of the policy, and three at its end (OMNIHUB-ONCALL-5, OMNIHUB-ONCALL-6)", () => {
    expect(page.match(/^- \[ \] /gm)).toHaveLength(8);
    expect(page).toContain("- [ ] Check the error budgets: is any below 50 %?\n");
  });
});

describe("the page of incidents", () => {
  const page = pageCalled("incidents");

  it("calls the incident commander after 15 minutes, in the table and in the timeline (OMNIHUB-INC-1, OMNIHUB-ERR-15)", () => {
    expect(rows(page, "SEV-1 (Critical)")[0]?.[3]).toBe(
      "Activate an incident commander and call the secondary, within 15 min",
    );
    expect(rows(page, "SEV-2 (Major)")[0]?.slice(2)).toEqual([
      "Alert the on-call",
      "Escalate if not resolved, within 1 h",
    ]);
    expect(rows(page, "SEV-3 (Minor)")[0]?.slice(2)).toEqual([
      "Message in chat",
      "Create a ticket and fix it in the next sprint",
    ]);
    expect(rows(page, "15 min")[0]?.[1]).toBe("SEV-1: incident commander and secondary are active");
  });

  it("has the steps of the document in their order (OMNIHUB-INC-3)", () => {
    const due = page
      .split("\n")
      .map((line) => /^\| ((?:resolution|\d+ (?:min|h))(?: \+ \d+ \w+)?) +\|/.exec(line)?.[1])
      .filter((text) => text !== undefined);
    expect(due).toEqual([
      "0 min",
      "5 min",
      "10 min",
      "15 min",
      "30 min",
      "1 h",
      "resolution",
      "resolution + 1 h",
      "resolution + 24 h",
      "resolution + 7 d",
    ]);
  });

  it("names the three roles and where to talk and write (OMNIHUB-INC-2, OMNIHUB-INC-4)", () => {
    expect(page.match(/^### .*$/gm)).toEqual([
      "### Incident Commander (IC)",
      "### Technical Lead (TL)",
      "### Communications Lead (CL)",
    ]);
    expect(page).toContain("- Talk: `#incidents`\n");
    expect(page).toContain("`docs/incidents/YYYY-MM-DD-<slug>.md`, from the [template](");
  });
});

describe("the incident template", () => {
  const template = pages(WORKFLOWS).get("docs/incidents/_template.md") ?? "";

  it("holds the budgets that an incident may use up", () => {
    expect(rows(template, "Workflow success")[0]).toEqual([
      "Workflow success",
      "28 d",
      "0.5 %",
      "201.6 min",
      "1,000 workflows a day",
      "`<share>`",
    ]);
  });

  it("holds every step of the timeline, with room for when it was done", () => {
    const { timeline } = omnihubOperations.incidents;
    expect(timeline.filter(({ step }) => !template.includes(`| ${step} `))).toEqual([]);
    expect(template.match(/`<time>`/g)).toHaveLength(timeline.length);
  });
});

describe("the pages of a service with only part of these operations", () => {
  const bare: Service = { ...serviceWith({}), operations: {} };
  const UNMEASURED = {
    id: "data-consistency",
    title: "Data consistency",
    objective: "99.99%",
    why: "There is one database",
    needs: "A replica",
    source: "BACKEND-ERR-5",
  } as const;

  function pagesOf(change: Partial<Service>): ReadonlyMap<string, string> {
    const service = { ...bare, ...change };
    return operationsPages({ service, plan: planOf(service, "prod") });
  }

  it("are the objectives alone where nobody wrote anything down", () => {
    const { operations, ...none } = bare;
    expect(operations).toEqual({});
    expect([...operationsPages({ service: none, plan: planOf(none, "prod") }).keys()]).toEqual([
      "docs/services/omnihub/slos.md",
    ]);
  });

  it("have the pairs of the rules without answers, and no link to a page that is not there", () => {
    const page = pagesOf({}).get("docs/services/omnihub/slos.md") ?? "";
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

  it("say which objective nothing measures, why, and what it needs (BACKEND-ERR-5)", () => {
    const page = pagesOf({ unmeasured: [UNMEASURED] }).get("docs/services/omnihub/slos.md") ?? "";
    expect(rows(page, "Data consistency")).toEqual([
      ["Data consistency", "99.99 %", "0.01 %", "There is one database", "A replica", "BACKEND-ERR-5"],
    ]);
    expect(pagesOf({}).get("docs/services/omnihub/slos.md")).not.toContain("Not measured yet");
  });

  it("have the on-call without what the document lacks", () => {
    const page = pagesOf({ operations: { onCall: omnihubOperations.onCall } });
    expect([...page.keys()]).toEqual(["docs/services/omnihub/slos.md", "docs/services/omnihub/on-call.md"]);
    expect(page.get("docs/services/omnihub/on-call.md")).not.toMatch(
      /incidents\.md|toil\.md|#error-budget-policy/,
    );
    expect(page.get("docs/services/omnihub/slos.md")).toContain("[on-call](on-call.md#response)");
  });

  it("have the processes of the document, numbered where their order counts", () => {
    const page = pagesOf({
      operations: {
        processes: [
          { title: "After an incident", kind: "steps", items: ["Write", "Meet"], source: "X-RUN-6" },
          { title: "Caches", intro: "Both hold.", kind: "points", items: ["pip", "npm"], source: "X-CI-3" },
          {
            title: "Jobs",
            kind: "table",
            columns: ["job", "needs"],
            rows: [["e2e", "api"]],
            source: "X-CI-1",
          },
        ],
      },
    }).get("docs/services/omnihub/processes.md");
    expect(page?.split("\n").slice(4)).toEqual([
      "## After an incident",
      "",
      "Source: X-RUN-6.",
      "",
      "1. Write",
      "2. Meet",
      "",
      "## Caches",
      "",
      "Both hold. Source: X-CI-3.",
      "",
      "- pip",
      "- npm",
      "",
      "## Jobs",
      "",
      "Source: X-CI-1.",
      "",
      "| job | needs |",
      "| --- | ----- |",
      "| e2e | api   |",
      "",
    ]);
  });
});

describe("the page of toil", () => {
  it("adds the week up, with five and with seven days (OMNIHUB-TOIL-1..5)", () => {
    const page = pageCalled("toil");
    expect(rows(page, "5 days a week")[0]).toEqual(["5 days a week", "175", "7.3 %"]);
    expect(rows(page, "7 days a week")[0]).toEqual(["7 days a week", "195", "8.1 %"]);
  });

  it("keeps the team's goal apart from the cap (OMNIHUB-TOIL-6, OMNIHUB-ERR-20)", () => {
    expect(pageCalled("toil")).toContain(
      "Below 30 % of a person's week (OMNIHUB-TOIL-6). The most that is called bearable is 50 % (OMNIHUB-ERR-20;",
    );
  });

  it.each([
    ["8.2%", "The inventory alone stays below the goal."],
    ["8.125%", "The inventory alone reaches the goal: automate before anything else."],
  ] as const)("compares the sum with a goal of %s exactly", (target, verdict) => {
    const operations = { toil: { ...omnihubOperations.toil, target } };
    expect(pageCalled("toil", { operations })).toContain(`\n${verdict}\n`);
  });

  it("puts first what takes most of a week", () => {
    const { tasks } = omnihubOperations.toil;
    const page = pageCalled("toil");
    const order = [...tasks].sort((a, b) => page.indexOf(a.task) - page.indexOf(b.task));
    expect(order.map(({ source }) => source.slice(-1))).toEqual(["3", "1", "2", "5", "4"]);
  });
});
