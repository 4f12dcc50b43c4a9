import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { TOCSIN } from "../slo/command";
import { isAlive, LabError } from "./process";

/** What a running lab leaves for the other commands to find it. */
export interface LabState {
  readonly pid: number;
  readonly address: string;
  /** Without it the control routes answer nobody, a web page in the browser included. */
  readonly token: string;
  readonly environment: string;
  readonly speed: number;
  readonly prometheus: string;
  readonly alertmanager: string;
  /** False from its first moment until every SLO has a value. */
  readonly ready: boolean;
  /** Milliseconds since the epoch at which it started, or became ready. */
  readonly since: number;
  readonly programs: readonly { readonly name: string; readonly pid: number }[];
}

/** Where the lab of a checkout keeps everything; TOCSIN_LAB_FOLDER moves it, so that two can run from one checkout. */
export function labFolder(root: string): string {
  return process.env["TOCSIN_LAB_FOLDER"] ?? join(root, ".tocsin", "lab");
}

const FILE = "state.json";
const CRASH = "crash.txt";

/** Written whole or not at all, and readable by its owner only. */
export function writeState(folder: string, state: LabState): void {
  const temporary = join(folder, `${FILE}.${process.pid}`);
  try {
    writeFileSync(temporary, JSON.stringify(state, null, 2), { mode: 0o600 });
    renameSync(temporary, join(folder, FILE));
  } finally {
    rmSync(temporary, { force: true });
  }
}

export function removeState(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/**
 * Keeps what ended a lab for whoever asks later, where there is room for it: its own output may be in a terminal that is
 * gone. What ended it may be just that there is none.
 */
export function recordCrash(folder: string, message: string): void {
  try {
    writeFileSync(join(folder, CRASH), message);
  } catch {
    forgetCrash(folder);
  }
}

export function forgetCrash(folder: string): void {
  rmSync(join(folder, CRASH), { force: true });
}

/** That there is no lab, and what became of the last one where it did not end by itself. */
export function noLab(folder: string): string {
  try {
    return `no lab is running here any more: ${readFileSync(join(folder, CRASH), "utf8")}`;
  } catch {
    return "no lab is running here";
  }
}

/** The state of a lab that runs; what a killed one left is cleared away, its programs with it. */
export function runningLab(folder: string): LabState | undefined {
  let state: LabState;
  try {
    state = JSON.parse(readFileSync(join(folder, FILE), "utf8")) as LabState;
  } catch {
    return undefined;
  }
  if (isAlive(state.pid) && COMMAND.test(commandOf(state.pid))) {
    return state;
  }
  for (const { pid } of state.programs.filter((program) => commandOf(program.pid).includes(folder))) {
    process.kill(pid, "SIGTERM");
  }
  recordCrash(folder, `its own process [${state.pid}] was killed, and its programs were ended now`);
  removeState(folder);
  return undefined;
}

/** The command, started from its sources, or from a package by its file or by the link that npm makes to it. */
const COMMAND = /cli\/main\.ts |\/tocsin(?:\.cjs)? /;

/** The command line of a process, empty when there is none: a pid may have been given to somebody else. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return isAlive(pid) ? fromPs(pid) : "";
  }
}

/** Systems without /proc have ps. */
function fromPs(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}

/** The running lab, or an error that says how to start one. */
export function requireLab(folder: string): LabState {
  const state = runningLab(folder);
  if (state === undefined) {
    throw new LabError(`${noLab(folder)}\nstart one with \`${TOCSIN} up\`, in the background with --detach`);
  }
  if (!state.ready) {
    throw new LabError(`the lab here is still starting; wait for it, or end it with \`${TOCSIN} down\``);
  }
  return state;
}

/** @throws LabError when a lab runs in the folder already: two would share its data */
export function requireNoLab(folder: string): void {
  if (runningLab(folder) !== undefined) {
    throw new LabError(
      `a lab is already running here; see \`${TOCSIN} status\`, or end it with \`${TOCSIN} down\``,
    );
  }
}
