import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { reasonOf, UsageError } from "./errors";

/** What a program was called with. */
type Called<O extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true }>
>;

/** Does the work of a program, and sets its exit code: 1 where that fails, 2 where it was called wrongly. */
export function runProgram<O extends ParseArgsOptionsConfig & { help: { type: "boolean" } }>(
  help: string,
  options: O,
  work: (called: Called<O>) => Promise<void>,
): void {
  const run = async (): Promise<number> => {
    try {
      const called = parsed(options);
      if ("help" in called.values) {
        process.stdout.write(help);
      } else {
        await work(called);
      }
      return 0;
    } catch (error) {
      process.stderr.write(`${reasonOf(error)}\n`);
      return error instanceof UsageError ? 2 : 1;
    }
  };
  void run().then((code) => {
    process.exitCode = code;
  });
}

function parsed<O extends ParseArgsOptionsConfig>(options: O): Called<O> {
  try {
    return parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${reasonOf(error)}; --help says how`);
  }
}
