import { alertRoutes } from "../../backends/alertmanager/routes";
import { generatePlan } from "../../generators/monitoring-plan";
import { defineCatalogue, type Catalogue, type Environments } from "../../slo/catalogue";
import { edited, linesOf } from "../support/config-sources";
import { parseStack } from "../../config/stack-file";
import { shopOf } from "../support/http-shop";
import { readContent } from "../../config/content";
import { environmentFor, ROOT } from "../support/stacks";

describe("a catalogue", () => {
  it("is refused with all that is wrong with it", () => {
    const environments = {
      default: {},
      "Prod EU": { mayPage: true },
      qa: { maypage: true },
      test: { mayPage: 1 },
      dev: 1,
    };
    expect(() => defineCatalogue({ root: "", services: {}, environments } as unknown as Catalogue)).toThrow(
      "the catalogue is at fault: [root] is not the path of a folder; write `root: __dirname`; " +
        "[services] is not a list of services; " +
        "an environment cannot be called [default], which stands for all others in the tables of services; " +
        "[Prod EU] is not an identifier of an environment. Use lower-case words joined by hyphens, e.g. api-availability; 63 characters at most.; " +
        "[environments.qa.maypage] is no trait. Did you mean [mayPage]? Use one of [mayPage, needsDeadMansSwitch, locksBackups, replicatesBackups].; " +
        "[environments.test.mayPage] is neither true nor false; " +
        "[environments.dev] is not a mapping of traits; write {} for one that has none",
    );
    expect(() => defineCatalogue({ root: "/", services: [], environments: {} })).toThrow(
      "[environments] is empty; name the environments of the stacks",
    );
  });

  it("is given back as it is where nothing is wrong", () => {
    const catalogue = { root: "/", services: [], environments: { live: {} } };
    expect(defineCatalogue(catalogue)).toBe(catalogue);
  });
});

describe("two productions and a test environment, by names of their own", () => {
  const production = { mayPage: true, needsDeadMansSwitch: true, locksBackups: true };
  const environments: Environments = { "prod-eu": production, "prod-us": production, qa: {} };
  const shop = {
    ...shopOf("95%", "28d"),
    environments: Object.keys(environments),
    backups: [
      {
        id: "orders",
        description: "Orders.",
        keepDays: { default: 30 },
        lockDays: { default: 7, "prod-us": 14 },
      },
    ],
  };
  const planIn = (name: string) => {
    const base = environmentFor("prod", [shop]);
    const prometheus = { ...base.prometheus, retention: "40d" } as const;
    return generatePlan(
      [shop],
      { ...base, name, environments, prometheus },
      {
        runbooks: readContent(ROOT).runbooks.filter(({ service }) => service === "tocsin"),
      },
    );
  };
  const stack = (name: string, ...changes: readonly (readonly [string, string])[]): readonly string[] =>
    linesOf(
      parseStack(
        `Pulumi.${name}.yaml`,
        edited("prod", ["tocsin:environment: prod", `tocsin:environment: ${name}`], ...changes),
        environments,
      ),
    );

  it("may page where the catalogue says so, whatever it is called", () => {
    expect(stack("prod-eu")).toEqual([]);
    expect(stack("qa", ["    deadMansSwitch: { urlSecret: heartbeat-url }\n", ""])).toEqual([
      "Pulumi.qa.yaml: tocsin:paging: [true] in [qa], which never pages a person",
      "    Set it to false, or give the environment the trait `mayPage` in catalogue.ts.",
    ]);
    expect(stack("prod-us", ["    deadMansSwitch: { urlSecret: heartbeat-url }\n", ""])[0]).toBe(
      "Pulumi.prod-us.yaml: tocsin:receivers.deadMansSwitch: is not set, and tocsin:environment is [prod-us]",
    );
  });

  it("keep what strays from the test environment off the pager, and lock backups in production alone", () => {
    const seen = Object.keys(environments).map((name) => {
      const result = planIn(name);
      const plan = result.ok ? result.plan : result.sound;
      expect(result.ok ? [] : result.problems).toEqual([]);
      return {
        name,
        never: plan?.routing.root.routes.flatMap(({ matchers }) =>
          matchers
            .filter(({ label, op }) => label === "environment" && op === "=~")
            .map(({ value }) => value),
        ),
        locked: plan?.buckets.map(({ lockDays }) => lockDays),
        paged: plan && alertRoutes(plan).some(({ receivers }) => receivers.includes("page-default")),
      };
    });
    expect(seen).toEqual([
      { name: "prod-eu", never: ["qa"], locked: [7], paged: true },
      { name: "prod-us", never: ["qa"], locked: [14], paged: true },
      { name: "qa", never: ["qa"], locked: [0], paged: false },
    ]);
  });
});
