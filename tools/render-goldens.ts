import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { goldenFiles, GOLDENS, OWN_FOLDERS } from "./goldens";

/** Writes the goldens anew; what changed is then in the diff of the change, where a reviewer reads it. */
async function main(): Promise<void> {
  const files = await goldenFiles();
  for (const folder of OWN_FOLDERS) {
    rmSync(join(GOLDENS, folder), { recursive: true, force: true });
  }
  for (const [path, text] of files) {
    const file = join(GOLDENS, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  process.stdout.write(`${files.size} goldens are in ${GOLDENS}\n`);
}

void main();
