import { readFileSync } from "node:fs";
import { podsOf } from "../parts/names";
import type { Catalogue } from "../slo/catalogue";
import { duplicates } from "../slo/order";
import { headOf, requireFree, THEN, writeService } from "./new";
import { say } from "./notice";
import { eventsQuery, selectorsOf } from "./scaffold/imported-query";
import { importedService } from "./scaffold/imported-service";
import { readSloth, type SlothService } from "./scaffold/sloth";
import { UserError } from "./user-error";

/** What `tocsin import` is told besides the file. */
export interface ImportOptions {
  readonly team?: string;
  readonly job?: string;
  readonly environments: readonly string[];
}

/** `tocsin import sloth <file>`: a service for each that the specification has, and what changes in meaning. */
export async function importSlothCommand(
  catalogue: Catalogue,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const read = readSloth(readFileSync(file, "utf8"));
  if (typeof read === "string") {
    throw new UserError(`[${file}] cannot be imported: ${read}`);
  }
  for (const id of duplicates(read.map((spec) => spec.id))) {
    throw new UserError(`[${file}] cannot be imported: two services in it are called [${id}]; rename one`);
  }
  for (const { id } of read) {
    requireFree(catalogue, id);
  }
  for (const spec of read) {
    await importService(catalogue, spec, options);
  }
}

async function importService(
  catalogue: Catalogue,
  spec: SlothService,
  options: ImportOptions,
): Promise<void> {
  const { id } = spec;
  const head = headOf(id, { ...options, tier: 2 });
  const job = podsOf(head, "", { name: options.job ?? jobIn(spec) ?? id });
  const { metrics, objectives, left, report } = importedService(spec, head, job);
  if (objectives.length > 0) {
    await writeService(catalogue, {
      head,
      job,
      metrics,
      origin: "imported from a specification of Sloth",
      calls: objectives.map((own) => ({ part: "objective", own })),
    });
  }
  say([
    ...report,
    "Objectives are over 28 days, four whole weeks, in place of the 30 that Sloth has unless it is told; a page needs more bad events than chance makes, so that at night one error is none.",
    `Say where its pods are (job \`${job.name}\`: namespace, port, instances), who its team is, and what a bad event is called.`,
    THEN,
  ]);
  if (left.length > 0) {
    throw new UserError(`of [${id}] is left out\n${left.join("\n")}`);
  }
}

/** The job that the queries name, where they name one. */
function jobIn({ slos }: SlothService): string | undefined {
  const jobs = slos
    .flatMap(({ errors = "", total = "" }) => [errors, total])
    .flatMap((query) => selectorsOf(eventsQuery(query)))
    .flatMap(({ matches }) => matches)
    .filter(({ label, op }) => label === "job" && op === "=");
  return jobs[0]?.value;
}
