import * as backup from "@pulumi/aws/backup";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { policyText } from "../backends/bucket-rights";
import { arnOf, type ManagedDatabase, type PlannedDatabase } from "../plan/database";

export interface AwsDatabaseBackupArgs extends Omit<PlannedDatabase, "backup" | "database" | "service"> {
  readonly database: Extract<ManagedDatabase, { readonly cloud: "aws" }>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Days until a lock in compliance mode holds for good; AWS takes no fewer. */
const COOLING_DAYS = 3;

/** What AWS Backup may do. Source: AWS Backup Developer Guide, "Managed policies for AWS Backup". */
const RIGHTS = {
  backup: "AWSBackupServiceRolePolicyForBackup",
  restore: "AWSBackupServiceRolePolicyForRestores",
} as const;

/** A vault with the continuous backup and the daily snapshots of a database of RDS. */
export class AwsDatabaseBackup extends pulumi.ComponentResource {
  readonly vaultName: string;

  constructor(name: string, args: AwsDatabaseBackupArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:AwsDatabaseBackup", name, {}, opts);
    const { database, lockDays, tags } = args;
    this.vaultName = args.name;
    // What is locked outlives its declaration, with its lock and with the role by which AWS Backup ends it in its time.
    const parts = { parent: this, retainOnDelete: lockDays > 0 };
    const { kmsKey } = database;
    const vault = new backup.Vault(
      name,
      { name: args.name, forceDestroy: false, ...(kmsKey === undefined ? {} : { kmsKeyArn: kmsKey }), tags },
      parts,
    );
    const guards = lockDays > 0 ? [lock(name, args, { ...parts, dependsOn: [vault] })] : [];
    schedule(name, args, {
      parent: this,
      dependsOn: [vault, ...guards, ...role(name, args, parts)],
    });
    this.registerOutputs({ vaultName: this.vaultName });
  }
}

/** What is backed up when, of one database. */
function schedule(name: string, args: AwsDatabaseBackupArgs, opts: pulumi.CustomResourceOptions): void {
  const { name: called, database, tags } = args;
  const plan = new backup.Plan(name, { name: called, rules: rules(args), tags }, opts);
  const { partition, account } = arnOf(database.instance);
  new backup.Selection(
    name,
    {
      name: called,
      planId: plan.id,
      iamRoleArn: `arn:${partition}:iam::${account}:role/${called}`,
      resources: [database.instance],
    },
    opts,
  );
}

/** It refuses jobs that keep for less; what is there, nobody deletes before its own end, which is later for snapshots. */
function lock(
  name: string,
  { name: backupVaultName, database, lockDays, pointInTimeDays }: AwsDatabaseBackupArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new backup.VaultLockConfiguration(
    `${name}-lock`,
    {
      backupVaultName,
      minRetentionDays: Math.min(lockDays, pointInTimeDays),
      ...(database.lock === "compliance" ? { changeableForDays: COOLING_DAYS } : {}),
    },
    opts,
  );
}

/** The role that AWS Backup takes; its name is literal, so that a preview shows it. */
function role(
  name: string,
  { name: called, database, tags }: AwsDatabaseBackupArgs,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const assumeRolePolicy = policyText([
    { Effect: "Allow", Principal: { Service: "backup.amazonaws.com" }, Action: "sts:AssumeRole" },
  ]);
  const taken = new iam.Role(name, { name: called, assumeRolePolicy, tags }, opts);
  const { partition } = arnOf(database.instance);
  return Object.entries(RIGHTS).map(
    ([right, policy]) =>
      new iam.RolePolicyAttachment(
        `${name}-${right}`,
        { role: called, policyArn: `arn:${partition}:iam::aws:policy/service-role/${policy}` },
        { ...opts, dependsOn: [taken] },
      ),
  );
}

/** A continuous backup is one recovery point, which each run brings up to date; what is older than its days are snapshots. */
function rules({ name, keepDays, pointInTimeDays }: AwsDatabaseBackupArgs): backup.PlanArgs["rules"] {
  const rule = (ruleName: string, hour: number, deleteAfter: number) => ({
    ruleName,
    targetVaultName: name,
    schedule: `cron(0 ${hour} * * ? *)`,
    lifecycle: { deleteAfter },
  });
  return [
    { ...rule("continuous", 1, pointInTimeDays), enableContinuousBackup: true },
    rule("snapshot", 4, keepDays),
  ];
}
