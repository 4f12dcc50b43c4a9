import { ruleTests } from "../../backends/rule-tests/rule-tests";
import { readContent } from "../../config/content";
import { generatePlan } from "../../generators/monitoring-plan";
import type { Toolchain } from "../../lab/toolchain";
import { defineService } from "../../parts/define-service";
import { objective } from "../../parts/objective";
import { allOfSteps, step, weightedSteps } from "../../slo/journey";
import type { Service } from "../../slo/service";
import type { Sli } from "../../slo/sli";
import { validateServices } from "../../slo/validation/services";
import { testRules } from "../../lab/played-rules";
import { planWith, shopOf } from "../support/http-shop";
import { environmentFor, FIXTURE } from "../support/stacks";
import { toolchain } from "../support/toolchain";

const shop = shopOf("99%", "28d");
const every = step(shop, "availability");
const fast = step(shop, "latency");

function journeyOf(sli: Sli, window: "7d" | "28d" | "90d" = "28d"): Service {
  return defineService(
    {
      id: "checkout",
      title: "Checkout",
      team: "shop",
      tier: 1,
      environments: ["prod"],
    },
    [
      objective({
        id: "journey",
        population: "journeys",
        breach: "bad at a step",
        sli,
        objective: "99%",
        window,
      }),
      objective({
        id: "experience",
        population: "journeys",
        breach: "bad by weight",
        sli: weightedSteps(every, { ...fast, weight: "0.5" }),
        objective: "99%",
        window: "90d",
      }),
    ],
  );
}

const journey = journeyOf(allOfSteps(every, fast));
const plan = planWith(shop, journey);
const tests = ruleTests(plan, [shop, journey]).filter(({ name }) => name.startsWith("checkout/"));

function problemsOf(...services: readonly Service[]): readonly string[] {
  return validateServices(services, ["dev", "prod"]).map(
    ({ path, message }) => `${path.replace("services.checkout.slos.journey.sli.", "")}: ${message}`,
  );
}

describe("a journey over objectives of services", () => {
  let programs: Toolchain;

  beforeAll(async () => {
    programs = await toolchain();
  }, 600_000);

  it("passes validation, and needs no metric of its own", () => {
    expect(problemsOf(shop, journey)).toEqual([]);
    expect(journey.telemetry).toEqual({ jobs: [], metrics: [] });
  });

  it.each(tests)("is recorded from what its steps record: $name", async (test) => {
    const { code, output } = await testRules(programs.promtool, test);
    expect(code === 0 ? "" : output).toBe("");
  });

  it("has the rules of any objective, and an hour of counts", () => {
    expect(tests.map(({ name }) => name)).toEqual(
      ["experience", "journey"].flatMap((id) =>
        ["budget", "counts", "missing", "page", "page-budget", "ticket", "ticket-budget", "windows"].map(
          (layer) => `checkout/${id}.${layer}`,
        ),
      ),
    );
  });

  it("is silent while something critical of a step says why", () => {
    expect(plan.routing.inhibitRules.filter(({ name }) => name.endsWith("-over-checkout-journey"))).toEqual(
      ["availability", "latency"].map((id) => ({
        name: `shop-${id}-over-checkout-journey`,
        source: [
          { label: "severity", op: "=", value: "critical" },
          { label: "service", op: "=", value: "shop" },
          { label: "slo", op: "=", value: id },
        ],
        target: [
          { label: "service", op: "=", value: "checkout" },
          { label: "slo", op: "=", value: "journey" },
          { label: "category", op: "=~", value: "down|errors|latency|slo|telemetry" },
        ],
        equal: ["cluster", "environment"],
      })),
    );
  });

  it("shows the share of each step in the burn, on its dashboard and on its page", () => {
    const panels = plan.dashboards
      .filter(({ title }) => title.includes("Checkout"))
      .flatMap(({ rows }) => rows.flatMap((row) => row.panels))
      .filter(({ title }) => title.endsWith("burn rate by step"));
    expect(panels.map(({ title }) => title)).toEqual([
      "Checkout experience: burn rate by step",
      "Checkout journey: burn rate by step",
    ]);
    const exprs = JSON.stringify(panels).match(/"legend":"[^"]+"/g) ?? [];
    expect(exprs).toEqual(
      ["Shop availability", "Shop latency", "Shop availability", "Shop latency"].map(
        (title) => `"legend":"${title}"`,
      ),
    );
    expect(JSON.stringify(panels)).toContain("0.5 / 1.5 * ");
    const page = plan.runbooks.find(({ service, slug }) => service === "checkout" && slug === "journey-burn");
    expect(page?.markdown).toContain("Percent that are bad at the step Shop latency:");
  });

  it.each<readonly [says: string, make: () => readonly string[], problem: string]>([
    [
      "a step twice",
      () => problemsOf(shop, journeyOf(allOfSteps(every, every))),
      "steps: [shop/availability] is a step twice",
    ],
    [
      "a weight that is none",
      () => problemsOf(shop, journeyOf(weightedSteps(every, { ...fast, weight: "0.0" }))),
      "steps: [0.0] is not a weight",
    ],
    [
      "a weight where all must be good",
      () => problemsOf(shop, journeyOf(allOfSteps(every, { ...fast, weight: "2" }))),
      "steps: [shop/latency] weighs [2] where all steps must be good",
    ],
    [
      "a step that is recorded over other windows",
      () => problemsOf(shop, journeyOf(allOfSteps(every, fast), "7d")),
      "steps: [shop/availability] over 28d is not recorded over the windows of a journey over 7d",
    ],
    [
      "a step of a service that is not there",
      () => problemsOf(journey),
      "steps: [shop] of [shop/availability] is no service of the catalogue",
    ],
    [
      "a step that the catalogue has otherwise",
      () => problemsOf(shopOf("99%", "30d"), journey),
      "steps: [shop/availability] is not the objective that [shop] has in the catalogue",
    ],
    [
      "a step that is not everywhere",
      () => problemsOf({ ...shop, environments: ["dev"] }, journey),
      "steps: [shop] of [shop/availability] is not in [prod], where [checkout] is",
    ],
    [
      "values that it would judge apart",
      () => problemsOf(shop, { ...journey, slos: journey.slos.map((slo) => ({ ...slo, by: ["route"] })) }),
      "services.checkout.slos.journey.by: a journey has one value in each place, and [route] would give it several",
    ],
  ])("refuses %s", (_, make, problem) => {
    expect(make()).toContain(problem);
  });

  it("is recorded where its steps are", () => {
    const prod = environmentFor("prod", [shop, journey]);
    const elsewhere = { ...prod, backends: { shop: { metrics: "gmp" as const } } };
    const result = generatePlan([shop, journey], elsewhere, readContent(FIXTURE.root));
    expect(result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`)).toContain(
      "services.checkout.slos.journey.sli.steps: [shop] is recorded by [gmp], and the journey by [kubernetes]",
    );
  });

  it("is not blamed for faults of its steps' services", () => {
    const [first, ...others] = shop.slos;
    const faulty = {
      ...shop,
      slos: first === undefined ? [] : [{ ...first, id: "No Slug" }, first, ...others],
    };
    const result = generatePlan(
      [faulty, journey],
      environmentFor("prod", [shop, journey]),
      readContent(FIXTURE.root),
    );
    const paths = result.ok ? [] : result.problems.map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith("services.checkout"))).toEqual([]);
    expect(paths).toContain("services.shop.slos.No Slug.id");
  });

  it.each([
    ["nothing", "[nothing] is no objective of [shop]. Use one of [availability, latency]."],
    ["journey", "[journey] of [checkout] is a journey itself: name its steps"],
  ])("cannot be made of [%s]", (id, message) => {
    expect(() => step(id === "journey" ? journey : shop, id)).toThrow(message);
  });
});
