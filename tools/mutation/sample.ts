import { chanceOf } from "../chance";

/** So many of a list, the same for the same seed. */
export function sampleOf<T>(all: readonly T[], size: number, seed: number): readonly T[] {
  const { uniform } = chanceOf(seed);
  return all
    .map((one) => ({ one, at: uniform() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, size)
    .map(({ one }) => one);
}
