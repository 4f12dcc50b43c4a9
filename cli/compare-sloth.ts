import { readFileSync } from "node:fs";
import { ensureSloth, ensureToolchain } from "../lab/toolchain";
import { slothRules } from "../lab/sloth-rules";
import type { RuleGroup } from "../plan/monitoring-plan";
import { aligned } from "../slo/aligned";
import type { Catalogue } from "../slo/catalogue";
import { isCounted } from "../slo/telemetry";
import { compared, type Compared, type Paged } from "./comparison/compare";
import { readSpecification, serviceOf, type ImportOptions } from "./import";
import { say } from "./notice";
import { exampleOf } from "./scaffold/imported-queries";
import { declared } from "./scaffold/service";
import type { SpecifiedService } from "./scaffold/specified";
import { UserError } from "./user-error";

/**
 * `tocsin import sloth <file> --compare`: what the rules that the real Sloth makes of it and those of an import say of the
 * same incidents. It writes nothing, so that it may be asked before and after.
 */
export async function compareSlothCommand(
  catalogue: Catalogue,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const { services, left } = readSpecification("sloth", file);
  const report = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const { promtool } = await ensureToolchain({ report });
  const { sloth } = await ensureSloth({ report });
  const old = await rulesBefore(sloth, file);
  say(["The same incidents, played by promtool to the rules of Sloth and to those of an import:"]);
  const unsaid = [...left];
  for (const spec of services) {
    unsaid.push(...(await compareService(promtool, catalogue, spec, old, options)));
  }
  if (unsaid.length > 0) {
    throw new UserError(["not everything can be compared", ...unsaid].join("\n"));
  }
}

async function rulesBefore(sloth: string, file: string): Promise<readonly RuleGroup[]> {
  try {
    return await slothRules(sloth, readFileSync(file, "utf8"), { interval: "60s" });
  } catch (error) {
    const says = error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : String(error);
    throw new UserError(`Sloth itself does not take [${file}]: ${says}`);
  }
}

/** @returns what cannot be compared, and why */
async function compareService(
  promtool: string,
  catalogue: Catalogue,
  spec: SpecifiedService,
  old: readonly RuleGroup[],
  options: ImportOptions,
): Promise<readonly string[]> {
  const free = { ...catalogue, services: catalogue.services.filter(({ id }) => id !== spec.id) };
  const { service: made, left } = serviceOf(free, "sloth", spec, options);
  const service = declared(made);
  const unsaid = left.map((line) => `of [${spec.id}]: ${line}`);
  for (const { id, name, sli } of spec.slos) {
    const slo = service.slos.find((one) => one.id === id);
    if (slo === undefined || sli.kind !== "events" || !("errors" in sli)) {
      continue;
    }
    const { errors, total } = sli;
    const series = exampleOf(sli, service.telemetry.metrics.filter(isCounted));
    const result = await compared(promtool, { service, slo, errors, total, series, old, oldName: name });
    if (typeof result === "string") {
      unsaid.push(`of [${spec.id}]: [${name}] ${result}`);
    } else {
      say(["", `${spec.id} ${name}, ${slo.objective.default} over ${slo.window}`, ...table(result)]);
    }
  }
  return unsaid;
}

const COLUMNS = ["incident", "Sloth pages", "lets go", "here", "lets go", "why"] as const;

function table(all: readonly Compared[]): readonly string[] {
  const rows = all.map(({ incident: { says }, old, now, why }) => [says, ...words(old), ...words(now), why]);
  return aligned([COLUMNS, ...rows]).map((line) => `  ${line}`);
}

/** Minutes from the beginning, and from the end. */
function words(paged: Paged | undefined): readonly [string, string] {
  return paged === undefined ? ["never", "-"] : [`after ${paged.after} min`, `${paged.letsGo} min`];
}
