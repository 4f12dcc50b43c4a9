import { ruleTestFiles } from "../../generators/rule-tests/test-files";
import { identityKey } from "../../plan/identity";
import { planOf, servicesOf } from "../support/plan";

describe("the generated rule tests of prod", () => {
  const plan = planOf("prod");
  const text = [...ruleTestFiles(plan, servicesOf("prod")).values()].join("\n");
  const samples = [...new Set(text.match(/^ *- labels: ALERTS\{.*$/gm))];

  it.each(plan.alerts.map((alert) => ({ key: identityKey(alert), alert })))(
    "expect $key to fire, with its labels (X-1)",
    ({ alert }) => {
      const { alertname, category, environment, service, severity, slo, team } = alert;
      const labels = { alertname, alertstate: "firing", category, environment, service, severity, slo, team };
      const parts = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      expect(samples.filter((sample) => parts.every((part) => sample.includes(part)))).not.toEqual([]);
    },
  );

  it("assert something in every case", () => {
    const cases = text.split(/^ {2}- name: /m).slice(1);
    expect(cases.length).toBeGreaterThan(50);
    expect(
      cases.filter((story) => !story.includes("- expr: ")).map((story) => story.split("\n", 1)[0]),
    ).toEqual([]);
  });
});
