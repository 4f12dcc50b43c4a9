import { readContent } from "../../config/content";
import { generatePlan } from "../../generators/monitoring-plan";
import { defineService } from "../../parts/define-service";
import { httpServer } from "../../parts/servers";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { SELF } from "../../plan/names";
import { formatProblems } from "../../slo/problem";
import { SHOP } from "../support/http-shop";
import { environmentOf, FIXTURE } from "../support/stacks";

/** As many as faults share a stage. */
const TEAMS = ["audit", "cart", "mail", "search", "shop"];

/** Production of five services, each of a team that has receivers of its own. @throws Error with every problem */
export function stagePlan(): MonitoringPlan {
  const services = TEAMS.map((team) =>
    defineService({ ...SHOP, id: team, title: team, team }, [
      httpServer({ availability: "99.9%", requestsPerSecond: 50 }),
    ]),
  );
  const { receivers, runbooks, ...prod } = environmentOf("prod");
  const slack = (team: string) =>
    ({ kind: "slack", channel: `#${team}`, webhookSecret: `slack-${team}` }) as const;
  const own = Object.fromEntries(
    TEAMS.map((team) => [
      team,
      [{ kind: "pagerduty", routingKeySecret: `pagerduty-${team}` } as const, slack(team)],
    ]),
  );
  const result = generatePlan(
    services,
    {
      ...prod,
      runbooks: { default: runbooks["default"] ?? "" },
      receivers: {
        ...receivers,
        critical: { default: receivers.critical?.["default"] ?? [], ...own },
        warning: { default: receivers.warning["default"] ?? [] },
      },
    },
    { runbooks: readContent(FIXTURE.root).runbooks.filter(({ service }) => service === SELF.service) },
  );
  if (!result.ok) throw new Error(formatProblems(result.problems));
  return result.plan;
}
