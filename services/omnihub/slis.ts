import { latencyRatio, requestRatio } from "../../slo/sli";
import { where } from "../../slo/telemetry";
import { requestDuration, requests, workflows } from "./telemetry";

/** Requests answered with a server error; 4xx count as good, 429 and 499 too. */
export const apiErrors = requestRatio({
  total: requests,
  errors: where(requests, { status: ["=~", "5.."] }),
});

/** Workflows that ended without success. */
export const workflowFailures = requestRatio({
  total: workflows,
  errors: where(workflows, { status: "failed" }),
});

/** Requests slower than a bucket bound, in seconds. */
export const slowerThan = (threshold: string): ReturnType<typeof latencyRatio> =>
  latencyRatio({ histogram: requestDuration, threshold });
