import { readFileSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { RuleGroup } from "../plan/monitoring-plan";
import type { Duration } from "../slo/duration";
import { inFolder, runProgram } from "./program";

const rule = z.object({
  record: z.string().optional(),
  alert: z.string().optional(),
  expr: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
});
const groups = z.array(z.object({ name: z.string(), rules: z.array(rule) }));
/** A file of rules, or an object of Prometheus Operator. */
const document = z.union([z.object({ groups }), z.object({ spec: z.object({ groups }) })]);

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
  return parseAllDocuments(text)
    .filter(({ contents }) => contents !== null)
    .map((one) => document.parse(one.toJS()))
    .flatMap((one) => ("groups" in one ? one.groups : one.spec.groups))
    .map(({ name, rules }) => ({
      name,
      file: "sloth",
      interval,
      rules: rules.map(({ record, alert = "", expr, labels }) =>
        record === undefined
          ? { kind: "alert", alert, expr, for: "0s", labels, annotations: {} }
          : { kind: "record", record, expr, labels },
      ),
    }));
}
