import { compareText, sortedBy } from "../slo/order";

/** A thing that is there on both sides, and what is different about it, a sentence each. */
export interface Changed {
  readonly name: string;
  readonly says: readonly string[];
  /** Text that a person may want to see whole, before and after. */
  readonly texts?: readonly [before: string, after: string];
}

/** What is there on one side only, by name, and what changed on both. */
export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly Changed[];
}

/** Whether nothing is different. */
export function isEmpty({ added, removed, changed }: Difference): boolean {
  return added.length + removed.length + changed.length === 0;
}

/** What is different about a thing, or that nothing is. */
export type Says<T> = (before: T, after: T) => Omit<Changed, "name"> | undefined;

/** What is there on one side only and what changed, sorted by name. */
export function difference<T>(
  [before, after]: readonly [readonly T[], readonly T[]],
  nameOf: (item: T) => string,
  says: Says<T>,
): Difference {
  const [old, now] = [before, after].map((items) => new Map(items.map((item) => [nameOf(item), item])));
  const names = (
    one: ReadonlyMap<string, T> = new Map(),
    other: ReadonlyMap<string, T> = new Map(),
  ): readonly string[] => [...one.keys()].filter((name) => !other.has(name)).sort(compareText);
  return {
    added: names(now, old),
    removed: names(old, now),
    changed: sortedBy(now ?? [], ([name]) => name).flatMap(([name, item]) => {
      const was = old?.get(name);
      const changed = was === undefined ? undefined : says(was, item);
      return changed === undefined ? [] : [{ name, ...changed }];
    }),
  };
}

/** That something is different, and both texts. */
export const anyChange: Says<unknown> = (before, after) => {
  const texts = [before, after].map((value) => JSON.stringify(value, null, 2));
  return texts[0] === texts[1] ? undefined : { says: [], texts: [texts[0] ?? "", texts[1] ?? ""] };
};

/** Whether two values are the same data. */
export function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
