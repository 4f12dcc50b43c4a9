import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import Big from "big.js";
import { ALERTS } from "../../plan/names";
import { catalogue } from "../../catalogue";
import type { AlertingRule } from "../../plan/monitoring-plan";
import { budgetMinutes, BUDGET_BOUNDS } from "../../slo/budget";
import { burnPlan } from "../../slo/burn-rate";
import { decimal, errorBudget, exactRatio } from "../../slo/objective";
import { RENDER_COMMAND, serviceDocs } from "../../tools/service-docs";
import { deadLinks } from "../support/links";
import { catalogue as fixture } from "../fixture/catalogue";
import { planOf } from "../support/plan";
import { ROOT } from "../support/stacks";

const pages = serviceDocs(ROOT);
const { services } = catalogue;
const plan = planOf("prod", catalogue);

function read(file: string): string {
  const full = path.join(ROOT, file);
  return existsSync(full) ? readFileSync(full, "utf8") : `there is no ${file}`;
}

function rulesCalled(alertname: string): readonly AlertingRule[] {
  return plan.ruleGroups
    .flatMap(({ rules }) => rules)
    .filter((rule): rule is AlertingRule => rule.kind === "alert" && rule.alert === alertname);
}

/** Minutes to two decimals, with commas between thousands. */
function minutes(value: Big): string {
  return Number(value.toFixed(2)).toLocaleString("en-US");
}

describe("the pages of services", () => {
  it.each([...pages])(`hold in %s what [${RENDER_COMMAND}] writes`, (file, text) => {
    expect(read(file)).toBe(text);
  });

  it("are all that lies in docs/services", () => {
    const files = readdirSync(path.join(ROOT, "docs/services"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
    expect(files.sort()).toEqual(["docs/services/README.md", ...pages.keys()]);
  });

  it.each([...pages])("link in %s to what is there", (file, text) => {
    expect(deadLinks(file, text)).toEqual([]);
  });

  it("are plain text without characters that get damaged on the way", () => {
    expect([...pages].filter(([, text]) => /[^\n -~]/.test(text)).map(([file]) => file)).toEqual([]);
  });

  it.each(services)("name every alert of $id as often as the plan has it", ({ id }) => {
    const page = pages.get(`docs/services/${id}/slos.md`) ?? "";
    const listed = [
      ...page.matchAll(
        /^\| `([A-Z]\w+)` .*\]\((?:\.\.\/\.\.\/\.\.\/services\/[\w-]+\/runbooks\/|https:\/\/runbooks)/gm,
      ),
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
  ])("about $alert is the number in the rule", ({ alert, bound }) => {
    const rules = rulesCalled(alert);
    expect(rules).toHaveLength(plan.slos.length);
    for (const { expr, annotations } of rules) {
      expect(expr).toContain(`< ${decimal(exactRatio(bound))}\n`);
      expect(annotations["summary"]).toContain("{{ $value | humanizePercentage }} of its budget left");
    }
  });

  // Those of the tests' services are there when no service of ours has a policy.
  const policies = [catalogue, fixture].flatMap((of) =>
    of.services.flatMap(({ id, budgetPolicy = [] }) =>
      budgetPolicy.map((state) => ({ ...planOf("prod", of), service: id, ...state })),
    ),
  );

  it.each(policies)("about $name is the bound at which an alert announces it", (state) => {
    const announced = Object.values(BUDGET_BOUNDS).includes(state.to as (typeof BUDGET_BOUNDS)["low"]);
    const said = state.ruleGroups
      .flatMap(({ rules }) => rules)
      .filter((rule): rule is AlertingRule => rule.kind === "alert")
      .filter(({ labels }) => labels["service"] === state.service)
      .filter(({ annotations }) => annotations["description"]?.includes(` ${state.name}: ${state.action}.`));
    const slos = state.slos.filter(({ service }) => service === state.service);
    expect(said).toHaveLength(announced ? slos.length : 0);
    for (const { expr } of said) {
      expect(expr).toContain(`< ${decimal(exactRatio(state.to))}\n`);
    }
  });
});
