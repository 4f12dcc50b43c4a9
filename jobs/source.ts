import type { Entry } from "./entries";

/** Something that is backed up by itself: a tenant, or all of a store without tenants. */
export interface Source {
  readonly tenant?: string;
  /** Puts a copy into a folder. @returns its file and its schema version */
  readonly copy: (folder: string) => Promise<Copy>;
}

interface Copy {
  readonly file: string;
  readonly schemaVersion: number;
  readonly base?: Entry["base"];
  readonly archive?: true;
}
