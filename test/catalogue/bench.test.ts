import { checkBackend } from "../../backends/check";
import { catalogue } from "../../tools/bench/catalogue";
import { cataloguePlanner } from "../../tools/bench/catalogue-plan";
import { playDay } from "../../tools/bench/truth/day";
import { SCENARIOS } from "../../tools/bench/truth/scenarios";

describe("a day that the benchmark plays", () => {
  const zero = SCENARIOS.find(({ name }) => name === "f_zeroinit");

  it("is the same each time, and counts what happened: the last value of every series is all of its events", () => {
    expect(zero).toBeDefined();
    if (zero === undefined) {
      return;
    }
    const day = playDay(zero, "ordinary", 7);
    expect(playDay(zero, "ordinary", 7)).toEqual(day);
    const counted = (status: string): number =>
      day.series
        .filter(({ series }) => series.includes(`status="${status}"`))
        .map(({ values }) => Number(values.split(" ").findLast((value) => /^\d+$/.test(value))))
        .reduce((sum, value) => sum + value, 0);
    expect(counted("500")).toBe(day.errors);
    expect(counted("200")).toBe(day.total - day.errors);
  });
});

describe("the catalogue of the benchmark", () => {
  const result = cataloguePlanner(20)();

  it("is a valid plan that its backend takes", () => {
    expect(result.ok ? checkBackend(result.plan) : result.problems).toEqual([]);
  });

  it("has every kind of SLI, and as many services as asked for", () => {
    const plan = result.ok ? result.plan : undefined;
    expect(new Set(plan?.slos.map(({ sli }) => sli.kind))).toEqual(
      new Set(["latency-ratio", "request-ratio", "time"]),
    );
    expect(plan?.services.map(({ id }) => id)).toEqual(
      [...catalogue(20).map(({ id }) => id), "tocsin"].sort(),
    );
  });
});
