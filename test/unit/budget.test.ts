import Big from "big.js";
import { budgetEvents, budgetMinutes, budgetUsed } from "../../slo/budget";
import { burnPlan, hoursToExhaustion } from "../../slo/burn-rate";
import { decimal } from "../../slo/objective";

describe("an error budget as time", () => {
  it.each([
    ["28d", "99.9%", "40.32"],
    ["30d", "99.9%", "43.2"],
    ["28d", "99.95%", "20.16"],
    ["30d", "99.95%", "21.6"],
    ["28d", "95%", "2016"],
    ["7d", "99.999999%", "0.0001008"],
  ] as const)("over %s at %s is %s minutes", (period, objective, minutes) => {
    expect(decimal(budgetMinutes(period, objective))).toBe(minutes);
  });
});

describe("an error budget in events", () => {
  it.each([
    ["28d", "99.5%", "28000", "140"],
    ["30d", "99.5%", "30000", "150"],
    ["28d", "99%", "28000", "280"],
    ["30d", "99%", "30000", "300"],
  ] as const)("over %s at %s and 1,000 a day of %s is %s", (period, objective, total, bad) => {
    const budget = budgetEvents(period, objective, new Big(1_000));
    expect([decimal(budget.total), decimal(budget.bad)]).toEqual([total, bad]);
  });

  it("counts whole events where a rate per second does not end", () => {
    const budget = budgetEvents("28d", "99.5%", new Big(1_000 / 86_400).times(86_400));
    expect([decimal(budget.total), decimal(budget.bad)]).toEqual(["28000", "140"]);
  });
});

describe("the budget that a burn rate uses up", () => {
  it.each([
    ["28d", "14.4", "1h", "2.14"],
    ["30d", "14.4", "1h", "2"],
    ["28d", "13.44", "1h", "2"],
    ["28d", "6", "6h", "5.36"],
    ["28d", "1", "28d", "100"],
  ] as const)("over %s at %s within %s is %s per cent", (period, burn, window, percent) => {
    expect(decimal(budgetUsed(period, new Big(burn), window).times(100).round(2))).toBe(percent);
  });

  it("is the fraction that the rules were made for, to the decimals of the factor", () => {
    for (const { factor, long, budgetFraction } of burnPlan("28d", "30s").windows) {
      expect(decimal(budgetUsed("28d", factor, long).round(4))).toBe(budgetFraction);
    }
  });

  it.each([
    ["14.4", "46.7"],
    ["6", "112"],
    ["3", "224"],
    ["1", "672"],
  ] as const)("at the document's rate of %s is all of it after %s hours", (burn, hours) => {
    expect(decimal(hoursToExhaustion("28d", new Big(burn)).round(1))).toBe(hours);
  });
});
