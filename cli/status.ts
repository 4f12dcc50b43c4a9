import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import { heartbeatProblem, type HeartbeatPlan } from "../lab/heartbeat";
import { isHealthy, query } from "../lab/prometheus-api";
import type { LabState } from "../lab/state";
import { NO_SLO } from "../plan/identity";
import { RECORDS } from "../plan/names";
import { compareText } from "../slo/order";
import { SEVERITIES } from "../generators/runbook-front-matter";
import { call, lab } from "./lab-commands";

/** How often a status that is watched is asked for again. */
const EVERY_MS = 2_000;

/** What the lab's own server says of itself. */
interface ControlStatus {
  readonly incidents: readonly string[];
  readonly heartbeat: { readonly count: number; readonly last: string; readonly plan?: HeartbeatPlan };
  readonly notifications: number;
}

interface Status extends Omit<LabState, "token">, ControlStatus {
  readonly slos: readonly { readonly slo: string; readonly budgetRemaining: number }[];
  readonly alerts: readonly Readonly<Record<"alert" | "service" | "severity" | "slo" | "state", string>>[];
  readonly problems: readonly string[];
}

/**
 * `tocsin status`: what the SLOs say, what fires, what is broken; with `--watch` again and again until it is ended.
 * Ends with 1 when a part of the lab does not answer, or its heartbeat has stopped: nobody would be paged.
 */
export async function statusCommand(options: {
  readonly json: boolean;
  readonly watch: boolean;
}): Promise<void> {
  for (;;) {
    const status = await ask(lab());
    const text = options.json ? JSON.stringify(status, null, 2) : statusText(status);
    const isScreen = options.watch && process.stdout.isTTY;
    // Home and clear below, so that nothing flickers.
    process.stdout.write(
      isScreen ? `\u001b[H${text.replaceAll("\n", "\u001b[K\n")}\u001b[K\n\u001b[J` : `${text}\n`,
    );
    process.exitCode = status.problems.length > 0 ? 1 : 0;
    if (!options.watch) {
      return;
    }
    await sleep(EVERY_MS);
  }
}

async function ask(state: LabState): Promise<Status> {
  const [control, budgets, alerts, healthy] = await Promise.all([
    call(state, "GET", "/api/status") as Promise<ControlStatus>,
    query(state.prometheus, `last_over_time(${RECORDS.budgetRemaining}[1d])`),
    query(state.prometheus, 'ALERTS{alertname!="Watchdog"}'),
    isHealthy(state.alertmanager),
  ]);
  const { token: _, ...shown } = state;
  return {
    ...shown,
    ...control,
    slos: (budgets ?? []).map(({ labels, value }) => ({
      slo: labels["slo_id"] ?? "",
      budgetRemaining: value,
    })),
    alerts: (alerts ?? []).map(({ labels }) => ({
      alert: labels["alertname"] ?? "",
      service: labels["service"] ?? "",
      slo: labels["slo"] ?? "",
      severity: labels["severity"] ?? "",
      state: labels["alertstate"] ?? "",
    })),
    problems: [
      ...(budgets === undefined || alerts === undefined ? [silent(state, "prometheus")] : []),
      ...(healthy ? [] : [silent(state, "alertmanager")]),
      ...heartbeatStopped(control, state),
    ],
  };
}

function silent(state: LabState, name: "alertmanager" | "prometheus"): string {
  const pid = state.programs.find((program) => program.name === name)?.pid ?? "unknown";
  return `${name} at [${state[name]}] does not answer: process ${pid} hangs or is stopped`;
}

function heartbeatStopped(
  { heartbeat: { last, plan } }: ControlStatus,
  { since }: LabState,
): readonly string[] {
  const heard = Math.max(since, last === "" ? 0 : Date.parse(last));
  const problem = heartbeatProblem(plan, heard, Date.now());
  return problem === undefined ? [] : [problem];
}

type Colour = Parameters<typeof styleText>[0];

/** Colours are for a terminal whose owner wants them; a pipe gets the text. */
function coloured(colour: Colour, text: string): string {
  return styleText(colour, text, { stream: process.stdout });
}

/** What is worst is first. */
function statusText(status: Status): string {
  const { environment, speed, incidents, notifications, heartbeat } = status;
  const slos = [...status.slos].sort(
    (a, b) => a.budgetRemaining - b.budgetRemaining || compareText(a.slo, b.slo),
  );
  const width = Math.max(...slos.map(({ slo }) => slo.length), 0);
  return [
    ...status.problems.map((problem) => coloured("red", `✗ ${problem}`)),
    `${coloured("bold", environment)} at ${speed} times the speed of life; ${status.address}`,
    `incidents: ${incidents.join(", ") || "none"}; notifications: ${notifications}; heartbeats: ${heartbeat.count}`,
    "",
    coloured("bold", status.alerts.length === 0 ? "No alert fires." : "Alerts"),
    ...[...status.alerts].sort(byUrgency).map(alertLine),
    "",
    coloured("bold", "Error budget left"),
    ...slos.map((slo) => budgetLine(slo, width)),
  ].join("\n");
}

function byUrgency(a: Status["alerts"][number], b: Status["alerts"][number]): number {
  const rank = ({ severity, state }: typeof a): number =>
    (state === "firing" ? 0 : 10) + [...SEVERITIES, severity].indexOf(severity);
  return rank(a) - rank(b) || compareText(a.service + a.alert + a.slo, b.service + b.alert + b.slo);
}

const COLOUR_OF: Readonly<Record<string, Colour>> = { critical: "red", warning: "yellow" };

function alertLine({ alert, service, slo, severity, state }: Status["alerts"][number]): string {
  const of = slo.startsWith(NO_SLO) ? service : `${service} ${slo}`;
  const line = `  ${severity.padEnd(8)} ${state.padEnd(7)} ${alert.padEnd(32)} ${of}`;
  return state === "firing" ? coloured(COLOUR_OF[severity] ?? "reset", line) : coloured("dim", line);
}

const BAR = 20;

function budgetLine({ slo, budgetRemaining: left }: Status["slos"][number], width: number): string {
  const full = Math.round(BAR * Math.min(1, Math.max(0, left)));
  const bar = `${"█".repeat(full)}${"░".repeat(BAR - full)}`;
  const colour = left < 0.25 ? "red" : left < 0.5 ? "yellow" : "green";
  return `  ${slo.padEnd(width)} ${coloured(colour, bar)} ${(left * 100).toFixed(1).padStart(7)} %`;
}
