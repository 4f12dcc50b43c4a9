import { extended } from "../../parts/define-service";
import type { BudgetState } from "../../slo/budget-policy";
import { backupStore } from "../../parts/backup-store";
import { sloRunbooks, type Service, type Slo, type SloRunbooks } from "../../slo/service";
import { requestRatio } from "../../slo/sli";
import { where } from "../../slo/telemetry";
import { alerts } from "./alerts";
import { database } from "./backups";
import { capacityParts } from "./capacity";
import { operatorDashboard, sloRows } from "./dashboards";
import { OMNIHUB_INCIDENTS } from "./incidents";
import { infrastructureDashboard } from "./infrastructure-dashboard";
import { apiErrors, slowerThan, workflowFailures } from "./slis";
import { databaseUp, executions, telemetry } from "./telemetry";

/** What every SLO has in common; each names the runbook of its burn. */
const runbooks = (burn: string): SloRunbooks => sloRunbooks(burn, { policy: "error-budget-policy" });

const apiAvailability: Slo = {
  id: "api-availability",
  title: "API Gateway availability",
  population: "requests",
  breach: "answered with a server error",
  sli: apiErrors,
  objective: { default: "99.9%" }, // availability and rate of server errors have the same target
  window: "28d",
  response: "page", // "page on-call, freeze deploys"
  runbooks: runbooks("high-error-rate"),
};

const slos: readonly Slo[] = [
  apiAvailability,
  {
    id: "api-latency",
    title: "API Gateway latency",
    population: "requests",
    breach: "slower than 500 ms",
    sli: slowerThan("0.5"),
    objective: { default: "95%" }, // of requests, which is what P95 means
    window: "28d",
    response: "ticket", // "investigate performance issues"
    runbooks: { ...runbooks("high-latency"), bucketMissing: "slo-bucket-missing" },
  },
  {
    id: "workflow-success",
    title: "Workflow success",
    population: "workflows",
    breach: "unsuccessful",
    sli: workflowFailures,
    objective: { default: "99.5%" }, // not the 95 % of the SLI table
    window: "28d",
    response: "ticket", // "review failed workflows, improve error handling"
    runbooks: runbooks("workflow-failures"),
    volume: { events: "workflows", perDay: 1_000 },
  },
  {
    id: "execution-success",
    title: "Executor success",
    population: "executions",
    breach: "unsuccessful",
    sli: requestRatio({ total: executions, errors: where(executions, { status: "failed" }) }),
    objective: { default: "99%" },
    window: "28d",
    response: "ticket", // "investigate transient errors, add retries"
    runbooks: runbooks("execution-failures"),
    volume: { events: "executions", perDay: 1_000 },
  },
  {
    id: "database-availability",
    title: "Database availability",
    population: "database health checks",
    breach: "unanswered",
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

const budgetPolicy: readonly BudgetState[] = [
  { name: "Normal", from: "50%", to: "100%", action: "Deploy freely" },
  { name: "Caution", from: "25%", to: "50%", action: "Deploy more slowly, put reliability work first" },
  { name: "Deploy freeze", from: "10%", to: "25%", action: "Emergency fixes only, all hands on reliability" },
  { name: "Incident", from: "0%", to: "10%", action: "Full incident response, feature work is cancelled" },
];

const declared: Service = {
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
  advice: {
    "database-iops-high": [
      "Take a bigger class of storage, or more provisioned IOPS: on RDS `aws rds modify-db-instance --db-instance-identifier <instance> --iops <more> --apply-immediately`, which needs no restart; on Cloud SQL a larger disk has more of them. See first whether one query reads what an index would find: `SELECT query, shared_blks_read FROM pg_stat_statements ORDER BY shared_blks_read DESC LIMIT 5`.",
    ],
  },
  slos,
  alerts,
  budgetPolicy,
  incidents: OMNIHUB_INCIDENTS,
  autoscaling: [],
  backups: [],
};

/** OmniHub, TradeLine and APEX, from the OmniHub SRE package; what it asks for is in `requirements.md`. */
export const omnihub: Service = extended(declared, [
  ...capacityParts(apiAvailability),
  backupStore(database),
]);
