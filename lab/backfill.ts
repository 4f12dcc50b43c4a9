import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Duration } from "../slo/duration";
import type { LabOptions } from "./options";
import type { Toolchain } from "./toolchain";
import { runTool } from "./tools";
import { history } from "./workload/history";
import type { Workload } from "./workload/workload";

/** promtool reads the whole text once per block: with its two hours that is 336 times for four weeks. */
const BLOCK: Duration = "31d";

/** Gives a new lab its past; one that has data keeps it. */
export async function backfill(
  { folder, plan, speed, toolchain, report, signal }: LabOptions,
  workload: Workload,
  now: number,
): Promise<void> {
  const data = join(folder, "data", "prometheus");
  if (existsSync(data)) {
    workload.advance(now);
    return;
  }
  report("writing the history of a healthy system");
  await writeBlocks(history({ plan, speed, now }, workload), { folder, data, toolchain, signal });
}

/** Where blocks are made of a text: `folder` is for what is gone afterwards, `data` for the blocks, and must not exist. */
interface Blocks {
  readonly folder: string;
  readonly data: string;
  readonly toolchain: Pick<Toolchain, "promtool">;
  readonly signal: AbortSignal;
}

/** Writes a past in OpenMetrics text, by lines, as what a server keeps it in. An interrupted one leaves nothing of it. */
export async function writeBlocks(
  lines: Iterable<string>,
  { folder, data, toolchain, signal }: Blocks,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const text = join(folder, "history.txt");
  const staging = `${data}.part`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  try {
    await pipeline(Readable.from(chunks(lines, signal)), createWriteStream(text));
    await runTool(
      toolchain.promtool,
      ["tsdb", "create-blocks-from", `--max-block-duration=${BLOCK}`, "openmetrics", text, staging],
      signal,
    );
    renameSync(staging, data);
  } finally {
    rmSync(text, { force: true });
    rmSync(staging, { recursive: true, force: true });
  }
}

function* chunks(lines: Iterable<string>, signal: AbortSignal): Generator<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    chunk.push(line);
    if (chunk.length === 5_000) {
      signal.throwIfAborted();
      yield `${chunk.join("\n")}\n`;
      chunk = [];
    }
  }
  yield `${chunk.join("\n")}\n`;
}
