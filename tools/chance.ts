/** Chance that is the same each time. */
export interface Chance {
  /** In [0, 1). */
  readonly uniform: () => number;
  readonly poisson: (mean: number) => number;
  readonly binomial: (n: number, share: number) => number;
}

/** Source: mulberry32 (Tommy Ettinger), and Knuth's way to draw from Poisson's distribution. */
export function chanceOf(seed: number): Chance {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const poisson = (mean: number): number => {
    const limit = Math.exp(-mean);
    let events = 0;
    for (let product = uniform(); product > limit; product *= uniform()) {
      events += 1;
    }
    return events;
  };
  const binomial = (n: number, share: number): number =>
    Array.from({ length: n }, uniform).filter((drawn) => drawn < share).length;
  return { uniform, poisson, binomial };
}
