import type { z } from "zod";
import { DIFFERENCES } from "../plan/past";
import { DOCS } from "../slo/command";
import { filled, list, oneOf, section } from "./fields";
import { readJsonFile, type JsonFile } from "./json-file";

/** The file of a repository that says which differences from the alerts before are meant. */
export const MIGRATION_FILE = "migration.json";

const meant = list(
  section({
    /** The stack in which it holds. */
    stack: filled,
    difference: oneOf(DIFFERENCES),
    /** The name of an alert; a `*` at its end stands for all that begin so. */
    alert: filled,
    reason: filled,
  }),
  "a list of differences, each with stack, difference, alert and reason",
);

/** A difference that is meant, and why. */
export type MeantDifference = Readonly<z.infer<typeof meant>[number]>;

/** Reads the differences that are meant; a repository may have none. */
export function readMigration(root: string): JsonFile<readonly MeantDifference[]> {
  return readJsonFile(root, MIGRATION_FILE, meant, `${DOCS}/migrating.md`);
}
