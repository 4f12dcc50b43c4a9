import type { DashboardRow, Panel } from "../slo/dashboard";
import { camelOf } from "../slo/slug";
import { backupAlerts, restoreAlerts } from "./backup-alerts";
import { telemetryOf, type BackupTelemetry, type WatchedBackup } from "./backup-telemetry";
import type { Part } from "./define-service";
import { watch, type Watch } from "./watch";

/**
 * A store with its backups: the bucket, what the jobs say of it, the ten alerts on it, their pages, and a row of the
 * dashboard. Alerts are named after the store: `DatabaseBackupTooOld`.
 */
export function backupStore(backup: WatchedBackup): Part {
  return (service) => {
    const telemetry = telemetryOf(service, backup);
    const what = `${backup.id} of ${service.title}`;
    const named = camelOf(backup.id);
    return {
      backups: [backup],
      metrics: Object.values(telemetry.metrics),
      rows: [rowOf(backup, telemetry)],
      ...watch(
        { named },
        [...backupAlerts(what, backup, telemetry), ...restoreAlerts(what, backup, telemetry)].map(
          byHand(backup),
        ),
      ),
    };
  };
}

/** How a job is started beside its schedule, which every page of a store ends with. */
function byHand({ id, store }: WatchedBackup): (one: Watch) => Watch {
  const command =
    store.kind === "sqlite-per-tenant" && store.runs.in === "machine"
      ? "on the machine, `node backup.js backup --settings store.json` (or `verify`, or `test`)"
      : `\`kubectl -n <namespace> create job --from=cronjob/backup-${id} backup-${id}-by-hand\` (or \`backup-verify-${id}\`, or \`backup-test-${id}\`)`;
  return (one) => ({
    ...one,
    advice: [
      ...one.advice,
      `A run by hand: ${command}. What a run says at its end names the tenant and the reason; docs/recovery.md has the way back from a loss.`,
    ],
  });
}

function rowOf({ id }: WatchedBackup, telemetry: BackupTelemetry): DashboardRow {
  const { metrics, age, level } = telemetry;
  const panel = (name: string, about: Omit<Panel, "draw" | "id">): Panel => ({
    id: `${id}-${name}`,
    draw: "graph",
    ...about,
  });
  return {
    id: `${id}-backups`,
    title: `Backups of ${id}`,
    panels: [
      panel("backup-ages", {
        title: `Ages of ${id}`,
        description: "How long ago the last good backup, and the moment to which all can be restored, were.",
        unit: "seconds",
        values: [
          { name: "last backup", value: age(metrics.lastSuccess, "newest") },
          { name: "could be restored to", value: age(metrics.recoverable, "oldest") },
          ...(metrics.logStored === undefined
            ? []
            : [{ name: "log is stored to", value: age(metrics.logStored, "newest") }]),
        ],
      }),
      panel("backup-size", {
        title: `Size of ${id}`,
        description: "Bytes of the last backup. A fall is data that are gone, or a job that leaves some out.",
        unit: "bytes",
        values: [{ name: "last backup", value: level(metrics.size, "max") }],
      }),
      ...provenPanels(id, telemetry, panel),
    ],
  };
}

function provenPanels(
  id: string,
  { metrics, level }: BackupTelemetry,
  panel: (name: string, about: Omit<Panel, "draw" | "id">) => Panel,
): readonly Panel[] {
  return [
    panel("backup-proofs", {
      title: `What was found of ${id}`,
      description:
        "Backups by what came of reading them again. All but `ok` is a backup that cannot be relied on.",
      unit: "count",
      values: [{ value: { ...level(metrics.found, "sum"), by: ["result"] } }],
    }),
    panel("restore-times", {
      title: `Restores of ${id}`,
      description: "How long the last restore into a sandbox took, and how old its data were.",
      unit: "seconds",
      values: [
        { name: "took", value: level(metrics.restoreTime, "max") },
        { name: "data were old", value: level(metrics.dataAge, "max") },
      ],
    }),
  ];
}
