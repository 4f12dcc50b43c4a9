/** A longer word is nobody's slip, and takes long to compare. */
const LONGEST = 200;

/**
 * What a misspelt word most likely meant: the candidate that the fewest changes of a letter lead to, two at most, where
 * that is less than half of the word. Undefined where none is so near.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST) {
    return undefined;
  }
  const limit = Math.min(2, Math.ceil(word.length / 2) - 1);
  const [found] = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= limit)
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    .filter((one) => one.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return found?.candidate;
}

/** Letters that are put in, left out, changed or swapped with their neighbour: the optimal string alignment. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const at = (up: number, left: number): number => (up === 0 ? row : rows[i - up])?.[j - left] ?? 0;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(1, 0) + 1,
          at(0, 1) + 1,
          at(1, 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
          swapped ? at(2, 2) + 1 : Infinity,
        ),
      );
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? Infinity;
}

/** `One of these: [a, b].`, with the nearest first where a word looks like one of them. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return `${near === undefined ? "" : `Did you mean [${near}]? `}Use one of [${candidates.join(", ")}].`;
}
