import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../cli/root";
import { requireStack } from "../cli/stack";
import { stackFileSchema } from "../config/json-schema";
import { catalogue } from "../catalogue";
import { apiPage } from "./api-page";
import { cloudsTable, databasesTable } from "./clouds-table";
import { objectivesPage } from "./catalogue-table";
import { configurationPage } from "./configuration-page";
import { withSection } from "./marked-section";
import { policyIndex } from "./policy-index";
import { proofPage } from "./proof";
import { receiversTable } from "./receivers-table";

/** The stack that the pages show: the one that wakes people. */
const STACK = "prod";

/** What is written from the declarations, the schema, the plan and the registry of policies, by path and not yet formatted. */
export function generatedPages(): ReadonlyMap<string, string> {
  const pageWith = (path: string, name: string, content: string): [path: string, text: string] => [
    path,
    withSection(readFileSync(join(ROOT, path), "utf8"), name, content),
  ];
  const { plan } = requireStack(catalogue, STACK);
  return new Map([
    ["config/stack.schema.json", JSON.stringify(stackFileSchema())],
    ["docs/api.md", apiPage()],
    ["docs/configuration.md", configurationPage()],
    ["docs/proof.md", proofPage()],
    ["docs/services/README.md", objectivesPage(plan)],
    pageWith("docs/policies/README.md", "policies", policyIndex()),
    [
      "docs/recovery.md",
      withSection(pageWith("docs/recovery.md", "clouds", cloudsTable())[1], "databases", databasesTable()),
    ],
    pageWith("docs/receivers.md", "receivers", receiversTable()),
  ]);
}
