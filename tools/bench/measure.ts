import { spawn } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { z } from "zod";

/** What a run of a program took. */
export interface Measured {
  /** By the clock. */
  readonly seconds: number;
  /** Seconds that processors worked for it. */
  readonly processor: number;
  /** The most memory that the process held, in bytes. */
  readonly peak: number;
  readonly output: string;
}

const usage = z.object({ peak: z.number(), processor: z.number() });

const PRELOADS = ["./tools/preload.cjs", join(__dirname, "usage.cjs")].flatMap((file) => ["--require", file]);

/**
 * Runs a script several times, as the command `tocsin` is run, and takes the run with the least work: the others differ
 * by what else the machine did.
 * @throws Error with what it said unless it ends with 0
 */
export async function best(runs: number, folder: string, ...args: readonly string[]): Promise<Measured> {
  const results: Measured[] = [];
  for (let run = 0; run < runs; run += 1) {
    results.push(await measure(folder, args));
  }
  const [first, ...others] = results.sort((a, b) => a.processor - b.processor);
  if (first === undefined) {
    throw new RangeError("nothing is measured in no runs");
  }
  return { ...first, peak: Math.max(first.peak, ...others.map(({ peak }) => peak)) };
}

function measure(folder: string, args: readonly string[]): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [...PRELOADS, ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const texts = [1, 2, 3].map((channel) => {
      const chunks: Buffer[] = [];
      child.stdio[channel]?.on("data", (chunk: Buffer) => chunks.push(chunk));
      return (): string => Buffer.concat(chunks).toString();
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = (performance.now() - start) / 1_000;
      const [output = "", complaints = "", used = ""] = texts.map((text) => text());
      if (code === 0) {
        resolve({ seconds, ...usage.parse(JSON.parse(used)), output });
      } else {
        reject(new Error(`[${args.join(" ")}] ended with ${String(code)}:\n${output}${complaints}`));
      }
    });
  });
}
