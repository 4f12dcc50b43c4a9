import { sloRunbooks, type Service, type Slo, type SloRunbooks } from "../../slo/service";
import { requestRatio } from "../../slo/sli";
import { where } from "../../slo/telemetry";
import { alerts } from "./alerts";
import { omnihubCorrections, omnihubLeftOpen } from "./corrections";
import { operatorDashboard, sloRows } from "./dashboards";
import { OMNIHUB_INCIDENTS } from "./incidents";
import { infrastructureDashboard } from "./infrastructure-dashboard";
import { omnihubOperations } from "./operations";
import { apiErrors, slowerThan, workflowFailures } from "./slis";
import { apiGateway, databaseUp, executions, telemetry } from "./telemetry";

/** What every SLO has in common; each names the runbook of its burn. */
const runbooks = (burn: string): SloRunbooks => sloRunbooks(burn, { policy: "error-budget-policy" });

const slos: readonly Slo[] = [
  {
    id: "api-availability",
    title: "API Gateway availability",
    population: "requests",
    breach: "answered with a server error",
    source: "OMNIHUB-SLO-1",
    sli: apiErrors,
    objective: { default: "99.9%" }, // the targets of OMNIHUB-SLI-1 and OMNIHUB-SLI-8
    window: "28d",
    response: "page", // "page on-call, freeze deploys"
    runbooks: runbooks("high-error-rate"),
  },
  {
    id: "api-latency",
    title: "API Gateway latency",
    population: "requests",
    breach: "slower than 500 ms",
    source: "OMNIHUB-SLO-2",
    sli: slowerThan("0.5"),
    objective: { default: "95%" }, // the target of OMNIHUB-SLI-3
    window: "28d",
    response: "ticket", // "investigate performance issues"
    runbooks: { ...runbooks("high-latency"), bucketMissing: "slo-bucket-missing" },
  },
  {
    id: "workflow-success",
    title: "Orchestrator workflow success",
    population: "workflows",
    breach: "unsuccessful",
    source: "OMNIHUB-SLO-3",
    sli: workflowFailures,
    objective: { default: "99.5%" }, // not the 95 % of the SLI table (OMNIHUB-ERR-6)
    window: "28d",
    response: "ticket", // "review failed workflows, improve error handling"
    runbooks: runbooks("workflow-failures"),
  },
  {
    id: "execution-success",
    title: "Executor success",
    population: "executions",
    breach: "unsuccessful",
    source: "OMNIHUB-SLO-4",
    sli: requestRatio({ total: executions, errors: where(executions, { status: "failed" }) }),
    objective: { default: "99%" },
    window: "28d",
    response: "ticket", // "investigate transient errors, add retries"
    runbooks: runbooks("execution-failures"),
  },
  {
    id: "database-availability",
    title: "Database availability",
    population: "database health checks",
    breach: "unanswered",
    source: "OMNIHUB-SLO-5",
    sli: {
      kind: "time",
      measure: { kind: "level", gauge: databaseUp, of: "min" },
      bad: { below: "1" },
      minimum: "2m", // as long as DatabaseDown waits
    },
    objective: { default: "99.95%" },
    window: "28d",
    response: "page", // "escalate to database admin, check replicas"
    runbooks: runbooks("database-down"),
  },
];

/** OmniHub, TradeLine and APEX, from the OmniHub SRE package; ids cite its lines. */
export const omnihub: Service = {
  id: "omnihub",
  title: "OmniHub",
  description: "API gateway, orchestrator and executors of OmniHub, TradeLine and APEX.",
  team: "omnihub",
  tier: 1,
  environments: ["dev", "prod", "staging"],
  dashboard: "omnihub-slo",
  sloRows,
  dashboards: [operatorDashboard, infrastructureDashboard],
  telemetry,
  slos,
  alerts,
  operations: omnihubOperations,
  document: "OmniHub SRE package",
  corrections: omnihubCorrections,
  leftOpen: omnihubLeftOpen,
  incidents: OMNIHUB_INCIDENTS,
  autoscaling: [
    {
      source: "OMNIHUB-CAP-5",
      job: apiGateway,
      replicas: { default: { min: 3, max: 20 }, dev: { min: 1, max: 2 }, staging: { min: 2, max: 4 } },
      cpu: "70%",
      memory: "80%",
    },
  ],
  backups: [
    {
      id: "database",
      source: "OMNIHUB-DR-1",
      description: "Dumps of the OmniHub database.",
      keepDays: { default: 35, dev: 7, staging: 14 },
      lockDays: { default: 30, dev: 0, staging: 7 },
    },
  ],
};
