import { execFile } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import type { LabOptions } from "./options";
import { history } from "./workload/history";
import type { Workload } from "./workload/workload";

const run = promisify(execFile);

/** Gives a new lab its past; one that has data keeps it. */
export async function backfill(
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
