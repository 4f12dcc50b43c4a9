import type { Environment } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { SELF } from "../../plan/names";
import { catalogue } from "../fixture/catalogue";
import { freshPlanOf, planOf } from "../support/plan";

const whole = planOf("prod");
const teams = [...new Set(whole.services.map(({ team }) => team))]
  .filter((team) => team !== SELF.team)
  .sort();

function shardOf(shard: NonNullable<Environment["shard"]>): MonitoringPlan {
  return freshPlanOf("prod", catalogue, { shard });
}

/** What belongs to teams: the monitoring of the servers is each shard's own. */
function ofTeams(plan: MonitoringPlan) {
  const services = plan.services.filter(({ id }) => id !== SELF.service);
  const ids = services.map(({ id }) => id);
  const jobs = services.flatMap((service) => service.jobs.map(({ name }) => name));
  return {
    services,
    slos: plan.slos.filter(({ service }) => ids.includes(service)),
    ruleGroups: plan.ruleGroups.filter(({ file }) => ids.includes(file)),
    alerts: plan.alerts.filter(({ service }) => ids.includes(service)),
    scraped: plan.scrape.jobs.filter(({ job }) => jobs.includes(job)),
  };
}

describe("shards by team", () => {
  const shards = teams.map((team) => ofTeams(shardOf({ teams: [team], namespaces: [] })));

  it("are several, each with services", () => {
    expect(teams.length).toBeGreaterThan(1);
    expect(shards.filter(({ services }) => services.length === 0)).toEqual([]);
  });

  it.each(["services", "slos", "ruleGroups", "alerts", "scraped"] as const)(
    "have together the %s that one server has, each once and to the letter",
    (part) => {
      const sorted = (all: readonly object[]): readonly string[] =>
        all.map((one) => JSON.stringify(one)).sort();
      expect(sorted(shards.flatMap((shard): readonly object[] => shard[part]))).toEqual(
        sorted(ofTeams(whole)[part]),
      );
    },
  );
});

describe("shards by namespace", () => {
  it("have the services whose pods are there, and watch themselves", () => {
    const [service] = whole.services.filter(({ id }) => id !== SELF.service);
    const [job] = service?.jobs ?? [];
    const namespace = job?.namespace.replaceAll("<environment>", whole.environment.name) ?? "";
    const plan = shardOf({ teams: [], namespaces: [namespace] });
    expect(plan.services.map(({ id }) => id)).toContain(service?.id);
    expect(plan.services.map(({ id }) => id)).toContain(SELF.service);
    expect(plan.services.length).toBeLessThan(whole.services.length);
  });
});
