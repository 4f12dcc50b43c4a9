import type { Severity } from "../slo/alert";

/** Where the file of a page stands, whether there is one or not. */
export function runbookFile({ service, slug }: Pick<RunbookPage, "service" | "slug">): string {
  return `services/${service}/runbooks/${slug}.md`;
}

/** A part of a page, from one of its lines on, and where that was written. */
export interface RunbookPart {
  /** The line of the page's Markdown on which it begins, from 1 on. */
  readonly at: number;
  /** `services/shop/runbooks/high-latency.md`, a default page, or the field of a service. */
  readonly path: string;
  /** The line there that it begins on. */
  readonly line: number;
}

/** A query in a block of code of a page. */
export interface RunbookQuery {
  readonly query: string;
  /** The line of the page's Markdown on which it begins, from 1 on. */
  readonly line: number;
  /** How far back it looks, where it is asked over a range of time. */
  readonly seconds?: number;
}

/** A runbook page that the stack serves. */
export interface RunbookPage {
  readonly service: string;
  readonly slug: string;
  readonly title: string;
  readonly owner: string;
  /** Uid of the dashboard to open first. */
  readonly dashboard: string;
  /** Names of the alerts that lead here; none if it is a procedure. */
  readonly alerts: readonly string[];
  /** Every severity that these alerts have, the worst first. */
  readonly severities: readonly Severity[];
  /** Its address in this environment, the one that alerts link to. */
  readonly url: string;
  readonly markdown: string;
  /** What its commands ask Prometheus, in order. */
  readonly queries: readonly RunbookQuery[];
  /** Where it was written, in order; a default page has one part that nobody wrote. */
  readonly parts: readonly RunbookPart[];
  /** Made from the plan, without a file. */
  readonly isDefault?: true;
  /** The day on which people last read it, where they say so: `2026-11-21`. */
  readonly reviewed?: string;
}

/** Where a line of a page was written, as problems name it: `services/shop/runbooks/high-latency.md: line 32`. */
export function writtenAt({ parts }: Pick<RunbookPage, "parts">, line: number): string {
  const part = parts.filter(({ at }) => at <= line).at(-1);
  return part === undefined ? `line ${line}` : `${part.path}: line ${part.line + line - part.at}`;
}

/** How the path of a part ends that nobody wrote. */
export const DEFAULT_PART = " (default page)";

/** The files, and the fields of services, that a page's text stands in. */
export function writtenIn({ parts }: Pick<RunbookPage, "parts">): readonly string[] {
  return [...new Set(parts.map(({ path }) => path).filter((path) => !path.endsWith(DEFAULT_PART)))];
}
