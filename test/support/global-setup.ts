import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureToolchain } from "../../lab/toolchain";
import { RUN_FOLDER } from "./once";

/** Once for all workers: two that start cold would build the same programs twice. */
export default async function globalSetup(): Promise<void> {
  process.env[RUN_FOLDER] = mkdtempSync(path.join(tmpdir(), "tocsin-test-run-"));
  await ensureToolchain({ report: (line) => process.stderr.write(`${line}\n`) });
}
