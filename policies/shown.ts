/** A list of allowed values, as messages show it. */
export function shownList(values: readonly string[]): string {
  return `[${values.join(", ")}]`;
}

/** A short value on one line. */
export function shownText(text: string): string {
  return `[${shorten(text, 100)}]`;
}

/** An address without what may be secret in it: credentials, query and fragment. */
export function shownAddress(text: string): string {
  const bare = text.replace(/[?#].*$/s, (rest) => `${rest.charAt(0)}...`).replace(/\/\/[^/]*@/, "//...@");
  return `[${shorten(bare, 120)}]`;
}

function shorten(text: string, length: number): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ");
  return line.length <= length ? line : `${line.slice(0, length)}...`;
}
