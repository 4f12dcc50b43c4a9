import { latencyRatio, requestRatio } from "../../slo/sli";
import { where } from "../../slo/telemetry";
import { authAttempts, requests, storageDuration } from "./telemetry";

/** Requests answered with a server error; 4xx count as good, 429 and 499 too. */
export const gatewayErrors = requestRatio({
  total: requests,
  errors: where(requests, { status: ["=~", "5.."] }),
});

/** Requests slower than a bucket bound, in seconds, model calls left out. */
export const slowerThan = (threshold: string): ReturnType<typeof latencyRatio> =>
  latencyRatio({ histogram: storageDuration, threshold });

/** Tokens that were refused, among those that were checked. */
export const refusedTokens = requestRatio({
  total: authAttempts,
  errors: where(authAttempts, { result: "failure" }),
});
