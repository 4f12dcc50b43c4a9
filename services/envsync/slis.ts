import { latencyRatio, requestRatio, type LatencyRatioSli, type RequestRatioSli } from "../../slo/sli";
import { where } from "../../slo/telemetry";
import { requestDuration, requests, tokenOperations } from "./telemetry";

/** Requests answered with a server error: what the objective counts. */
export const serverErrors = requestRatio({
  total: requests,
  errors: where(requests, { status: ["=~", "5.."] }),
});

/** Requests answered with 4xx or 5xx: what the document's dashboard calls the error rate. */
export const allErrors = requestRatio({
  total: requests,
  errors: where(requests, { status: ["=~", "4..|5.."] }),
});

/** Answers of one status among all requests. */
export const answeredWith = (status: "401" | "429"): RequestRatioSli =>
  requestRatio({ total: requests, errors: where(requests, { status }) });

/** Writes to the store; a conflict of revisions is possible nowhere else. */
export const storeWrites = where(requests, { route: "/v1/store", method: "PUT" });

/** Revision conflicts among the writes to the store. */
export const conflicts = requestRatio({
  total: requests,
  of: storeWrites,
  errors: where(requests, { status: "409" }),
});

/** Operations on tokens that failed, each kind among its own: deletions are few beside creations. */
export const failedTokens = (op: "create" | "delete"): RequestRatioSli =>
  requestRatio({
    total: tokenOperations,
    of: where(tokenOperations, { op }),
    errors: where(tokenOperations, { result: "failure" }),
  });

/** Requests to the store of one method. */
export const storeRequests = (method: "GET" | "PUT"): LatencyRatioSli["of"] =>
  where(requestDuration, { route: "/v1/store", method });

/** Requests to the store slower than the objective of their method, in seconds. */
export const slowReads = latencyRatio({
  histogram: requestDuration,
  of: storeRequests("GET"),
  threshold: "0.3",
});
export const slowWrites = latencyRatio({
  histogram: requestDuration,
  of: storeRequests("PUT"),
  threshold: "0.5",
});
