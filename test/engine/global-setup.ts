import { ensurePulumi } from "../../lab/toolchain";

/** Once for all workers, and before any test's time runs: the engine may have to be built. */
export default async function globalSetup(): Promise<void> {
  await ensurePulumi({ report: (line) => void process.stderr.write(`${line}\n`) });
}
