import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { monitoringFiles } from "../backends/files";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { RECORDS } from "../plan/names";
import { freePort, LabError, startProgram, type RunningProgram } from "./process";
import { query } from "./prometheus-api";
import { Inbox } from "./receivers/inbox";
import { startMailServer } from "./receivers/mail";
import { labServer } from "./server";
import { removeState, runningLab, writeState } from "./state";
import { scaleDuration } from "./time-scale";
import { labSecrets, toLab } from "./to-lab";
import type { Toolchain } from "./toolchain";
import { history, historyStart } from "./workload/history";
import { Workload } from "./workload/workload";

/** What a lab is started with. */
export interface LabOptions {
  readonly folder: string;
  readonly plan: MonitoringPlan;
  readonly speed: number;
  readonly toolchain: Toolchain;
  readonly fresh: boolean;
  readonly ports: { readonly lab?: number; readonly prometheus?: number; readonly alertmanager?: number };
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

const READY_TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/**
 * Runs a lab until it is told to stop or one of its programs ends by itself.
 * @throws LabError when it cannot start; nothing of it is left running then
 */
export async function runLab(options: LabOptions): Promise<void> {
  if (runningLab(options.folder) !== undefined) {
    throw new LabError(
      "a lab is already running here; see `npm run -s tocsin -- status`, or end it with `npm run -s tocsin -- down`",
    );
  }
  const cleanUps: (() => Promise<void> | void)[] = [];
  try {
    await startAndWait(options, cleanUps);
  } finally {
    for (const cleanUp of cleanUps.reverse()) {
      await cleanUp();
    }
  }
}

async function startAndWait(options: LabOptions, cleanUps: (() => Promise<void> | void)[]): Promise<void> {
  const { folder, report, signal, speed } = options;
  const stopped = new AbortController();
  let crash: string | undefined;
  const end = AbortSignal.any([signal, stopped.signal]);
  if (options.fresh) {
    rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(join(folder, "logs"), { recursive: true });
  const ports = {
    lab: await freePort(options.ports.lab, "--port"),
    prometheus: await freePort(options.ports.prometheus, "--prometheus-port"),
    alertmanager: await freePort(options.ports.alertmanager, "--alertmanager-port"),
  };
  const now = Math.floor(Date.now() / 1_000);
  const inbox = new Inbox(join(folder, "inbox.jsonl"));
  const mail = await startMailServer(inbox);
  cleanUps.push(mail.close);
  const at = (port: number): string => `http://127.0.0.1:${port}`;
  const settings = {
    speed,
    address: at(ports.lab),
    smtp: `127.0.0.1:${mail.port}`,
    prometheus: at(ports.prometheus),
    alertmanager: at(ports.alertmanager),
  };
  const plan = toLab(options.plan, settings);
  const workload = new Workload(options.plan.services, historyStart({ speed, now }));
  writeLabFiles(folder, plan, settings.address);
  await checkFiles(options.toolchain, folder);
  await backfill(options, workload, now);
  const token = randomBytes(24).toString("hex");
  const stop = (): void => {
    stopped.abort();
  };
  const app = labServer({
    plan,
    workload,
    inbox,
    token,
    alertmanager: `127.0.0.1:${ports.alertmanager}`,
    prometheus: settings.prometheus,
    stop,
  });
  await app.listen({ port: ports.lab, host: "127.0.0.1" });
  cleanUps.push(() => app.close());
  const crashed = (message: string): void => {
    crash = message;
    stop();
  };
  const programs = startPrograms(options, plan, ports, crashed);
  cleanUps.push(async () => {
    await Promise.all(programs.map((program) => program.stop()));
  });
  cleanUps.push(() => {
    removeState(folder);
  });
  const started = Date.now();
  await untilReady(plan, settings.prometheus, started / 1_000, end);
  if (!end.aborted) {
    const environment = plan.environment.name;
    writeState(folder, {
      pid: process.pid,
      address: settings.address,
      token,
      environment,
      speed,
      prometheus: settings.prometheus,
      alertmanager: settings.alertmanager,
      programs: programs.map(({ name, pid }) => ({ name, pid })),
    });
    sayReady(report, options, settings);
    await new Promise((resolve) => {
      end.addEventListener("abort", resolve, { once: true });
    });
  }
  if (crash !== undefined) {
    throw new LabError(crash);
  }
  report("stopping");
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

function writeLabFiles(folder: string, plan: MonitoringPlan, address: string): void {
  const config = join(folder, "config");
  rmSync(config, { recursive: true, force: true });
  const write = (path: string, text: string, mode: number): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  };
  const paths = { secrets: join(config, "secrets"), templates: join(config, "alertmanager", "templates") };
  for (const [path, text] of monitoringFiles(plan, paths)) {
    write(join(config, path), text, 0o644);
  }
  for (const [key, secret] of labSecrets(plan.routing, address)) {
    write(join(paths.secrets, key), secret, 0o600);
  }
}

async function checkFiles({ promtool, amtool }: Toolchain, folder: string): Promise<void> {
  await run(promtool, ["check", "config", join(folder, "config", "prometheus", "prometheus.yml")]);
  await run(amtool, ["check-config", join(folder, "config", "alertmanager", "alertmanager.yml")]);
}

/** Gives a new lab its past; one that has data keeps it. */
async function backfill(
  { folder, plan, speed, toolchain, report }: LabOptions,
  workload: Workload,
  now: number,
): Promise<void> {
  const data = join(folder, "data", "prometheus");
  if (existsSync(data)) {
    workload.advance(now);
    return;
  }
  report("writing the history of a healthy system");
  mkdirSync(folder, { recursive: true });
  const text = join(folder, "history.txt");
  const staging = `${data}.part`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  const lines = history({ plan, speed, now }, workload);
  await pipeline(Readable.from(chunks(lines)), createWriteStream(text));
  await run(toolchain.promtool, ["tsdb", "create-blocks-from", "openmetrics", text, staging], {
    maxBuffer: 64 * 1024 * 1024,
  });
  rmSync(text);
  renameSync(staging, data);
}

function* chunks(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    chunk.push(line);
    if (chunk.length === 5_000) {
      yield `${chunk.join("\n")}\n`;
      chunk = [];
    }
  }
  yield `${chunk.join("\n")}\n`;
}

/** Timers of the programs themselves run on the lab's clock too. */
function startPrograms(
  { folder, toolchain, speed }: LabOptions,
  plan: MonitoringPlan,
  ports: { readonly prometheus: number; readonly alertmanager: number },
  onExit: (message: string) => void,
): readonly RunningProgram[] {
  const scaled = (duration: "1m" | "10m" | "1h"): string => scaleDuration(duration, speed);
  const config = join(folder, "config");
  const log = (name: string): string => join(folder, "logs", `${name}.log`);
  const alertmanagerData = join(folder, "data", "alertmanager");
  mkdirSync(alertmanagerData, { recursive: true });
  const alertmanager = startProgram(
    "alertmanager",
    toolchain.alertmanager,
    [
      `--config.file=${join(config, "alertmanager", "alertmanager.yml")}`,
      `--storage.path=${alertmanagerData}`,
      `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
      `--web.external-url=${plan.environment.alertmanagerAddress}`,
      "--cluster.listen-address=",
    ],
    log("alertmanager"),
    onExit,
  );
  const prometheus = startProgram(
    "prometheus",
    toolchain.prometheus,
    [
      `--config.file=${join(config, "prometheus", "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data", "prometheus")}`,
      `--storage.tsdb.retention.time=${plan.scrape.retention}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      `--web.external-url=${plan.environment.prometheusAddress}`,
      `--query.lookback-delta=${plan.scrape.lookback}`,
      `--rules.alert.resend-delay=${scaled("1m")}`,
      `--rules.alert.for-grace-period=${scaled("10m")}`,
      `--rules.alert.for-outage-tolerance=${scaled("1h")}`,
    ],
    log("prometheus"),
    onExit,
  );
  return [alertmanager, prometheus];
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
