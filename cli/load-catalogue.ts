import { existsSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { defineCatalogue, type Catalogue } from "../slo/catalogue";
import { TOCSIN } from "../slo/command";
import { CATALOGUE, ROOT } from "./root";
import { UserError } from "./user-error";

/**
 * The catalogue of the repository, loaded before anything that uses it: a slip in it is its author's to mend, and is said
 * without the places in this program that it passed on its way.
 */
export function loadCatalogue(): Catalogue {
  const file = join(ROOT, CATALOGUE);
  if (!existsSync(file)) {
    throw new UserError(
      `there is no ${CATALOGUE} in [${ROOT}] or above it; call \`${TOCSIN} init\` in an empty folder to make a repository`,
    );
  }
  try {
    const { catalogue } = createRequire(file)(file) as { readonly catalogue?: Catalogue };
    if (catalogue === undefined) {
      throw new Error("it has no `export const catalogue = defineCatalogue({ ... })`");
    }
    return defineCatalogue(catalogue);
  } catch (error) {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    writeSync(
      process.stderr.fd,
      `tocsin: ${CATALOGUE} cannot be loaded: ${said}\nCorrect it, or what it imports; \`npx tsc\` shows the place.\n`,
    );
    process.exit(1);
  }
}
