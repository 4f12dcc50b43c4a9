/** A change of an expression in which nothing but numbers and durations differ. */
export interface ChangedNumber {
  readonly before: string;
  readonly after: string;
  /** Whether more makes an alert fire then, where a comparison says so. */
  readonly fires?: "less" | "more";
}

/** Numbers and durations, but not the digits of names, labels and texts in quotes. */
const NUMBER = /"(?:[^"\\]|\\.)*"|[A-Za-z_:][\w:]*|(?:\d+(?:ms|[smhdwy]))+|\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;

interface Token {
  readonly text: string;
  readonly at: number;
}

/**
 * The numbers that differ between two expressions which are alike but for these; undefined where more differs. A limit
 * that is lowered behind `>` lets more fire, and one behind `<` less.
 */
export function changedNumbers(before: string, after: string): readonly ChangedNumber[] | undefined {
  const [one, other] = [numbersIn(before), numbersIn(after)];
  if (one.rest !== other.rest || one.numbers.length !== other.numbers.length) {
    return undefined;
  }
  return one.numbers.flatMap((token, index) => {
    const now = other.numbers[index]?.text ?? token.text;
    if (token.text === now) {
      return [];
    }
    const fires = firing(before.slice(0, token.at), Number(token.text), Number(now));
    return [{ before: token.text, after: now, ...(fires === undefined ? {} : { fires }) }];
  });
}

function numbersIn(expr: string): { readonly rest: string; readonly numbers: readonly Token[] } {
  const numbers: Token[] = [];
  const rest = expr.replaceAll(NUMBER, (text: string, at: number) => {
    if (!/^\d/.test(text)) {
      return text;
    }
    numbers.push({ text, at });
    return "§";
  });
  return { rest, numbers };
}

function firing(left: string, before: number, after: number): ChangedNumber["fires"] {
  const operator = /([<>])=?\s*(?:bool\s+)?$/.exec(left)?.[1];
  if (operator === undefined || Number.isNaN(before) || Number.isNaN(after)) {
    return undefined;
  }
  return (operator === ">") === after < before ? "more" : "less";
}
