import type { Correction } from "../../slo/correction";

/** The errors of the SLO and runbook seeds, and what is built in their place. */
export const backendCorrections: readonly Correction[] = [
  {
    id: "BACKEND-ERR-1",
    area: "Objectives and budgets",
    says: "API availability: 99.9 % (8.76 hours downtime/year), error budget 0.1 % (52.56 minutes/year).",
    built: "99.9 % over 28 days, a budget of 40.32 min; in a year of 365 days 525.6 min, which are 8.76 h.",
    why: "0.1 % of a year is 525.6 minutes. 52.56 minutes belong to 99.99 % and would be ten times too few.",
  },
  {
    id: "BACKEND-ERR-2",
    area: "Objectives and budgets",
    says: "Data consistency: 99.99 %, error budget 0.01 % (5.26 minutes/year).",
    built: "0.01 % of a year of 365 days are 52.56 min. The objective itself is shown as not measured yet.",
    why: "5.26 minutes a year belong to 99.999 %; the budget slipped by one digit again.",
  },
  {
    id: "BACKEND-ERR-3",
    area: "Objectives and budgets",
    says: "P95 < 200 ms and P99 < 500 ms share one budget: 5 % of requests exceed the thresholds.",
    built:
      "Two objectives: 95 % of the requests within 200 ms (`latency-p95`) and 99 % within 500 ms (`latency-p99`), each with its own budget and alerts.",
    why: "With 5 % of the requests above 500 ms the P99 is missed by far, and one budget would call that met.",
  },
  {
    id: "BACKEND-ERR-5",
    area: "Objectives and budgets",
    says: "Data consistency of 99.99 % is measured as a replication lag below 100 ms.",
    built:
      "An objective that nothing measures yet, with the reason and what it needs, on the [page of objectives](services/backend/slos.md#not-measured-yet). No rule and no alert pretends to watch it.",
    why: "A lag is no share of consistent reads, and with one database there is no lag at all.",
  },
  {
    id: "BACKEND-ERR-8",
    area: "Objectives and budgets",
    says: "Draft objectives of 2024-12-19, without windows, severities or owners.",
    built:
      "A rolling window of 28 days. Availability and readiness page, latency writes a ticket; the owner is team `backend`. Thresholds of the alerts for runbooks and user journeys are ours, chosen above usual traffic.",
    why: "Without a window there is no budget, and without a severity and an owner nobody is told.",
  },
  {
    id: "BACKEND-ERR-4",
    area: "Measurement",
    says: "Availability is measured as `GET /health` returning 200.",
    built:
      "Availability counts requests that are not answered with a 5xx. Besides, the blackbox exporter asks `/health` and `/health/readiness`; the second has an objective of its own, 99.9 % of the time.",
    why: "`/health` answers 200 whatever the database does, and one request every 30 seconds says little about all others.",
  },
  {
    id: "BACKEND-ERR-7",
    area: "Measurement",
    says: "`GET /health/metrics` is added to the API for Prometheus.",
    built:
      "Prometheus scrapes `/metrics` on a container port of its own, `metrics`, which no Service and no Ingress names. A test holds that no scraped path is on the public port.",
    why: "On the API's own port the metrics would be public: routes, traffic, failure rates and the state of the pool.",
  },
  {
    id: "BACKEND-ERR-6",
    area: "CI",
    says: "`backend-tests -> security-scan` beside `performance-tests -> backend-tests`.",
    built:
      "Every job says what it needs, in the [table of CI jobs](services/backend/processes.md#ci-jobs): the scan needs both test jobs, performance tests need the backend tests, end-to-end tests need both.",
    why: "The arrow means runs-before in the first two lines and needs in the last two. Read one way only, the graph would let the scan wait for nothing or the tests for their own users.",
  },
];

/** Questions that the document leaves open. */
export const backendLeftOpen: readonly string[] = [
  "Traffic: none is given; 50 requests a second over three instances are assumed, for the lab and for budgets in events.",
  "Metrics: none is named; names follow Prometheus' conventions and are marked as assumed in the telemetry contract.",
  "Names in the runbooks: the document names no Deployment, table, variable or command besides `alembic`; `backend-api`, `backend-postgres-0`, `backend-redis-0`, the tables and `python -m backend.resend_verification` are assumed, to be checked in the first drill.",
  "Redis: the document expects degraded performance without it, and has readiness ask it. An instance that is not ready gets no traffic, so that Redis alone can take the API down; RedisDown is a warning and ReadinessProbeFailing pages.",
  "SECRET_KEY: a mismatch answers with 401, which counts as good; SecretKeyMismatch compares the instances themselves and pages.",
];
