import { compareText } from "../../slo/order";

/** TypeScript that stands for a value; values that have a name are written by it. */
export function literal(value: unknown, names: ReadonlyMap<unknown, string> = new Map()): string {
  const name = names.get(value);
  if (name !== undefined) {
    return name;
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => literal(item, names)).join(", ")}]`;
  }
  return typeof value === "object" && value !== null
    ? `{ ${fieldsOf(value, names).join(" ")} }`
    : JSON.stringify(value);
}

/** As `literal`, with a field on each line: the formatter leaves it so. */
export function record(value: object, names: ReadonlyMap<unknown, string> = new Map()): string {
  return `{\n${fieldsOf(value, names).join("\n")}\n}`;
}

function fieldsOf(value: object, names: ReadonlyMap<unknown, string>): readonly string[] {
  return Object.entries(value).map(([key, item]) =>
    names.get(item) === key ? `${key},` : `${JSON.stringify(key)}: ${literal(item, names)},`,
  );
}

const IMPORT = /^import (?:type )?\{[^}]*\} from "[^"]+";\n/gm;

/** Adds `import { names } from "module";`, to the one that there is if there is one. */
export function withImport(text: string, names: readonly string[], module: string, type = false): string {
  const quoted = module.replace(/[.\\/]/g, "\\$&");
  const there = new RegExp(`^import ${type ? "type " : ""}\\{([^}]*)\\} from "${quoted}";\\n`, "m").exec(
    text,
  );
  const known = listed(there?.[1] ?? "");
  const all = [...new Set([...known, ...names])].sort((a, b) => compareText(sortKey(a), sortKey(b)));
  const line = `import ${type ? "type " : ""}{ ${all.join(", ")} } from "${module}";\n`;
  if (there !== null) {
    return text.replace(there[0], () => line);
  }
  const last = [...text.matchAll(IMPORT)].at(-1);
  const at = last === undefined ? 0 : last.index + last[0].length;
  return `${text.slice(0, at)}${line}${text.slice(at)}`;
}

function sortKey(name: string): string {
  return name.replace(/^type /, "").toLowerCase();
}

function listed(items: string): readonly string[] {
  return items
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** Puts a text below the imports. */
export function belowImports(text: string, added: string): string {
  const last = [...text.matchAll(IMPORT)].at(-1);
  const at = last === undefined ? 0 : last.index + last[0].length;
  return `${text.slice(0, at)}\n${added}\n${text.slice(at)}`;
}

/** Where a list of a file is: from behind its opening bracket to its closing one. */
function listIn(text: string, name: string): { readonly from: number; readonly to: number } | undefined {
  const open = new RegExp(`^export const ${name}\\b[^=]*= \\[`, "m").exec(text);
  if (open === null) {
    return undefined;
  }
  const from = open.index + open[0].length;
  const length = /,?\s*\];(?:\n|$)/.exec(text.slice(from))?.index;
  return length === undefined ? undefined : { from, to: from + length };
}

/** Adds an item at the end of `export const <name> = [...]`; undefined where there is no such list. */
export function withItem(text: string, name: string, item: string): string | undefined {
  const list = listIn(text, name);
  if (list === undefined) {
    return undefined;
  }
  const items = text.slice(list.from, list.to);
  const comma = items.trim() === "" ? "" : ",";
  return `${text.slice(0, list.from)}${items}${comma}\n${item}${text.slice(list.to)}`;
}

/** As `withItem` in a list of plain names, which stays sorted by what `order` makes of each. */
export function withSortedItem(
  text: string,
  name: string,
  item: string,
  order: (item: string) => string = (one) => one,
): string | undefined {
  const list = listIn(text, name);
  if (list === undefined) {
    return undefined;
  }
  const items = [...listed(text.slice(list.from, list.to)), item];
  const sorted = [...items].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return `${text.slice(0, list.from)}${sorted.join(", ")}${text.slice(list.to)}`;
}
