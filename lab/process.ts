import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";

/** A lab that could not start or go on, said so that a person can act on it. */
export class LabError extends Error {
  override readonly name = "LabError";
}

/** A running program of the lab, its output in a log file. */
export interface RunningProgram {
  readonly name: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const STOP_TIMEOUT_MS = 8_000;

/**
 * Starts a program; `onExit` hears of an end that nobody asked for, with the last lines of its log.
 * @param env variables besides those of this process, such as a secret that no argument may show
 */
export function startProgram(
  name: string,
  file: string,
  args: readonly string[],
  log: string,
  onExit: (message: string) => void,
  env: Readonly<Record<string, string>> = {},
): RunningProgram {
  const output = openSync(log, "w");
  const child = spawn(file, args, { stdio: ["ignore", output, output], env: { ...process.env, ...env } });
  closeSync(output);
  // A bug that ends this process must not leave the program behind.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  let stopping = false;
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", (code, signal) => {
      process.removeListener("exit", kill);
      if (!stopping) {
        onExit(
          `${name} ended by itself (${signal ?? `exit code ${code ?? "unknown"}`}); the end of ${log}:\n${tail(log)}`,
        );
      }
      resolve();
    });
  });
  if (child.pid === undefined) {
    throw new LabError(`${name} did not start: [${file}] cannot be run`);
  }
  return {
    name,
    pid: child.pid,
    stop: async () => {
      stopping = true;
      await end(child, ended);
    },
  };
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(hard);
}

function tail(log: string): string {
  if (!existsSync(log)) {
    return "(the log is gone)";
  }
  const said = readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n");
  return said === "" ? "(nothing, as where its disk is full)" : said;
}

/** A port on loopback that is kept until it is used: any connection of this machine could be given it meanwhile. */
export interface KeptPort {
  readonly port: number;
  /** Lets go of it; more than once does nothing. */
  readonly release: () => Promise<void>;
}

/** Keeps a free port, at which nobody is answered. @throws LabError when a port that the user named is taken */
export async function keepPort(wanted: number | undefined, option: string): Promise<KeptPort> {
  const server = createServer((socket) => socket.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(wanted ?? 0, "127.0.0.1", () => {
        resolve();
      });
    });
  } catch {
    throw new LabError(
      `port [${wanted ?? 0}] is in use; name another with ${option}, or leave it out and a free one is found`,
    );
  }
  const { port } = server.address() as AddressInfo;
  return { port, release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** A port on loopback that is free now. @throws LabError when a port that the user named is taken */
export async function freePort(wanted: number | undefined, option: string): Promise<number> {
  const { port, release } = await keepPort(wanted, option);
  await release();
  return port;
}

/** Whether a process is alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
