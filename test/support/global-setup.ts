import { ensureToolchain } from "../../lab/toolchain";

/** Once for all workers: two that start cold would build the same programs twice. */
export default async function globalSetup(): Promise<void> {
  await ensureToolchain({ report: (line) => process.stderr.write(`${line}\n`) });
}
