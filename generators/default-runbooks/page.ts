import type { Heading } from "../runbook-sections";

/** A step of the diagnosis, or an option of the resolution. */
export interface Part {
  readonly title: string;
  /** Blocks of Markdown. */
  readonly text: readonly string[];
}

/** Ways out that are the same for every job. */
export const REMEDIES = ["roll back", "restart", "add instances", "bring back"] as const;
export type Remedy = (typeof REMEDIES)[number];

/** What one kind of alert adds to the page that it leads to; what several say is said once. */
export interface Topic {
  readonly impact: readonly string[];
  readonly steps: readonly Part[];
  readonly options: readonly Part[];
  readonly remedies: readonly Remedy[];
  /** How to see that it worked. */
  readonly worked: readonly string[];
  /** In place of the usual times. */
  readonly escalation: readonly string[];
  readonly afterwards: readonly string[];
  /** Tables. */
  readonly figures: readonly string[];
}

/** A topic that says nothing of what it does not name. */
export function topic(says: Partial<Topic>): Topic {
  return {
    ...{ impact: [], steps: [], options: [], remedies: [], worked: [] },
    ...{ escalation: [], afterwards: [], figures: [] },
    ...says,
  };
}

/** The sections of a page, each as blocks of Markdown. */
export type Sections = Readonly<Record<Heading, readonly string[]>>;

/** Steps or options with their numbers; what several topics say is said once. */
export function numberedParts(word: "Step" | "Option", all: readonly Part[]): readonly string[] {
  const parts = new Map(all.map((part) => [[part.title, ...part.text].join("\n"), part]));
  return [...parts.values()].flatMap(({ title, text }, index) => [
    `### ${word} ${index + 1}: ${title}`,
    ...text,
  ]);
}

/** Commands that run as they are written. */
export function commands(...lines: readonly string[]): string {
  return ["```bash", ...lines, "```"].join("\n");
}

const WORDS: Readonly<Record<string, string>> = {
  ...{ api: "API", cpu: "CPU", db: "DB", dlq: "DLQ", dns: "DNS", http: "HTTP", io: "IO", rpc: "RPC" },
  ...{ sli: "SLI", slo: "SLO", sql: "SQL", tls: "TLS", jwks: "JWKS" },
};

/** `sli-data-missing` -> SLI data missing. */
export function titleOf(slug: string): string {
  const words = slug.split("-").map((word) => WORDS[word] ?? word);
  return words.join(" ").replace(/^./, (letter) => letter.toUpperCase());
}
