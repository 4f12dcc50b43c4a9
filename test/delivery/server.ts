import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProgram, type RunningProgram } from "../../lab/process";
import { writeFiles } from "../support/program";
import { eventually } from "../support/lab";
import type { PodProgram } from "../support/pod-programs";

/** Seconds that anything may take on a slow machine before a test gives up. */
export const PATIENCE = 300;

/** A real Prometheus or Alertmanager that can be killed, stopped and started again on the same disk. */
export class Server {
  private running: RunningProgram | undefined;
  private crash: string | undefined;

  constructor(
    readonly name: string,
    private readonly file: string,
    private readonly data: string,
    private readonly program: PodProgram,
    readonly address: string,
  ) {
    writeFiles("/", program.files);
  }

  get alive(): boolean {
    return this.running !== undefined;
  }

  start(): void {
    mkdirSync(path.join(this.data, "prometheus"), { recursive: true });
    mkdirSync(path.join(this.data, "alertmanager"), { recursive: true });
    const own = startProgram(this.name, this.file, this.program.args, this.log, (message) => {
      // One that is killed on purpose is no longer the running one.
      if (this.running === own) {
        this.crash = message;
      }
    });
    this.running = own;
  }

  get log(): string {
    return path.join(this.data, "log");
  }

  async kill(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    if (running !== undefined) {
      process.kill(running.pid, "SIGKILL");
      await running.stop();
    }
  }

  signal(signal: "SIGCONT" | "SIGSTOP"): void {
    if (this.running !== undefined) {
      process.kill(this.running.pid, signal);
    }
  }

  /** The file that a pod mounts at a path. */
  fileAt(end: string): readonly [file: string, text: string] {
    const found = [...this.program.files].find(([file]) => file.endsWith(end));
    if (found === undefined) {
      throw new Error(`${this.name} has no file [${end}]`);
    }
    return found;
  }

  /** When a file of the server's own was last written, in milliseconds since the epoch; 0 where there is none. */
  writtenAt(name: string): number {
    const file = path.join(this.data, name);
    return existsSync(file) ? statSync(file).mtimeMs : 0;
  }

  /** A JSON answer, or the text of another one; nothing where the server does not answer. */
  async ask<T>(question: string, method = "GET"): Promise<T | undefined> {
    if (this.crash !== undefined) {
      throw new Error(this.crash);
    }
    try {
      const response = await fetch(`${this.address}${question}`, {
        method,
        signal: AbortSignal.timeout(5_000),
      });
      const text = await response.text();
      return response.ok ? ((/^[[{]/.test(text) ? JSON.parse(text) : text) as T) : undefined;
    } catch {
      return undefined;
    }
  }

  /** The sum of the samples of a metric of the server's own. */
  async metric(name: string): Promise<number | undefined> {
    const text = await this.ask<string>("/metrics");
    const values = [...(text ?? "").matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "gm"))];
    return values.length === 0 ? undefined : values.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  async ready(): Promise<void> {
    await this.until("is ready", async () => (await this.ask("/-/ready")) !== undefined);
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    await eventually(
      `${this.name} ${what}`,
      PATIENCE,
      async () => {
        if (await holds()) {
          return true;
        }
        // A server that is asked all the time is slower still.
        await sleep(150);
        return undefined;
      },
      () => readFileSync(this.log, "utf8").split("\n").slice(-10).join("\n"),
    );
  }
}
