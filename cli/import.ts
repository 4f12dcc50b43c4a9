import { readTextFile } from "../config/read-text";
import { podsOf } from "../parts/names";
import type { Objective } from "../parts/objective";
import type { Catalogue } from "../slo/catalogue";
import type { Metric } from "../slo/telemetry";
import { headOf, problemsWith, requireFree, THEN, writeService } from "./new";
import { say } from "./notice";
import { conditionsIn } from "./scaffold/imported-metrics";
import { importedService } from "./scaffold/imported-service";
import { readOpenSlo } from "./scaffold/openslo";
import { declared, type NewService } from "./scaffold/service";
import { readSloth } from "./scaffold/sloth";
import type { Specification, SpecifiedService } from "./scaffold/specified";
import { UserError } from "./user-error";

/** What `tocsin import` is told besides the file. */
export interface ImportOptions {
  readonly team?: string;
  readonly job?: string;
  readonly environments: readonly string[];
}

const READERS = { sloth: readSloth, openslo: readOpenSlo } as const;

/** Whose specifications are read. */
export type Format = keyof typeof READERS;

const CALLED: Readonly<Record<Format, string>> = { sloth: "Sloth", openslo: "OpenSLO" };

/**
 * `tocsin import sloth|openslo <file>`: a service for each that the specification has, and what changes in meaning. What
 * can be imported is, and what is left out ends the command with 1.
 */
export async function importCommand(
  catalogue: Catalogue,
  format: Format,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const read = readSpecification(format, file);
  for (const { id } of read.services) {
    requireFree(catalogue, id);
  }
  const left: string[] = [...read.left];
  const own = { ...catalogue, services: [...catalogue.services] };
  for (const spec of read.services) {
    const made = serviceOf(own, format, spec, options);
    left.push(...made.left.map((line) => `of [${spec.id}]: ${line}`));
    if (made.service.calls.length > 0) {
      await writeService(own, made.service);
      own.services.push(declared(made.service));
    }
    say(made.report);
  }
  const isWritten = own.services.length > catalogue.services.length;
  say(isWritten ? THEN_SAY[format] : []);
  if (left.length > 0) {
    const heading = isWritten ? "some of it is left out, and the rest is written" : "nothing was written";
    throw new UserError([heading, ...left].join("\n"));
  }
}

/** More is no specification of a service. */
const MOST_BYTES = 10_000_000;

/** @throws UserError which says why it is none */
export function readSpecification(format: Format, file: string): Specification {
  const source = readTextFile(file, MOST_BYTES);
  const read = "fault" in source ? `it ${source.fault}` : READERS[format](source.text);
  if (typeof read === "string") {
    throw new UserError(`[${file}] cannot be imported: ${read}`);
  }
  return read;
}

const NEXT = [
  "A page needs more bad events than chance makes, so that at night one error is none.",
  "Say where its pods are (namespace, port, instances), who its team is, and what a bad event is called.",
  THEN,
];

const THEN_SAY: Readonly<Record<Format, readonly string[]>> = {
  sloth: [
    "Objectives are over 28 days, four whole weeks, in place of the 30 that Sloth has unless it is told.",
    ...NEXT,
  ],
  openslo: NEXT,
};

/** The service that a specification becomes, what is said of it, and what is left out. */
export function serviceOf(
  catalogue: Catalogue,
  format: Format,
  spec: SpecifiedService,
  options: ImportOptions,
): { readonly service: NewService; readonly report: readonly string[]; readonly left: readonly string[] } {
  const { id, title } = spec;
  const head = headOf(id, { ...(title === undefined ? {} : { title }), ...options, tier: 2 });
  const job = podsOf(head, "", { name: options.job ?? jobIn(spec) ?? id });
  const withObjectives = (objectives: readonly Objective[], metrics: readonly Metric[]): NewService => ({
    head,
    job,
    metrics,
    origin: `imported from a specification of ${CALLED[format]}`,
    calls: objectives.map((own) => ({ part: "objective", own })),
  });
  const imported = importedService(spec, job, (one, metrics) =>
    problemsWith(catalogue, withObjectives([one], metrics))
      .map(({ message, remedy }) => `${message}. ${remedy}`)
      .at(0),
  );
  return {
    service: withObjectives(imported.objectives, imported.metrics),
    report: [...imported.report.values()].flat(),
    left: imported.left,
  };
}

/** The job that the queries name, where they name one. */
function jobIn({ slos }: SpecifiedService): string | undefined {
  return slos.flatMap(({ sli }) => conditionsIn(sli)).find(({ label, op }) => label === "job" && op === "=")
    ?.value;
}
