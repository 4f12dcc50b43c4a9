import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { TOCSIN } from "../slo/command";
import type { ServiceIncident } from "../slo/incident";
import { AlertGate } from "./alert-gate";
import { consoleFiles } from "./console/bundle";
import { checkFiles, writeLabFiles } from "./files";
import { backfill } from "./backfill";
import { makeFolder } from "./make-folder";
import type { LabOptions } from "./options";
import { keepPort, LabError, type KeptPort } from "./process";
import { startPrograms } from "./programs";
import { untilReady } from "./ready";
import { Inbox } from "./receivers/inbox";
import { startMailServer } from "./receivers/mail";
import { labServer } from "./server";
import { forgetCrash, recordCrash, removeState, requireNoLab, writeState, type LabState } from "./state";
import { toLab } from "./to-lab";
import { historyStart } from "./workload/history";
import { playableIncidents } from "./workload/playable";
import { Workload } from "./workload/workload";

/**
 * Runs a lab until it is told to stop or one of its programs ends by itself.
 * @throws LabError when it cannot start or a program crashes, the signal's reason when it is told to stop before it
 * was ready; nothing of it is left running then
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
  const crashed = new AbortController();
  const end = AbortSignal.any([signal, crashed.signal]);
  prepareFolder(options);
  cleanUps.push(() => removeState(folder));
  const stage = await setStage(options, cleanUps);
  const { prometheus, alertmanager } = stage.ports;
  await Promise.all([prometheus.release(), alertmanager.release()]);
  const ports = { prometheus: prometheus.port, alertmanager: alertmanager.port };
  const programs = startPrograms(options, stage.plan, ports, (message) => {
    // The terminal's Ctrl-C reaches the programs too: one that obeys it before it is told to has not crashed.
    if (!signal.aborted) {
      recordCrash(folder, message);
      crashed.abort(new LabError(message));
    }
  });
  cleanUps.push(async () => {
    await Promise.all(programs.map((program) => program.stop()));
  });
  const state = { ...stage.state, programs: programs.map(({ name, pid }) => ({ name, pid })) };
  writeState(folder, state);
  const { plan, gate } = stage;
  const awaited = { ...stage.state, plan, report, wasTold: gate.wasTold.bind(gate) };
  await untilReady({ ...awaited, interval: options.plan.scrape.interval }, end);
  gate.open();
  sayReady(report, options, stage.state.address);
  // After the last line: whoever waits for this state then shows what was said.
  writeState(folder, { ...state, ready: true, since: Date.now() });
  await aborted(end);
  crashed.signal.throwIfAborted();
  report("stopping");
}

function prepareFolder({ folder, fresh }: LabOptions): void {
  if (fresh) {
    rmSync(folder, { recursive: true, force: true });
  }
  makeFolder(join(folder, "logs"));
  forgetCrash(folder);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await once(signal, "abort");
  }
}

/** Everything that stands before Prometheus and Alertmanager start: files, history, the lab's own servers. */
interface Stage {
  readonly plan: MonitoringPlan;
  readonly ports: Ports;
  readonly gate: AlertGate;
  readonly state: LabState;
}

type Ports = Readonly<Record<"alertmanager" | "lab" | "prometheus", KeptPort>>;

async function setStage(options: LabOptions, cleanUps: (() => Promise<void> | void)[]): Promise<Stage> {
  const { folder, speed, signal } = options;
  const ports = await keepPorts(options, cleanUps);
  const state = stateOf(options, ports);
  // From here on nobody else starts in this folder, and what a kill leaves is found again.
  writeState(folder, state);
  const inbox = new Inbox(join(folder, "inbox.jsonl"));
  const mail = await startMailServer(inbox);
  cleanUps.push(mail.close);
  // Links to Alertmanager's own pages lead to the console, which has the same and more.
  const smtp = `127.0.0.1:${mail.port}`;
  const plan = toLab(options.plan, { ...state, alertmanager: state.address, smtp });
  const now = Math.floor(Date.now() / 1_000);
  const workload = new Workload(options.plan.services, historyStart({ speed, now }), speed);
  writeLabFiles(folder, plan, state.address);
  await checkFiles(options.toolchain, folder, signal);
  await backfill(options, workload, now);
  const gate = new AlertGate(join(folder, "data", "told.json"));
  const console = await consoleFiles();
  const app = labServer({ ...state, plan, original: options.plan, workload, inbox, gate, console });
  await ports.lab.release();
  await app.listen({ port: ports.lab.port, host: "127.0.0.1" });
  cleanUps.push(() => app.close());
  signal.throwIfAborted();
  return { plan, ports, gate, state };
}

async function keepPorts({ ports }: LabOptions, cleanUps: (() => Promise<void> | void)[]): Promise<Ports> {
  const keep = async (wanted: number | undefined, option: string): Promise<KeptPort> => {
    const kept = await keepPort(wanted, option);
    cleanUps.push(kept.release);
    return kept;
  };
  return {
    lab: await keep(ports.lab, "--port"),
    prometheus: await keep(ports.prometheus, "--prometheus-port"),
    alertmanager: await keep(ports.alertmanager, "--alertmanager-port"),
  };
}

function stateOf({ plan, speed }: LabOptions, ports: Ports): LabState {
  const address = ({ port }: KeptPort): string => `http://127.0.0.1:${port}`;
  return {
    pid: process.pid,
    address: address(ports.lab),
    token: randomBytes(24).toString("hex"),
    environment: plan.environment.name,
    speed,
    prometheus: address(ports.prometheus),
    alertmanager: address(ports.alertmanager),
    ready: false,
    since: Date.now(),
    programs: [],
  };
}

/** How to break something that pages, where anything here does. */
function pagingIncident(plan: MonitoringPlan): readonly (readonly [command: string, does: string])[] {
  const pages = ({ service, alerts }: ServiceIncident): boolean =>
    plan.alerts.some(
      (alert) =>
        alert.severity === "critical" && alert.service === service && alerts.includes(alert.alertname),
    );
  const first = playableIncidents(plan).find(pages);
  return first === undefined ? [] : [[`break ${first.id}`, `${first.says}, and a page arrives`]];
}

/** The last line of a start; a lab in the background has no terminal to press keys in. */
export const HOW_TO_END = "end with Ctrl-C";

function sayReady(report: (line: string) => void, { plan, speed }: LabOptions, address: string): void {
  report(`ready: ${plan.environment.name} is alive at ${speed} times the speed of life`);
  report(`open ${address} in a browser: objectives, alerts, who was told, and buttons that break things`);
  report("or say it in another terminal:");
  const commands = [
    ...pagingIncident(plan),
    ["inbox", "what PagerDuty, Slack and mail would have got"],
    ["heal", "and it resolves"],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  for (const [command, does] of commands) {
    report(`  ${TOCSIN} ${command.padEnd(width)}   ${does}`);
  }
  report(HOW_TO_END);
}
