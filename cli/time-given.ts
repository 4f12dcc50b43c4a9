import { isDay } from "../slo/calendar";
import { UsageError } from "./user-error";

/** Milliseconds since the epoch of a time that somebody named. @throws UsageError where it is none, or has no zone */
export function timeGiven(time: string): number {
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(time)
    ? Date.parse(time)
    : Number.NaN;
  if (Number.isNaN(at) || !isDay(time.slice(0, 10))) {
    throw new UsageError(`[${time}] is not a time with its zone: write one such as 2026-11-29T18:05:00Z`);
  }
  return at;
}
