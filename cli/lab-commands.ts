import { setTimeout as sleep } from "node:timers/promises";
import { incidentsOf, readable, type Delivery } from "../lab/receivers/inbox";
import { isAlive, LabError } from "../lab/process";
import { labFolder, noLab, requireLab, runningLab, type LabState } from "../lab/state";
import { TOCSIN } from "../slo/command";
import type { ServiceIncident } from "../slo/incident";
import { suggestion } from "../slo/nearest";
import { ROOT } from "./root";
import { UsageError } from "./user-error";

const STOP_TIMEOUT_MS = 20_000;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The lab of this folder. @throws UserError where none runs */
export function lab(): LabState {
  return requireLab(labFolder(ROOT));
}

/** A lab that is stopped takes a question and never answers. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Asks the lab's own server, and returns what it answers. @throws LabError when it does not, UsageError on a name it does not know */
export async function call(
  state: LabState,
  method: "GET" | "POST",
  path: string,
  body?: object,
): Promise<unknown> {
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
