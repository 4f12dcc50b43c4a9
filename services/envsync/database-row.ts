import type { DashboardRow } from "../../slo/dashboard";
import { databaseConnections, databaseMaxConnections, databaseUp, longestTransaction } from "./telemetry";

/** What stands behind slow answers and errors; slow queries themselves are in the database's log. */
export const databaseRow: DashboardRow = {
  id: "database",
  title: "Database",
  panels: [
    {
      id: "database-connections",
      title: "Database connections in use",
      description:
        "Share of the connections that the database accepts. From 80% on a warning is sent; without one left, requests fail.",
      unit: "ratio",
      draw: "graph",
      values: [
        {
          name: "used",
          value: {
            kind: "gauge-share",
            part: databaseConnections,
            whole: databaseMaxConnections,
            of: "together",
          },
        },
      ],
      target: { good: "below", target: "0.8" },
    },
    {
      id: "database-oldest-transaction",
      title: "Oldest open transaction, by state",
      description:
        "How long the oldest transaction has been open. Minutes in state active are a slow query, minutes idle in transaction a client that forgot it; both hold locks.",
      unit: "seconds",
      draw: "graph",
      values: [{ value: { kind: "level", gauge: longestTransaction, of: "max", by: ["state"] } }],
    },
    {
      id: "database-up",
      title: "Database answers",
      description: "On while the exporter reaches the database.",
      unit: "onOff",
      draw: "number",
      values: [{ name: "up", value: { kind: "level", gauge: databaseUp, of: "max" } }],
      target: { good: "above", target: "1" },
    },
  ],
};
