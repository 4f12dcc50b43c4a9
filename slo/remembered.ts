/**
 * A pure function that remembers what it found for as long as the program runs: the pages and expressions of a stack are
 * asked about by its checks, its objects and its tests in turn. What it returns belongs to all who ask, and is not changed.
 */
export function remembered<A, T>(keyOf: (asked: A) => string, find: (asked: A) => T): (asked: A) => T {
  const known = new Map<string, T>();
  return (asked) => {
    const key = keyOf(asked);
    const found = known.get(key) ?? find(asked);
    known.set(key, found);
    return found;
  };
}
