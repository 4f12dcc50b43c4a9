import type { DashboardRow, Panel } from "../../slo/dashboard";
import type { EventSli } from "../../slo/sli";
import type { Counter } from "../../slo/telemetry";
import { dependenciesDashboard } from "./dependencies-dashboard";
import { api } from "./jobs";
import { failedEventCreations, failedRegistrations, failedWorkflowExecutions } from "./slis";
import {
  eventCreations,
  healthProbe,
  healthProbeDuration,
  readinessProbe,
  readinessProbeDuration,
  registrations,
  workflowExecutions,
} from "./telemetry";

const health: DashboardRow = {
  id: "health",
  title: "Health endpoints",
  panels: [
    {
      id: "health-probe",
      title: "GET /health",
      description: "1 while the process answers from outside. It asks no dependency.",
      unit: "onOff",
      draw: "graph",
      values: [{ name: "answered", value: { kind: "level", gauge: healthProbe, of: "max" } }],
    },
    {
      id: "readiness-probe",
      title: "GET /health/readiness",
      description: "1 while database, Redis and connection pool are well by the API's own account.",
      unit: "onOff",
      draw: "graph",
      values: [{ name: "answered", value: { kind: "level", gauge: readinessProbe, of: "max" } }],
    },
    {
      id: "probe-duration",
      title: "Time of the probes",
      description:
        "How long the two endpoints take. Readiness that gets slow is a dependency that gets slow.",
      unit: "seconds",
      draw: "graph",
      values: [
        { name: "/health", value: { kind: "level", gauge: healthProbeDuration, of: "max" } },
        { name: "/health/readiness", value: { kind: "level", gauge: readinessProbeDuration, of: "max" } },
      ],
    },
    {
      id: "targets",
      title: "Instances that answer",
      description: "Share of the instances of the API that answer their scrapes.",
      unit: "ratio",
      draw: "number",
      values: [{ name: "up", value: { kind: "targets-up", job: api } }],
      target: { good: "above", target: "1", limit: "0.9" },
    },
  ],
};

function failures(
  id: string,
  title: string,
  description: string,
  sli: EventSli,
  window: "10m" | "30m",
): Panel {
  return {
    id: `${id}-failures`,
    title: `${title} that failed, ${window}`,
    description,
    unit: "ratio",
    draw: "graph",
    values: [{ name: "failed", value: { kind: "bad-events", sli, window } }],
  };
}

function results(id: string, title: string, counter: Counter): Panel {
  return {
    id: `${id}-results`,
    title: `${title}, by result`,
    description: "How they ended, per second. The result that is not `completed` is the failure point.",
    unit: "perSecond",
    draw: "graph",
    values: [{ value: { kind: "rate", per: "second", counter, window: "10m", by: ["result"] } }],
  };
}

const journeys: DashboardRow = {
  id: "journeys",
  title: "User journeys",
  panels: [
    failures(
      "registration",
      "Registrations",
      "Share of the registrations whose write or whose verification mail failed. Above 10% somebody is told.",
      failedRegistrations,
      "30m",
    ),
    failures(
      "event-creation",
      "Event creations",
      "Share of the events whose write or whose pattern analysis failed. Above 5% somebody is told.",
      failedEventCreations,
      "10m",
    ),
    failures(
      "workflow-execution",
      "Workflow executions",
      "Share of the executions that failed by themselves or at an external API. Above 5% somebody is told.",
      failedWorkflowExecutions,
      "30m",
    ),
    results("registration", "Registrations", registrations),
    results("event-creation", "Event creations", eventCreations),
    results("workflow-execution", "Workflow executions", workflowExecutions),
  ],
};

/** What the objectives do not show: the health endpoints and what users do. */
export const sloRows: readonly DashboardRow[] = [health, journeys];

export const dashboards = [dependenciesDashboard];
