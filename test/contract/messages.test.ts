import { catalogue } from "../../catalogue";
import type { AlertingRule } from "../../plan/monitoring-plan";
import { LONGEST } from "../../receivers/template";
import { planOf } from "../support/plan";
import { STACKS } from "../support/stacks";

/** As long as values get. */
const VALUES: Readonly<Record<string, string>> = {
  humanize: "123.4k",
  humanizeDuration: "12d 3h 4m 5s",
  humanizePercentage: "99.99%",
};

function spoken(text: string): string {
  return text.replaceAll(/\{\{ \$value \| (\w+) \}\}/g, (action, name: string) => VALUES[name] ?? action);
}

describe.each(STACKS)("the messages of %s", (stack) => {
  const plan = planOf(stack, catalogue);
  const { name, cluster } = plan.environment;
  const where = cluster.startsWith(name) ? cluster : `${name} ${cluster}`;
  const rules = plan.ruleGroups
    .flatMap((group) => group.rules)
    .filter((rule): rule is AlertingRule => rule.kind === "alert");

  it("have titles that a telephone shows whole, with how bad it is", () => {
    const titles = rules.map(({ labels, annotations }) => {
      const budget = annotations["budget_left"] === undefined ? "" : ", budget gone in 99.9 h";
      return `${where} ${labels["service"] ?? ""}: ${spoken(annotations["summary"] ?? "")}${budget}`;
    });
    expect(titles.filter((title) => title.includes("{{") || title.length > LONGEST.title)).toEqual([]);
  });

  it("say no constant of a rule before what to do", () => {
    const said = rules.map(({ annotations }) => annotations["description"] ?? "");
    expect(said.filter((text) => text.includes("times the sustainable rate"))).toEqual([]);
  });
});
