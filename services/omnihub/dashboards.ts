import type { Dashboard, DashboardRow, NamedValue, Panel } from "../../slo/dashboard";
import { where } from "../../slo/telemetry";
import {
  activeWorkflows,
  approvalQueueDepth,
  approvalQueueOldest,
  approvals,
  deadLetters,
  emergencyControl,
  operatorActions,
  workflows,
} from "./telemetry";

const pending: readonly [NamedValue] = [
  // Every orchestrator reports the same table.
  { name: "pending", value: { kind: "level", gauge: approvalQueueDepth, of: "max" } },
];

/** The third row of the document's first dashboard; the other three come from the SLOs. */
export const sloRows: readonly DashboardRow[] = [
  {
    id: "workflow-health",
    title: "Workflow health",
    panels: [
      {
        id: "workflow-success-rate",
        title: "Workflow success rate, 1h",
        description:
          "Share of the workflows of the last hour that ended well. The objective is 99.5% over 28 days; below 95% somebody is paged. Empty after an hour without workflows.",
        unit: "ratio",
        draw: "number",
        values: [{ name: "succeeded", value: { kind: "slo-success", slo: "workflow-success" } }],
        target: { good: "above", target: "0.995", limit: "0.95" },
      },
      {
        id: "approval-queue-depth",
        title: "Approval queue depth",
        description: "Approvals that are pending. Fewer than 50 are the target.",
        unit: "count",
        draw: "number",
        values: pending,
        target: { good: "below", target: "50" },
      },
      {
        id: "dead-letter-queue-depth",
        title: "Dead letter queue depth",
        description:
          "Messages that no worker could process. Fewer than 10 are the target, more than 100 are an incident.",
        unit: "count",
        draw: "number",
        values: [
          {
            name: "messages",
            value: {
              kind: "level",
              gauge: deadLetters,
              where: where(deadLetters, { queue: "dead_letter_queue" }),
              of: "sum",
            },
          },
        ],
        target: { good: "below", target: "10", limit: "100" },
      },
    ],
  },
];

function control(
  value: (typeof emergencyControl.labels.control)[number],
  title: string,
  effect: string,
): Panel {
  return {
    id: value.replaceAll("_", "-"),
    title,
    description: `${effect} It is off in normal operation.`,
    unit: "onOff",
    draw: "number",
    values: [
      {
        name: title,
        value: {
          kind: "level",
          gauge: emergencyControl,
          where: where(emergencyControl, { control: value }),
          of: "max",
        },
      },
    ],
    target: { good: "below", target: "1" },
  };
}

/** The document counts "today"; a day that moves along asks for no time zone. */
function decided(decision: (typeof approvals.labels.decision)[number], meaning: string): Panel {
  return {
    id: `approvals-${decision}`,
    title: `Approvals ${decision}, last 24h`,
    description: `${meaning} Counted over the last 24 hours, not since midnight.`,
    unit: "count",
    draw: "number",
    values: [
      {
        name: decision,
        value: { kind: "increase", counter: approvals, where: where(approvals, { decision }), window: "1d" },
      },
    ],
  };
}

/** Every orchestrator reads the states from the same table. */
function active(state: (typeof activeWorkflows.labels.state)[number], title: string, meaning: string): Panel {
  return {
    id: `workflows-${state.replaceAll("_", "-")}`,
    title,
    description: meaning,
    unit: "count",
    draw: "number",
    values: [
      {
        name: title,
        value: {
          kind: "level",
          gauge: activeWorkflows,
          where: where(activeWorkflows, { state }),
          of: "max",
        },
      },
    ],
  };
}

const controls: DashboardRow = {
  id: "emergency-controls",
  title: "Emergency controls",
  panels: [
    control("kill_switch", "OMNIHUB_KILL_SWITCH", "Stops every execution; somebody is paged while it is on."),
    control("execution_safe_mode", "EXECUTION_SAFE_MODE", "Executions change nothing while it is on."),
    control("operator_takeover", "OPERATOR_TAKEOVER", "An operator decides every step while it is on."),
  ],
};

const approvalQueue: DashboardRow = {
  id: "approval-queue",
  title: "Approval queue",
  panels: [
    {
      id: "approvals-pending",
      title: "Pending approvals",
      description: "Approvals that wait for a person. Fewer than 50 are the target.",
      unit: "count",
      draw: "number",
      values: pending,
      target: { good: "below", target: "50" },
    },
    {
      id: "approvals-oldest",
      title: "Oldest pending approval",
      description: "How long the approval that waits longest has waited.",
      unit: "seconds",
      draw: "number",
      values: [{ name: "oldest", value: { kind: "level", gauge: approvalQueueOldest, of: "max" } }],
    },
    decided("approved", "Approvals that were given."),
    decided("rejected", "Approvals that were refused."),
    decided("expired", "Approvals that nobody decided in time."),
  ],
};

const activity: DashboardRow = {
  id: "active-workflows",
  title: "Active workflows",
  panels: [
    active("in_progress", "In progress", "Workflows that are being worked on."),
    active("queued", "Queued", "Workflows that wait for a worker."),
    {
      id: "workflows-failed",
      title: "Failed, last 1h",
      description: "Workflows of the last hour that ended without success.",
      unit: "count",
      draw: "number",
      values: [
        {
          name: "failed",
          value: {
            kind: "increase",
            counter: workflows,
            where: where(workflows, { status: "failed" }),
            window: "1h",
          },
        },
      ],
    },
  ],
};

const actions: DashboardRow = {
  id: "operator-actions",
  title: "Operator actions",
  panels: [
    {
      id: "operator-actions",
      title: "Operator actions by kind, last 24h",
      description:
        "How often operators did what within 24 hours. Who did it, and the last ten one by one, is no metric: it is in the table audit_logs of OmniHub's database.",
      unit: "count",
      draw: "bars",
      values: [{ value: { kind: "increase", counter: operatorActions, window: "1d", by: ["action"] } }],
    },
  ],
};

/** The document's second dashboard, the operators' control panel. */
export const operatorDashboard: Dashboard = {
  uid: "omnihub-operator",
  title: "OmniHub operator",
  description: "Emergency controls, approvals, workflows that run and what operators did.",
  rows: [controls, approvalQueue, activity, actions],
};
