import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import Big from "big.js";
import { CORRECTIONS_PAGE } from "../../generators/operations/corrections-page";
import { ALERTS } from "../../plan/names";
import type { AlertingRule } from "../../plan/monitoring-plan";
import { services } from "../../services";
import { omnihub } from "../../services/omnihub";
import { omnihubOperations } from "../../services/omnihub/operations";
import { budgetMinutes, BUDGET_BOUNDS } from "../../slo/budget";
import { burnPlan, hoursToExhaustion } from "../../slo/burn-rate";
import { decimal, errorBudget, exactRatio } from "../../slo/objective";
import { RENDER_COMMAND, serviceDocs } from "../../tools/service-docs";
import { planOf } from "../support/plan";
import { ROOT } from "../support/stacks";

const pages = serviceDocs(ROOT);
const plan = planOf("prod");

function read(file: string): string {
  const full = path.join(ROOT, file);
  return existsSync(full) ? readFileSync(full, "utf8") : `there is no ${file}`;
}

function rulesCalled(alertname: string): readonly AlertingRule[] {
  return plan.ruleGroups
    .flatMap(({ rules }) => rules)
    .filter((rule): rule is AlertingRule => rule.kind === "alert" && rule.alert === alertname);
}

/** How long the budget lasts at the document's rates and at those of the rules, but for the slowest. */
const HOURS = Object.values(omnihubOperations.burnAnswers)
  .map(({ stated }) => new Big(stated))
  .concat(burnPlan("28d", "30s").windows.map(({ factor }) => factor))
  .filter((rate) => rate.gt(1))
  .map((rate) => `${decimal(hoursToExhaustion("28d", rate).round(1))} h`);

/** Minutes to two decimals, with commas between thousands. */
function minutes(value: Big): string {
  return Number(value.toFixed(2)).toLocaleString("en-US");
}

/** What a heading is called in an address. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
}

/** Links of a page to files of this repository that are not there, or lack the heading. */
function deadLinks(file: string, text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? "");
  return links
    .filter((link) => !link.includes("://"))
    .filter((link) => {
      const [target = "", heading] = link.split("#");
      const full = path.join(ROOT, path.dirname(file), target);
      if (!existsSync(full)) {
        return true;
      }
      const headings = [...readFileSync(full, "utf8").matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
      return heading !== undefined && !headings.map(anchor).includes(heading);
    });
}

describe("the pages of services", () => {
  it.each([...pages])(`hold in %s what [${RENDER_COMMAND}] writes`, (file, text) => {
    expect(read(file)).toBe(text);
  });

  it("are all that lies in docs/services", () => {
    const files = readdirSync(path.join(ROOT, "docs/services"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
    expect(files.sort()).toEqual([...pages.keys()].filter((file) => file.startsWith("docs/services/")));
  });

  it.each([...pages])("link in %s to what is there", (file, text) => {
    expect(deadLinks(file, text)).toEqual([]);
  });

  it("are plain text without characters that get damaged on the way (OMNIHUB-ERR-21)", () => {
    expect([...pages].filter(([, text]) => /[^\n -~]/.test(text)).map(([file]) => file)).toEqual([]);
  });

  it.each(services)("name every alert of $id as often as the plan has it", ({ id }) => {
    const page = pages.get(`docs/services/${id}/slos.md`) ?? "";
    const listed = [
      ...page.matchAll(/^\| `([A-Z]\w+)` .*\]\((?:\.\.\/\.\.\/\.\.\/runbooks\/|https:\/\/runbooks)/gm),
    ].map((match) => match[1]);
    const planned = plan.alerts.filter(({ service }) => service === id);
    expect(planned.length).toBeGreaterThan(0);
    expect(listed.sort()).toEqual(planned.map(({ alertname }) => alertname).sort());
  });

  it.each(services)("name every objective of $id, also those that nothing measures", (service) => {
    const page = pages.get(`docs/services/${service.id}/slos.md`) ?? "";
    const [measured = "", unmeasured = ""] = page.split("## Not measured yet\n");
    const rowOf = (text: string, name: string): boolean => text.includes(`\n| ${name} `);
    expect(service.slos.filter(({ title }) => !rowOf(measured, title))).toEqual([]);
    expect((service.unmeasured ?? []).filter(({ title }) => !rowOf(unmeasured, title))).toEqual([]);
  });
});

describe("a number on a page", () => {
  const declared = plan.slos.filter(({ service }) => services.some(({ id }) => id === service));

  it.each(declared.map((slo) => ({ id: slo.id, slo })))(
    "about the burn of $id is the number in a rule",
    ({ slo }) => {
      const page = pages.get(`docs/services/${slo.service}/slos.md`) ?? "";
      const exprs = [ALERTS.burn, ALERTS.ticket]
        .flatMap(rulesCalled)
        .filter(({ labels }) => labels["service"] === slo.service && labels["slo"] === slo.slo)
        .map(({ expr }) => expr)
        .join("\n");
      for (const { factor, id } of burnPlan(slo.window, plan.scrape.interval).windows) {
        expect(exprs).toContain(`> ${decimal(factor)} * ${decimal(errorBudget(slo.objective))}`);
        expect(page).toMatch(new RegExp(`^\\| ${id} +\\| [^|]+\\| ${decimal(factor)} +\\|`, "m"));
      }
      const [row = ""] = page.split("\n").filter((line) => line.startsWith(`| ${slo.title} `));
      expect(row).toContain(` ${minutes(budgetMinutes(slo.window, slo.objective))} min `);
    },
  );

  it.each([
    { alert: ALERTS.budgetCaution, bound: BUDGET_BOUNDS.caution },
    { alert: ALERTS.budget, bound: BUDGET_BOUNDS.low },
    { alert: ALERTS.budgetExhausting, bound: BUDGET_BOUNDS.exhausting },
  ])("about $alert is the number in the rule and in its text", ({ alert, bound }) => {
    const rules = rulesCalled(alert);
    expect(rules).toHaveLength(plan.slos.length);
    for (const { expr, annotations } of rules) {
      expect(expr).toContain(`< ${decimal(exactRatio(bound))}\n`);
      expect(annotations["summary"]).toContain(`less than ${bound} of its error budget`);
    }
  });

  const policies = services.flatMap(({ id, operations }) =>
    (operations?.budgetPolicy ?? []).map((state) => ({ service: id, ...state })),
  );

  it.each(policies)("about $source is the bound at which an alert announces it", (state) => {
    const announced = Object.values(BUDGET_BOUNDS).includes(state.to as (typeof BUDGET_BOUNDS)["low"]);
    const said = plan.ruleGroups
      .flatMap(({ rules }) => rules)
      .filter((rule): rule is AlertingRule => rule.kind === "alert")
      .filter(({ labels }) => labels["service"] === state.service)
      .filter(({ annotations }) => annotations["description"]?.includes(` ${state.name}: ${state.action}.`));
    const slos = plan.slos.filter(({ service }) => service === state.service);
    expect(said).toHaveLength(announced ? slos.length : 0);
    for (const { expr } of said) {
      expect(expr).toContain(`< ${decimal(exactRatio(state.to))}\n`);
    }
  });

  it.each(omnihubOperations.budgetPolicy)(
    "about $source is the number in the runbook of the low budget",
    ({ source, from, to }) => {
      const row = read("runbooks/omnihub/low-error-budget.md")
        .split("\n")
        .find((line) => line.startsWith("| ") && line.includes(source));
      const numbers = [...(row?.split("|")[1] ?? "").replace(source, "").matchAll(/\d+/g)].map(
        ([digits]) => `${digits}%`,
      );
      const bounds = [from, to].filter((bound) => bound !== "0%" && bound !== "100%");
      expect(numbers).toEqual(bounds);
    },
  );
});

describe("the corrections to the documents", () => {
  const corrections = omnihub.corrections ?? [];

  it("are 24 for OmniHub", () => {
    expect(corrections.map(({ id }) => Number(id.replace("OMNIHUB-ERR-", ""))).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 24 }, (_, index) => index + 1),
    );
  });

  it("are on the page with what was said, what is built and why, under the title of the document", () => {
    const [, section] = (pages.get(CORRECTIONS_PAGE) ?? "").split(`## ${omnihub.document ?? ""}\n`);
    const rows = (section ?? "").split("\n").map((line) => line.replace(/ +/g, " "));
    expect(corrections).toHaveLength(24);
    expect(
      corrections.filter(
        ({ id, says, built, why }) => !rows.includes(`| ${id} | ${says} | ${built} | ${why} |`),
      ),
    ).toEqual([]);
  });

  it.each([
    ["OMNIHUB-ERR-1", HOURS],
    ["OMNIHUB-ERR-3", burnPlan("28d", "30s").windows.map(({ factor }) => decimal(factor))],
    [
      "OMNIHUB-ERR-4",
      (["99.9%", "99.95%"] as const).map((promise) => decimal(budgetMinutes("28d", promise))),
    ],
    ["OMNIHUB-ERR-5", ["140 of 28,000", "280 of 28,000"]],
  ])("give for %s the numbers that are computed", (id, numbers) => {
    const built = corrections.find((correction) => correction.id === id)?.built ?? "";
    expect(numbers.filter((number) => !built.includes(number))).toEqual([]);
  });
});
