import type { Correction } from "../../slo/correction";

/** The errors of Bytspot's observability document, and what is built in their place. */
export const bytspotCorrections: readonly Correction[] = [
  {
    id: "BYTSPOT-ERR-1",
    area: "Objectives",
    says: "99.9 % monthly for the API, 99.95 % target for prod, 99.5 % for beta.",
    built:
      "The objective depends on the environment: 99.95 % in prod (20.16 min per 28 days), 99.5 % in beta (201.6 min), 99.9 % (40.32 min) anywhere else. 99.9 % is what the contract promises, so prod alerts before the promise is broken.",
    why: "One service cannot have three objectives in one place. A contract's floor below the team's own target is usual; the alerts hang on the target.",
  },
  {
    id: "BYTSPOT-ERR-2",
    area: "Objectives",
    says: "Error rate below 0.1 %, measured over 5 minutes.",
    built:
      "No alert compares 5 minutes with 0.1 %. The budget of availability burns and pages over two windows; ServerErrorSpike pages above 5 % over 5 minutes, if at least 10 requests failed.",
    why: "At 0.099 % errors, within the objective, the rule fires 1291 times in 28 days (measured): 5 minutes are too short to tell 0.1 % from chance.",
  },
  {
    id: "BYTSPOT-ERR-7",
    area: "Objectives",
    says: "Disconnect rate = disconnects / connections over 5 minutes, below 1 %.",
    built:
      "The objective counts sessions that ended: at most 1 % for another reason than `normal`. A panel shows the document's own quotient, with the normal closes left out, and says that it can pass 100 %.",
    why: "Those who leave now connected long ago, so the quotient is no share, and every session that ends as it should counts as a fault.",
  },
  {
    id: "BYTSPOT-ERR-4",
    area: "Metrics",
    says: "`http_server_duration_seconds_bucket`; limits at 0.3, 0.8 and 0.2 s.",
    built:
      "The document's name, and a contract that asks for the bounds 0.2, 0.3 and 0.8. In the SDK of OpenTelemetry a view selects `http.server.request.duration`, renames it to `http.server.duration` (unit s) and sets explicit bucket boundaries; without them SLOBucketMissing warns.",
    why: "OpenTelemetry calls it `http.server.request.duration`, in Prometheus `http_server_request_duration_seconds`; the older name was in milliseconds. None of the three limits is a default bound, and between bounds a share can only be guessed.",
  },
  {
    id: "BYTSPOT-ERR-6",
    area: "Metrics",
    says: "The latency leaves `/healthz` out, the error rate does not.",
    built:
      '`route!~"/healthz"` in both, in every objective, alert and panel of requests. The contract asks for the label `route` on `http_requests_total` too.',
    why: "Probes succeed all day long. Counted in, they dilute the share of failed requests, most of all at night.",
  },
  {
    id: "BYTSPOT-ERR-3",
    area: "Alerts",
    says: "A Grafana rule whose expressions B and C ask the data source PROM, without `type`, folder, `noDataState` and `execErrState`; severity is an annotation, the runbook is that of 5xx.",
    built:
      "ApiLatencyP95High: more than 5 % of the requests slower than 0.3 s over 5 minutes, for 5 minutes, with the label `severity: critical` and the runbook [High latency](../runbooks/bytspot/high-latency.md). How a backend writes it down, the backend decides.",
    why: "Grafana does not load the rule as it is meant. Routes read labels, not annotations. And P95 above 0.3 s is the same as more than 5 % above 0.3 s, but counted, not interpolated.",
  },
  {
    id: "BYTSPOT-ERR-8",
    area: "Alerts",
    says: "Google Managed Prometheus stores the metrics; nothing is said of what differs there.",
    built:
      "Rules name each metric exactly, and no rule of Bytspot selects by a pattern on `__name__`. Each `_bucket` is compared with its `_count`, both counted the same way, so another extrapolation moves both. The backend `gmp` makes Google's own resources of rules and scraping, and `tocsin check` says what differs there: rules that compare with the past are untested.",
    why: "It has no staleness markers, matches metrics by exact name only and extrapolates otherwise (cloud.google.com/stackdriver/docs/managed-prometheus/promql-differences). Rules come as its own resources, which is the matter of the backend.",
  },
  {
    id: "BYTSPOT-ERR-5",
    area: "Runbooks",
    says: "`gcloud run services update-traffic bytspot-api --to-latest=false --to-revisions REV=100`.",
    built:
      "`gcloud run services update-traffic bytspot-api --to-revisions=REV=100` in [Roll back](../runbooks/bytspot/roll-back.md), which finds REV by itself, and `--to-latest` as the way back.",
    why: "The flags exclude each other. And after it new revisions get no traffic, until somebody takes it back.",
  },
];

/** What the document leaves open, and how it was read. */
export const bytspotLeftOpen: readonly string[] = [
  "Its environments are prod and beta. Beta has no stack file here: any stack with `tocsin:environment: beta` is one, and [its page](services/bytspot/processes.md) says how it is made. Nobody is paged from it.",
  "The P95 alert has severity page and a condition that is the objective itself. Built as asked: ApiLatencyP95High pages after 5 minutes above 5 %, with at least 20 slow requests. So that one cause pages once, the budget of `api-latency-p95` only warns.",
  "P99 and the dashboard's messages have limits without an answer to them. Both are objectives that write tickets.",
  "Saturation below 80 % sustained names neither a share of time nor a duration: built as warnings after 15 minutes, not as a budget.",
  "How many database connection errors are too many: more than 10 in 5 minutes warn. What users notice pages as errors.",
  "Cloud Run closes a WebSocket at the request timeout, after 60 minutes at most. Such an end is `request_timeout` and counts as broken; a server that closes the session shortly before and lets the client reconnect makes it `normal`.",
  "Names of the metrics of WebSocket messages, database errors, Cloud Run and Cloud SQL are assumed and marked so. Google's utilisations are distributions; the contract wants their 99th percentile as a gauge.",
  "The service must keep at least one instance in prod: with none, no target is known, and that is what ServiceDown pages for.",
];
