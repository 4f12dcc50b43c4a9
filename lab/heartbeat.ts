import type { RoutingPlan } from "../plan/routing";
import { milliseconds } from "../slo/duration";

/** A machine that is busy is no reason to call a switch dead. */
const LEAST_MS = 20_000;
const MISSED = 4;

/** How the dead man's switch should beat. */
export interface HeartbeatPlan {
  readonly everyMs: number;
  /** Without a beat for so long it is not heard any more. */
  readonly limitMs: number;
}

/** The beats that a routing leads to; undefined where it sends none to anybody. */
export function heartbeatPlan({ root, receivers }: RoutingPlan): HeartbeatPlan | undefined {
  const listeners = new Set<string | undefined>(
    receivers.filter(({ purpose }) => purpose === "heartbeat").map(({ name }) => name),
  );
  const interval = root.routes.find(({ receiver }) => listeners.has(receiver))?.groupInterval;
  if (interval === undefined) {
    return undefined;
  }
  const everyMs = milliseconds(interval);
  return { everyMs, limitMs: Math.max(LEAST_MS, MISSED * everyMs) };
}

/** Why the switch is not heard; undefined while it is. @param since when it was last heard, or began to be listened to */
export function heartbeatProblem(
  plan: HeartbeatPlan | undefined,
  since: number,
  now: number,
): string | undefined {
  const silence = now - since;
  return plan === undefined || silence <= plan.limitMs
    ? undefined
    : `no heartbeat for ${Math.round(silence / 1_000)} s, and one is due every ${plan.everyMs / 1_000} s: Prometheus does not evaluate, or Alertmanager does not send`;
}
