import type { MonitoringPlan, RuleGroup } from "../../plan/monitoring-plan";
import { ALERTS, SELF } from "../../plan/names";
import type { RuleTest, RuleTestCase } from "../../plan/rule-test";
import type { Alert } from "../../slo/alert";
import type { Duration } from "../../slo/duration";
import { sortedBy } from "../../slo/order";
import { sloId, type Service, type Slo } from "../../slo/service";
import { longRecords } from "../../generators/recording-rules";
import { rulesAlone, rulesWithSources } from "../../generators/rule-groups";
import {
  countedWindows,
  recordNames,
  sloContext,
  summedWindows,
  type SloContext,
} from "../../generators/slo-context";
import { groupsOf, isRuleOf, momentTests } from "./alert-moments";
import { alertContractTables } from "./alert-contract-tables";
import { alertScenarios } from "./alert-scenarios";
import { casesApart } from "./apart";
import { BUDGET_ALERTS } from "./budget-limits";
import { bornTables, RARELY } from "./born-tables";
import { compositeTable } from "./composite-table";
import { contractTables, INTERVAL } from "./contract-tables";
import { countTables } from "./count-tables";
import { TWO_HOURS } from "./counters";
import { firstTable, MOMENT } from "./first-tables";
import { heartbeatCases } from "./heartbeat-cases";
import { budgetTable, ticketBudgetTable, ticketTable } from "./long-tables";
import { missingTables } from "./missing-tables";
import { isModelled, modelledPart, ownQuery, playedFor } from "./modelled";
import { counterTable, queryAlertCase, querySlices, queryTable } from "./own-tables";
import { pageBudgetTable, pageTable } from "./page-table";
import { serviceStories } from "./service-stories";
import { lazySides } from "./sides";
import { sliceTable } from "./slice-table";
import { testCases } from "./test-cases";
import { HALF_A_DAY, windowRecords } from "./window-records";

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
      outsideTest(plan, service),
      ...(service.id === SELF.service ? [serverTest(plan)] : []),
    ])
    .filter(({ groups }) => groups.length > 0);
  return sortedBy(tests, ({ name }) => name);
}

/** What the examples of services say of their own queries, which nothing else proves. */
export function ownQueryTests(plan: MonitoringPlan, services: readonly Service[]): readonly RuleTest[] {
  return services
    .filter((service) => plan.services.some((candidate) => candidate.id === service.id))
    .flatMap((service) => [
      ...service.slos
        .filter(({ sli }) => !isModelled(sli) && sli.kind !== "composite")
        .flatMap((slo) => sloTests(plan, service, slo).filter(({ name }) => name.endsWith(".counts"))),
      ...alertTests(plan, {
        ...service,
        alerts: service.alerts.filter((alert) => ownQuery(alert) !== undefined),
      }),
    ]);
}

/** How often promtool evaluates alerts on records of long windows. */
const FIVE_MINUTES: Duration = "5m";

function wholeTest(plan: MonitoringPlan, service: Service): RuleTest {
  const known = modelledPart(service);
  const left = service.slos.filter((slo) => !known.slos.includes(slo)).map((slo) => sloId(service, slo));
  const alerts = new Set(
    service.alerts.filter((alert) => !known.alerts.includes(alert)).map(({ name }) => name),
  );
  const groups = rulesAlone(
    groupsOf(plan, service.id),
    (rule) =>
      !left.includes(rule.labels["slo_id"] ?? `${service.id}-${rule.labels["slo"] ?? ""}`) &&
      !(rule.kind === "alert" && alerts.has(rule.alert)),
  );
  const cases = testCases({ plan, service: known, groups }, serviceStories(known, plan.environment.name));
  return { name: `${service.id}/all`, evaluation: plan.scrape.interval, groups, cases };
}

function sloTests(plan: MonitoringPlan, service: Service, slo: Slo): readonly RuleTest[] {
  const context = sloContext(service, slo, plan.environment.name, plan.scrape.interval);
  const own = rulesAlone(
    groupsOf(plan, service.id),
    ({ labels }) => labels["slo_id"] === context.id || labels["slo"] === slo.id,
  );
  const layer: Layer = (name, evaluation, names, cases) => {
    const groups = rulesAlone(own, (rule) =>
      names.includes(rule.kind === "record" ? rule.record : rule.alert),
    );
    return {
      name: `${service.id}/${slo.id}.${name}`,
      evaluation,
      groups,
      cases: groups.length === 0 ? [] : casesApart(context, cases),
    };
  };
  const budgets = BUDGET_ALERTS.map(([alert]) => alert);
  const outside = [ALERTS.outsideContract, ALERTS.bucketMissing];
  return [
    ...countLayers(plan, context, layer),
    layer("windows", HALF_A_DAY, windowNames(context), (of) => windowRecords(plan, of)),
    layer("page", "30m", [ALERTS.burn], (of) => [pageTable(plan, of)]),
    layer("page-budget", "3m", [ALERTS.burn], (of) => [pageBudgetTable(plan, of)]),
    layer("ticket", "1h", [ALERTS.ticket], (of) => [ticketTable(plan, of)]),
    layer("ticket-budget", "3m", [ALERTS.ticket], (of) => [ticketBudgetTable(plan, of)]),
    layer("budget", FIVE_MINUTES, budgets, (of) => [budgetTable(plan, of)]),
    layer("missing", FIVE_MINUTES, [ALERTS.dataMissing], (of) => missingTables(plan, of)),
    layer("contract", FIVE_MINUTES, outside, (of) => contractTables(plan, of)),
  ];
}

type Layer = (
  name: string,
  evaluation: Duration,
  names: readonly string[],
  cases: (context: SloContext) => readonly RuleTestCase[],
) => RuleTest;

/** What an SLO counts: what began and ended, what first samples hold by that, and the counts by these. */
function countLayers(plan: MonitoringPlan, context: SloContext, layer: Layer): readonly RuleTest[] {
  const { sli } = context.slo;
  const names = recordNames(context);
  const lazy = lazySides(sli).map(({ side }) => side);
  const [first] = lazy;
  const counts = [
    names.slice,
    names.targetRate,
    names.targetSum,
    ...(["total", "error"] as const).flatMap((side) => [names.rate(side), names.increase(side)]),
  ];
  return [
    layer(
      "first",
      MOMENT,
      lazy.flatMap((side) => [names.ended(side), names.began(side)]),
      (of) => [firstTable(plan, of)],
    ),
    ...lazy.map((side) =>
      layer(
        `born-${side}`,
        RARELY,
        countedWindows(context).map((window) => names.born(side, window)),
        (of) => bornTables(plan, of, { side, first: first ?? side }),
      ),
    ),
    layer("counts", context.slo.sli.kind === "time" ? context.interval : TWO_HOURS, counts, (of) =>
      countCases(plan, of),
    ),
  ];
}

function countCases(plan: MonitoringPlan, context: SloContext): readonly RuleTestCase[] {
  const { sli } = context.slo;
  switch (sli.kind) {
    case "request-ratio":
    case "latency-ratio":
      return countTables(plan, context, sli);
    case "composite":
      return [compositeTable(plan, context, sli)];
    case "counter-ratio":
      return [counterTable(plan, context, sli)];
    case "query-ratio":
      return [queryTable(plan, context, sli)];
    case "time": {
      const { measure } = sli;
      return [
        measure.kind === "query"
          ? querySlices(plan, context, sli, measure)
          : sliceTable(plan, context, { ...sli, measure }),
      ];
    }
  }
}

/** What is recorded from other records of the SLO, and not from the series of its service. */
function windowNames(context: SloContext): readonly string[] {
  const { sum } = recordNames(context);
  const sums = summedWindows(context).flatMap((window) => [sum("total", window), sum("error", window)]);
  return [...sums, ...longRecords(context).map(({ record }) => record)];
}

function alertTests(plan: MonitoringPlan, service: Service): readonly RuleTest[] {
  return service.alerts.flatMap((alert) => {
    const groups = rulesWithSources(groupsOf(plan, service.id), isRuleOf(alert));
    const name = `${service.id}/${alert.name}`;
    const query = ownQuery(alert);
    if (query !== undefined) {
      return [{ name, evaluation: "1m", groups, cases: [queryAlertCase(plan, service, alert, query)] }];
    }
    const stories = toldAlone(plan, playedFor(alert, service), alert, groups);
    return [
      { name, evaluation: plan.scrape.interval, groups, cases: stories },
      ...momentTests(plan, service, alert),
    ];
  });
}

function toldAlone(
  plan: MonitoringPlan,
  service: Service,
  { name, slo }: Alert,
  groups: readonly RuleGroup[],
): readonly RuleTestCase[] {
  const stories = service.alerts
    .filter((alert) => alert.name === name && alert.slo === slo)
    .flatMap((alert) => alertScenarios(service, alert, plan.scrape.interval));
  return testCases({ plan, service, groups }, stories);
}

/** The alert on what declared alerts read, by itself. */
function outsideTest(plan: MonitoringPlan, service: Service): RuleTest {
  const name = ALERTS.alertOutsideContract;
  const groups = rulesAlone(
    groupsOf(plan, service.id),
    (rule) => rule.kind === "alert" && rule.alert === name,
  );
  const cases = groups.length === 0 ? [] : alertContractTables(plan, service);
  return { name: `${service.id}/${name}`, evaluation: INTERVAL, groups, cases };
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
