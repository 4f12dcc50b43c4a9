/** Words that no variable can be called, or that the list of services uses itself. */
const TAKEN = new Set([
  ...["await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do"],
  ...["else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if", "implements"],
  ...["import", "in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected"],
  ...["public", "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "var"],
  ...["arguments", "undefined", "void", "while", "with", "yield", "services"],
]);

/** `pay-desk` -> payDesk, the name of its variable. */
export function variableOf(slug: string): string {
  return slug.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether a variable may have that name. */
function isFree(variable: string): boolean {
  return !TAKEN.has(variable);
}

/** `pay-desk` -> Pay desk. */
export function titleOf(slug: string): string {
  const words = slug.replaceAll("-", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** What is wrong with an id whose variable may not be called so. */
export function variableFault(id: string): string | undefined {
  return isFree(variableOf(id))
    ? undefined
    : `[${id}] cannot be the name of a variable, which a service's id is; choose another one`;
}

/** Names for the constants of a file, each free and used once. */
export function variablesFor<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  taken: readonly string[],
): ReadonlyMap<T, string> {
  const used = new Set(taken);
  return new Map(
    items.map((item) => {
      const name = variableOf(nameOf(item)).replace(/^(?=\d)/, "n");
      const [free = name] = [name, ...items.map((_, index) => `${name}${index + 2}`)].filter(
        (one) => isFree(one) && !used.has(one),
      );
      used.add(free);
      return [item, free];
    }),
  );
}
