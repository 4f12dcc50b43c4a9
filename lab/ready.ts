import { setTimeout as sleep } from "node:timers/promises";
import type { MonitoringPlan, PlannedSlo } from "../plan/monitoring-plan";
import { RECORDS } from "../plan/names";
import { burnPlan } from "../slo/burn-rate";
import type { Duration } from "../slo/duration";
import { LabError } from "./process";
import { alertmanagerFound, jobsFound, query } from "./prometheus-api";

const TIMEOUT_MS = 120_000;
const STEP_MS = 250;

/** What is waited for. */
export interface Awaited {
  readonly plan: MonitoringPlan;
  /** Scrape interval of the environment that is played: windows, and so the names of records, follow from it. */
  readonly interval: Duration;
  readonly prometheus: string;
}

/**
 * Waits until every SLO has a value now and over its window, every job has a target, and alerts have somewhere to go;
 * open ports alone say nothing. Rules are asked and not their records: at the speed of life the first record of a
 * rule comes after half a minute, and that of a long window after five.
 * @throws the signal's reason when the wait is ended; LabError when it takes too long
 */
export async function untilReady(awaited: Awaited, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const missing = await whatIsMissing(awaited, signal);
    signal.throwIfAborted();
    if (missing.length === 0) {
      return;
    }
    if (Date.now() > deadline) {
      throw new LabError(`after ${TIMEOUT_MS / 1_000} s the lab is not ready: ${missing.join("; ")}`);
    }
    await sleep(STEP_MS);
  }
}

async function whatIsMissing(awaited: Awaited, signal: AbortSignal): Promise<readonly string[]> {
  const { plan, prometheus } = awaited;
  const [jobs, alertmanager, values] = await Promise.all([
    jobsFound(prometheus, signal),
    alertmanagerFound(prometheus, signal),
    Promise.all(plan.slos.map((slo) => hasValue(awaited, slo, signal))),
  ]);
  const slos = plan.slos.filter((_, index) => values[index] !== true).map(({ id }) => id);
  const unknown = plan.scrape.jobs.map(({ job }) => job).filter((job) => !jobs.has(job));
  return [
    ...(slos.length === 0 ? [] : [`SLOs without a value: [${slos.join(", ")}]`]),
    ...(unknown.length === 0 ? [] : [`jobs without a target: [${unknown.join(", ")}]`]),
    ...(alertmanager ? [] : ["Prometheus has not found Alertmanager"]),
  ];
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
  return (await Promise.all(asked)).every((result) => result.length > 0);
}
