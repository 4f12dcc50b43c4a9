import * as fc from "fast-check";
import { readContent } from "../../config/content";
import { backendNotices, checkBackend } from "../../backends/check";
import { jobsOn, ownPrometheusPart, rulesOn } from "../../backends/binding";
import { monitoringFiles } from "../../backends/files";
import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import { generatePlan } from "../../generators/monitoring-plan";
import {
  ALERTS_BACKENDS,
  bindingOf,
  METRICS_BACKENDS,
  onOwnPrometheus,
  type BackendChoice,
} from "../../plan/backend";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { boundPlan, planOf } from "../support/plan";
import { environmentFor, FIXTURE } from "../support/stacks";

const BACKENDS = [...METRICS_BACKENDS, ...ALERTS_BACKENDS];

const choice: fc.Arbitrary<BackendChoice> = fc.oneof(
  fc.record({ metrics: fc.constantFrom(...METRICS_BACKENDS) }),
  fc.record({ metrics: fc.constantFrom(...METRICS_BACKENDS), alerts: fc.constantFrom(...ALERTS_BACKENDS) }),
);

/** The same plan with other bindings, which is all that a choice changes of it. */
function bound(plan: MonitoringPlan, choices: readonly BackendChoice[]): MonitoringPlan {
  return {
    ...plan,
    services: plan.services.map((service, index) => ({
      ...service,
      backend: bindingOf(choices[index], "kubernetes"),
    })),
  };
}

/** Every rule of some groups, told apart by its group and what it says. */
const rulesIn = (groups: MonitoringPlan["ruleGroups"]): readonly string[] =>
  groups.flatMap(({ name, rules }) => rules.map((rule) => JSON.stringify([name, rule])));

describe("the backends of a plan", () => {
  const plan = planOf("prod");

  it("share its rules out: each rule has one backend, so that no alert is evaluated twice", () => {
    fc.assert(
      fc.property(fc.array(choice, { minLength: plan.services.length }), (choices) => {
        const shared = bound(plan, choices);
        const parts = BACKENDS.flatMap((backend) => rulesIn(rulesOn(shared, backend)));
        expect([...parts].sort()).toEqual([...rulesIn(plan.ruleGroups)].sort());
        expect(new Set(parts).size).toBe(parts.length);
      }),
      { numRuns: 30 },
    );
  });

  it("share its jobs out: nothing is scraped twice", () => {
    fc.assert(
      fc.property(fc.array(choice, { minLength: plan.services.length }), (choices) => {
        const shared = bound(plan, choices);
        const jobs = METRICS_BACKENDS.flatMap((backend) => jobsOn(shared, backend));
        expect(jobs.map(({ job }) => job).sort()).toEqual(plan.scrape.jobs.map(({ job }) => job).sort());
      }),
      { numRuns: 30 },
    );
  });

  it("leave no group without rules", () => {
    const groups = BACKENDS.flatMap((backend) =>
      rulesOn(boundPlan("prod", { orders: { metrics: "gmp", alerts: "grafana" } }), backend),
    );
    expect(groups.filter(({ rules }) => rules.length === 0)).toEqual([]);
  });

  it("keep the monitoring of itself with the Prometheus of the stack, whatever else is bound", () => {
    const own = ownPrometheusPart(boundPlan("prod", { orders: { metrics: "gmp", alerts: "grafana" } }));
    expect([...new Set(own.ruleGroups.map(({ file }) => file))]).not.toContain("orders");
    expect(own.ruleGroups.map(({ name }) => name)).toContain("heartbeat:tocsin");
    expect(own.scrape.jobs.map(({ job }) => job)).toEqual(expect.arrayContaining(["prometheus"]));
  });
});

describe("a stack that binds nothing elsewhere", () => {
  const plan = planOf("dev");

  it("is the same as one that says so", () => {
    const said = boundPlan("dev", { orders: { metrics: "kubernetes" } });
    expect([...monitoringFiles(said)]).toEqual([...monitoringFiles(plan)]);
    expect(allObjects(clusterObjects(said))).toEqual(allObjects(clusterObjects(plan)));
    expect(backendNotices(said)).toEqual([]);
    expect(checkBackend(said)).toEqual([]);
  });
});

describe("a binding", () => {
  it("leaves alerts where the records are, unless it names another place", () => {
    expect([
      bindingOf(undefined, "kubernetes"),
      bindingOf({ metrics: "gmp" }, "kubernetes"),
      bindingOf({ metrics: "kubernetes", alerts: "grafana" }, "kubernetes"),
    ]).toEqual([
      { metrics: "kubernetes", alerts: "kubernetes" },
      { metrics: "gmp", alerts: "gmp" },
      { metrics: "kubernetes", alerts: "grafana" },
    ]);
  });

  it("is undone where one Prometheus plays everything", () => {
    const { services, ...rest } = boundPlan("prod", { orders: { metrics: "gmp", alerts: "grafana" } });
    const plan = { services: onOwnPrometheus(services), ...rest };
    expect(rulesOn(plan, "kubernetes")).toEqual(plan.ruleGroups);
  });

  it("of the monitoring itself is refused, since it must not depend on what it watches", () => {
    const environment = { ...environmentFor("prod", []), backends: { tocsin: { metrics: "gmp" as const } } };
    expect(generatePlan([], environment, readContent(FIXTURE.root))).toMatchObject({
      ok: false,
      problems: [{ code: "service-undeclared", path: "configuration.backends.tocsin" }],
    });
  });
});
