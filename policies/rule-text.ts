import { LineCounter, parseAllDocuments, type YAMLError } from "yaml";

/** The documents of a YAML text as plain values, or why there are none. */
export type ParsedText =
  | { readonly ok: true; readonly documents: readonly unknown[] }
  | { readonly ok: false; readonly reason: string };

/** `groups:` at the start of a line, or as the first key of a JSON text. */
const GROUPS_LINE = /^\{?\s*["']?groups["']?\s*:/m;

/** Enough for every use of an anchor in a long file, and far below what exhausts memory. */
const MAX_ALIASES = 10_000;

/** Several policies read the same text one after the other, and parsing it is most of their work. */
const REMEMBERED = 64;
const remembered = new Map<string, ParsedText>();

/** Whether a text means to be a rule file, even if it cannot be parsed. */
export function looksLikeRules(text: string): boolean {
  return GROUPS_LINE.test(text);
}

/** Parses a rule file with merge keys, as Prometheus does. A reason never quotes the text, which may hold secrets. */
export function parseText(text: string): ParsedText {
  const known = remembered.get(text);
  if (known !== undefined) {
    return known;
  }
  const parsed = parse(text);
  const [oldest] = remembered.keys();
  if (oldest !== undefined && remembered.size >= REMEMBERED) {
    remembered.delete(oldest);
  }
  remembered.set(text, parsed);
  return parsed;
}

function parse(text: string): ParsedText {
  const lineCounter = new LineCounter();
  const documents = [...parseAllDocuments(text, { lineCounter, merge: true, prettyErrors: false })];
  const [error] = documents.flatMap((document) => document.errors);
  if (error !== undefined) {
    return { ok: false, reason: reasonOf(error, lineCounter) };
  }
  try {
    return {
      ok: true,
      documents: documents.map((document): unknown => document.toJS({ maxAliasCount: MAX_ALIASES })),
    };
  } catch (thrown) {
    // An alias without its anchor, or a merge of something that is no map, shows only when values are made.
    if (thrown instanceof Error) {
      return { ok: false, reason: withoutQuote(thrown.message) };
    }
    throw thrown;
  }
}

function reasonOf(error: YAMLError, lineCounter: LineCounter): string {
  const { line, col } = lineCounter.linePos(error.pos[0]);
  return `${withoutQuote(error.message)} at line ${line}, column ${col}`;
}

/** The library quotes what it stumbled over after a colon. */
function withoutQuote(message: string): string {
  return message.replace(/: .*$/s, "");
}
