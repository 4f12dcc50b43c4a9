import { latencyRatio, requestRatio } from "../../slo/sli";
import { where } from "../../slo/telemetry";
import { eventCreations, registrations, requestDuration, requests, workflowExecutions } from "./telemetry";
import { cacheRequests } from "./resources";

/** Requests answered with a server error; 4xx count as good and have alerts of their own. */
export const apiErrors = requestRatio({
  total: requests,
  errors: where(requests, { status: ["=~", "5.."] }),
});

/** Requests slower than a bucket bound, in seconds. */
export const slowerThan = (threshold: string): ReturnType<typeof latencyRatio> =>
  latencyRatio({ histogram: requestDuration, threshold });

/** Requests that the rate limiter turned away. */
export const turnedAway = requestRatio({ total: requests, errors: where(requests, { status: "429" }) });

/** Requests without a valid token. */
export const unauthorised = requestRatio({ total: requests, errors: where(requests, { status: "401" }) });

/** Look-ups that the cache could not answer. */
export const cacheMisses = requestRatio({
  total: cacheRequests,
  errors: where(cacheRequests, { result: "miss" }),
});

export const failedRegistrations = requestRatio({
  total: registrations,
  errors: where(registrations, { result: ["!=", "completed"] }),
});

export const failedEventCreations = requestRatio({
  total: eventCreations,
  errors: where(eventCreations, { result: ["!=", "completed"] }),
});

export const failedWorkflowExecutions = requestRatio({
  total: workflowExecutions,
  errors: where(workflowExecutions, { result: ["!=", "completed"] }),
});
