import { placeOf } from "../../plan/environment";
import type { MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import { PROGRAMS, RECORDS } from "../../plan/names";
import type { Severity } from "../../slo/alert";
import { durationOf, milliseconds, type Duration } from "../../slo/duration";
import type { AlertTest, ExpressionTest, InputSeries, RuleTestCase } from "../../plan/rule-test";
import { textTest } from "./annotations";
import { plannedLabels, series, seriesNamed } from "./labels";

const SEVERITIES = ["critical", "warning", "info", "none"] as const satisfies readonly Severity[];

/** An alert whose severity no route knows, one that only waits, and one of each that they know. */
const BESIDE_TYPO = [
  ["Typo", "firing", "Critical"] as const,
  ["Waiting", "pending", "Critical"] as const,
  ...SEVERITIES.map((severity) => [`Known${severity}`, "firing", severity] as const),
].map(([alertname, alertstate, severity]) => ({
  series: seriesNamed("ALERTS", { alertname, alertstate, severity }),
  values: "1+0x10",
}));

/**
 * The alerts that the server makes of itself. In steps of the scrape interval: 40 of each of a Prometheus that answers,
 * nothing stored, answers again, and does not answer.
 */
export function heartbeatCases(plan: MonitoringPlan, scrape: Duration): readonly RuleTestCase[] {
  const [watchdog] = plan.alerts.filter((alert) => alert.kind === "heartbeat");
  const [unknown] = plan.alerts.filter((alert) => alert.kind === "severity");
  if (watchdog === undefined || unknown === undefined) {
    throw new RangeError("the plan has no heartbeat, or no alert on unknown severities");
  }
  const at = (step: number): Duration => durationOf(step * milliseconds(scrape));
  return [
    {
      name: "the heartbeat lasts as long as this server stores scrapes of a Prometheus that answers",
      interval: scrape,
      input_series: [
        up(plan, "a", "1+0x39 _x40 1+0x39 0+0x39"),
        // Nobody asks it any more, and it is still known.
        up(plan, "b", "_x81 1+0x9 _x50"),
      ],
      promql_expr_test: [
        ...[0, 20, 40, 42, 98, 110].map((step) => expectation(watchdog, at(step), true)),
        ...[43, 45, 60, 140].map((step) => expectation(watchdog, at(step), false)),
        lastScrapeAt(plan, at(20)),
      ],
      alert_rule_test: [textOf(plan, watchdog, at(20))],
    },
    {
      name: "there is no heartbeat where no Prometheus is scraped",
      interval: scrape,
      input_series: [],
      promql_expr_test: [expectation(watchdog, "1h", false)],
    },
    ...severityCases(plan, unknown, scrape),
  ];
}

/** Only what fires is counted, whatever else has the severity. */
function severityCases(
  plan: MonitoringPlan,
  unknown: PlannedAlert,
  scrape: Duration,
): readonly RuleTestCase[] {
  return [
    {
      name: "an alert of a severity that no route knows is reported",
      interval: scrape,
      input_series: BESIDE_TYPO,
      promql_expr_test: [
        expectation(unknown, durationOf(milliseconds(unknown.for) - milliseconds(scrape)), false),
        expectation(unknown, unknown.for, true),
      ],
      alert_rule_test: [textOf(plan, unknown, unknown.for)],
    },
    {
      name: "an alert of such a severity that only waits is not",
      interval: scrape,
      input_series: BESIDE_TYPO.filter((_, index) => index > 0),
      promql_expr_test: [expectation(unknown, unknown.for, false)],
    },
  ];
}

/** What is recorded of a place while a Prometheus answers there. */
function lastScrapeAt({ environment }: MonitoringPlan, eval_time: Duration): ExpressionTest {
  const labels = seriesNamed(RECORDS.lastScrape, { ...placeOf(environment) });
  const value = milliseconds(eval_time) / 1_000;
  return { expr: RECORDS.lastScrape, eval_time, exp_samples: [{ labels, value }] };
}

function up({ environment }: MonitoringPlan, instance: string, values: string): InputSeries {
  const labels = { ...placeOf(environment), instance, job: PROGRAMS.prometheus };
  return { series: seriesNamed("up", labels), values };
}

function expectation(alert: PlannedAlert, eval_time: Duration, fires: boolean): ExpressionTest {
  const { alertname } = alert;
  return {
    expr: `ALERTS{alertname="${alertname}",alertstate="firing"}`,
    eval_time,
    exp_samples: fires ? [{ labels: series({ alertname, labels: plannedLabels(alert) }), value: 1 }] : [],
  };
}

function textOf(plan: MonitoringPlan, alert: PlannedAlert, time: Duration): AlertTest {
  const { alertname } = alert;
  return textTest(plan, alertname, [{ alertname, labels: plannedLabels(alert), value: 1 }], time);
}
