import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { RECORDS } from "../plan/names";
import { checkFiles, writeLabFiles } from "./files";
import { backfill } from "./backfill";
import type { LabOptions } from "./options";
import { freePort, LabError, type RunningProgram } from "./process";
import { startPrograms } from "./programs";
import { query } from "./prometheus-api";
import { Inbox } from "./receivers/inbox";
import { startMailServer } from "./receivers/mail";
import { labServer } from "./server";
import { removeState, requireNoLab, writeState, type LabState } from "./state";
import { toLab, type LabSettings } from "./to-lab";
import { historyStart } from "./workload/history";
import { Workload } from "./workload/workload";

const READY_TIMEOUT_MS = 120_000;

/**
 * Runs a lab until it is told to stop or one of its programs ends by itself.
 * @throws LabError when it cannot start; nothing of it is left running then
 */
export async function runLab(options: LabOptions): Promise<void> {
  requireNoLab(options.folder);
  const cleanUps: (() => Promise<void> | void)[] = [];
  try {
    await startAndWait(options, cleanUps);
  } finally {
    for (const cleanUp of cleanUps.reverse()) {
      await cleanUp();
    }
  }
}

/** Stops everything that was started, the last first; a part that fails to start leaves nothing of the others. */
async function startAndWait(options: LabOptions, cleanUps: (() => Promise<void> | void)[]): Promise<void> {
  const { folder, report, signal } = options;
  const stopped = new AbortController();
  let crash: string | undefined;
  const end = AbortSignal.any([signal, stopped.signal]);
  if (options.fresh) {
    rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(join(folder, "logs"), { recursive: true });
  const stage = await setStage(options, cleanUps);
  const programs = startPrograms(options, stage.plan, stage.ports, (message) => {
    crash = message;
    stopped.abort();
  });
  cleanUps.push(async () => {
    await Promise.all(programs.map((program) => program.stop()));
    removeState(folder);
  });
  await untilReady(stage.plan, stage.settings.prometheus, Date.now() / 1_000, end);
  if (!end.aborted) {
    writeState(folder, stateOf(stage, options, programs));
    sayReady(report, options, stage.settings);
    await new Promise((resolve) => {
      end.addEventListener("abort", resolve, { once: true });
    });
  }
  if (crash !== undefined) {
    throw new LabError(crash);
  }
  report("stopping");
}

/** Everything that stands before Prometheus and Alertmanager start: files, history, the lab's own servers. */
interface Stage {
  readonly plan: MonitoringPlan;
  readonly settings: LabSettings;
  readonly ports: { readonly lab: number; readonly prometheus: number; readonly alertmanager: number };
  readonly token: string;
}

async function setStage(options: LabOptions, cleanUps: (() => Promise<void> | void)[]): Promise<Stage> {
  const { folder, speed } = options;
  const ports = {
    lab: await freePort(options.ports.lab, "--port"),
    prometheus: await freePort(options.ports.prometheus, "--prometheus-port"),
    alertmanager: await freePort(options.ports.alertmanager, "--alertmanager-port"),
  };
  const inbox = new Inbox(join(folder, "inbox.jsonl"));
  const mail = await startMailServer(inbox);
  cleanUps.push(mail.close);
  const settings = {
    speed,
    address: `http://127.0.0.1:${ports.lab}`,
    smtp: `127.0.0.1:${mail.port}`,
    prometheus: `http://127.0.0.1:${ports.prometheus}`,
    alertmanager: `http://127.0.0.1:${ports.alertmanager}`,
  };
  const now = Math.floor(Date.now() / 1_000);
  const plan = toLab(options.plan, settings);
  const workload = new Workload(options.plan.services, historyStart({ speed, now }));
  writeLabFiles(folder, plan, settings.address);
  await checkFiles(options.toolchain, folder);
  await backfill(options, workload, now);
  const token = randomBytes(24).toString("hex");
  const alertmanager = `127.0.0.1:${ports.alertmanager}`;
  const app = labServer({ plan, workload, inbox, token, alertmanager, prometheus: settings.prometheus });
  await app.listen({ port: ports.lab, host: "127.0.0.1" });
  cleanUps.push(() => app.close());
  return { plan, settings, ports, token };
}

function stateOf(
  { plan, settings, token }: Stage,
  { speed }: LabOptions,
  programs: readonly RunningProgram[],
): LabState {
  return {
    pid: process.pid,
    address: settings.address,
    token,
    environment: plan.environment.name,
    speed,
    prometheus: settings.prometheus,
    alertmanager: settings.alertmanager,
    programs: programs.map(({ name, pid }) => ({ name, pid })),
  };
}

function sayReady(
  report: (line: string) => void,
  { plan, speed }: LabOptions,
  at: { address: string; prometheus: string; alertmanager: string },
): void {
  report(`ready: ${plan.environment.name} is alive at ${speed} times the speed of life`);
  report(`  Prometheus    ${at.prometheus}`);
  report(`  Alertmanager  ${at.alertmanager}`);
  report(
    `  SLOs          ${plan.slos.map((slo) => `${slo.id} (${slo.objective} over ${slo.window})`).join(", ")}`,
  );
  report("now, in another terminal:");
  report(
    "  npm run -s tocsin -- break api-errors   every request fails; a page arrives within half a minute",
  );
  report("  npm run -s tocsin -- inbox              what PagerDuty, Slack and mail would have got");
  report("  npm run -s tocsin -- mend               and it resolves");
  report("end with Ctrl-C");
}

/** Ready means that every SLO has its first live value, not that ports are open. */
async function untilReady(
  plan: MonitoringPlan,
  prometheus: string,
  since: number,
  signal: AbortSignal,
): Promise<void> {
  const wanted = plan.slos.map((slo) => slo.id);
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!signal.aborted) {
    const rates =
      wanted.length === 0
        ? []
        : await query(prometheus, `timestamp({__name__=~"${RECORDS.rate("total", "5m")}"}) > ${since}`);
    const budgets = wanted.length === 0 ? [] : await query(prometheus, RECORDS.budgetRemaining);
    const has = (found: readonly { labels: Readonly<Record<string, string>> }[], id: string): boolean =>
      found.some(({ labels }) => labels["slo_id"] === id);
    const missing = wanted.filter((id) => !has(rates, id) || !has(budgets, id));
    if (missing.length === 0) {
      return;
    }
    if (Date.now() > deadline) {
      throw new LabError(
        `after ${READY_TIMEOUT_MS / 1_000} s these SLOs have no value: [${missing.join(", ")}]`,
      );
    }
    await sleep(250, undefined, { signal }).catch(() => undefined);
  }
}
