import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery } from "../lab/receivers/inbox";
import { isAlive, LabError } from "../lab/process";
import { query } from "../lab/prometheus-api";
import { labFolder, noLab, requireLab, runningLab, type LabState } from "../lab/state";
import { INCIDENTS } from "../lab/workload/incidents";
import { RECORDS } from "../plan/names";
import { ROOT } from "./stack";
import { UserError } from "./user-error";

const STOP_TIMEOUT_MS = 20_000;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function lab(): LabState {
  return requireLab(labFolder(ROOT));
}

async function call(state: LabState, method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${state.address}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${state.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new LabError(
      `the lab at [${state.address}] does not answer: it is just ending, or process ${state.pid} hangs; see \`npm run -s tocsin -- status\` in a moment`,
    );
  });
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

/** `tocsin status`: what the SLOs say, what fires, what is broken. */
export async function statusCommand(options: { readonly json: boolean }): Promise<void> {
  const state = lab();
  const [control, budgets, alerts] = await Promise.all([
    call(state, "GET", "/api/status") as Promise<{
      incidents: string[];
      heartbeat: { count: number; last: string };
      notifications: number;
    }>,
    query(state.prometheus, `last_over_time(${RECORDS.budgetRemaining}[1d])`),
    query(state.prometheus, 'ALERTS{alertname!="Watchdog"}'),
  ]);
  const shown = { ...state, token: undefined };
  const slos = budgets.map(({ labels, value }) => ({ slo: labels["slo_id"] ?? "", budgetRemaining: value }));
  const active = alerts.map(({ labels }) => ({
    alert: labels["alertname"] ?? "",
    slo: labels["slo"] ?? "",
    severity: labels["severity"] ?? "",
    state: labels["alertstate"] ?? "",
  }));
  if (options.json) {
    print(JSON.stringify({ ...shown, ...control, slos, alerts: active }, null, 2));
    return;
  }
  print(
    `${state.environment} at ${state.speed} times the speed of life; Prometheus ${state.prometheus}, Alertmanager ${state.alertmanager}`,
  );
  print(
    `incidents: ${control.incidents.join(", ") || "none"}; notifications: ${control.notifications}; heartbeats: ${control.heartbeat.count}`,
  );
  for (const { slo, budgetRemaining } of slos) {
    print(`  ${slo.padEnd(32)} ${(budgetRemaining * 100).toFixed(2)} % of the error budget remains`);
  }
  for (const { alert, slo, severity, state: alertState } of active) {
    print(`  ${alert.padEnd(32)} ${severity}, ${alertState} (${slo})`);
  }
}

/** `tocsin break`: injects an incident, or lists them. */
export async function breakCommand(
  name: string | undefined,
  options: { readonly service?: string; readonly list: boolean },
): Promise<void> {
  const incidents = INCIDENTS.filter(
    ({ service }) => options.service === undefined || service === options.service,
  );
  const known = incidents.map(({ id }) => id).join(", ");
  if (options.list) {
    for (const { id, service, says, alerts } of incidents) {
      print(`${id.padEnd(14)} ${service}: ${says} -> ${alerts.join(", ")}`);
    }
    return;
  }
  const incident = incidents.find(({ id }) => id === name);
  if (incident === undefined) {
    throw new UserError(`[${name ?? ""}] is not an incident; use one of [${known}]`);
  }
  await call(lab(), "POST", "/api/break", { incident: incident.id });
  print(`broken: ${incident.says}; expect ${incident.alerts.join(", ")} in \`tocsin inbox\``);
}

/** `tocsin mend`: ends every incident. */
export async function mendCommand(): Promise<void> {
  const { mended } = (await call(lab(), "POST", "/api/mend")) as { mended: string[] };
  print(
    mended.length === 0
      ? "nothing was broken"
      : `mended: ${mended.join(", ")}; what pages resolves once the windows are clean`,
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
  for (const { time, channel, receiver, status, title, text, links, alerts } of deliveries) {
    print(
      `${time} ${channel} ${receiver} ${status.toUpperCase()}\n  ${title}\n  ${alerts}\n  ${text.trim().replaceAll("\n", "\n  ")}\n  ${links.join("\n  ")}\n`,
    );
  }
}
