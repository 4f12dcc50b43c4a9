import { writeSync } from "node:fs";
import { createRequire } from "node:module";

/**
 * Loads the data that people write before anything that uses it: a slip in it is theirs to mend, and is said without the
 * places in this program that it passed on its way.
 */
export function loadServices(): void {
  try {
    createRequire(__filename)("../services");
  } catch (error) {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    writeSync(
      process.stderr.fd,
      `tocsin: services/ cannot be loaded: ${said}\nCorrect it; \`npm run typecheck\` shows the place.\n`,
    );
    process.exit(1);
  }
}
