import { milliseconds, ratioOf, times, type Duration } from "../../slo/duration";

/** What is different from normal operation during a phase. */
export interface Disturbance {
  /** Requests per second over all targets; normal traffic by default. */
  readonly requestsPerSecond?: number;
  /** Share of bad events per SLI key, as an exact decimal. */
  readonly bad?: Readonly<Record<string, string>>;
  /** Targets that are up per job; absent targets have vanished from discovery. */
  readonly up?: Readonly<Record<string, number | "vanished">>;
  /** Targets that are not up are not known to discovery either, like pods that no node takes. */
  readonly pending?: boolean;
  /** Gauges with another value than normal, on the series that have these labels. */
  readonly gauges?: readonly GaugeLevel[];
  /** Events per second of counters that stand still in normal operation. */
  readonly increments?: Readonly<Record<string, number>>;
  /** How many targets count events; all by default. */
  readonly countedOn?: number;
  /** Gauges of which the first target reports another value than the rest. */
  readonly disagreeing?: readonly string[];
  /** Labels by metric that a release renamed: its series have them under another name. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Metrics that no target exposes. */
  readonly hidden?: readonly string[];
}

/** A gauge's value in a disturbance. */
interface GaugeLevel {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A stretch of time in which nothing changes. */
export interface Phase extends Disturbance {
  readonly lasts: Duration;
}

/** A sequence of phases on the grid of the scrapes; rules are evaluated with each. */
export interface Timeline {
  readonly phases: readonly Phase[];
  /** Seconds between scrapes. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
}

/** Phases end on scrapes: one that would end between two of them is as much longer. */
export function timeline(phases: readonly Phase[], interval: Duration): Timeline {
  const whole = phases.map((phase): Phase => ({
    ...phase,
    lasts: times(interval, Math.ceil(ratioOf(phase.lasts, interval))),
  }));
  const steps = whole.reduce((sum, { lasts }) => sum + ratioOf(lasts, interval), 0);
  return { phases: whole, step: milliseconds(interval) / 1_000, steps };
}

/** The same time without any disturbance. */
export function quiet(line: Timeline): Timeline {
  return { ...line, phases: line.phases.map(({ lasts }) => ({ lasts })) };
}

/** One value per step, constant within a phase. */
export function perStep<T>(line: Timeline, of: (phase: Phase) => T): readonly T[] {
  return line.phases.flatMap((phase) => {
    const value = of(phase);
    return Array.from({ length: milliseconds(phase.lasts) / 1_000 / line.step }, () => value);
  });
}

/** Events that happened up to each step, for differences over windows. */
export function cumulative(rates: readonly number[], step: number): readonly number[] {
  const sums = [0];
  for (const rate of rates) {
    sums.push((sums.at(-1) ?? 0) + rate * step);
  }
  return sums;
}

/** Events in the window that ends at a step; the time before the first step held none. */
export function within(sums: readonly number[], at: number, window: number): number {
  return (sums[Math.min(at, sums.length - 1)] ?? 0) - (sums[Math.max(0, at - window)] ?? 0);
}

/** Steps since anything changed. */
export function sincePhase(line: Timeline, step: number): number {
  let begun = 0;
  for (const { lasts } of line.phases) {
    const end = begun + stepsOf(lasts, line);
    if (step <= end) break;
    begun = end;
  }
  return step - begun;
}

/** Scrapes before a window from which what it counts is extrapolated, and a few more. */
export const EXTRAPOLATED = 12;

/** Steps of a window. */
export function stepsOf(window: Duration, line: Timeline): number {
  return milliseconds(window) / 1_000 / line.step;
}
