import { ensureToolchain, type Toolchain } from "../../lab/toolchain";

let found: Promise<Toolchain> | undefined;

/** The real programs, looked for once per test file. */
export function toolchain(): Promise<Toolchain> {
  found ??= ensureToolchain({ report: (line) => void process.stderr.write(`${line}\n`) });
  return found;
}
