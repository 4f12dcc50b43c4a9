import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "./plan";

/** What a stand-in receiver got. */
export interface Delivery {
  readonly channel: string;
  readonly receiver: string;
  readonly status: string;
  readonly alerts: string;
  readonly links: readonly string[];
  readonly dedupKey?: string;
}

/** A lab of its own folder, driven by the command as a user would. */
export class Lab {
  readonly folder = join(mkdtempSync(join(tmpdir(), "tocsin-lab-")), "lab");

  tocsin(...args: readonly string[]): {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  } {
    return spawnSync(process.execPath, ["--require", "tsx/cjs", "cli/main.ts", ...args], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, TOCSIN_LAB_FOLDER: this.folder },
    });
  }

  status(): { pid: number; prometheus: string; programs: { pid: number }[] } {
    return JSON.parse(this.tocsin("status", "--json").stdout) as ReturnType<Lab["status"]>;
  }

  inbox(): readonly Delivery[] {
    return JSON.parse(this.tocsin("inbox", "--json").stdout) as readonly Delivery[];
  }

  async until(
    what: string,
    seconds: number,
    holds: (inbox: readonly Delivery[]) => boolean,
  ): Promise<readonly Delivery[]> {
    const deadline = Date.now() + seconds * 1_000;
    for (;;) {
      const inbox = this.inbox();
      if (holds(inbox)) {
        return inbox;
      }
      if (Date.now() > deadline) {
        throw new Error(
          `${what}: not within ${seconds} s; the inbox holds ${JSON.stringify(inbox, null, 2)}`,
        );
      }
      await sleep(1_000);
    }
  }

  remove(): void {
    this.tocsin("down");
    rmSync(join(this.folder, ".."), { recursive: true, force: true });
  }
}
