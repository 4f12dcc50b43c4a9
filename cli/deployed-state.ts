import { createRequire } from "node:module";
import { readTextFile } from "../config/read-text";
import type { ExportedState } from "../evaluation/exported-state";
import type * as States from "../evaluation/exported-state";
import { UserError } from "./user-error";

const load = createRequire(__filename);

/** Those of large stacks have some megabytes. */
const LARGEST = 200_000_000;

/** What `pulumi stack export` wrote. @throws UserError where a file is none */
export function readState(file: string): ExportedState {
  const read = readTextFile(file, LARGEST);
  const { parseState } = load("../evaluation/exported-state") as typeof States;
  const result = "text" in read ? parseState(read.text) : { ok: false as const, fault: `it ${read.fault}` };
  if (!result.ok) {
    throw new UserError(
      `[${file}] cannot be read as a state: ${result.fault}. Write it by \`pulumi stack export --stack <stack> --file ${file}\``,
    );
  }
  return result.state;
}
