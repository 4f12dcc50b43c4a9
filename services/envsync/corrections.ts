import type { Correction } from "../../slo/correction";

/** What "EnvSync Cloud Operations" leaves unclear or has wrong, and what is built in its place. */
export const envsyncCorrections: readonly Correction[] = [
  {
    id: "ENVSYNC-ERR-1",
    area: "Alerts",
    says: '"5xx rate > 1% for 10m OR > 0.5% for 60m", which can mean the mean of these windows or a wait.',
    built:
      "HighErrorBudgetBurnRate pages: above 1.344 % over 1 h and 5 min, or above 0.56 % over 6 h and 30 min. ServiceDown pages when no target is up or fewer than 90 % of requests succeed. The rule as it reads, a rate of 5 min that stays above for 10 min or 60 min, is kept as the warnings ElevatedErrorRate and SustainedErrorRate.",
    why: "As a mean it pages 95 times in 28 days at 180 requests an hour and lets go 57 min late; as a wait a total outage of 5 minutes never pages, and that is 12.4 % of the budget (measured). At 99.9 % its rates are burn rates of 10 and 5.",
  },
  {
    id: "ENVSYNC-ERR-2",
    area: "Alerts",
    says: "Alert when p95 is above 300 ms or 500 ms for 15 minutes, which are the objectives.",
    built:
      "SlowStoreReads and SlowStoreWrites count: more than 5 % of the requests of 15 min slower than 300 ms or 500 ms, for 15 min. The contract asks for buckets at 0.3 and 0.5, and SLOBucketMissing says when one is gone. The objectives themselves are alerted as burns.",
    why: "A quantile is interpolated: with default buckets 300 ms lies between 250 and 500, and a true p95 of 272 ms shows as 324 ms. At the objective a quantile of few minutes flaps; a share over as long as the wait moves slowly.",
  },
  {
    id: "ENVSYNC-ERR-3",
    area: "Alerts",
    says: '"401 rate > 10% over 15m and > 100 requests/min", of which requests it does not say.',
    built:
      "AuthFailureSurge: more than 10 % of all requests of 15 min are 401, and there were more than 1,500 requests in all, which is 100 a minute. The alert's text says so.",
    why: "It is the total that gives a percentage its meaning. 100 of 401 a minute would be silent in an attack on a quiet night, and at high traffic would guard nothing.",
  },
  {
    id: "ENVSYNC-ERR-4",
    area: "Alerts",
    says: "Rates of 401, 409 and 429 in percent, without saying of what.",
    built:
      "401 and 429 among all requests, 409 among `PUT /v1/store`. The alerts are AuthFailureSurge, RateLimitSurge and ConflictSurge.",
    why: "Every request can be refused or throttled, but only a write to the store can conflict: among all requests a store that refuses every write could stay below 5 %.",
  },
  {
    id: "ENVSYNC-ERR-8",
    area: "Alerts",
    says: "Percentages of routes with little traffic, without a least number of requests.",
    built:
      "Pages need more errors than chance makes of a service at its objective (a significance guard), and the declared alerts at least 5 bad events in their window.",
    why: "At 20 requests an hour one slow request in 15 minutes is 20 %.",
  },
  {
    id: "ENVSYNC-ERR-7",
    area: "Objectives",
    says: '"99.9% monthly": a calendar month or 30 days that roll.',
    built:
      "A window of 28 days that rolls, with 40.32 min of budget, is what alerts. The [report of a calendar month](../runbooks/envsync/calendar-month-report.md) is a procedure whose commands compute the month that ended; a month of 30 days allows 43.2 min, the mean month 43.83.",
    why: "A calendar month forgets on the first what happened on the last, and its budget grows and shrinks with its days; 28 days always hold four weekends. What was promised by the month can still be reported by the month.",
  },
  {
    id: "ENVSYNC-ERR-5",
    area: "Dashboard",
    says: 'The dashboard counts 4xx and 5xx as "error rate", the availability alert 5xx.',
    built:
      'Two panels: "Error rate, 4xx and 5xx", and "Server errors, 5xx" with the objective. The objective counts 5xx.',
    why: "Under one name they would be taken for each other. A refused token or a conflict is the caller's doing and must not eat the budget.",
  },
  {
    id: "ENVSYNC-ERR-6",
    area: "Dashboard",
    says: "Top source IPs by throttled requests.",
    built:
      "`envsync_throttled_source_requests_total` counts by the first hexadecimal digit of the source's hash: sixteen series. The panel shows whether it is one source or many, and the [runbook](../runbooks/envsync/rate-limiting.md) finds the addresses in the log.",
    why: "A label with addresses has no bound: an attack from many sources would take Prometheus down with it. And addresses are personal data, which metrics keep for long.",
  },
];

/** What the document leaves open, and how it was read. */
export const envsyncLeftOpen: readonly string[] = [
  "No metric has a name. The contract names them by Prometheus' conventions and marks them as assumed; their owner confirms them or gives others.",
  'No alert has a severity. The burn of the availability and ServiceDown page, everything else is a warning: latency is a "target" there, and refusals are no failure of the service.',
  '"403 count by reason/scope": counted by whether the scope is missing or invalid. Which scope it was is in the log.',
  "The document asks for counts of failed token operations and for no alert on them. TokenCreationFailures and TokenRevocationFailures warn at 5 % over 30 min, because a token that cannot be deleted stays valid.",
  "The quick actions ask for metrics of the database and name none: `pg_up`, connections in use and the oldest open transaction are what PostgreSQL's exporter has; that it is PostgreSQL is assumed as well.",
];
