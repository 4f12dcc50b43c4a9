import Big from "big.js";
import type { MonitoringPlan, PlannedAlert, PlannedSlo } from "../../plan/monitoring-plan";
import type { Severity } from "../../slo/alert";
import { burnPlan, type BurnPlan } from "../../slo/burn-rate";
import { ratioOf } from "../../slo/duration";
import type { Service } from "../../slo/service";
import { isPlain, matchesOf, metricOf, type Sli } from "../../slo/sli";
import { heardIn } from "../../receivers";
import { DEFAULT_TEAM, RECEIVERS } from "../routing";
import { grouped } from "./markdown";

/** What pages are written about: a service, and what the plan of an environment makes of it. */
export interface Subject {
  readonly service: Service;
  readonly plan: MonitoringPlan;
}

/** The SLOs of the service, as the environment measures them. */
export function slosOf({ service, plan }: Subject): readonly PlannedSlo[] {
  return plan.slos.filter((slo) => slo.service === service.id);
}

/** The windows and factors that the rules of an SLO were made with. */
export function burnOf(slo: PlannedSlo, plan: MonitoringPlan): BurnPlan {
  return burnPlan(slo.window, plan.scrape.interval);
}

const ORDER: readonly Severity[] = ["critical", "warning", "info", "none"];

/** The alerts of the service, the worst first. */
export function alertsOf({ service, plan }: Subject): readonly PlannedAlert[] {
  const own = plan.alerts.filter((alert) => alert.service === service.id);
  return ORDER.flatMap((severity) => own.filter((alert) => alert.severity === severity));
}

/** How many events of which kind an SLO counts in a day, where somebody declared it. */
export interface Volume {
  readonly events: string;
  readonly perDay: Big;
  /** How it was declared. */
  readonly rate: string;
}

/**
 * A volume that was declared for the SLO, or the rate of the job that it measures; what share of it one kind of request
 * has is not declared.
 */
export function volumeOf({ slo, sli }: PlannedSlo, { service }: Subject): Volume | undefined {
  const declared = service.slos.find(({ id }) => id === slo)?.volume;
  if (declared !== undefined) {
    const { events, perDay } = declared;
    return { events, perDay: new Big(perDay), rate: `${grouped(new Big(perDay))} ${events} a day` };
  }
  const { requestsPerSecond } = metricOf(sli).job;
  return requestsPerSecond === undefined || isPart(sli)
    ? undefined
    : {
        events: "requests",
        perDay: new Big(requestsPerSecond).times(ratioOf("1d", "1s")),
        rate: `${requestsPerSecond} requests a second`,
      };
}

/** Whether an SLI reads but some of the series of its metric, or what is no request. */
function isPart(sli: Sli): boolean {
  return sli.kind === "request-ratio" ? sli.of.length > 0 : isPlain(sli) || matchesOf(sli).length > 0;
}

/** Where alerts of a severity go, as the routes of the plan have it: `PagerDuty and Slack #shop-alerts`. */
export function audience({ service, plan }: Subject, severity: Severity): string {
  const { name, paging } = plan.environment;
  const names =
    severity === "none"
      ? []
      : paging
        ? [service.team, DEFAULT_TEAM].map((team) => RECEIVERS.of(severity, team))
        : [RECEIVERS.nonProduction];
  const receiver = names
    .map((candidate) => plan.routing.receivers.find((other) => other.name === candidate))
    .find((found) => found !== undefined);
  const places = receiver?.integrations.map(heardIn) ?? [];
  return places.length === 0 ? `nobody in ${name}` : places.join(" and ");
}
