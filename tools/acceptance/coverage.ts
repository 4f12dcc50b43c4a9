import { compareText } from "../../slo/order";
import type { SeedDocument } from "./document";
import { idsIn, type Tag } from "./ids";
import type { TestTag } from "./test-tags";

/** A requirement, where it is built, and what proves it or why nothing does. */
export interface Covered {
  readonly id: string;
  readonly text: string;
  readonly built: readonly Tag[];
  readonly proved: readonly TestTag[];
  readonly reason: string | undefined;
}

/** A document with what covers it. */
export interface CoveredDocument {
  readonly document: SeedDocument;
  /** Whether its service is in the catalogue, so that every id must be covered. */
  readonly begun: boolean;
  readonly rows: readonly Covered[];
}

/** What the repository says of the documents. */
export interface Evidence {
  readonly documents: readonly SeedDocument[];
  /** Ids of the services in the catalogue. */
  readonly services: readonly string[];
  readonly built: readonly Tag[];
  readonly proved: readonly TestTag[];
}

/** Every requirement with its evidence, in the order of the documents. */
export function coverage({ documents, services, built, proved }: Evidence): readonly CoveredDocument[] {
  return documents.map((document) => {
    const reasons = reasonsOf(document);
    return {
      document,
      begun: document.service === undefined || services.includes(document.service),
      rows: document.requirements.map(({ id, text }) => ({
        id,
        text,
        built: built.filter((tag) => tag.id === id),
        proved: proved.filter((tag) => tag.id === id),
        reason: reasons.get(id),
      })),
    };
  });
}

/** The reason of every single id. */
function reasonsOf({ reasons }: SeedDocument): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(reasons).flatMap(([range, reason]) => idsIn(range).map((id) => [id, reason] as const)),
  );
}

/** What is wrong: a gap, a reason too many, an id that no document has. One line each, sorted. */
export function coverageProblems(evidence: Evidence): readonly string[] {
  const { documents, services, built, proved } = evidence;
  const ids = documents.flatMap((document) => document.requirements.map(({ id }) => id));
  const known = new Set(ids);
  const unknown = [...built, ...proved]
    .filter(({ id }) => !known.has(id))
    .map(({ id, file }) => `${id} is cited in ${file}, and no document has it`);
  const unasked = documents
    .flatMap((document) => [...reasonsOf(document).keys()])
    .filter((id) => !known.has(id))
    .map((id) => `${id} has a reason, and no document has it`);
  const foreign = services
    .filter((service) => !documents.some((document) => document.service === service))
    .map((service) => `service ${service} belongs to no document`);
  const gaps = coverage(evidence).flatMap(({ begun, rows }) => rows.flatMap((row) => problemsOf(row, begun)));
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is listed twice`);
  return [...new Set([...unknown, ...unasked, ...foreign, ...gaps, ...twice])].sort(compareText);
}

function problemsOf({ id, built, proved, reason }: Covered, begun: boolean): readonly string[] {
  if (reason !== undefined) {
    const needless = built.length > 0 && proved.length > 0;
    return [
      ...(needless ? [`${id} is built and proved, and has a reason why not`] : []),
      ...(reason.trim() === "" ? [`${id} has an empty reason`] : []),
    ];
  }
  return begun
    ? [
        ...(built.length === 0 ? [`${id} is built nowhere`] : []),
        ...(proved.length === 0 ? [`${id} is proved by no test`] : []),
      ]
    : [];
}
