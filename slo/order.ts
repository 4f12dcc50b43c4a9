/** Order by code unit, which no locale changes; for every list that ends up in a generated file. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The value of a key that people choose: `constructor` is a key of every object, and of nothing that they wrote. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A copy sorted by a text key. */
export function sortedBy<T>(items: Iterable<T>, key: (item: T) => string): readonly T[] {
  return [...items].sort((a, b) => compareText(key(a), key(b)));
}

/** The items of each key, in their order and with the keys in the order of first appearance; once through, not once per key. */
export function groupedBy<T>(
  items: Iterable<T>,
  key: (item: T) => string,
): ReadonlyMap<string, readonly [T, ...T[]]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) {
      groups.set(key(item), [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}

/** The first item of each key, in their order. */
export function distinctBy<T>(items: Iterable<T>, key: (item: T) => string): readonly T[] {
  return [...groupedBy(items, key).values()].map(([first]) => first);
}

/** What is there more than once, each once. */
export function duplicates(values: readonly string[]): readonly string[] {
  return [...groupedBy(values, (value) => value)]
    .filter(([, same]) => same.length > 1)
    .map(([value]) => value);
}
