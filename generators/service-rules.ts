import { placeOf, type Environment } from "../plan/environment";
import { identityKey, noSlo } from "../plan/identity";
import type { AlertingRule, PlannedAlert, RuleGroup } from "../plan/monitoring-plan";
import type { Duration } from "../slo/duration";
import { sortedBy } from "../slo/order";
import type { Service } from "../slo/service";
import type { AlertDraft } from "./alert-draft";
import { alertPlanner, type AlertPlanner } from "./alert-planner";
import { alertSubject } from "./alert-subject";
import { budgetAlerts } from "./budget-alerts";
import { alertOutsideContract, outsideContractAlerts } from "./contract-alerts";
import { declaredAlerts } from "./declared-alerts";
import { liveRecords, longRecords } from "./recording-rules";
import { burnAlerts, ticketAlert } from "./slo-alerts";
import { sloContext, type SloContext } from "./slo-context";
import { bucketMissingAlert, dataMissingAlert } from "./telemetry-alerts";

/** The rules of a service, and its alerts as others see them. */
export interface BuiltRules {
  readonly groups: readonly RuleGroup[];
  readonly alerts: readonly PlannedAlert[];
}

/** How often it is asked whether series are as their contracts say, which looks through all series of a metric. */
const CONTRACT_INTERVAL: Duration = "5m";

/**
 * Per SLO a group at the scrape interval whose last rule is the page, so that it sees fresh values (in a group of its
 * own it came 11 to 15 s later), a group of long windows, and a group of tickets; per service one of declared alerts.
 */
export function serviceRules(service: Service, environment: Environment): BuiltRules {
  const interval = environment.prometheus.scrapeInterval;
  const contexts = sortedBy(service.slos, (slo) => slo.id).map((slo) =>
    sloContext(service, slo, environment.name, interval, environment.maintenance),
  );
  const planner = plannerOf(service, environment);
  const sorted = sortedBy(service.alerts, (alert) => identityKey(identityOf(service, alert)));
  const declared = declaredAlerts({ ...service, alerts: sorted }, placeOf(environment), interval);
  const outside = alertOutsideContract(service);
  const groups = contexts.flatMap((context) => sloGroups(context, planner.rule));
  const drafts = [
    ...contexts.flatMap((context) => [
      ...burnAlerts(context),
      ...slowAlerts(context),
      ...outsideContractAlerts(context),
    ]),
    ...declared.alerts,
    ...outside,
  ];
  const group = (name: string, every: Duration, rules: RuleGroup["rules"]): readonly RuleGroup[] =>
    rules.length === 0 ? [] : [{ name: `${name}:${service.id}`, file: service.id, interval: every, rules }];
  return {
    groups: [
      ...groups,
      ...group("alerts", interval, [...declared.records, ...declared.alerts.map(planner.rule)]),
      ...group("contract", CONTRACT_INTERVAL, outside.map(planner.rule)),
    ],
    alerts: drafts.map(planner.planned),
  };
}

function identityOf(
  service: Service,
  alert: { name: string; slo?: string },
): Parameters<typeof identityKey>[0] {
  return { alertname: alert.name, service: service.id, slo: alert.slo ?? noSlo(alert.name) };
}

/** The rule groups of one SLO: what is recorded with every scrape and the page, what is sampled, and the other alerts. */
export function sloGroups(
  context: SloContext,
  rule: (draft: AlertDraft) => AlertingRule,
): readonly RuleGroup[] {
  const group = (level: string): Pick<RuleGroup, "name" | "file"> => ({
    name: `slo:${context.id}:${level}`,
    file: context.service.id,
  });
  return [
    {
      ...group("L0"),
      interval: context.interval,
      rules: [...liveRecords(context), ...burnAlerts(context).map(rule)],
    },
    {
      ...group("L1"),
      interval: context.burn.sampling,
      rules: [...longRecords(context), ...outsideContractAlerts(context).map(rule)],
    },
    { ...group("alerts"), interval: context.interval, rules: slowAlerts(context).map(rule) },
  ];
}

function slowAlerts(context: SloContext): readonly AlertDraft[] {
  const bucket = bucketMissingAlert(context);
  return [
    ticketAlert(context),
    ...budgetAlerts(context),
    dataMissingAlert(context),
    ...(bucket === undefined ? [] : [bucket]),
  ];
}

/** Makes rules and planned alerts of a service's drafts. */
export function plannerOf(service: Service, environment: Environment): AlertPlanner {
  return alertPlanner(service, environment, (draft) => alertSubject(service, draft));
}
