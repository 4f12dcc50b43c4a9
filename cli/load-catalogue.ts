import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { defineCatalogue, type Catalogue } from "../slo/catalogue";
import { TOCSIN } from "../slo/command";
import { CATALOGUE, ROOT } from "./root";
import { UserError } from "./user-error";

/**
 * The catalogue of the repository, loaded before anything that uses it: a slip in it is its author's to mend, and is said
 * without the places in this program that it passed on its way.
 * @throws UserError with the file that could not be run to its end
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
    throw new UserError(`${CATALOGUE} cannot be loaded: ${refusal(error)}`);
  }
}

/** What is wrong, in which file, and what to do. */
function refusal(error: unknown): string {
  if (!(error instanceof Error)) {
    return `${String(error)}\nCorrect it, or what it imports.`;
  }
  const place = placeOf(error);
  const where = place === undefined ? "" : `${place}: `;
  return /before initialization/.test(error.message)
    ? `${where}${error.message}\nTwo files import each other: put what both of them need into a third.`
    : `${where}${error.name}: ${error.message}\nCorrect it there${place === undefined ? ", or what it imports; \`npx tsc\` shows the place" : ""}.`;
}

/** The file of the repository that could not be run to its end. */
function placeOf({ stack = "" }: Error): string | undefined {
  const [, file] = /^ +at Object\.<anonymous> \((?:file:\/\/)?(.+?):\d+:\d+\)$/m.exec(stack) ?? [];
  return file?.startsWith(ROOT) === true ? relative(ROOT, file) : undefined;
}
