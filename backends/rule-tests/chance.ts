import type { Guard } from "../../slo/guard";
import { BESIDE } from "./given";

/** Numbers of requests, each in clusters of its own with a little more and a little fewer bad ones than are no chance. */
export function besideChance(
  all: readonly number[],
  least: (requests: number) => number,
): readonly { readonly cluster: string; readonly requests: number; readonly bad: number }[] {
  return all.flatMap((requests) => [
    { cluster: `more of ${requests}`, requests, bad: BESIDE.above(least(requests)) },
    { cluster: `less of ${requests}`, requests, bad: BESIDE.below(least(requests)) },
  ]);
}

/** Those of these clusters in which more is bad. */
export function withMore(rows: readonly { readonly cluster: string }[]): readonly string[] {
  return rows.map(({ cluster }) => cluster).filter((cluster) => cluster.startsWith("more"));
}

/** Whether there are more bad events than chance makes of a service at its objective. */
export function moreThanChance(guard: Guard, bad: number, total: number, budget: number): boolean {
  const expected = total * budget;
  return bad > expected + guard.deviations * Math.sqrt(expected) + guard.offset;
}
