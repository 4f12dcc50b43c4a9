import Big from "big.js";
import fc from "fast-check";
import {
  burnFactor,
  burnPlan,
  burnThreshold,
  hoursToExhaustion,
  isReachable,
  PERIODS,
} from "../../slo/burn-rate";
import { milliseconds, ratioOf } from "../../slo/duration";
import { decimal, errorBudget, type Percent } from "../../slo/objective";

/** Objectives with up to six decimals, between 0 % and 100 %. */
const objectives = fc.integer({ min: 1, max: 99_999_999 }).map((millionths): Percent => {
  const percent = new Big(millionths).div(1_000_000).toFixed();
  return `${percent}%` as Percent;
});

const periods = fc.constantFrom(...PERIODS);

describe("the burn plan of a period", () => {
  it.each([
    ["7d", ["13.44", "5.6", "2.8", "0.9333"]],
    ["28d", ["13.44", "5.6", "2.8", "0.9333"]],
    ["30d", ["14.4", "6", "3", "1"]],
    ["90d", ["43.2", "18", "3", "1"]],
  ] as const)("of %s has the factors %j", (period, factors) => {
    expect(burnPlan(period, "30s").windows.map((window) => decimal(window.factor))).toEqual(factors);
  });

  it.each([
    [
      "7d",
      [
        ["15m", "2m"],
        ["90m", "450s"],
        ["6h", "30m"],
        ["18h", "90m"],
      ],
    ],
    [
      "28d",
      [
        ["1h", "5m"],
        ["6h", "30m"],
        ["1d", "2h"],
        ["3d", "6h"],
      ],
    ],
    [
      "30d",
      [
        ["1h", "5m"],
        ["6h", "30m"],
        ["1d", "2h"],
        ["3d", "6h"],
      ],
    ],
    [
      "90d",
      [
        ["1h", "5m"],
        ["6h", "30m"],
        ["3d", "2h"],
        ["9d", "6h"],
      ],
    ],
  ] as const)("of %s looks at the pairs %j", (period, pairs) => {
    expect(burnPlan(period, "30s").windows.map((window) => [window.long, window.short])).toEqual(pairs);
  });

  it.each([
    ["7d", "30s", "2m", "150s", "5m"],
    ["7d", "15s", "75s", "150s", "5m"],
    ["28d", "30s", "5m", "10m", "5m"],
    ["28d", "2m", "8m", "10m", "5m"],
    ["90d", "30s", "5m", "10m", "15m"],
  ] as const)(
    "of %s scraped every %s has the base %s, lets go after %s and is sampled every %s",
    (period, interval, base, recovery, sampling) => {
      const plan = burnPlan(period, interval);
      expect([plan.base, plan.recovery, plan.sampling]).toEqual([base, recovery, sampling]);
    },
  );

  it("pages twice and writes tickets twice", () => {
    expect(burnPlan("28d", "30s").windows.map((window) => [window.id, window.response])).toEqual([
      ["page-fast", "page"],
      ["page-slow", "page"],
      ["ticket-fast", "ticket"],
      ["ticket-slow", "ticket"],
    ]);
  });

  it("holds four scrapes in every short window, for any period and interval", () => {
    fc.assert(
      fc.property(periods, fc.integer({ min: 1, max: 300 }), (period, seconds) => {
        const plan = burnPlan(period, `${seconds}s`);
        const shortest = Math.min(
          ...[plan.base, plan.recovery, ...plan.windows.map((window) => window.short)].map(milliseconds),
        );
        expect(shortest).toBeGreaterThanOrEqual(4 * seconds * 1_000);
      }),
    );
  });

  it.each(PERIODS)("of %s uses the fraction that it names, to four decimals of its factor", (period) => {
    for (const window of burnPlan(period, "30s").windows) {
      const used = window.factor.times(milliseconds(window.long)).div(milliseconds(period));
      const error = used.minus(window.budgetFraction).abs();
      expect(error.lte(new Big("0.00005").times(ratioOf(window.long, period)))).toBe(true);
    }
  });
});

describe("a burn factor", () => {
  it.each([
    ["0.02", "28d", "1h", "13.44"],
    ["0.05", "28d", "6h", "5.6"],
    ["0.1", "28d", "1d", "2.8"],
    ["0.1", "28d", "3d", "0.9333"],
    ["0.02", "30d", "1h", "14.4"],
  ] as const)("for %s of the budget of %s in %s is %s", (fraction, period, long, factor) => {
    expect(decimal(burnFactor(fraction, period, long))).toBe(factor);
  });
});

describe("the time until the budget is used up", () => {
  it.each([
    ["28d", "13.44", "50"],
    ["28d", "5.6", "120"],
    ["28d", "1", "672"],
    ["30d", "14.4", "50"],
    ["30d", "6", "120"],
  ] as const)("over %s at %s times the sustainable rate is %s hours", (period, burn, hours) => {
    expect(decimal(hoursToExhaustion(period, new Big(burn)))).toBe(hours);
  });
});

describe("a burn threshold", () => {
  it.each([
    ["99.9%", "13.44", "0.01344"],
    ["99.9%", "0.9333", "0.0009333"],
    ["99.9%", "14.4", "0.0144"],
    ["95%", "13.44", "0.672"],
    ["99.99%", "5.6", "0.00056"],
  ] as const)("of %s at %s is %s", (objective, factor, threshold) => {
    expect(decimal(burnThreshold(new Big(factor), errorBudget(objective)))).toBe(threshold);
  });

  it.each([
    ["92.5%", "13.44", false],
    ["92.6%", "13.44", true],
    ["93.05%", "14.4", false],
    ["93.06%", "14.4", true],
    ["50%", "2", false],
  ] as const)("of %s at %s can be crossed: %s", (objective, factor, reachable) => {
    expect(isReachable(new Big(factor), errorBudget(objective))).toBe(reachable);
  });

  it("is printed so that it reads back exactly, without an exponent", () => {
    fc.assert(
      fc.property(objectives, periods, (objective, period) => {
        const budget = errorBudget(objective);
        for (const { factor } of burnPlan(period, "30s").windows) {
          const threshold = burnThreshold(factor, budget);
          expect(decimal(threshold)).toMatch(/^\d+(?:\.\d*[1-9])?$/);
          expect(new Big(decimal(threshold)).eq(threshold)).toBe(true);
        }
      }),
    );
  });

  it("falls from pair to pair, and as the objective rises", () => {
    fc.assert(
      fc.property(objectives, objectives, periods, (one, other, period) => {
        const { windows } = burnPlan(period, "30s");
        const thresholds = (objective: Percent): Big[] =>
          windows.map(({ factor }) => burnThreshold(factor, errorBudget(objective)));
        const [easy, hard] = errorBudget(one).gte(errorBudget(other)) ? [one, other] : [other, one];
        const ofHard = thresholds(hard);
        thresholds(easy).forEach((threshold, index, all) => {
          expect(threshold.gte(ofHard[index] ?? 0)).toBe(true);
          expect(index === 0 || threshold.lt(all[index - 1] ?? 0)).toBe(true);
        });
      }),
    );
  });
});
