import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requireStack, ROOT } from "../cli/stack";
import { stackFileSchema } from "../config/json-schema";
import { catalogueTable } from "./catalogue-table";
import { configurationPage } from "./configuration-page";
import { withSection } from "./marked-section";
import { policyIndex } from "./policy-index";

/** The stack that the catalogue in the README shows: the one that wakes people. */
const STACK = "prod";

/** What is written from the schema, the plan and the registry of policies, by path and not yet formatted. */
export function generatedPages(): ReadonlyMap<string, string> {
  const pageWith = (path: string, name: string, content: string): [path: string, text: string] => [
    path,
    withSection(readFileSync(join(ROOT, path), "utf8"), name, content),
  ];
  return new Map([
    ["config/stack.schema.json", JSON.stringify(stackFileSchema())],
    ["docs/configuration.md", configurationPage()],
    pageWith("docs/policies/README.md", "policies", policyIndex()),
    pageWith("README.md", "catalogue", catalogueTable(requireStack(STACK).plan)),
  ]);
}
