import { readExposition } from "../../cli/scaffold/exposition";
import { backupStore } from "../../parts/backup-store";
import type { WatchedBackup } from "../../parts/backup-telemetry";
import { defineService } from "../../parts/define-service";
import { crosses, isOutage, type Alert, type Limit } from "../../slo/alert";
import type { Store } from "../../slo/backup";
import { matchesValue } from "../../slo/telemetry";
import { SHOP } from "./http-shop";

/** Databases of tenants, backed up every hour. */
export const TENANTS: WatchedBackup & { readonly store: Extract<Store, { kind: "sqlite-per-tenant" }> } = {
  id: "tenants",
  description: "Databases of the shop's tenants.",
  keepDays: { default: 35 },
  lockDays: { default: 30 },
  store: {
    kind: "sqlite-per-tenant",
    every: "1h",
    rpo: "2h",
    rto: "1h",
    folder: "/data/tenants",
    file: "db.sqlite",
    runs: { in: "cluster", volumeClaim: "shop-tenants" },
    checks: [
      { name: "row_count", query: "SELECT count(*) FROM memories" },
      { name: "smoke", query: "SELECT count(*) FROM memories WHERE text LIKE 'm%'" },
    ],
  },
};

/** A database with a log that its provider keeps. */
export const DATABASE: WatchedBackup & { readonly store: Extract<Store, { kind: "postgres" }> } = {
  id: "database",
  description: "Dumps of the shop's database.",
  keepDays: { default: 35 },
  lockDays: { default: 30 },
  store: {
    kind: "postgres",
    every: "6h",
    rpo: "15m",
    rto: "1h",
    pointInTime: "provider",
    scratch: "20Gi",
    checks: [
      { name: "row_count", query: "SELECT count(*) FROM orders" },
      { name: "smoke", query: "SELECT count(*) FROM orders WHERE created_at IS NOT NULL" },
    ],
  },
};

/** A server of one's own, whose log the jobs keep. */
export const LOGGED: WatchedBackup = {
  ...DATABASE,
  store: { ...DATABASE.store, pointInTime: "archive" },
};

/** The alerts on a store. */
export const alertsOn = (backup: WatchedBackup): readonly Alert[] =>
  defineService(SHOP, [backupStore(backup)]).alerts;

const TOGETHER = {
  sum: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  max: (values: readonly number[]) => Math.max(...values),
  min: (values: readonly number[]) => Math.min(...values),
  // An age is what is left of now.
  newest: (values: readonly number[]) => Math.max(...values),
  oldest: (values: readonly number[]) => Math.min(...values),
} as const;

/**
 * Names of the alerts whose condition holds of a page of metrics, without the time that it has to hold; without a page
 * nobody answers. What the rules make of the same numbers, promtool says in the tests of the parts.
 */
export function holding(alerts: readonly Alert[], page: string | undefined, at: Date): readonly string[] {
  return alerts.filter((alert) => holds(alert, page, at)).map(({ name }) => name);
}

function holds(alert: Alert, page: string | undefined, at: Date): boolean {
  if (isOutage(alert)) return page === undefined;
  const { measure } = alert;
  if (measure.kind !== "age" && measure.kind !== "level")
    throw new Error(`[${alert.name}] measures [${measure.kind}]`);
  const values = readExposition(page ?? "")
    .families.flatMap(({ samples }) => samples)
    .filter(
      ({ name, labels }) =>
        name === measure.gauge.name &&
        (measure.where ?? []).every((match) => matchesValue(match, labels[match.label] ?? "")),
    )
    .map(({ value }) => value);
  if (values.length === 0) return alert.orAbsent === true && page !== undefined;
  const value = TOGETHER[measure.of](values);
  return crosses(measure.kind === "age" ? at.getTime() / 1_000 - value : value, alert.when as Limit);
}

/** A table of Markdown without what lines it up. */
export const squeezed = (text: string): string => text.replaceAll(/[ -]+/g, " ");
