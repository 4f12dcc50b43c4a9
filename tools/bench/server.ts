import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { writeBlocks } from "../../lab/backfill";
import { freePort, startProgram } from "../../lab/process";
import { isHealthy } from "../../lab/prometheus-api";
import type { Toolchain } from "../../lab/toolchain";
import { removeFolder, temporaryFolder } from "../../test/support/program";

const answer = z.object({
  data: z.object({
    stats: z.object({
      timings: z.object({ evalTotalTime: z.number() }),
      samples: z.object({ totalQueryableSamples: z.number() }),
    }),
  }),
});

/** What one evaluation of an expression takes. */
export interface Evaluation {
  /** Samples that the engine reads. */
  readonly samples: number;
  /** Milliseconds of a processor. */
  readonly ms: number;
}

/** A running server that knows a past, and what expressions cost it at the end of that past. */
export interface Server {
  readonly address: string;
  readonly samples: (expr: string) => Promise<number>;
  /** The work of one of many evaluations, by what the process used: the clock counts the neighbours too. */
  readonly evaluation: (expr: string) => Promise<Evaluation>;
}

/** An expression is evaluated for about so long, since the system counts in hundredths of a second, and so often at most. */
const MEASURED_MS = 250;
const MOST_RUNS = 250;

const STARTS_WITHIN_MS = 60_000;

/**
 * Starts Prometheus over a past in OpenMetrics text.
 * @param now seconds since the epoch at which the past ends
 * @throws Error with the end of its log when it does not start
 */
export async function withServer<T>(
  { prometheus, promtool }: Toolchain,
  past: Iterable<string>,
  now: number,
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const folder = temporaryFolder();
  const data = path.join(folder, "data");
  const config = path.join(folder, "prometheus.yml");
  const crashed = new AbortController();
  try {
    await writeBlocks(past, { folder, data, toolchain: { promtool }, signal: crashed.signal });
    writeFileSync(config, "{}\n");
    const address = `127.0.0.1:${await freePort(undefined, "")}`;
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=${address}`,
      "--storage.tsdb.retention.time=10y",
    ];
    const program = startProgram("prometheus", prometheus, args, path.join(folder, "log"), (message) => {
      crashed.abort(new Error(message));
    });
    try {
      await ready(`http://${address}`, crashed.signal);
      return await use(new RunningServer(`http://${address}`, now));
    } finally {
      await program.stop();
    }
  } finally {
    removeFolder(folder);
  }
}

async function ready(address: string, crashed: AbortSignal): Promise<void> {
  for (const start = Date.now(); !(await isHealthy(address)); await sleep(100)) {
    crashed.throwIfAborted();
    if (Date.now() - start > STARTS_WITHIN_MS) {
      throw new Error(`Prometheus at [${address}] is not ready after ${STARTS_WITHIN_MS / 1_000} s`);
    }
  }
}

class RunningServer implements Server {
  /** Milliseconds of a question about nothing. */
  private overhead: Promise<number> | undefined;

  constructor(
    readonly address: string,
    private readonly now: number,
  ) {}

  async samples(expr: string): Promise<number> {
    return (await this.ask(expr)).samples.totalQueryableSamples;
  }

  async evaluation(expr: string): Promise<Evaluation> {
    this.overhead ??= this.work("1", MOST_RUNS);
    const overhead = await this.overhead;
    const { samples, timings } = await this.ask(expr);
    const runs = Math.ceil(MEASURED_MS / (timings.evalTotalTime * 1_000 + overhead));
    const ms = await this.work(expr, Math.min(MOST_RUNS, runs));
    return { samples: samples.totalQueryableSamples, ms: Math.max(0, ms - overhead) };
  }

  private async work(expr: string, runs: number): Promise<number> {
    const before = await this.used();
    for (let run = 0; run < runs; run += 1) {
      await this.ask(expr);
    }
    return ((await this.used()) - before) / runs;
  }

  /** Milliseconds of processors that the server used since it started. */
  private async used(): Promise<number> {
    const text = await (await fetch(`${this.address}/metrics`)).text();
    const [, seconds] = /^process_cpu_seconds_total (\S+)$/m.exec(text) ?? [];
    if (seconds === undefined) {
      throw new Error("this Prometheus does not say what it uses: no process_cpu_seconds_total, as on macOS");
    }
    return Number(seconds) * 1_000;
  }

  private async ask(query: string): Promise<z.infer<typeof answer>["data"]["stats"]> {
    const body = new URLSearchParams({ query, time: String(this.now), stats: "all" });
    const response = await fetch(`${this.address}/api/v1/query`, { method: "POST", body });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`Prometheus answers ${response.status} to [${query}]: ${text}`);
    }
    return answer.parse(JSON.parse(text)).data.stats;
  }
}
