import { sloRunbooks, type Service, type Slo, type SloRunbooks } from "../../slo/service";
import { alerts } from "./alerts";
import { platformDashboard, sloRows } from "./dashboards";
import { BYTSPOT_INCIDENTS } from "./incidents";
import { apiErrors, brokenSessions, messagesSlowerThan, slowerThan } from "./slis";
import { telemetry } from "./telemetry";

/** What every SLO has in common; each names the runbook of its burn. */
const runbooks = (burn: string): SloRunbooks => sloRunbooks(burn, { policy: "error-budget-policy" });

const latencyRunbooks = (burn: string): SloRunbooks => ({
  ...runbooks(burn),
  bucketMissing: "slo-bucket-missing",
});

const slos: readonly Slo[] = [
  {
    id: "api-availability",
    title: "Bytspot API availability",
    population: "requests",
    breach: "answered with a server error",
    sli: apiErrors,
    // 99.9 % is the contract's floor and holds where nothing more is said.
    objective: { default: "99.9%", beta: "99.5%", prod: "99.95%" },
    window: "28d",
    response: "page",
    runbooks: runbooks("api-500"),
  },
  {
    id: "api-latency-p95",
    title: "Bytspot API latency, P95",
    population: "requests",
    breach: "slower than 300 ms",
    sli: slowerThan("0.3"),
    objective: { default: "95%" },
    window: "28d",
    response: "ticket", // ApiLatencyP95High is the page that the document asks for; two would wake twice
    runbooks: latencyRunbooks("high-latency"),
  },
  {
    id: "api-latency-p99",
    title: "Bytspot API latency, P99",
    population: "requests",
    breach: "slower than 800 ms",
    sli: slowerThan("0.8"),
    objective: { default: "99%" },
    window: "28d",
    response: "ticket",
    runbooks: latencyRunbooks("high-latency"),
  },
  {
    id: "ws-message-latency",
    title: "Dashboard message latency",
    population: "messages",
    breach: "slower than 200 ms",
    sli: messagesSlowerThan("0.2"),
    objective: { default: "95%" },
    window: "28d",
    response: "ticket",
    runbooks: latencyRunbooks("websocket-latency"),
  },
  {
    id: "ws-stability",
    title: "WebSocket stability",
    population: "sessions",
    breach: "broken off",
    sli: brokenSessions,
    objective: { default: "99%" },
    window: "28d",
    response: "ticket",
    runbooks: runbooks("websocket-disconnects"),
  },
];

/** Bytspot, from its observability document; what it asks for is in `requirements.md`. */
export const bytspot: Service = {
  id: "bytspot",
  title: "Bytspot",
  description: "API and live dashboard of Bytspot, on Cloud Run and Cloud SQL.",
  team: "bytspot",
  tier: 1,
  environments: ["beta", "prod"],
  dashboard: "bytspot-slo",
  sloRows,
  dashboards: [platformDashboard],
  telemetry,
  slos,
  alerts,
  incidents: BYTSPOT_INCIDENTS,
  autoscaling: [],
  backups: [],
};
