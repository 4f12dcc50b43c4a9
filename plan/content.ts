/** A runbook as it was read: Markdown with YAML front matter. */
export interface RunbookSource {
  readonly service: string;
  readonly slug: string;
  readonly text: string;
  /** Why it could not be read, as in "is not a text in UTF-8"; its text is empty then. */
  readonly fault?: string;
}

/** Files that belong to the product and are not code: runbooks now, bundled jobs later. */
export interface Content {
  readonly runbooks: readonly RunbookSource[];
  /** Folders that could not be read, by path, and why. */
  readonly unreadable?: readonly { readonly path: string; readonly fault: string }[];
  /** Folders of pages in `runbooks/`, by name: the pages of a service stand in `services/<service>/runbooks/`. */
  readonly former?: readonly string[];
}
