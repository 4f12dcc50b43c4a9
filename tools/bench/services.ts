import { history, historyStart } from "../../lab/workload/history";
import { Workload } from "../../lab/workload/workload";
import type { Toolchain } from "../../lab/toolchain";
import type { RuleGroup } from "../../plan/monitoring-plan";
import { milliseconds } from "../../slo/duration";
import { planOf } from "../../test/support/plan";
import { withServer, type Server } from "./server";

/** Samples that the rules of a service read, a second. */
export interface ServiceCost {
  readonly service: string;
  readonly slos: number;
  /** For SLOs, with their alerts. */
  readonly forSlos: number;
  /** For the alerts that the service declares. */
  readonly declared: number;
}

/** The rules of prod, evaluated over the past of a healthy system as the telemetry contracts describe it. */
export async function serviceCosts(
  programs: Toolchain,
  say: (line: string) => void,
): Promise<readonly ServiceCost[]> {
  const plan = planOf("prod");
  const now = Math.floor(Date.now() / 1_000);
  const clock = { speed: 1, now };
  say("services: writing the past of prod");
  const workload = new Workload(plan.services, historyStart(clock), clock.speed);
  return withServer(programs, history({ plan, ...clock }, workload), now, async (server) => {
    const costs: ServiceCost[] = [];
    for (const { id } of plan.services) {
      say(`services: ${id}`);
      const groups = plan.ruleGroups.filter(({ file }) => file === id);
      const ofSlos = groups.filter(({ name }) => name.startsWith("slo:"));
      costs.push({
        service: id,
        slos: plan.slos.filter(({ service }) => service === id).length,
        forSlos: await perSecond(server, ofSlos),
        declared: await perSecond(
          server,
          groups.filter((group) => !ofSlos.includes(group)),
        ),
      });
    }
    return costs;
  });
}

async function perSecond(server: Server, groups: readonly RuleGroup[]): Promise<number> {
  let samples = 0;
  for (const { interval, rules } of groups) {
    for (const { expr } of rules) {
      samples += (await server.samples(expr)) / (milliseconds(interval) / 1_000);
    }
  }
  return samples;
}
