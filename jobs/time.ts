/** A moment as keys have it, which sort by it: `20261129T190000Z`. */
export function stampOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

/** Seconds since the epoch, as metrics have them. */
export function secondsOf(moment: Date): number {
  return Math.floor(moment.getTime() / 1_000);
}
