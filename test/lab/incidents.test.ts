import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { eventually, Lab } from "../support/lab";
import { planOf } from "../support/plan";

const status = z.object({
  alerts: z.array(z.object({ alert: z.string(), slo: z.string(), state: z.string() })),
});

/** One incident at least for each kind of alert and each service, none of which hides another. */
const INCIDENTS = [
  { kind: "burn-rate", incident: "execution-failures", alert: "HighErrorBudgetBurnRate" },
  { kind: "budget", incident: "api-errors", alert: "LowErrorBudget" },
  { kind: "telemetry", incident: "api-bucket-lost", alert: "SLOBucketMissing" },
  { kind: "absence", incident: "alertmanager-gone", alert: "AlertmanagerDown" },
  { kind: "threshold", incident: "workflow-failures", alert: "WorkflowSuccessBelowFloor" },
  { kind: "threshold", incident: "api-one-down", alert: "TargetsDown" },
  { kind: "threshold", incident: "database-connections", alert: "HighDatabaseConnections" },
  { kind: "event", incident: "kill-switch", alert: "KillSwitchEnabled" },
  { kind: "gauge", incident: "approval-backlog", alert: "ApprovalQueueBacklog" },
  { kind: "gauge-down", incident: "database-down", alert: "DatabaseDown" },
  { kind: "increase", incident: "rules-failing", alert: "PrometheusRuleFailures" },
  { kind: "threshold", incident: "envsync-auth-failures", alert: "AuthFailureSurge" },
  { kind: "threshold", incident: "bytspot-sessions-break", alert: "WebSocketDisconnectsHigh" },
  { kind: "gauge-down", incident: "backend-unready", alert: "ReadinessProbeFailing" },
  { kind: "anomaly", incident: "engram-auth-failures", alert: "AuthFailureSpike" },
  { kind: "severity", incident: "severity-misspelt", alert: "UnknownSeverity" },
] as const;

/** It needs Alertmanagers that answer, so it comes after the one that takes them away. */
const LATER = [
  { kind: "disagreement", incident: "alertmanager-config-differs", alert: "AlertmanagerConfigInconsistent" },
] as const;

describe("incidents of every kind in one lab", () => {
  const lab = new Lab();

  const firing = async (): Promise<readonly string[]> => {
    const answer = await lab.tocsin("status", "--json");
    if (answer.status !== 0) {
      return [`(no answer: ${answer.stderr})`];
    }
    const { alerts } = status.parse(JSON.parse(answer.stdout));
    return alerts.filter(({ state }) => state === "firing").map(({ alert }) => alert);
  };

  const fires = async (alert: string): Promise<void> => {
    let seen: readonly string[] = [];
    await eventually(
      `${alert} fires`,
      400,
      async () => {
        seen = await firing();
        await sleep(1_000);
        return seen.includes(alert) ? true : undefined;
      },
      () => `firing: ${seen.join(", ")}`,
    );
  };

  beforeAll(async () => {
    const up = await lab.tocsin("up", "--detach", "--speed", "20");
    expect(`${up.status}: ${up.stderr}`).toMatch(/^0: [\s\S]*ready: prod is alive/);
  }, 600_000);

  afterAll(async () => {
    await lab.remove();
  }, 60_000);

  it("are played for every kind of alert that the plan of prod has", () => {
    const played = new Set<string>([...INCIDENTS, ...LATER].map(({ kind }) => kind));
    const kinds = new Set<string>(planOf("prod").alerts.map(({ kind }) => kind));
    expect([...kinds].filter((kind) => !played.has(kind))).toEqual(["heartbeat"]);
  });

  it("raise nothing before they happen", async () => {
    expect(await firing()).toEqual([]);
    for (const { incident } of INCIDENTS) {
      expect((await lab.tocsin("break", incident)).status).toBe(0);
    }
  }, 300_000);

  it.each(INCIDENTS)("raise $alert by $incident ($kind)", ({ alert }) => fires(alert), 420_000);

  it.each(LATER)(
    "raise $alert by $incident ($kind)",
    async ({ incident, alert }) => {
      await lab.tocsin("mend");
      expect((await lab.tocsin("break", incident)).status).toBe(0);
      await fires(alert);
    },
    420_000,
  );

  it("are over after mend, all of them", async () => {
    await lab.tocsin("mend");
    // What was spent of a budget stays spent, and is said as long.
    const spent = ["ErrorBudgetBurnTicket", "ErrorBudgetCaution", "LowErrorBudget", "ErrorBudgetExhausting"];
    await eventually("nothing but spent budgets fires", 400, async () => {
      const rest = (await firing()).filter((alert) => !spent.includes(alert));
      await sleep(1_000);
      return rest.length === 0 ? true : undefined;
    });
  }, 420_000);
});
