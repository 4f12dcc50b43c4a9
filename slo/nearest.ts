/** A longer word is nobody's slip, and takes long to compare. */
const LONGEST = 200;

/**
 * What a misspelt word most likely meant: the candidate that the fewest changes of a letter lead to, two at most, where
 * that is less than half of the word; capitals count as small letters. Undefined where none is so near.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST) {
    return undefined;
  }
  const limit = Math.min(2, Math.ceil(word.length / 2) - 1);
  const asked = word.toLowerCase();
  const [found] = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= limit)
    .map((candidate) => ({ candidate, distance: changesBetween(asked, candidate.toLowerCase()) }))
    .filter((one) => one.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return found?.candidate;
}

/** Letters that are put in, left out, changed or swapped with their neighbour: the optimal string alignment. */
export function changesBetween(a: string, b: string): number {
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

/** Of more names than these nobody reads all. */
const MOST_LISTED = 30;
const MOST_ALIKE = 5;

/** Candidates that have as many of the parts of a word as any. */
function alike(word: string, candidates: readonly string[]): readonly string[] {
  const partsOf = (text: string): readonly string[] => text.toLowerCase().split(/[^a-z\d]+/);
  const asked = partsOf(word).filter((part) => part.length > 2);
  const found = candidates.map((candidate) => {
    const parts = partsOf(candidate);
    return { candidate, shared: asked.filter((part) => parts.some((one) => one.startsWith(part))).length };
  });
  const most = found.reduce((least, { shared }) => Math.max(least, shared), 1);
  return found.filter(({ shared }) => shared === most).map(({ candidate }) => candidate);
}

/**
 * What to write in place of a word that is none of these: the name that it most likely meant, and all of them, or those
 * that it is most like where they are many.
 */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (candidates.length === 0) {
    return "There is none that could be meant: take it out.";
  }
  if (candidates.length <= MOST_LISTED) {
    return `${near === undefined ? "" : `Did you mean [${near}]? `}Use one of [${candidates.join(", ")}].`;
  }
  const likest = word.length > LONGEST ? [] : alike(word, candidates).slice(0, MOST_ALIKE);
  const few = near === undefined ? likest : [near];
  const shown = few.length > 0 ? few : candidates.slice(0, MOST_ALIKE);
  const rest = `${candidates.length - shown.length} more`;
  return few.length > 0
    ? `Did you mean ${few.length === 1 ? "" : "one of "}[${shown.join(", ")}]? There are ${rest}.`
    : `Use one of [${shown.join(", ")}] or of ${rest}.`;
}
