import { runInGroup } from "./toolchain/process-group";

/**
 * Runs a tool of the toolchain to its end.
 * @throws the signal's reason once the tool has ended; an Error with what the tool said when it refuses.
 */
export async function runTool(file: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const { code, output, errors } = await runInGroup({
    file,
    args,
    cwd: process.cwd(),
    env: process.env,
    signal,
  });
  if (code !== 0) {
    throw new Error(
      `[${[file, ...args].join(" ")}] ended with exit code [${code ?? "none"}]:\n${output}${errors}`,
    );
  }
}
