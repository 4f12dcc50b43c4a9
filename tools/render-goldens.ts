import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeFiles } from "../lab/program";
import { goldenFiles, GOLDENS, OWN_FOLDERS } from "./goldens";

/** Writes the goldens anew; what changed is then in the diff of the change, where a reviewer reads it. */
async function main(): Promise<void> {
  const files = await goldenFiles();
  for (const folder of OWN_FOLDERS) {
    rmSync(join(GOLDENS, folder), { recursive: true, force: true });
  }
  writeFiles(GOLDENS, files);
  process.stdout.write(`${files.size} goldens are in ${GOLDENS}\n`);
}

void main();
