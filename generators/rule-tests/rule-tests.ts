import type { MonitoringPlan, RuleGroup } from "../../plan/monitoring-plan";
import { ALERTS, SELF } from "../../plan/names";
import type { RuleTest, RuleTestCase } from "../../plan/rule-test";
import type { Duration } from "../../slo/duration";
import { sortedBy } from "../../slo/order";
import type { Service, Slo } from "../../slo/service";
import { longRecords } from "../recording-rules";
import { rulesAlone, rulesWithSources } from "../rule-groups";
import { recordNames, sloContext, summedWindows, type SloContext } from "../slo-context";
import { alertScenarios } from "./alert-scenarios";
import { BUDGET_ALERTS } from "./budget-limits";
import { heartbeatCases } from "./heartbeat-cases";
import { budgetTable, ticketTable } from "./long-tables";
import { missingTables } from "./missing-tables";
import { pageTable } from "./page-table";
import { serviceStories } from "./service-stories";
import { sloStories } from "./slo-stories";
import { testCases } from "./test-cases";
import { HALF_A_DAY, windowRecords } from "./window-records";

type Rule = RuleGroup["rules"][number];
type IsWanted = (rule: Rule) => boolean;

/**
 * promtool tests of all rules. Each SLO is tested layer by layer: what it counts, from the series of its service; its
 * windows, from the counts; its alerts, from the windows. Each declared alert is tested with what it reads alone; and all
 * rules of a service are together in stories about what fires and what does not. What is expected comes from the model.
 * Source: Prometheus docs, "Unit testing for rules".
 */
export function ruleTests(plan: MonitoringPlan, services: readonly Service[]): readonly RuleTest[] {
  const tests = services
    .filter((service) => plan.services.some((candidate) => candidate.id === service.id))
    .flatMap((service) => [
      wholeTest(plan, service),
      ...service.slos.flatMap((slo) => sloTests(plan, service, slo)),
      ...alertTests(plan, service),
      ...(service.id === SELF.service ? [serverTest(plan)] : []),
    ])
    .filter(({ groups }) => groups.length > 0);
  return sortedBy(tests, ({ name }) => name);
}

function groupsOf({ ruleGroups }: MonitoringPlan, service: string): readonly RuleGroup[] {
  return ruleGroups.filter(({ file }) => file === service);
}

function wholeTest(plan: MonitoringPlan, service: Service): RuleTest {
  const groups = groupsOf(plan, service.id);
  const cases = testCases({ plan, service, groups }, serviceStories(service, plan.environment.name));
  return { name: `${service.id}/all`, evaluation: plan.scrape.interval, groups, cases };
}

function sloTests(plan: MonitoringPlan, service: Service, slo: Slo): readonly RuleTest[] {
  const context = sloContext(service, slo, plan.environment.name, plan.scrape.interval);
  const windows = windowNames(context);
  const alerts =
    (...names: readonly string[]): IsWanted =>
    (rule) =>
      rule.kind === "alert" && rule.labels["slo"] === slo.id && names.includes(rule.alert);
  const records =
    (isWindow: boolean): IsWanted =>
    (rule) =>
      rule.kind === "record" && rule.labels["slo_id"] === context.id && windows.has(rule.record) === isWindow;
  type Cases = (groups: readonly RuleGroup[]) => readonly RuleTestCase[];
  const layer = (name: string, evaluation: Duration, isWanted: IsWanted, cases: Cases): RuleTest => {
    const groups = rulesAlone(groupsOf(plan, service.id), isWanted);
    const isEmpty = groups.length === 0;
    return {
      name: `${service.id}/${slo.id}.${name}`,
      evaluation,
      groups,
      cases: isEmpty ? [] : cases(groups),
    };
  };
  const counted = alerts(ALERTS.outsideContract, ALERTS.bucketMissing);
  const budgets = alerts(...BUDGET_ALERTS.map(([alert]) => alert));
  return [
    layer(
      "counts",
      plan.scrape.interval,
      (rule) => records(false)(rule) || counted(rule),
      (groups) => testCases({ plan, service, groups, context }, sloStories(context)),
    ),
    layer("windows", HALF_A_DAY, records(true), () => windowRecords(plan, context)),
    layer("page", "30m", alerts(ALERTS.burn), () => [pageTable(plan, context)]),
    layer("ticket", "1h", alerts(ALERTS.ticket), () => [ticketTable(plan, context)]),
    layer("budget", context.burn.sampling, budgets, () => [budgetTable(plan, context)]),
    layer("missing", context.burn.sampling, alerts(ALERTS.dataMissing), () => missingTables(plan, context)),
  ];
}

/** What is recorded from other records of the SLO, and not from the series of its service. */
function windowNames(context: SloContext): ReadonlySet<string> {
  const { sum } = recordNames(context);
  const sums = summedWindows(context).flatMap((window) => [sum("total", window), sum("error", window)]);
  return new Set([...sums, ...longRecords(context).map(({ record }) => record)]);
}

function alertTests(plan: MonitoringPlan, service: Service): readonly RuleTest[] {
  return service.alerts.map((alert) => {
    const groups = rulesWithSources(
      groupsOf(plan, service.id),
      (rule) => rule.kind === "alert" && rule.alert === alert.name,
    );
    return {
      name: `${service.id}/${alert.name}`,
      evaluation: plan.scrape.interval,
      groups,
      cases: testCases({ plan, service, groups }, alertScenarios(alert, plan.scrape.interval)),
    };
  });
}

function serverTest(plan: MonitoringPlan): RuleTest {
  const { interval } = plan.scrape;
  return {
    name: `${SELF.service}/server`,
    evaluation: interval,
    groups: rulesWithSources(
      groupsOf(plan, SELF.service),
      (rule) =>
        rule.kind === "alert" && (rule.alert === ALERTS.heartbeat || rule.alert === ALERTS.unknownSeverity),
    ),
    cases: heartbeatCases(plan, interval),
  };
}
