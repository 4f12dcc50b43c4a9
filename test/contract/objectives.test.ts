import { catalogue } from "../../catalogue";
import { ALERTS } from "../../plan/names";
import { panelsOf } from "../support/dashboards";
import { planOf } from "../support/plan";
import { STACKS } from "../support/stacks";

describe.each(STACKS)("the objectives of %s", (stack) => {
  const plan = planOf(stack, catalogue);

  it.each(plan.slos.map((slo) => ({ id: slo.id, slo })))(
    "give $id a page or warning, a ticket, budget rules, a rule for missing data and panels",
    ({ slo }) => {
      const own = plan.alerts.filter(({ service, slo: of }) => service === slo.service && of === slo.slo);
      const severity = (name: string): readonly string[] =>
        own.filter(({ alertname }) => alertname === name).map((alert) => alert.severity);
      expect(severity(ALERTS.burn)).toEqual([slo.response === "page" ? "critical" : "warning"]);
      expect(severity(ALERTS.ticket)).toEqual(["warning"]);
      expect(severity(ALERTS.budgetCaution)).toEqual(["info"]);
      expect(severity(ALERTS.budget)).toEqual(["warning"]);
      expect(severity(ALERTS.budgetExhausting)).toEqual(["warning"]);
      expect(severity(ALERTS.dataMissing)).toEqual(["warning"]);
      const rows = plan.dashboards
        .flatMap((dashboard) => dashboard.rows)
        .filter(({ title }) => title.startsWith(`${slo.title}: `));
      expect(rows).toHaveLength(1);
      const shown = plan.dashboards
        .flatMap(panelsOf)
        .filter(({ targets = [] }) => targets.some(({ expr }) => expr.includes(`slo_id="${slo.id}"`)));
      expect(shown.length).toBeGreaterThanOrEqual(4);
    },
  );
});
