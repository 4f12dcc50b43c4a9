import { ruleTests } from "../../backends/rule-tests/rule-tests";
import { mutantsOf, type Mutant } from "../../tools/mutation/mutants";
import { fates } from "../../tools/mutation/run";
import { sampleOf } from "../../tools/mutation/sample";
import { servicesOf, wholePlanOf } from "../support/plan";
import { toolchain } from "../support/toolchain";

/** The layers of an SLO; each is a table that costs little. */
const LAYERS = /\./;

const SAMPLE = 150;

describe("small changes of the rules of SLOs", () => {
  const tests = ruleTests(wholePlanOf("prod"), servicesOf("prod")).filter(({ name }) => LAYERS.test(name));
  const all = mutantsOf(tests);

  it("are changes of numbers, windows, comparators, joins, labels, matchers, names, waits and texts", () => {
    expect(all.length).toBeGreaterThan(3_000);
    const kinds = [
      /^\[[\d.]+\]/,
      /^\[\d+[smhd]\]/,
      /^\[>\]/,
      /^\[and\]/,
      /^label /,
      /slo_id=/,
      /^for /,
      /^annotation /,
    ];
    expect(kinds.filter((kind) => !all.some(({ what }) => kind.test(what)))).toEqual([]);
  });

  it("fail their generated tests, each of a sample", async () => {
    const { promtool } = await toolchain();
    const survivors: string[] = [];
    const found = await fates(sampleOf(all, SAMPLE, 28), {
      promtool,
      workers: 1,
      seen: ({ rule, what }: Mutant, fate) => {
        if (fate === "survived")
          survivors.push(`${rule.kind === "record" ? rule.record : rule.alert}: ${what}`);
      },
    });
    expect(survivors).toEqual([]);
    expect(found.filter((fate) => fate === "killed").length).toBeGreaterThan(SAMPLE / 2);
  }, 600_000);
});
