import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { FIXTURE, programOf, ROOT } from "./stacks";

const delivery = z.object({
  channel: z.string(),
  receiver: z.string(),
  status: z.string(),
  alerts: z.string(),
  title: z.string(),
  text: z.string(),
  links: z.array(z.string()),
  dedupKey: z.string().optional(),
});

export type Delivery = z.infer<typeof delivery>;

const state = z.object({
  pid: z.number(),
  token: z.string(),
  ready: z.boolean(),
  address: z.string(),
  prometheus: z.string(),
  alertmanager: z.string(),
  programs: z.array(z.object({ name: z.string(), pid: z.number() })),
});

export type State = z.infer<typeof state>;

const manifest = z.object({ scripts: z.object({ start: z.string() }) });

/** What a command said and how it ended. */
interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A lab of its own folder, driven by the command as a user would. */
export class Lab {
  readonly folder = path.join(mkdtempSync(path.join(tmpdir(), "tocsin-lab-")), "lab");
  private readonly started: Foreground[] = [];

  /** @param root the repository that it plays */
  constructor(private readonly root: string = FIXTURE.root) {}

  tocsin(...args: readonly string[]): Promise<Result> {
    return new Promise((resolve) => {
      const whole = ["--require", this.of("tools/preload.cjs"), this.of("cli/main.ts"), ...args];
      const child = execFile(
        process.execPath,
        whole,
        { cwd: this.root, env: this.environment(), maxBuffer: 64 * 1024 * 1024 },
        (_error, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
      );
    });
  }

  /** The command of `npm start`, with more arguments, at the head of a process group, as in a terminal. */
  start(...args: readonly string[]): Foreground {
    const { scripts } = manifest.parse(JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")));
    const command = scripts.start.replaceAll(/(?:\.\/)?((?:tools|cli)\/\S+)/g, (file) => this.of(file));
    const started = new Foreground(
      spawn("sh", ["-c", [command, ...args].join(" ")], {
        cwd: this.root,
        detached: true,
        env: this.environment(),
        stdio: ["ignore", "ignore", "pipe"],
      }),
    );
    this.started.push(started);
    return started;
  }

  /** What the lab has written for other commands, once it says what is asked for. */
  async state(holds: (state: State) => boolean = () => true): Promise<State> {
    return eventually("the state of the lab", 110, () => {
      const file = path.join(this.folder, "state.json");
      const found = existsSync(file) ? state.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
      return found !== undefined && holds(found) ? found : undefined;
    });
  }

  async inbox(): Promise<readonly Delivery[]> {
    return z.array(delivery).parse(JSON.parse((await this.tocsin("inbox", "--json")).stdout));
  }

  /** What the commands ask of the lab, without the second that the start of a command takes. */
  async ask(path: string, body?: object): Promise<unknown> {
    const { address, token } = await this.state();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(
      `${address}/api/${path}`,
      body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) },
    );
    if (!answer.ok) {
      throw new Error(`the lab answers [${path}] by ${answer.status}: ${await answer.text()}`);
    }
    return answer.json();
  }

  async until(
    what: string,
    seconds: number,
    holds: (inbox: readonly Delivery[]) => boolean,
  ): Promise<readonly Delivery[]> {
    let inbox: readonly Delivery[] = [];
    return eventually(
      what,
      seconds,
      async () => {
        inbox = z.array(delivery).parse(await this.ask("inbox"));
        if (holds(inbox)) {
          return inbox;
        }
        await sleep(500);
        return undefined;
      },
      () => `the inbox holds ${JSON.stringify(inbox, null, 2)}`,
    );
  }

  /** Command lines of programs that work in this lab's folder. */
  programs(): readonly string[] {
    return execFileSync("ps", ["-eo", "args="], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line.includes(this.folder));
  }

  /** Everything in the folder, but what the programs keep in their own. */
  files(): readonly string[] {
    return ["", "config", "data"].flatMap((folder) => {
      const whole = path.join(this.folder, folder);
      return existsSync(whole) ? readdirSync(whole).map((name) => path.join(folder, name)) : [];
    });
  }

  async remove(): Promise<void> {
    await this.tocsin("down");
    await Promise.all(this.started.map((started) => started.kill()));
    rmSync(path.dirname(this.folder), { recursive: true, force: true });
  }

  /** A file of the program that its command runs. */
  private of(file: string): string {
    return path.join(programOf(this.root), file);
  }

  private environment(): NodeJS.ProcessEnv {
    const bin = path.join(ROOT, "node_modules", ".bin");
    return {
      ...process.env,
      PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}`,
      TOCSIN_LAB_FOLDER: this.folder,
    };
  }
}

/** A command that runs in the foreground of a terminal. */
export class Foreground {
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  private text = "";

  constructor(private readonly child: ChildProcess) {
    child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
      this.text += piece;
    });
    this.ended = new Promise((resolve) => {
      child.once("close", (code, signal) => resolve(code ?? signal ?? "nothing"));
    });
  }

  output(): string {
    return this.text;
  }

  async says(line: string): Promise<void> {
    await eventually(
      `the line [${line}]`,
      120,
      () => (this.text.includes(line) ? true : undefined),
      () => this.text,
    );
  }

  /** What the terminal's Ctrl-C does: every process of the group gets the signal. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-(this.child.pid ?? 0), signal);
  }

  /** The terminal goes away: nobody reads what is written. */
  closeOutput(): void {
    this.child.stderr?.destroy();
  }

  /** Whether any process of the group is left. */
  isAlive(): boolean {
    return isAlive(-(this.child.pid ?? 0));
  }

  async kill(): Promise<void> {
    if (this.isAlive()) {
      this.signal("SIGKILL");
    }
    await this.ended;
  }
}

/** Whether there is such a process, or, for a negative number, anybody in such a group. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Looks until there is something to see. @throws Error that says for what it waited in vain */
export async function eventually<T>(
  what: string,
  seconds: number,
  look: () => T | undefined | Promise<T | undefined>,
  seen: () => string = () => "",
): Promise<T> {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${seconds} s; ${seen()}`);
    }
    await sleep(100);
  }
}
