import { compareText } from "../../slo/order";
import { DOCUMENTS } from "./documents";

/** Something that cites an id, and where. */
export interface Tag {
  readonly id: string;
  /** From the root of the repository. */
  readonly file: string;
}

const PREFIXES = DOCUMENTS.map(({ prefix }) => (prefix === "X" ? prefix : `${prefix}-[A-Z]+`)).join("|");
const ID = new RegExp(
  String.raw`(?<![\w-])(?<stem>(?:${PREFIXES})-)(?<major>\d+\.)?(?<first>\d+)(?<letter>[a-z](?!\w))?` +
    String.raw`(?:\.\.(?:\k<major>)?(?<last>\d+))?(?!\w)`,
  "g",
);

/** `[sources of omnihub]` and `[sources of every service]`: the ids that alerts and SLOs of that service name. */
export const SOURCES_OF = /\[sources of ([a-z][a-z -]*)\]/g;

/** The ids in a text. A range counts as each of its ids, `1..3` as well as `1.1..1.3`. */
export function idsIn(text: string): readonly string[] {
  return [...text.matchAll(ID)].flatMap(({ groups = {} }) => {
    const { stem = "", major = "", first = "", letter = "", last = first } = groups;
    const count = Number(last) - Number(first) + 1;
    return Array.from(
      { length: count },
      (_, index) => `${stem}${major}${Number(first) + index}${count === 1 ? letter : ""}`,
    );
  });
}

const BRACKETED = new RegExp(String.raw`\s*[([](?:(?:${ID.source})(?:, )?)+[)\]]`, "g");

/** The ids that a text is about: all that it says, or set in brackets. */
export function citedIn(text: string): readonly string[] {
  const bare = text.replace(ID, "").replace(/[,\s]/g, "") === "";
  return idsIn(bare ? text : (text.match(BRACKETED) ?? []).join());
}

/** A text without its ids and the brackets around them. */
export function withoutIds(text: string): string {
  return text
    .replace(BRACKETED, "")
    .replace(SOURCES_OF, "")
    .replace(/\s{2,}/g, " ")
    .trim();
}

/** Sorted by id, then file, each once. */
export function sortedTags<T extends Tag>(tags: readonly T[]): readonly T[] {
  const unique = new Map(tags.map((tag) => [JSON.stringify(tag), tag]));
  return [...unique.values()].sort((a, b) => compareText(a.id, b.id) || compareText(a.file, b.file));
}
