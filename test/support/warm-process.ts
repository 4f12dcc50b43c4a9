import nodeModule from "node:module";
import type { ProcessEnd } from "./warm";

/** A program with its arguments, what stands on standard input, and environment variables besides those that there are. */
export interface Call {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Node's own way to run a file as the program of a process, which it leaves out of its types. */
const { _load: load } = nodeModule as unknown as {
  readonly _load: (file: string, parent: null, isMain: true) => unknown;
};

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"];
const { env } = process;

/**
 * Runs programs one after the other, each as if a process began with it: with sources loaded anew, until nothing is left
 * to do. Packages, which are most of a start, are loaded once.
 */
function run({ file, args, env: more }: Call): void {
  for (const loaded of Object.keys(require.cache).filter((name) => !name.includes("/node_modules/"))) {
    Reflect.deleteProperty(require.cache, loaded);
  }
  process.argv = [process.execPath, file, ...args];
  process.env = { ...env, ...more };
  process.exitCode = undefined;
  const said = { stdout: "", stderr: "" };
  const taps = (["stdout", "stderr"] as const).map((name) => {
    const write = process[name].write.bind(process[name]);
    process[name].write = (text: Uint8Array | string): boolean => {
      said[name] += String(text);
      return true;
    };
    return () => (process[name].write = write);
  });
  const others = process.listeners("exit");
  process.channel?.unref();
  process.once("beforeExit", () => {
    process.channel?.ref();
    for (const clearUp of process.listeners("exit").filter((one) => !others.includes(one))) {
      clearUp.call(process, 0);
      process.removeListener("exit", clearUp);
    }
    taps.forEach((untap) => untap());
    for (const signal of SIGNALS) process.removeAllListeners(signal);
    for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners("error");
    process.send?.({ code: Number(process.exitCode ?? 0), ...said } satisfies ProcessEnd);
  });
  load(file, null, true);
}

process.on("message", (call: Call) => run(call));
