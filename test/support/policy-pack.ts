import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { runProgram, type Ended } from "./program";

const ROOT = path.resolve(__dirname, "../..");
/** What the engine starts a pack with. */
export const PACK_HOST = path.join(ROOT, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");
/** The engine's own address, which a pack only uses to log. */
const NO_ENGINE = "127.0.0.1:1";

/** A pack that is up. */
export interface RunningPack {
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** Copies the pack and its dependencies' place below a folder of the test's own. @returns the pack's folder */
export function copyPack(folder: string): string {
  const pack = path.join(folder, "policies");
  mkdirSync(pack);
  cpSync(path.join(ROOT, "policies"), pack, {
    recursive: true,
    filter: (source) => !["dist", "node_modules"].includes(path.basename(source)),
  });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  return pack;
}

/** Compiles a pack as `npm run build:policies` does. */
export async function buildPack(pack: string): Promise<void> {
  const script = path.join(ROOT, "tools/build-policies.ts");
  const loader = require.resolve("tsx/cjs");
  const { code, output } = await runProgram(process.execPath, ["--require", loader, script, pack]);
  if (code !== 0) {
    throw new Error(`The pack in [${pack}] cannot be built: ${output}`);
  }
}

/** Starts a pack that is meant not to come up. */
export async function startInVain(pack: string): Promise<Ended> {
  const child = host(pack);
  const output: string[] = [];
  child.stdout?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  await once(child, "close");
  return { code: child.exitCode ?? -1, output: output.join("") };
}

/** Starts a pack as the engine does, and waits for the port that it prints. */
export async function startPack(pack: string): Promise<RunningPack> {
  const child = host(pack);
  const closed = once(child, "close");
  const errors: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  if (child.stdout === null) {
    throw new Error("The pack has no standard output.");
  }
  const lines = createInterface({ input: child.stdout });
  const port = await Promise.race([once(lines, "line"), closed.then(() => [])]);
  if (typeof port[0] !== "string") {
    throw new Error(`The pack in [${pack}] did not come up: ${errors.join("")}`);
  }
  return {
    address: `127.0.0.1:${port[0]}`,
    stop: async () => {
      child.kill();
      await closed;
    },
  };
}

function host(pack: string): ChildProcess {
  return spawn(process.execPath, [PACK_HOST, NO_ENGINE, pack], {
    cwd: pack,
    stdio: ["ignore", "pipe", "pipe"],
  });
}
