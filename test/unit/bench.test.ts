import { checkBackend } from "../../backends/check";
import { catalogue } from "../../tools/bench/catalogue";
import { cataloguePlanner } from "../../tools/bench/catalogue-plan";

describe("the catalogue of the benchmark", () => {
  const result = cataloguePlanner(20)();

  it("is a valid plan that its backend takes", () => {
    expect(result.ok ? checkBackend(result.plan) : result.problems).toEqual([]);
  });

  it("has every kind of SLI, and as many services as asked for", () => {
    const plan = result.ok ? result.plan : undefined;
    expect(new Set(plan?.slos.map(({ sli }) => sli.kind))).toEqual(
      new Set(["gauge", "latency-ratio", "request-ratio"]),
    );
    expect(plan?.services.map(({ id }) => id)).toEqual(
      [...catalogue(20).map(({ id }) => id), "tocsin"].sort(),
    );
  });
});
