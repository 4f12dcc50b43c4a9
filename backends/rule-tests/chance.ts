import type { Guard } from "../../slo/guard";

/** Whether there are more bad events than chance makes of a service at its objective. */
export function moreThanChance(guard: Guard, bad: number, total: number, budget: number): boolean {
  const expected = total * budget;
  return bad > expected + guard.deviations * Math.sqrt(expected) + guard.offset;
}
