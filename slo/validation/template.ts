import { suggestion } from "../nearest";
import type { Problem } from "../problem";

/** Source: Prometheus 3.15, `template/template.go`, and Go's `text/template`, "Functions". */
const FUNCTIONS: readonly string[] =
  `args externalURL first graphLink humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp label
   match now parseDuration pathPrefix query reReplaceAll safeHtml sortByLabel strvalue stripDomain stripPort tableLink
   title tmpl toDuration toLower toTime toUpper urlQueryEscape value
   and call eq ge gt html index le len lt ne not or print printf println slice urlquery`.split(/\s+/);

/** What Prometheus puts before each template, and what a template may ask of its dot. */
const VARIABLES: readonly string[] = ["$externalLabels", "$externalURL", "$labels", "$value"];
const FIELDS: readonly string[] = [".ExternalLabels", ".ExternalURL", ".Labels", ".Value"];

const OPENING: readonly string[] = ["block", "define", "if", "range", "with"];
/** Words that are nothing by themselves. */
const NEEDY: readonly string[] = [...OPENING, "template"];
const WORDS: readonly string[] = [
  ...FUNCTIONS,
  ...OPENING,
  ...["break", "continue", "else", "end", "false", "nil", "template", "true"],
];

/** An action with its texts in quotes, in which braces may stand. */
const ACTION =
  /\{\{(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*(?:(?!\*\/)[^])*\*\/|(?!\{\{|\}\}|["`]|\/\*)[^])*\}\}/g;
const COMMENT = /^-?\s*\/\*[^]*\*\/\s*-?$/;
const TOKEN =
  /\s+|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'|(?<variable>\$\w*)|(?<![\w)])(?<field>\.[A-Za-z_]\w*)|(?<word>[A-Za-z_]\w*)|[-+]?\d[\w.]*|:=|\.[A-Za-z_]\w*|[-|(),.=]/y;

/**
 * A text that Prometheus fills in for each alert: actions are closed, and read values and functions that there are. What
 * it cannot tell, such as whether a function takes what it is given, promtool does, which fills every text in.
 * Source: Prometheus docs, "Template reference".
 */
export function checkTemplate(path: string, text: string): readonly Problem[] {
  const fault = templateFault(text);
  return fault === undefined
    ? []
    : [
        {
          code: "template-invalid",
          path,
          message: `[${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}] is no template: ${fault.says}`,
          remedy: fault.remedy,
        },
      ];
}

interface Fault {
  readonly says: string;
  readonly remedy: string;
}

/** How far a template has been read. */
interface Reading {
  readonly variables: Set<string>;
  /** Blocks that have not ended. */
  readonly open: string[];
}

/** As much of a text as is repeated. */
const LONGEST = 120;

const UNBALANCED: Fault = { says: "its parentheses do not match", remedy: "Write ( and ) in pairs." };
const BALANCE = "Write {{ and }} in pairs, e.g. {{ $value | humanize }}.";

function templateFault(text: string): Fault | undefined {
  const plain = text.replaceAll(ACTION, "");
  const [brace] = /\{\{|\}\}/.exec(plain) ?? [];
  if (brace !== undefined) {
    return { says: `[${brace}] stands alone`, remedy: BALANCE };
  }
  const reading: Reading = { variables: new Set([...VARIABLES, "$"]), open: [] };
  for (const [action] of text.matchAll(ACTION)) {
    const fault = actionFault(action.slice(2, -2), reading);
    if (fault !== undefined) {
      return fault;
    }
  }
  const [left] = reading.open;
  return left === undefined ? undefined : { says: `[${left}] has no end`, remedy: "Close it by {{ end }}." };
}

function actionFault(action: string, reading: Reading): Fault | undefined {
  if (COMMENT.test(action)) {
    return undefined;
  }
  const [, first] = /^-?\s*(\w+)/.exec(action) ?? [];
  if (first === "end" && reading.open.pop() === undefined) {
    return { says: "[end] ends nothing", remedy: "Leave it out." };
  }
  if (first === "else" && reading.open.length === 0) {
    return { says: "[else] belongs to nothing", remedy: "Write it between {{ if ... }} and {{ end }}." };
  }
  if (first !== undefined && OPENING.includes(first)) {
    reading.open.push(first);
  }
  if (first !== undefined && NEEDY.includes(first) && /^-?\s*\w+\s*-?$/.test(action)) {
    return { says: `[${first}] has nothing to look at`, remedy: `Say what, e.g. {{ ${first} $value }}.` };
  }
  return /^[\s-]*$/.test(action)
    ? { says: "an action is empty", remedy: BALANCE }
    : partFault(action, reading);
}

/** What is wrong with the first part of an action that is. */
function partFault(action: string, { variables, open }: Reading): Fault | undefined {
  let depth = 0;
  for (let at = 0; at < action.length;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(action);
    if (token === null) {
      return { says: `[${action.slice(at, at + 10)}] is not understood`, remedy: BALANCE };
    }
    const { variable, field, word } = token.groups ?? {};
    at += token[0].length;
    depth += token[0] === "(" ? 1 : token[0] === ")" ? -1 : 0;
    if (depth < 0) {
      return UNBALANCED;
    }
    if (variable !== undefined && /^\s*(?:,\s*\$\w+\s*)?:=/.test(action.slice(at))) {
      variables.add(variable);
    }
    if (variable !== undefined && !variables.has(variable)) {
      return unknown("variable", variable, VARIABLES);
    }
    // Elsewhere the dot is what a block has made of it.
    if (field !== undefined && open.length === 0 && !FIELDS.includes(field)) {
      return unknown("field", field, FIELDS);
    }
    if (word !== undefined && !WORDS.includes(word)) {
      return unknown("function", word, FUNCTIONS);
    }
  }
  return depth === 0 ? undefined : UNBALANCED;
}

function unknown(what: string, name: string, known: readonly string[]): Fault {
  return { says: `there is no ${what} [${name}]`, remedy: suggestion(name, known) };
}
