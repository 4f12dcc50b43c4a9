import { sloRunbooks, type Service, type Slo, type UnmeasuredSlo } from "../../slo/service";
import { alerts } from "./alerts";
import { dashboards, sloRows } from "./dashboards";
import { BACKEND_INCIDENTS } from "./incidents";
import { apiErrors, slowerThan } from "./slis";
import { readinessProbe, telemetry } from "./telemetry";

const latencyRunbooks = sloRunbooks("high-latency", { bucketMissing: "slo-bucket-missing" });

/** The document has drafts without windows, severities and owners; these are what they became. */
const slos: readonly Slo[] = [
  {
    id: "api-availability",
    title: "API availability",
    population: "requests",
    breach: "answered with a server error",
    sli: apiErrors,
    objective: { default: "99.9%" }, // 525.6 minutes a year, not 52.56
    window: "28d",
    response: "page",
    runbooks: sloRunbooks("high-error-rate"),
  },
  {
    id: "health-probe",
    title: "API readiness",
    population: "probes of GET /health/readiness",
    breach: "unanswered",
    sli: {
      kind: "time",
      measure: { kind: "level", gauge: readinessProbe, of: "min" },
      bad: { below: "1" },
      minimum: "4m", // longer than ServiceDown takes to say that the whole API is gone
    },
    objective: { default: "99.9%" },
    window: "28d",
    response: "page",
    runbooks: sloRunbooks("health-probe-failing"),
  },
  {
    id: "latency-p95",
    title: "API latency, P95",
    population: "requests",
    breach: "slower than 200 ms",
    sli: slowerThan("0.2"),
    objective: { default: "95%" },
    window: "28d",
    response: "ticket",
    runbooks: latencyRunbooks,
  },
  {
    id: "latency-p99",
    title: "API latency, P99",
    population: "requests",
    breach: "slower than 500 ms",
    sli: slowerThan("0.5"),
    objective: { default: "99%" },
    window: "28d",
    response: "ticket",
    runbooks: latencyRunbooks,
  },
];

const unmeasured: readonly UnmeasuredSlo[] = [
  {
    id: "data-consistency",
    title: "Data consistency",
    objective: "99.99%", // 52.56 minutes a year, not 5.26
    why: "There is one database instance, so that nothing replicates and no lag exists; and a lag below 100 ms is not a share of consistent reads.",
    needs: "A replica whose lag is exported, and a check that compares what both of them answer.",
  },
];

/** The Python backend with Postgres and Redis, from the SLO and runbook seeds; what they ask for is in `requirements.md`. */
export const backend: Service = {
  id: "backend",
  title: "Backend",
  description: "The FastAPI backend with its Postgres database and its Redis cache.",
  team: "backend",
  tier: 2,
  environments: ["dev", "prod", "staging"],
  dashboard: "backend-slo",
  sloRows,
  dashboards,
  telemetry,
  slos,
  unmeasured,
  alerts,
  incidents: BACKEND_INCIDENTS,
  autoscaling: [],
  backups: [],
};
