import { stringify } from "yaml";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { SELF } from "../../plan/names";
import type { Duration } from "../../slo/duration";
import { compareText } from "../../slo/order";
import type { Service } from "../../slo/service";
import { heartbeatCases } from "./heartbeat-cases";
import type { Scenario } from "./scenario";
import { scenarios } from "./scenarios";
import { testCases } from "./test-cases";

/** Both intervals that rule tests run at, and how often their input is sampled. */
const EVALUATIONS: readonly { readonly evaluation: Duration; readonly scrape: Duration }[] = [
  { evaluation: "30s", scrape: "30s" },
  { evaluation: "5m", scrape: "1m" },
];

/**
 * promtool tests of every service, one file per service and evaluation interval, below `tests/`. What is expected
 * comes from the model. Source: Prometheus docs, "Unit testing for rules".
 * @param told which stories are told; all by default
 */
export function ruleTestFiles(
  plan: MonitoringPlan,
  services: readonly Service[],
  told: (story: Scenario) => boolean = () => true,
): ReadonlyMap<string, string> {
  const files = services
    .filter((service) => plan.services.some((candidate) => candidate.id === service.id))
    .flatMap((service) => {
      const stories = scenarios(service, plan.environment.name).filter(told);
      return EVALUATIONS.map(({ evaluation, scrape }) => {
        const own = service.id === SELF.service ? heartbeatCases(plan, scrape) : [];
        const tests = testCases(
          { plan, service, evaluation, scrape, said: new Set() },
          stories.filter((story) => story.evaluations.includes(evaluation)),
        );
        return [
          `tests/${service.id}.${evaluation}.yml`,
          testFile(plan, service.id, evaluation, [...own, ...tests]),
        ] as const;
      });
    });
  return new Map(files.sort(([a], [b]) => compareText(a, b)));
}

/** Groups run in random order unless told, and the page must see what was recorded before it. */
function testFile(
  plan: MonitoringPlan,
  file: string,
  evaluation: Duration,
  tests: readonly object[],
): string {
  return stringify(
    {
      rule_files: [`../rules/${file}.yml`],
      evaluation_interval: evaluation,
      group_eval_order: plan.ruleGroups.filter((group) => group.file === file).map((group) => group.name),
      tests,
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}
