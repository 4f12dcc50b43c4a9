/** What a document asks for, by its id in the acceptance list, in our own words. */
export interface Requirement {
  readonly id: string;
  readonly text: string;
}

/** A document that a service is built from, as a list of requirements. */
export interface SeedDocument {
  /** What its ids begin with. */
  readonly prefix: string;
  readonly title: string;
  /** The service that is built from it; absent for what all of them need. */
  readonly service?: string;
  readonly requirements: readonly Requirement[];
  /** Why an id, or a range of ids, is not built here or not proved by a test. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Requirements from ids and texts, in the order of the document. */
export function requirements(texts: Readonly<Record<string, string>>): readonly Requirement[] {
  return Object.entries(texts).map(([id, text]) => ({ id, text }));
}
