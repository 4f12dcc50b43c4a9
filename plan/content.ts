/** A runbook as it was read: Markdown with YAML front matter. */
export interface RunbookSource {
  readonly service: string;
  readonly slug: string;
  readonly text: string;
}

/** Files that belong to the product and are not code: runbooks now, bundled jobs later. */
export interface Content {
  readonly runbooks: readonly RunbookSource[];
}
