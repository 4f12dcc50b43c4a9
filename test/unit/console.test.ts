import { pathsOf } from "../../backends/alertmanager/routes";
import { legend, percent, spanText, withUnit } from "../../console/units";
import { clausesOf } from "../../lab/console/clauses";
import { is, type Route } from "../../plan/routing";

describe("a rule as a tree of conditions", () => {
  const unscaled = (expr: string): string => expr;

  it("has the two sides of each comparison, and lists what is joined alike", () => {
    expect(
      clausesOf('(a{x="1"} / b > 13 * 0.001 and c >= 2 * sqrt(d) and e < 1) or f == 0', unscaled),
    ).toEqual({
      op: "or",
      parts: [
        {
          op: "and",
          parts: [
            {
              op: "is",
              text: 'a{x="1"} / b > 13 * 0.001',
              whole: 'a{x="1"} / b > 13 * 0.001',
              compared: { left: 'a{x="1"} / b', sign: ">", right: "13 * 0.001" },
            },
            expect.objectContaining({ compared: { left: "c", sign: ">=", right: "2 * sqrt(d)" } }),
            expect.objectContaining({ compared: { left: "e", sign: "<", right: "1" } }),
          ],
        },
        expect.objectContaining({ compared: { left: "f", sign: "==", right: "0" } }),
      ],
    });
  });

  it("keeps the order of a difference, modifiers of joins out of its parts, and what compares nothing whole", () => {
    expect(clausesOf("a unless (b unless on (x) c)", unscaled)).toEqual({
      op: "unless",
      parts: [
        { op: "is", text: "a", whole: "a" },
        {
          op: "unless",
          parts: [
            { op: "is", text: "b", whole: "b" },
            { op: "is", text: "c", whole: "c" },
          ],
        },
      ],
    });
    expect(clausesOf("absent(a)", unscaled)).toEqual({ op: "is", text: "absent(a)", whole: "absent(a)" });
  });

  it("shows production's text and asks on the lab's clock", () => {
    const clause = clausesOf("rate(a[5m]) > 1", (expr) => expr.replace("5m", "30s"));
    expect(clause).toEqual({
      op: "is",
      text: "rate(a[5m]) > 1",
      whole: "rate(a[30s]) > 1",
      compared: { left: "rate(a[30s])", sign: ">", right: "1" },
    });
  });
});

describe("the way of an alert through the tree of routes", () => {
  const leaf = (receiver: string, value: string, more: Partial<Route> = {}): Route => ({
    receiver,
    matchers: [is("severity", value)],
    routes: [],
    ...more,
  });

  it("is told by the place of each route among those beside it, with whom it inherits", () => {
    const routes = [
      leaf("digest", "critical", { continue: true }),
      leaf("chat", "warning"),
      leaf("page", "critical", { routes: [{ matchers: [is("team", "a")], routes: [] }] }),
    ];
    const root = { receiver: "all", matchers: [], routes };
    expect(pathsOf(root, { severity: "critical", team: "a" })).toEqual([
      { places: [0], receiver: "digest" },
      { places: [2, 0], receiver: "page" },
    ]);
    expect(pathsOf(root, { severity: "info" })).toEqual([{ places: [], receiver: "all" }]);
  });
});

describe("values", () => {
  it.each([
    [0.00042, "s", undefined, "420 µs"],
    [0.12, "s", undefined, "120 ms"],
    [930, "s", undefined, "15.5 min"],
    [0.99923, "percentunit", 3, "99.923%"],
    [1, "bool_on_off", undefined, "On"],
    [13.44, "suffix:x", 2, "13.44x"],
    [12_345, "short", undefined, "12.3 K"],
    [1_536, "bytes", undefined, "1.5 KiB"],
    [3, "cps", undefined, "3 c/s"],
    [NaN, "short", undefined, "no value"],
  ] as const)("of %d in %s have the look that Grafana gives them", (value, unit, decimals, text) => {
    expect(withUnit(value, unit, decimals)).toBe(text);
  });

  it("tell nearly all from all, and time in one unit", () => {
    expect([percent(1), percent(0.9999), percent(0.5)]).toEqual(["100 %", "99.990 %", "50.0 %"]);
    expect([90_000, 3 * 3_600_000, 2.1 * 86_400_000].map(spanText)).toEqual(["1.5 min", "3 h", "2.1 d"]);
  });

  it("have names from their labels", () => {
    expect(legend("{{ slo_id }} of {{team}}", { slo_id: "a", team: "b" })).toBe("a of b");
    expect(legend("", { __name__: "up", job: "a" })).toBe('up{job="a"}');
  });
});
