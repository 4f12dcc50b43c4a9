import { ensureKubernetes, ensureOperator, ensurePulumi } from "../../lab/toolchain";

/** Once for all workers, and before any test's time runs: the engine and the API server may have to be built. */
export default async function globalSetup(): Promise<void> {
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  await ensurePulumi({ report });
  await ensureKubernetes({ report });
  await ensureOperator({ report });
}
