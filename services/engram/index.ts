import { sloRunbooks, type Service, type Slo, type SloRunbooks } from "../../slo/service";
import { alerts } from "./alerts";
import { engramCorrections, engramLeftOpen } from "./corrections";
import { operationsDashboard } from "./dashboards";
import { ENGRAM_INCIDENTS } from "./incidents";
import { engramOperations } from "./operations";
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
    source: "ENGRAM-SLO-1",
    sli: gatewayErrors,
    objective: { default: "99.9%" }, // not the 0.5 % of ENGRAM-SLO-3, which warns (ENGRAM-ERR-1)
    window: "28d",
    response: "page",
    runbooks: runbooks("high-error-rate"),
  },
  {
    id: "gateway-latency",
    title: "Gateway and storage latency",
    population: "requests",
    breach: "slower than 250 ms without model calls",
    source: "ENGRAM-SLO-2",
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
    source: "ENGRAM-SLO-4",
    sli: refusedTokens,
    objective: { default: "98%" },
    window: "28d",
    response: "ticket", // callers make these mistakes too; AuthOutage pages
    runbooks: runbooks("auth-outage"),
  },
];

/** Engram Cloud, from its operations document; ids cite its lines. */
export const engram: Service = {
  id: "engram",
  title: "Engram",
  description: "Gateway and tenant storage of Engram Cloud.",
  team: "engram",
  tier: 2,
  environments: ["prod"], // alerts and dashboards are live there alone (ENGRAM-ENV-3)
  dashboard: "engram-slo",
  dashboards: [operationsDashboard],
  telemetry,
  slos,
  alerts,
  operations: engramOperations,
  document: "Engram Cloud Operations",
  corrections: engramCorrections,
  leftOpen: engramLeftOpen,
  incidents: ENGRAM_INCIDENTS,
  autoscaling: [],
  backups: [],
};
