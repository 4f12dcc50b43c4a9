import { backupStore } from "../../parts/backup-store";
import { extended } from "../../parts/define-service";
import { sloRunbooks, type Service, type Slo, type SloRunbooks } from "../../slo/service";
import { alerts } from "./alerts";
import { tenantDatabases } from "./backups";
import { operationsDashboard } from "./dashboards";
import { ENGRAM_INCIDENTS } from "./incidents";
import { gatewayErrors, refusedTokens, slowerThan } from "./slis";
import { telemetry } from "./telemetry";

/** What every SLO has in common; each names the runbook of its burn. */
const runbooks = (burn: string): SloRunbooks => sloRunbooks(burn, { budget: "error-budget" });

const slos: readonly Slo[] = [
  {
    id: "gateway-availability",
    title: "Gateway availability",
    population: "requests",
    breach: "answered with a server error",
    sli: gatewayErrors,
    objective: { default: "99.9%" }, // not the 0.5 % of the error rate, which warns
    window: "28d",
    response: "page",
    runbooks: runbooks("high-error-rate"),
  },
  {
    id: "gateway-latency",
    title: "Gateway and storage latency",
    population: "requests",
    breach: "slower than 250 ms without model calls",
    sli: slowerThan("0.25"),
    objective: { default: "95%" },
    window: "28d",
    response: "ticket",
    runbooks: { ...runbooks("high-latency"), bucketMissing: "sli-data-missing" },
  },
  {
    id: "auth-success",
    title: "Authentication",
    population: "tokens",
    breach: "refused",
    sli: refusedTokens,
    objective: { default: "98%" },
    window: "28d",
    response: "ticket", // callers make these mistakes too; AuthOutage pages
    runbooks: runbooks("auth-outage"),
  },
];

const declared: Service = {
  id: "engram",
  title: "Engram",
  description: "Gateway and tenant storage of Engram Cloud.",
  team: "engram",
  tier: 2,
  environments: ["prod"], // alerts and dashboards are live there alone
  dashboard: "engram-slo",
  dashboards: [operationsDashboard],
  telemetry,
  slos,
  alerts,
  incidents: ENGRAM_INCIDENTS,
  autoscaling: [],
  backups: [],
};

/** Engram Cloud, from its operations document; what it asks for is in `requirements.md`. */
export const engram = extended(declared, [backupStore(tenantDatabases)]);
