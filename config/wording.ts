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
  if (input === undefined || input === null || input === "") {
    return misfit({ input }, "a secret");
  }
  return typeof input === "string" ? "is blank; expected a secret" : "is not a text, as every secret is";
}

/** What may be a secret that was put into the wrong place: credentials and queries of an address, paths of webhooks, keys. */
const HIDDEN: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/)[^/\s@]*@/g, "$1…@"],
  [/(hooks\.slack\.com|discord(?:app)?\.com\/api\/webhooks|webhook\.office\.com)\/[^\s"]*/g, "$1/…"],
  [/\?[^\s"]*=[^\s"]*/g, "?…"],
  [/[\w-]*(?=[A-Za-z\d]{20})(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]+[\w-]*/g, "…"],
];

/** A value in brackets on one line; what is long is cut, and what may be a secret is left out. */
export function shown(value: unknown): string {
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  const line = whole.slice(0, 4 * LONGEST).replaceAll(/\s+/g, " ");
  const text = HIDDEN.reduce((left, [pattern, by]) => left.replaceAll(pattern, by), line);
  return `[${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}]`;
}
