import type { Service } from "../slo/service";
import { latencyRatio, requestRatio } from "../slo/sli";
import { where, type Counter, type Gauge, type Histogram, type Job } from "../slo/telemetry";

const apiGateway: Job = {
  name: "api-gateway",
  namespace: "omnihub-<environment>",
  port: "metrics",
  path: "/metrics",
  instances: 3,
  requestsPerSecond: 100, // OMNIHUB-CAP-2
};

const orchestrator: Job = {
  name: "orchestrator",
  namespace: "omnihub-<environment>",
  port: "metrics",
  path: "/metrics",
  instances: 2,
};

const endpoint = ["/v1/approvals", "/v1/executions", "/v1/workflows"] as const;
const method = ["GET", "POST"] as const;

const requests = {
  type: "counter",
  name: "http_requests_total",
  help: "Requests answered, by endpoint, method and status.",
  job: apiGateway,
  labels: { endpoint, method, status: ["200", "201", "400", "404", "429", "499", "500", "502", "503"] },
  initialisedToZero: false,
} as const satisfies Counter;

const requestDuration = {
  type: "histogram",
  name: "http_request_duration_seconds",
  help: "Time to answer a request, in seconds.",
  job: apiGateway,
  labels: { endpoint, method },
  bounds: ["0.05", "0.1", "0.2", "0.5", "1", "2.5", "5"],
  initialisedToZero: false,
  median: 0.12, // the document's dashboard shows a P50 of 120 ms
} as const satisfies Histogram;

/** OMNIHUB-ERR-10: the document gives no metric for the kill switch. */
const emergencyControl = {
  type: "gauge",
  name: "omnihub_emergency_control",
  help: "1 while an emergency control is on.",
  job: orchestrator,
  labels: { control: ["kill_switch", "execution_safe_mode", "operator_takeover"] },
  normal: 0,
  assumed: true,
} as const satisfies Gauge;

/** OmniHub, TradeLine and APEX, from the OmniHub SRE package; ids cite its lines. */
export const omnihub: Service = {
  id: "omnihub",
  title: "OmniHub",
  description: "API gateway, orchestrator and executors of OmniHub, TradeLine and APEX.",
  team: "omnihub",
  tier: 1,
  environments: ["dev", "prod", "staging"],
  dashboard: "omnihub-slo",
  telemetry: { jobs: [apiGateway, orchestrator], metrics: [requests, requestDuration, emergencyControl] },
  slos: [
    {
      id: "api-availability",
      title: "API Gateway availability",
      breach: "answered with a server error",
      source: "OMNIHUB-SLO-1",
      sli: requestRatio({ total: requests, errors: where(requests, { status: ["=~", "5.."] }) }),
      objective: { default: "99.9%" },
      window: "28d",
      response: "page",
      runbooks: {
        burn: "high-error-rate",
        ticket: "error-budget-burn-ticket",
        budget: "low-error-budget",
        dataMissing: "sli-data-missing",
      },
    },
    {
      id: "api-latency",
      title: "API Gateway latency",
      breach: "slower than 500 ms",
      source: "OMNIHUB-SLO-2",
      sli: latencyRatio({ histogram: requestDuration, threshold: "0.5" }),
      objective: { default: "95%" },
      window: "28d",
      response: "ticket",
      runbooks: {
        burn: "high-latency",
        ticket: "error-budget-burn-ticket",
        budget: "low-error-budget",
        dataMissing: "sli-data-missing",
        bucketMissing: "slo-bucket-missing",
      },
    },
  ],
  alerts: [
    {
      kind: "absence",
      name: "ServiceDown",
      source: "OMNIHUB-ALERT-2",
      severity: "critical",
      category: "down",
      slo: "api-availability",
      job: apiGateway,
      requests: { slo: "api-availability", succeedBelow: "90%" },
      for: "2m",
      summary: "API Gateway is down",
      description: "No target is up, or fewer than 90 % of requests succeeded over 5 minutes.",
      runbook: "service-down",
    },
    {
      kind: "threshold",
      name: "TargetsDown",
      source: "OMNIHUB-ERR-9",
      severity: "warning",
      category: "saturation",
      measure: { kind: "targets-up", job: apiGateway },
      comparison: "below",
      threshold: "90%",
      for: "5m",
      summary: "Targets of the API Gateway are down",
      description: "Fewer than 90 % of the API Gateway's targets answer their scrapes.",
      runbook: "targets-down",
    },
    {
      kind: "event",
      name: "KillSwitchEnabled",
      source: "OMNIHUB-ALERT-5",
      severity: "critical",
      category: "event",
      gauge: emergencyControl,
      where: where(emergencyControl, { control: "kill_switch" }),
      equals: "1",
      for: "0s",
      groupWait: "0s", // OMNIHUB-ERR-13: "Immediate"
      summary: "OMNIHUB_KILL_SWITCH is on",
      description: "The emergency kill switch stops every execution.",
      runbook: "kill-switch-active",
    },
    {
      kind: "threshold",
      name: "HighLatency",
      source: "OMNIHUB-ALERT-7",
      severity: "warning",
      category: "latency",
      slo: "api-latency",
      measure: {
        kind: "error-ratio",
        sli: latencyRatio({ histogram: requestDuration, threshold: "1" }),
        window: "5m",
        minimumBadEvents: 5,
      },
      comparison: "above",
      threshold: "5%",
      for: "5m",
      summary: "API Gateway answers slowly",
      description: "More than 5 % of requests took longer than 1 s over 5 minutes, so the P95 is above 1 s.",
      runbook: "high-latency",
    },
  ],
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
