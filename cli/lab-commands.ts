import { setTimeout as sleep } from "node:timers/promises";
import { incidentsOf, readable, type Delivery } from "../lab/receivers/inbox";
import { isAlive, LabError } from "../lab/process";
import { heartbeatProblem, type HeartbeatPlan } from "../lab/heartbeat";
import { isHealthy, query } from "../lab/prometheus-api";
import { labFolder, noLab, requireLab, runningLab, type LabState } from "../lab/state";
import { TOCSIN } from "../slo/command";
import type { ServiceIncident } from "../slo/incident";
import { NO_SLO } from "../plan/identity";
import { RECORDS } from "../plan/names";
import { suggestion } from "../slo/nearest";
import { ROOT } from "./root";
import { UsageError } from "./user-error";

const STOP_TIMEOUT_MS = 20_000;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function lab(): LabState {
  return requireLab(labFolder(ROOT));
}

/** A lab that is stopped takes a question and never answers. */
const ANSWER_TIMEOUT_MS = 10_000;

async function call(state: LabState, method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${state.address}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${state.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  }).catch(() => {
    throw new LabError(
      `the lab at [${state.address}] does not answer: it is just ending, or process ${state.pid} hangs; see \`${TOCSIN} status\` in a moment`,
    );
  });
  if (response.status === 404) {
    throw new UsageError(((await response.json()) as { readonly error: string }).error);
  }
  if (!response.ok) {
    throw new LabError(`the lab answered ${response.status}: ${await response.text()}`);
  }
  return response.json();
}

/** `tocsin down`: ends the lab of this folder and waits until it is gone. */
export async function downCommand(): Promise<void> {
  const folder = labFolder(ROOT);
  const state = runningLab(folder);
  if (state === undefined) {
    print(noLab(folder));
    return;
  }
  process.kill(state.pid, "SIGTERM");
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(state.pid)) {
    if (Date.now() > deadline) {
      throw new LabError(`process ${state.pid} did not end within ${STOP_TIMEOUT_MS / 1_000} s`);
    }
    await sleep(100);
  }
  print("stopped");
}

/** What the lab's own server says of itself. */
interface ControlStatus {
  readonly incidents: readonly string[];
  readonly heartbeat: { readonly count: number; readonly last: string; readonly plan?: HeartbeatPlan };
  readonly notifications: number;
}

/**
 * `tocsin status`: what the SLOs say, what fires, what is broken.
 * Ends with 1 when a part of the lab does not answer, or its heartbeat has stopped: nobody would be paged.
 */
export async function statusCommand(options: { readonly json: boolean }): Promise<void> {
  const state = lab();
  const [control, budgets, alerts, healthy] = await Promise.all([
    call(state, "GET", "/api/status") as Promise<ControlStatus>,
    query(state.prometheus, `last_over_time(${RECORDS.budgetRemaining}[1d])`),
    query(state.prometheus, 'ALERTS{alertname!="Watchdog"}'),
    isHealthy(state.alertmanager),
  ]);
  const slos = (budgets ?? []).map(({ labels, value }) => ({
    slo: labels["slo_id"] ?? "",
    budgetRemaining: value,
  }));
  const active = (alerts ?? []).map(({ labels }) => ({
    alert: labels["alertname"] ?? "",
    service: labels["service"] ?? "",
    slo: labels["slo"] ?? "",
    severity: labels["severity"] ?? "",
    state: labels["alertstate"] ?? "",
  }));
  const problems = [
    ...(budgets === undefined || alerts === undefined ? [silent(state, "prometheus")] : []),
    ...(healthy ? [] : [silent(state, "alertmanager")]),
    ...(heartbeatStopped(control, state) ?? []),
  ];
  const status = { ...state, token: undefined, ...control, slos, alerts: active, problems };
  print(options.json ? JSON.stringify(status, null, 2) : statusText(status));
  if (problems.length > 0) {
    process.exitCode = 1;
  }
}

function silent(state: LabState, name: "alertmanager" | "prometheus"): string {
  const pid = state.programs.find((program) => program.name === name)?.pid ?? "unknown";
  return `${name} at [${state[name]}] does not answer: process ${pid} hangs or is stopped`;
}

function heartbeatStopped(
  { heartbeat: { last, plan } }: ControlStatus,
  { since }: LabState,
): readonly string[] | undefined {
  const heard = Math.max(since, last === "" ? 0 : Date.parse(last));
  const problem = heartbeatProblem(plan, heard, Date.now());
  return problem === undefined ? undefined : [problem];
}

interface Status extends Omit<LabState, "token">, ControlStatus {
  readonly slos: readonly { readonly slo: string; readonly budgetRemaining: number }[];
  readonly alerts: readonly Readonly<Record<"alert" | "service" | "severity" | "slo" | "state", string>>[];
  readonly problems: readonly string[];
}

function statusText(status: Status): string {
  const { incidents, notifications, heartbeat } = status;
  return [
    ...status.problems.map((problem) => `✗ ${problem}`),
    `${status.environment} at ${status.speed} times the speed of life; Prometheus ${status.prometheus}, Alertmanager ${status.alertmanager}`,
    `incidents: ${incidents.join(", ") || "none"}; notifications: ${notifications}; heartbeats: ${heartbeat.count}`,
    ...status.slos.map(
      ({ slo, budgetRemaining }) =>
        `  ${slo.padEnd(32)} ${(budgetRemaining * 100).toFixed(2)} % of the error budget remains`,
    ),
    ...status.alerts.map(
      ({ alert, service, slo, severity, state }) =>
        `  ${alert.padEnd(32)} ${severity}, ${state} (${slo.startsWith(NO_SLO) ? service : `${service} ${slo}`})`,
    ),
  ].join("\n");
}

/** `tocsin break`: injects incidents, or lists those that can be played in the environment of the running lab. */
export async function breakCommand(
  names: readonly string[],
  options: { readonly service?: string; readonly list: boolean; readonly json: boolean },
): Promise<void> {
  const { service } = options;
  const all = (await call(lab(), "GET", "/api/incidents")) as readonly Omit<ServiceIncident, "fault">[];
  const incidents = all.filter((incident) => service === undefined || incident.service === service);
  if (incidents.length === 0) {
    const services = [...new Set(all.map((incident) => incident.service))];
    throw new UsageError(
      `no incident of [${service ?? ""}] can be played here. ${suggestion(service ?? "", services)}`,
    );
  }
  if (options.list && options.json) {
    print(JSON.stringify(incidents, null, 2));
    return;
  }
  if (options.list) {
    for (const { id, service: of, says, alerts } of incidents) {
      print(`${id.padEnd(14)} ${of}: ${says} -> ${alerts.join(", ")}`);
    }
    return;
  }
  const known = incidents.map(({ id }) => id);
  const [stranger] = names.filter((name) => !known.includes(name));
  if (names.length === 0 || (service !== undefined && stranger !== undefined)) {
    throw new UsageError(
      stranger === undefined
        ? `name an incident; \`${TOCSIN} break --list\` shows them`
        : `[${stranger}] is not an incident of [${service ?? ""}]. ${suggestion(stranger, known)}`,
    );
  }
  // What the lab refuses comes first, so that nothing is broken where one of them cannot be.
  for (const incident of stranger === undefined ? names : [stranger]) {
    const { says, alerts } = (await call(lab(), "POST", "/api/break", { incident })) as ServiceIncident;
    print(`broken: ${says}; expect ${alerts.join(", ")} in \`${TOCSIN} inbox\``);
  }
}

/** `tocsin heal`: ends the incidents that are named, or every one. */
export async function healCommand(names: readonly string[]): Promise<void> {
  const body = names.length === 0 ? {} : { incidents: names };
  const { mended } = (await call(lab(), "POST", "/api/mend", body)) as { mended: string[] };
  print(
    mended.length === 0
      ? "nothing was broken"
      : `healed: ${mended.join(", ")}; a page resolves once its windows are clean`,
  );
}

/** `tocsin inbox`: every notification that arrived, oldest first. */
export async function inboxCommand(options: { readonly json: boolean }): Promise<void> {
  const deliveries = (await call(lab(), "GET", "/api/inbox")) as readonly Delivery[];
  if (options.json) {
    print(JSON.stringify(deliveries, null, 2));
    return;
  }
  if (deliveries.length === 0) {
    print("nothing has arrived");
  }
  const incidents = incidentsOf(deliveries);
  for (const [
    index,
    { time, channel, receiver, status, title, text, links, alerts },
  ] of deliveries.entries()) {
    const incident = incidents[index] === "" ? "" : `: ${incidents[index]}`;
    // The text has most addresses already; where they lead is asked for by what has none, such as a webhook.
    const others = links.filter((link) => !text.includes(link));
    const lines = [title, alerts, ...text.trim().split("\n"), ...others].map((line) => `  ${line}\n`);
    const said = `${time} ${channel} ${receiver} ${status.toUpperCase()}${incident}\n${lines.join("")}`;
    print(readable(said));
  }
}
