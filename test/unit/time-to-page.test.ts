import { burnPlan, type Period } from "../../slo/burn-rate";
import type { Duration } from "../../slo/duration";
import { GUARDS } from "../../slo/guard";
import { errorBudget, type Percent } from "../../slo/objective";
import { spanSays, timeSays } from "../../plan/page-times";
import { leastPagingObjective, timesToPage, type PageRules } from "../../slo/time-to-page";

const rules = (objective: Percent, window: Period = "28d", change: Partial<PageRules> = {}): PageRules => ({
  burn: burnPlan(window, "30s"),
  budget: errorBudget(objective),
  interval: "30s",
  guard: GUARDS.strict,
  waits: "10s",
  ...change,
});
const said = (of: PageRules): readonly string[] => timesToPage(of).map((time) => timeSays(time, of));

describe("the time to page", () => {
  it.each<readonly [Percent, Period, readonly string[]]>([
    [
      "99.9%",
      "28d",
      [
        "3 h 24 min (5.1 % of the budget)",
        "40 min 10 s (2 % of the budget)",
        "16 min 10 s (2 % of the budget)",
        "8 min 10 s (2 % of the budget)",
        "1 min 10 s (2.9 % of the budget)",
      ],
    ],
    [
      "99%",
      "28d",
      [
        "never (99.83 % would)",
        "never (99.65 % would)",
        "never (99.11 % would)",
        "3 h 24 min (5.1 % of the budget)",
        "8 min 10 s (2 % of the budget)",
      ],
    ],
    [
      "80%",
      "28d",
      [
        "never (99.83 % would)",
        "never (99.65 % would)",
        "never (99.11 % would)",
        "never (98.22 % would)",
        "never (82.15 % would)",
      ],
    ],
  ])("of %s over %s", (objective, window, times) => {
    expect(said(rules(objective, window))).toEqual(times);
  });

  it("is that of the guard where requests are few, and none where they are too few", () => {
    const few = (perHour: number): PageRules =>
      rules("99.9%", "28d", { eventsPerHour: errorBudget("0%").times(perHour) });
    expect(said(few(60)).at(-1)).toBe("3 min 40 s (9.1 % of the budget)");
    expect(said(few(1)).at(-1)).toMatch(/^\d+ h/);
    expect(timesToPage(few(0.1))).toEqual([1, 2, 5, 10, 100].map((percent) => ({ percent })));
  });

  it("is never below the least bad time of an SLI of time", () => {
    const least = (minimum: Duration): readonly string[] => said(rules("99.9%", "28d", { minimum }));
    expect(least("5m").at(-1)).toBe("5 min 10 s (12.8 % of the budget)");
  });

  it("grows no longer with more errors, and no shorter with a lower objective", () => {
    const objectives: readonly Percent[] = ["99.99%", "99.9%", "99.5%", "99%", "95%", "90%"];
    const after = objectives.map((objective) =>
      timesToPage(rules(objective)).map((time) => time.after ?? Number.POSITIVE_INFINITY),
    );
    for (const times of after) {
      expect(times).toEqual(times.toSorted((a, b) => b - a));
    }
    for (const [index, percent] of [1, 2, 5, 10, 100].entries()) {
      const column = after.map((times) => times[index] ?? 0);
      expect([percent, column]).toEqual([percent, column.toSorted((a, b) => a - b)]);
    }
  });

  it("names an objective that pages, where the next lower one would not", () => {
    for (const percent of [1, 2, 5, 10, 100]) {
      const least = leastPagingObjective(rules("99.9%"), percent);
      const pages = (objective: string): boolean =>
        timesToPage(rules(`${Number(objective)}%`)).some(
          (time) => time.percent === percent && time.after !== undefined,
        );
      expect([pages(least.toFixed()), pages(least.minus("0.01").toFixed())]).toEqual([true, false]);
    }
  });
});

it.each([
  [0, "0 s"],
  [59_600, "1 min"],
  [61_000, "1 min 1 s"],
  [3_600_000, "1 h"],
  [12_250_000, "3 h 24 min"],
])("%d milliseconds are %s", (ms, text) => {
  expect(spanSays(ms)).toBe(text);
});
