import { catalogue } from "../../catalogue";
import { dashboardOf, outline, panelOf, queryOf } from "../support/dashboards";
import { planOf } from "../support/plan";

const plan = planOf("prod", catalogue);

describe("the dashboards that OmniHub declares", () => {
  it("have the rows of the document, after every SLO at a glance", () => {
    const rows = outline(dashboardOf(plan, "omnihub-slo"));
    expect(rows.map(([row]) => row)).toEqual([
      "At a glance",
      "Latency of api-gateway",
      "API Gateway availability: 99.9% over 28d",
      "API Gateway latency: 95% over 28d",
      "Database availability: 99.95% over 28d",
      "Executor success: 99% over 28d",
      "Workflow success: 99.5% over 28d",
      "Workflow health",
      "Capacity",
      "Backups of database",
      "Errors: API Gateway availability",
      "Errors: Executor success",
      "Errors: Workflow success",
      "What other alerts watch",
      "Error budgets over time",
    ]);
  });

  it("show what operators need", () => {
    expect(outline(dashboardOf(plan, "omnihub-operator"))).toEqual([
      ["Emergency controls", "OMNIHUB_KILL_SWITCH", "EXECUTION_SAFE_MODE", "OPERATOR_TAKEOVER"],
      [
        "Approval queue",
        "Pending approvals",
        "Oldest pending approval",
        "Approvals approved, last 24h",
        "Approvals rejected, last 24h",
        "Approvals expired, last 24h",
      ],
      ["Active workflows", "In progress", "Queued", "Failed, last 1h"],
      ["Operator actions", "Operator actions by kind, last 24h"],
    ]);
    expect(panelOf(plan, "panel:kill-switch")["fieldConfig"]).toMatchObject({
      defaults: {
        unit: "bool_on_off",
        thresholds: { steps: [{ color: "green" }, { value: 1, color: "red" }] },
      },
    });
    expect(panelOf(plan, "panel:operator-actions").description).toContain("audit_logs");
  });

  it("show what the service runs on, and what it costs", () => {
    expect(outline(dashboardOf(plan, "omnihub-infrastructure"))).toEqual([
      ["Compute", "Node CPU utilization", "Node memory utilization", "Pods by namespace"],
      [
        "Database",
        "PostgreSQL connections",
        "PostgreSQL query duration",
        "Database disk utilization",
        "Database IOPS",
      ],
      ["Cache (Redis)", "Redis memory utilization", "Redis hit rate", "Redis commands per second"],
      ["Costs", "Estimated monthly cost of the nodes"],
    ]);
    const here = `cluster="$cluster",environment="prod"`;
    const cpu = (condition: string): string =>
      `sum by (cluster, environment, instance) (rate(node_cpu_seconds_total{job="node-exporter",${here}${condition}}[5m]))`;
    expect(queryOf(plan, "panel:node-cpu")).toEqual(
      ["avg", "max"].map(
        (of) => `${of} by (cluster, environment) (1 - ${cpu(`,mode="idle"`)} / (${cpu("")} > 0))`,
      ),
    );
    const count = (name: string): string =>
      `sum by (cluster, environment) (rate(redis_keyspace_${name}_total{job="redis-exporter",${here}}[5m]))`;
    expect(queryOf(plan, "panel:redis-hit-rate")).toEqual([
      `${count("hits")} / ((${count("hits")} + ${count("misses")}) > 0)`,
    ]);
  });
});
