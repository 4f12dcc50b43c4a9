const LONGEST = 60;

/** Something wrong with a configuration, wherever it was read from. */
export interface Finding {
  /** Keys from the top, without prefix; a number is an index. */
  readonly path: readonly [string, ...(string | number)[]];
  readonly message: string;
  readonly remedy: string;
}

/** What a field is told about a value that it cannot take. */
export interface Seen {
  readonly input?: unknown;
}

/** What is wrong with a value of which the form is known; the form reads on after "expected" and "is not". */
export function misfit({ input }: Seen, form: string): string {
  if (input === undefined || input === null) {
    return `is not set; expected ${form}`;
  }
  return input === "" ? `is empty; expected ${form}` : `${shown(input)} is not ${form}`;
}

/** As `misfit`, of a secret: the value is never repeated. */
export function secretMisfit({ input }: Seen): string {
  return input === undefined || input === null || input === ""
    ? misfit({ input }, "a secret")
    : "is not a text, as every secret is";
}

/** A value in brackets on one line; what is long is cut. */
export function shown(value: unknown): string {
  const text = (typeof value === "string" ? value : JSON.stringify(value)).replaceAll(/\s+/g, " ");
  return `[${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}]`;
}
