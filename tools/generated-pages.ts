import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../cli/root";
import { sizeLines } from "../cli/size";
import { requireStack } from "../cli/stack";
import { stackFileSchema } from "../config/json-schema";
import { catalogue } from "../catalogue";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { sizeOf, type SizePrices } from "../review/size";
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

/** What an environment takes at the prices that the page itself shows. */
function sizeExample(plan: MonitoringPlan): string {
  const [, prices = ""] = /```json\n([^]*?)```/.exec(readFileSync(join(ROOT, "docs/size.md"), "utf8")) ?? [];
  const size = sizeOf(plan, JSON.parse(prices) as SizePrices);
  return ["```", ...sizeLines(STACK, size), "```"].join("\n");
}

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
    pageWith("docs/size.md", "size", sizeExample(plan)),
  ]);
}
