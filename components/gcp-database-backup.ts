import * as backupdr from "@pulumi/gcp/backupdisasterrecovery";
import * as projects from "@pulumi/gcp/projects";
import * as pulumi from "@pulumi/pulumi";
import { projectOf, type ManagedDatabase, type PlannedDatabase } from "../plan/database";

export interface GcpDatabaseBackupArgs extends Omit<PlannedDatabase, "backup" | "database" | "service"> {
  readonly database: Extract<ManagedDatabase, { readonly cloud: "gcp" }>;
  readonly labels: Readonly<Record<string, string>>;
}

const RESOURCE_TYPE = "sqladmin.googleapis.com/Instance";
const DAY_SECONDS = 86_400;

/** A vault with the log and the daily backups of a Cloud SQL instance. */
export class GcpDatabaseBackup extends pulumi.ComponentResource {
  readonly vaultName: string;

  constructor(name: string, args: GcpDatabaseBackupArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:GcpDatabaseBackup", name, {}, opts);
    const { database, lockDays, labels } = args;
    const { kmsKey } = database;
    this.vaultName = args.name;
    const vault = new backupdr.BackupVault(
      name,
      {
        ...placeOf(database),
        backupVaultId: args.name,
        // Google has no vault without.
        backupMinimumEnforcedRetentionDuration: `${Math.max(lockDays, 1) * DAY_SECONDS}s`,
        ...(kmsKey === undefined ? {} : { encryptionConfig: { kmsKeyName: kmsKey } }),
        labels,
      },
      { parent: this, retainOnDelete: lockDays > 0 },
    );
    // Which account of Google's a vault works as, Google says once there is one.
    const grant = new projects.IAMMember(
      name,
      {
        project: projectOf(database.instance),
        role: "roles/backupdr.cloudSqlOperator",
        member: pulumi.interpolate`serviceAccount:${vault.serviceAccount}`,
      },
      { parent: this },
    );
    schedule(name, args, { parent: this, dependsOn: [vault, grant] });
    this.registerOutputs({ vaultName: this.vaultName });
  }
}

type Database = GcpDatabaseBackupArgs["database"];

function placeOf({ instance, location }: Database): { readonly location: string; readonly project: string } {
  return { location, project: projectOf(instance) };
}

/** What is backed up when, of one instance. */
function schedule(name: string, args: GcpDatabaseBackupArgs, opts: pulumi.CustomResourceOptions): void {
  const { name: called, database, keepDays, pointInTimeDays } = args;
  const at = { ...placeOf(database), resourceType: RESOURCE_TYPE };
  const full = (kind: string): string => `projects/${at.project}/locations/${at.location}/${kind}/${called}`;
  const plan = new backupdr.BackupPlan(
    name,
    {
      ...at,
      backupPlanId: called,
      backupVault: full("backupVaults"),
      backupRules: [{ ruleId: "daily", backupRetentionDays: keepDays, standardSchedule: DAILY }],
      logRetentionDays: pointInTimeDays,
    },
    opts,
  );
  new backupdr.BackupPlanAssociation(
    name,
    {
      ...at,
      backupPlanAssociationId: called,
      resource: database.instance,
      backupPlan: full("backupPlans"),
    },
    pulumi.mergeOptions(opts, { dependsOn: [plan] }),
  );
}

const DAILY = {
  recurrenceType: "DAILY",
  timeZone: "UTC",
  backupWindow: { startHourOfDay: 1, endHourOfDay: 7 },
};
