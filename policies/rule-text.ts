import { LineCounter, parseAllDocuments, type ScalarTag, type YAMLError } from "yaml";

/** The documents of a YAML text as plain values, or why there are none. */
export type ParsedText =
  | { readonly ok: true; readonly documents: readonly unknown[] }
  | { readonly ok: false; readonly reason: string };

/**
 * The key `groups` at the start of a line or of a JSON text, behind what may stand before a key: a document marker, a
 * question mark, a tag or an anchor.
 */
const GROUPS_KEY = /^[^\w\n&!]*(?:[&!]\S*\s+)*["']?groups["']?\s*(?::|$)/m;

/** Without one of these no spelling of the key is possible: literal, escaped, encoded. */
const POSSIBLE_KEY = /groups|\\[xuU\r\n\u0085\u2028\u2029]|(?:^|[\s?{,[])!/m;

/** A web page: its first key, if it had one, would not be `groups`, and Prometheus takes no other beside it. */
const MARKUP = /^\s*<[^<]/;

/** Prometheus ends a line where YAML 1.1 does (section 5.4), the library of this pack where YAML 1.2 does. */
const LINE_BREAK = /\r\n?|[\u0085\u2028\u2029]/g;

/** Prometheus decodes it, in keys as well as in labels. */
const BINARY: ScalarTag = {
  tag: "tag:yaml.org,2002:binary",
  resolve: (text) => Buffer.from(text, "base64").toString("utf8"),
};

/** Enough for every use of an anchor in a long file, and far below what exhausts memory. */
const MAX_ALIASES = 10_000;

/** Several policies read the same text one after the other, and parsing it is most of their work. */
const REMEMBERED = 64;
const remembered = new Map<string, ParsedText>();

/** Whether a text means to be a rule file, even if it cannot be parsed. */
export function looksLikeRules(text: string): boolean {
  return GROUPS_KEY.test(text.replace(LINE_BREAK, "\n"));
}

/** Whether a parser could find the groups of a rule file in a text; most texts need no parser. */
export function mayHoldRules(text: string): boolean {
  return POSSIBLE_KEY.test(text) && !MARKUP.test(text);
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
  const options = { lineCounter, merge: true, prettyErrors: false, customTags: [BINARY] };
  const documents = [...parseAllDocuments(text.replace(LINE_BREAK, "\n"), options)];
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
