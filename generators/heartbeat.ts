import { placeOf, type Environment } from "../plan/environment";
import type { AlertingRule, PlannedAlert, RuleGroup } from "../plan/monitoring-plan";
import { ALERTS, DIMENSIONS, PROGRAMS, RECORDS, SELF } from "../plan/names";
import { durationOf, milliseconds, type Duration } from "../slo/duration";
import type { AlertDraft } from "./alert-draft";
import { alertPlanner } from "./alert-planner";
import { aggregate, equals, selector } from "./promql";

/** Scrapes that may fail in a row before a server counts as blind. */
const MISSED_SCRAPES = 4;

/** Alerts of the server's own, in one group: the heartbeat with what it looks at, and severities that no route knows. */
export function heartbeatRules(environment: Environment): {
  readonly groups: readonly RuleGroup[];
  readonly alerts: readonly PlannedAlert[];
} {
  const owner = { id: SELF.service, team: SELF.team, dashboard: SELF.dashboard };
  const planner = alertPlanner(owner, environment, () => ({}));
  const interval = environment.prometheus.scrapeInterval;
  const drafts = [heartbeat(interval), unknownSeverity()];
  const alerting = drafts.map((draft): AlertingRule => {
    const rule = planner.rule(draft);
    return { ...rule, labels: { ...rule.labels, ...placeOf(environment) } };
  });
  const lastScrape = {
    kind: "record",
    record: RECORDS.lastScrape,
    expr: lastScrapeExpr(),
    labels: {},
  } as const;
  return {
    groups: [
      { name: `heartbeat:${SELF.service}`, file: SELF.service, interval, rules: [lastScrape, ...alerting] },
    ],
    alerts: drafts.map(planner.planned),
  };
}

/** `timestamp` gives the time of a sample only of a bare selector; of anything else that of the evaluation. */
function lastScrapeExpr(): string {
  const up = selector("up", [equals("job", PROGRAMS.prometheus)]);
  return aggregate("max", DIMENSIONS, `timestamp(${up}) and ${up} == 1`);
}

/**
 * The dead man's switch: firing while all is well, so that its silence is the alarm. It goes the whole way of an
 * alert: this server has scraped, stored, evaluated, stored what came of it and read it again, just now. A server that
 * does not (a full disk, rules that fail, no targets) must not say that the monitoring is alive.
 */
function heartbeat(interval: Duration): AlertDraft {
  const fresh = durationOf(MISSED_SCRAPES * milliseconds(interval));
  return {
    kind: "heartbeat",
    name: ALERTS.heartbeat,
    severity: "none",
    category: "meta",
    expr: `time() - ${RECORDS.lastScrape} < ${fresh}`,
    for: "0s",
    runbook: "watchdog",
    summary: "The monitoring is alive",
    description:
      "Fires while a Prometheus evaluates its rules over fresh data. An outside heartbeat service pages when it stops arriving.",
  };
}

/** Rules that somebody else loads may misspell a severity; their alerts fall to the catch-all channel. */
function unknownSeverity(): AlertDraft {
  return {
    kind: "severity",
    name: ALERTS.unknownSeverity,
    severity: "warning",
    category: "meta",
    expr: 'count(ALERTS{alertstate="firing",severity!~"critical|warning|info|none"}) > 0',
    for: "1m",
    runbook: "unknown-severity",
    summary: "An alert has a severity that no route knows",
    description: "{{ $value | humanize }} alerts went to the catch-all channel.",
  };
}
