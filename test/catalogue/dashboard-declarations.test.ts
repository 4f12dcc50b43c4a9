import { orders } from "../fixture/services/orders";
import { databaseUp, operatorActions, workflows } from "../fixture/services/orders/telemetry";
import type { Dashboard, Panel, PanelValue } from "../../slo/dashboard";
import type { Problem } from "../../slo/problem";
import { validateServices } from "../../slo/validation/services";
import { where, type Counter } from "../../slo/telemetry";

const level: PanelValue = { kind: "level", gauge: databaseUp, of: "max" };

function panel(value: PanelValue, change: Partial<Panel> = {}): Panel {
  return {
    id: "drawn",
    title: "Drawn",
    description: "Something.",
    unit: "count",
    draw: "graph",
    values: [{ name: "value", value }],
    ...change,
  };
}

function dashboard(...[first = panel(level), ...more]: readonly Panel[]): Dashboard {
  return {
    uid: "orders-more",
    title: "More",
    description: "More of it.",
    rows: [{ id: "row", title: "Row", panels: [first, ...more] }],
  };
}

function problems(...panels: readonly Panel[]): readonly Problem[] {
  const changed = { ...orders, dashboards: [dashboard(...panels)] };
  return validateServices([changed], ["dev", "prod", "staging"]);
}

const PLACE = "services.orders.dashboards.orders-more.drawn";
const strange: Counter = { ...workflows, name: "strange_total" };

describe("a panel that a service declares", () => {
  it.each<readonly [string, PanelValue, Pick<Problem, "code" | "path">]>([
    [
      "a metric that the contract does not have",
      { kind: "rate", per: "second", counter: strange, window: "5m" },
      { code: "metric-undeclared", path: `${PLACE}.counter` },
    ],
    [
      "the same in a whole",
      {
        kind: "counter-share",
        part: { counter: workflows },
        whole: [{ counter: workflows }, { counter: strange }],
        of: "together",
        window: "5m",
      },
      { code: "metric-undeclared", path: `${PLACE}.whole` },
    ],
    [
      "a value that the label does not have",
      {
        kind: "increase",
        counter: workflows,
        where: where(workflows, { status: "lost" }),
        window: "1h",
      },
      { code: "label-value-undeclared", path: `${PLACE}.counter` },
    ],
    [
      "a label that the metric does not have",
      { kind: "increase", counter: operatorActions, window: "1d", by: ["operator"] },
      { code: "label-undeclared", path: `${PLACE}.by` },
    ],
    [
      "a window that is no duration",
      { kind: "increase", counter: workflows, window: "1.5h" as "1h" },
      { code: "duration-invalid", path: `${PLACE}.window` },
    ],
    [
      "an SLO that the service does not have",
      { kind: "slo-success", slo: "workflows" },
      { code: "slo-undeclared", path: PLACE },
    ],
    [
      "a job that the contract does not have",
      { kind: "targets-up", job: { ...databaseUp.job, name: "somebody" } },
      { code: "metric-undeclared", path: `${PLACE}.job` },
    ],
  ])("is refused with %s", (_, value, problem) => {
    expect(problems(panel(value))).toEqual([expect.objectContaining(problem)]);
  });

  it("is refused beside another of the same id, and with a target that is no number", () => {
    expect(problems(panel(level), panel(level))).toEqual([
      expect.objectContaining({ code: "identifier-invalid", message: "[drawn] is there twice" }),
    ]);
    expect(problems(panel(level, { target: { good: "below", target: "50%" } }))).toEqual([
      expect.objectContaining({ code: "event-value-invalid", path: `${PLACE}.target` }),
    ]);
  });

  it("is looked at in the rows of the SLO dashboard, too", () => {
    const { rows } = dashboard(panel({ kind: "slo-success", slo: "workflows" }));
    expect(validateServices([{ ...orders, sloRows: rows }], ["dev", "prod", "staging"])).toEqual([
      expect.objectContaining({ code: "slo-undeclared", path: "services.orders.sloRows.drawn" }),
    ]);
  });

  it("is taken as it should be", () => {
    expect(problems(panel(level))).toEqual([]);
  });
});
