import { setTimeout as sleep } from "node:timers/promises";
import type { MonitoringPlan, PlannedSlo } from "../plan/monitoring-plan";
import { ALERTS, RECORDS } from "../plan/names";
import { burnPlan } from "../slo/burn-rate";
import type { Duration } from "../slo/duration";
import { compareText } from "../slo/order";
import { LabError } from "./process";
import { alertmanagerFound, isHealthy, jobsFound, query } from "./prometheus-api";

/** What a gap in the data made fire is over when it has left the windows: six minutes at ten times the speed of life. */
const TIMEOUT_MS = 600_000;
/** Each look asks the rules of every SLO, so that it comes more seldom on a machine that is slow already. */
const STEP_MS = { first: 250, most: 2_000 };
const PATIENCE_MS = 15_000;

/** What is waited for. */
export interface Awaited {
  readonly plan: MonitoringPlan;
  /** Scrape interval of the environment that is played: windows, and so the names of records, follow from it. */
  readonly interval: Duration;
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Whether somebody was told of an alert in an earlier run, so that it may go on. */
  readonly wasTold: (labels: Readonly<Record<string, string>>) => boolean;
  readonly report: (line: string) => void;
}

/**
 * Waits until every SLO has a value now and over its window, every job has a target, alerts have somewhere to go, and
 * none is about to fire because of the start itself; open ports alone say nothing. Rules are asked and not their
 * records: at the speed of life the first record of a rule comes after half a minute, and that of a long window after
 * five.
 * @throws the signal's reason when the wait is ended; LabError when it takes too long
 */
export async function untilReady(awaited: Awaited, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  let next = Date.now() + PATIENCE_MS;
  for (let step = STEP_MS.first; ; step = Math.min(2 * step, STEP_MS.most)) {
    const missing = await whatIsMissing(awaited, signal);
    signal.throwIfAborted();
    if (missing.length === 0) {
      return;
    }
    if (Date.now() > deadline) {
      throw new LabError(`after ${TIMEOUT_MS / 1_000} s the lab is not ready: ${missing.join("; ")}`);
    }
    if (Date.now() > next) {
      awaited.report(`not ready yet: ${missing.join("; ")}`);
      next = Date.now() + PATIENCE_MS;
    }
    await sleep(step);
  }
}

async function whatIsMissing(awaited: Awaited, signal: AbortSignal): Promise<readonly string[]> {
  const { plan, prometheus, alertmanager } = awaited;
  const [jobs, found, healthy, alerts, values] = await Promise.all([
    jobsFound(prometheus, signal),
    alertmanagerFound(prometheus, signal),
    isHealthy(alertmanager, signal),
    alertsOfTheStart(awaited, signal),
    Promise.all(plan.slos.map((slo) => hasValue(awaited, slo, signal))),
  ]);
  const slos = plan.slos.filter((_, index) => values[index] !== true).map(({ id }) => id);
  const unknown = plan.scrape.jobs.map(({ job }) => job).filter((job) => !jobs.has(job));
  return [
    ...(slos.length === 0 ? [] : [`SLOs without a value: [${slos.join(", ")}]`]),
    ...(unknown.length === 0 ? [] : [`jobs without a target: [${unknown.join(", ")}]`]),
    ...(found ? [] : ["Prometheus has not found Alertmanager"]),
    ...(healthy ? [] : ["Alertmanager does not answer"]),
    ...(alerts.length === 0 ? [] : [`alerts although nothing is broken: [${alerts.join(", ")}]`]),
  ];
}

/** What fires, or will, and has not done so in an earlier run. */
async function alertsOfTheStart(
  { prometheus, wasTold }: Awaited,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const expr = `sum without (alertstate) (ALERTS{alertname!="${ALERTS.heartbeat}"})`;
  const active = (await query(prometheus, expr, signal)) ?? [];
  const names = active
    .filter(({ labels }) => !wasTold(labels))
    .map(({ labels: { alertname = "", service = "" } }) => `${service} ${alertname}`);
  return [...new Set(names)].sort(compareText);
}

async function hasValue(
  { plan, interval, prometheus }: Awaited,
  slo: PlannedSlo,
  signal: AbortSignal,
): Promise<boolean> {
  const { base, period } = burnPlan(slo.window, interval);
  const asked = [RECORDS.rate("total", base), RECORDS.ratio(period)].map((record) => {
    const rule = plan.ruleGroups
      .flatMap((group) => group.rules)
      .find((each) => each.kind === "record" && each.record === record && each.labels["slo_id"] === slo.id);
    if (rule === undefined) {
      throw new Error(`the plan has no rule that records [${record}] of [${slo.id}]`);
    }
    return query(prometheus, rule.expr, signal);
  });
  return (await Promise.all(asked)).every((result = []) => result.length > 0);
}
