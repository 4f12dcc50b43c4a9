import { latencyRatio, requestRatio } from "../../slo/sli";
import { where } from "../../slo/telemetry";
import { disconnects, messageDuration, requestDuration, requests } from "./telemetry";

/** The document's own condition of its latency query; probes count neither here nor there. */
const withoutProbes = { route: ["!~", "/healthz"] } as const;

/** Requests of users, by the counter and by the histogram. */
export const users = {
  requests: where(requests, withoutProbes),
  durations: where(requestDuration, withoutProbes),
} as const;

export const serverErrors = where(requests, { status: ["=~", "5.."] });
export const broken = where(disconnects, { reason: ["!=", "normal"] });

/** Requests of users that were answered with a server error. */
export const apiErrors = requestRatio({ total: requests, of: users.requests, errors: serverErrors });

/** Requests of users slower than a bucket bound, in seconds. */
export const slowerThan = (threshold: string): ReturnType<typeof latencyRatio> =>
  latencyRatio({ histogram: requestDuration, of: users.durations, threshold });

/** Messages that reached the dashboard later than the bound, in seconds. */
export const messagesSlowerThan = (threshold: string): ReturnType<typeof latencyRatio> =>
  latencyRatio({ histogram: messageDuration, threshold });

/** Sessions that broke among all that ended: never above 1, whatever opens meanwhile. */
export const brokenSessions = requestRatio({ total: disconnects, errors: broken });
