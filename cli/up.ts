import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { faultAndRemedy, saysFull } from "../lab/file-fault";
import { HOW_TO_END, runLab } from "../lab/lab";
import { makeFolder } from "../lab/make-folder";
import { isAlive, LabError } from "../lab/process";
import { labFolder, requireNoLab, runningLab } from "../lab/state";
import { ensureToolchain } from "../lab/toolchain";
import type { Catalogue } from "../slo/catalogue";
import { TOCSIN } from "../slo/command";
import { requireCompliant } from "./compliance";
import { interruption } from "./interrupt";
import { ROOT } from "./root";
import { mainStack } from "./stack";

/** Options of `tocsin up`, as commander parses them. */
interface UpOptions {
  readonly detach: boolean;
  readonly speed: number;
  readonly fresh: boolean;
  readonly port?: number;
  readonly prometheusPort?: number;
  readonly alertmanagerPort?: number;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `tocsin up`: the lab in the foreground, or in the background with --detach. */
export async function upCommand(
  catalogue: Catalogue,
  stack: string | undefined,
  options: UpOptions,
): Promise<void> {
  try {
    await up(catalogue, stack ?? mainStack(catalogue), options);
  } catch (error) {
    // The programs that write for the lab say it in their own words.
    if (error instanceof Error && ("syscall" in error || saysFull(error.message))) {
      throw new LabError(
        `the lab cannot keep its files in [${labFolder(ROOT)}] ${faultAndRemedy(error)}, or name another folder in TOCSIN_LAB_FOLDER`,
      );
    }
    throw error;
  }
}

async function up(catalogue: Catalogue, stack: string, options: UpOptions): Promise<void> {
  const signal = interruption();
  // A terminal that was closed takes no more lines, and the programs must be ended all the same.
  process.stderr.removeAllListeners("error").on("error", () => undefined);
  if (options.detach) {
    await detached(signal);
    return;
  }
  const { plan } = await requireCompliant(catalogue, stack);
  signal.throwIfAborted();
  const toolchain = await ensureToolchain({ report: say, signal });
  await runLab({
    folder: labFolder(ROOT),
    plan,
    speed: options.speed,
    toolchain,
    fresh: options.fresh,
    ports: {
      ...(options.port === undefined ? {} : { lab: options.port }),
      ...(options.prometheusPort === undefined ? {} : { prometheus: options.prometheusPort }),
      ...(options.alertmanagerPort === undefined ? {} : { alertmanager: options.alertmanagerPort }),
    },
    report: say,
    signal,
  });
}

/** The same command once more, cut loose from this terminal; returns when it is ready or has failed. */
async function detached(signal: AbortSignal): Promise<void> {
  const folder = labFolder(ROOT);
  requireNoLab(folder);
  makeFolder(dirname(folder));
  const log = `${folder}.log`;
  const output = openSync(log, "w");
  const args = process.argv.slice(1).filter((argument) => argument !== "--detach");
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.unref();
  // The lab is out of reach of this terminal's Ctrl-C, and half a start is of no use.
  signal.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
  const { pid } = child;
  while (pid !== undefined && isAlive(pid) && child.exitCode === null) {
    if (runningLab(folder)?.ready === true) {
      say(readFileSync(log, "utf8").trimEnd().replace(HOW_TO_END, `end with ${TOCSIN} down`));
      return;
    }
    await sleep(200);
  }
  signal.throwIfAborted();
  const said = readFileSync(log, "utf8").trimEnd();
  if (said === "") {
    sayWhyUnwritten(log);
  }
  throw new LabError(`the lab did not start:\n${said}`);
}

/** Nothing is said in a file that takes nothing. @throws Error of the system where it is so */
function sayWhyUnwritten(log: string): void {
  try {
    writeFileSync(log, "it ended without a word\n");
  } finally {
    rmSync(log, { force: true });
  }
}
