import Big from "big.js";
import fc from "fast-check";
import { decimal, errorBudget, exactRatio, ratioOfPercent, type Percent } from "../../slo/objective";

describe("a percentage", () => {
  it.each([
    ["99.9%", "0.999"],
    ["95%", "0.95"],
    ["100%", "1"],
    ["0%", "0"],
    ["99.999999%", "0.99999999"],
    ["007%", "0.07"],
  ] as const)("written %s is the exact ratio %s", (percent, ratio) => {
    expect(decimal(exactRatio(percent))).toBe(ratio);
  });

  it.each(["99.9", "99,9%", "-1%", "99.%", ".5%", "99.9999999%", "1e1%", " 99%", "99% ", "1000%", "%", ""])(
    "is not what [%s] is",
    (text) => {
      expect(ratioOfPercent(text)).toBeUndefined();
    },
  );

  it("that is none and was not validated is refused with the text", () => {
    expect(() => exactRatio("1e1%")).toThrow(new RangeError("[1e1%] is not a percentage such as 99.9%"));
  });
});

describe("the error budget", () => {
  it.each([
    ["99.9%", "0.001"],
    ["95%", "0.05"],
    ["99.99%", "0.0001"],
    ["99.999999%", "0.00000001"],
    ["92.5%", "0.075"],
  ] as const)("of %s is %s", (objective, budget) => {
    expect(decimal(errorBudget(objective))).toBe(budget);
  });

  it("and the objective make one, for every objective", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), (millionths) => {
        const percent = `${new Big(millionths).div(1_000_000).toFixed()}%` as Percent;
        const budget = errorBudget(percent);
        expect(decimal(budget.plus(exactRatio(percent)))).toBe("1");
        expect(decimal(new Big(decimal(budget)))).toBe(decimal(budget));
      }),
    );
  });
});

describe("a printed decimal", () => {
  it.each([
    ["1e-8", "0.00000001"],
    ["1e21", "1000000000000000000000"],
    ["0.100", "0.1"],
    ["13.4400", "13.44"],
  ])("of %s is %s", (value, printed) => {
    expect(decimal(new Big(value))).toBe(printed);
  });
});
