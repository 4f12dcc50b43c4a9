import type { Duration } from "./duration";

/**
 * How unusual rates are told from usual ones: a rate over `window`, compared with the rates of a whole
 * day, so that the hour of the day evens out, which ended `apart` ago, so that an incident is no part of it.
 */
export const ANOMALY: {
  readonly window: Duration;
  readonly history: Duration;
  /** Spacing of the rates of the past that are read; between two of them a rate hardly changes. */
  readonly sampling: Duration;
  readonly apart: Duration;
  /** A rate that hardly ever changes deviates hardly at all, so an anomaly is also at least so many times the mean. */
  readonly atLeastTimes: string;
} = { window: "15m", history: "1d", sampling: "5m", apart: "1h", atLeastTimes: "1.5" };
