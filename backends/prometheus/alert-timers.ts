import type { Duration } from "../../slo/duration";

/**
 * How alerts are sent and survive a restart. Alertmanager believes an alert for four times `resendDelay`: both servers
 * may be gone for three minutes before it takes their silence for the end of an incident. The default of
 * `forGracePeriod`, ten minutes, makes every alert with a shorter `for` wait it out again after a restart, which is
 * longer than it is believed. Source: Prometheus, rules/alerting.go, rules/group.go.
 */
export const ALERT_TIMERS = {
  resendDelay: "2m",
  forGracePeriod: "1m",
  forOutageTolerance: "1h",
} as const satisfies Readonly<Record<string, Duration>>;

/** The flags of these timers, on a clock of one's own. */
export function alertTimerFlags(clock: (duration: Duration) => Duration): readonly string[] {
  return [
    `--rules.alert.resend-delay=${clock(ALERT_TIMERS.resendDelay)}`,
    `--rules.alert.for-grace-period=${clock(ALERT_TIMERS.forGracePeriod)}`,
    `--rules.alert.for-outage-tolerance=${clock(ALERT_TIMERS.forOutageTolerance)}`,
  ];
}
