import { readFileSync } from "node:fs";
import path from "node:path";
import type { RuleGroup } from "../plan/monitoring-plan";
import type { Duration } from "../slo/duration";
import { inFolder, runProgram } from "./program";
import { groupListsIn, ruleGroups } from "./rule-file";

/** What Sloth is told besides its specification. */
export interface SlothOptions {
  /** Of evaluations: Sloth names none, so that the server's holds. */
  readonly interval: Duration;
  /** @default - its own, 30 days */
  readonly period?: Duration;
}

/**
 * The rules that the real Sloth makes of a specification.
 * @param sloth its program
 * @throws Error with what it said when it refuses
 */
export async function slothRules(
  sloth: string,
  specification: string,
  { interval, period }: SlothOptions,
): Promise<readonly RuleGroup[]> {
  const text = await inFolder(new Map([["slo.yml", specification]]), async (folder) => {
    const out = path.join(folder, "rules.yml");
    const { code, output } = await runProgram(sloth, [
      "generate",
      `--input=${path.join(folder, "slo.yml")}`,
      `--out=${out}`,
      ...(period === undefined ? [] : [`--default-slo-period=${period}`]),
    ]);
    if (code !== 0) {
      throw new Error(`Sloth ends with ${code}:\n${output}`);
    }
    return readFileSync(out, "utf8");
  });
  return groupListsIn(text).flatMap((list) => ruleGroups(list, { from: "sloth", interval }));
}
