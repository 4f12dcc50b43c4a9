import Big from "big.js";
import fc from "fast-check";
import { GUARDS, guardThreshold } from "../../slo/guard";
import { decimal } from "../../slo/objective";

describe("the guard of a page", () => {
  it.each([
    ["strict", "250", "0.001", "4.5"],
    ["fast", "250", "0.001", "2.75"],
    ["strict", "0", "0.001", "2.25"],
    ["fast", "0", "0.001", "1"],
    ["strict", "1000", "0.1", "142.25"],
    ["fast", "40000", "0.01", "461"],
  ] as const)(
    "that is %s asks at %s requests and a budget of %s for more than %s errors",
    (profile, requests, budget, errors) => {
      expect(decimal(guardThreshold(GUARDS[profile], new Big(requests), new Big(budget)))).toBe(errors);
    },
  );

  it("asks for more errors as requests grow, and strict for more than fast, but never for less than expected", () => {
    const budgets = fc.integer({ min: 1, max: 99_999 }).map((value) => new Big(value).div(100_000));
    const counts = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(counts, counts, budgets, (one, other, budget) => {
        const [few, many] = [new Big(Math.min(one, other)), new Big(Math.max(one, other))];
        const strict = guardThreshold(GUARDS.strict, many, budget);
        expect(strict.gte(guardThreshold(GUARDS.strict, few, budget))).toBe(true);
        expect(strict.gte(guardThreshold(GUARDS.fast, many, budget).plus(1))).toBe(true);
        expect(strict.gte(many.times(budget).plus(2))).toBe(true);
      }),
    );
  });

  it("never lets one or two errors page by itself when it is strict", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (requests) => {
        expect(guardThreshold(GUARDS.strict, new Big(requests), new Big("0.001")).gte(2)).toBe(true);
      }),
    );
  });
});
