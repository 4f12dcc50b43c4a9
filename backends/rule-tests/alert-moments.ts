import type { MonitoringPlan, RuleGroup } from "../../plan/monitoring-plan";
import type { RuleTest, RuleTestCase } from "../../plan/rule-test";
import { isOutage, type Alert, type Limit, type MeasuredAlert, type OutageAlert } from "../../slo/alert";
import type { Duration } from "../../slo/duration";
import type { BadEvents, GaugeShare } from "../../slo/measure";
import type { Service, Slo } from "../../slo/service";
import { rulesAlone, rulesWithSources } from "../../generators/rule-groups";
import { sloContext, type SloContext } from "../../generators/slo-context";
import { casesApart } from "./apart";
import { burningOf } from "./burning-model";
import { burningTable } from "./burning-table";
import { forecastTable, forecastWaits, waitingStep } from "./forecast-table";
import { answeringTable, lostBucketTable, momentOf, outageTable, windowTable } from "./moment-tables";
import { PAST_KNOWN, pastTable } from "./past-table";
import { turnsTable } from "./turns-table";

/** Rules of a service. */
export function groupsOf({ ruleGroups }: MonitoringPlan, service: string): readonly RuleGroup[] {
  return ruleGroups.filter(({ file }) => file === service);
}

/** Whether a rule is that of a declared alert. */
export const isRuleOf =
  ({ name }: Alert) =>
  (rule: RuleGroup["rules"][number]): boolean =>
    rule.kind === "alert" && rule.alert === name;

/** A test of rules that are evaluated so often. */
type Test = (
  what: string,
  evaluation: Duration,
  about: readonly RuleGroup[],
  ...cases: readonly RuleTestCase[]
) => RuleTest;

/** What stories do not tell, since it takes days or is over in a moment: rules that are evaluated once. */
export function momentTests(plan: MonitoringPlan, service: Service, alert: Alert): readonly RuleTest[] {
  const test: Test = (what, evaluation, groups, ...cases) => ({
    name: `${service.id}/${alert.name}-${what}`,
    evaluation,
    groups,
    cases,
  });
  if (isOutage(alert)) {
    return outageMoments(plan, service, alert, test);
  }
  const { when } = alert;
  return "unusual" in when
    ? [
        test(
          "past",
          PAST_KNOWN,
          rulesAlone(groupsOf(plan, service.id), isRuleOf(alert)),
          pastTable(plan, service.id, alert.name, when.unusual),
        ),
      ]
    : measuredMoments(plan, service, { ...alert, when }, test);
}

function outageMoments(
  plan: MonitoringPlan,
  service: Service,
  alert: OutageAlert,
  test: Test,
): readonly RuleTest[] {
  const { requests } = alert;
  const slo = service.slos.find((one) => one.id === requests?.slo);
  if (slo === undefined || requests === undefined) {
    return [];
  }
  const context = contextOf(plan, service, slo);
  const tables = casesApart(context, (of) => [outageTable(plan, of, alert, requests.succeedBelow)]);
  const alone = rulesAlone(groupsOf(plan, service.id), isRuleOf(alert));
  return [test("requests", context.burn.base, alone, ...tables)];
}

function contextOf({ environment, scrape }: MonitoringPlan, service: Service, slo: Slo): SloContext {
  return sloContext(service, slo, environment.name, scrape.interval);
}

function measuredMoments(
  plan: MonitoringPlan,
  service: Service,
  alert: MeasuredAlert & { readonly when: Limit },
  test: Test,
): readonly RuleTest[] {
  const { id } = service;
  const { name, measure, when } = alert;
  const groups = groupsOf(plan, id);
  const alone = rulesAlone(groups, isRuleOf(alert));
  switch (measure.kind) {
    case "increase":
      return [test("window", measure.window, alone, windowTable(plan, id, alert, measure, when))];
    case "forecast":
      return [
        test("days", measure.window, alone, forecastTable(plan, id, alert, measure, when)),
        ...(alert.for === "0s"
          ? []
          : [test("waits", waitingStep(alert), alone, forecastWaits(plan, alert, measure, when))]),
      ];
    case "turns":
      return [test("turns", measure.window, alone, turnsTable(plan, id, alert, measure, when))];
    case "targets-up":
      return measure.planned === undefined
        ? [test("many", "1m", alone, answeringTable(plan, alert, measure, when))]
        : [];
    case "gauge-share":
      return burningMoments(plan, service, alert, measure).map((table) =>
        test("burning", "5m", alone, table),
      );
    case "bad-events":
      return bucketMoments(plan, groups, alert, measure).map((table) =>
        test("bucket", momentOf(measure.window), countedFor(groups, name), table),
      );
    default:
      return [];
  }
}

/** Where an alert asks for errors as well: just as many as chance allows, and as fast as a page needs. */
function burningMoments(
  plan: MonitoringPlan,
  service: Service,
  alert: MeasuredAlert & { readonly when: Limit },
  share: GaugeShare,
): readonly RuleTestCase[] {
  const { whileBurning: burning } = alert;
  return burning === undefined
    ? []
    : casesApart(contextOf(plan, service, burningOf(service, burning)), (of) => [
        burningTable(plan, of, alert, share),
      ]);
}

/** What is recorded for an alert alone. */
function countedFor(groups: readonly RuleGroup[], alertname: string): readonly RuleGroup[] {
  return rulesWithSources(groups, (rule) => rule.kind === "record" && rule.labels["alert"] === alertname);
}

function bucketMoments(
  plan: MonitoringPlan,
  groups: readonly RuleGroup[],
  { name }: MeasuredAlert,
  measure: BadEvents,
): readonly RuleTestCase[] {
  return measure.sli.kind === "latency-ratio" && countedFor(groups, name).length > 0
    ? [lostBucketTable(plan, name, measure)]
    : [];
}
