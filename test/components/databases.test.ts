import { databaseBackup } from "../../components/database";
import { evaluateProgram, type ProgramResource } from "../../evaluation/evaluate";
import type { PlannedDatabase } from "../../plan/database";
import { configuredPolicies } from "../../policies/registry";
import {
  delivered,
  duplicates,
  identityOf,
  orphans,
  unknownIn,
  withoutProvider,
} from "../support/invariants";
import { byName, objections, one, register } from "../support/registered";

jest.setTimeout(60_000);

const ARN = "arn:aws:rds:eu-central-1:310000000003:cluster:shop";
const KEY = "arn:aws:kms:eu-central-1:310000000003:alias/backups";
const AWS: PlannedDatabase = {
  name: "shop-database-prod",
  service: "shop",
  backup: "database",
  keepDays: 90,
  lockDays: 40,
  pointInTimeDays: 35,
  database: { cloud: "aws", instance: ARN },
};
const GCP: PlannedDatabase = {
  ...AWS,
  pointInTimeDays: 7,
  database: { cloud: "gcp", instance: "projects/acme-prod/instances/shop", location: "europe-west3" },
};
const LABELS = { service: "shop", backup: "database", purpose: "backup", "managed-by": "tocsin" };
const OWN = "shop-database-database";
const NAME = { name: "shop-database-prod" };

const of = (planned: PlannedDatabase): Promise<readonly ProgramResource[]> =>
  register(() => databaseBackup(planned));
const vault = async (planned: PlannedDatabase): Promise<unknown> =>
  (await of(planned)).find(({ type }) => type.endsWith("Vault"))?.props;

describe("what keeps a managed database on AWS", () => {
  it("is a vault that is locked before anything is put into it, by a role of its own", async () => {
    const parent = `AwsDatabaseBackup ${OWN}`;
    const [the, lock, role] = [`Vault ${OWN}`, `VaultLockConfiguration ${OWN}-lock`, `Role ${OWN}`];
    const rights = [`RolePolicyAttachment ${OWN}-backup`, `RolePolicyAttachment ${OWN}-restore`];
    const after = [...rights, the, lock].sort();
    expect([...byName(await of(AWS))].sort((a, b) => (a.type < b.type ? -1 : 1))).toEqual([
      { type: "AwsDatabaseBackup", name: OWN, parent: "-", after: [] },
      { type: "Plan", name: OWN, parent, after },
      { type: "Role", name: OWN, parent, after: [] },
      { type: "RolePolicyAttachment", name: `${OWN}-backup`, parent, after: [role] },
      { type: "RolePolicyAttachment", name: `${OWN}-restore`, parent, after: [role] },
      { type: "Selection", name: OWN, parent, after: [`Plan ${OWN}`, ...after].sort() },
      { type: "Vault", name: OWN, parent, after: [] },
      { type: "VaultLockConfiguration", name: `${OWN}-lock`, parent, after: [the] },
    ]);
  });

  it("keeps the log for its days, a snapshot of each day for those of the store, and of this database alone", async () => {
    const resources = await of(AWS);
    const rule = { targetVaultName: AWS.name };
    expect(one(resources, "aws:backup/plan:Plan", OWN).props).toEqual({
      ...NAME,
      tags: LABELS,
      rules: [
        {
          ...rule,
          ruleName: "continuous",
          schedule: "cron(0 1 * * ? *)",
          enableContinuousBackup: true,
          lifecycle: { deleteAfter: 35 },
        },
        { ...rule, ruleName: "snapshot", schedule: "cron(0 4 * * ? *)", lifecycle: { deleteAfter: 90 } },
      ],
    });
    expect(one(resources, "aws:backup/selection:Selection", OWN).props).toMatchObject({
      ...NAME,
      iamRoleArn: "arn:aws:iam::310000000003:role/shop-database-prod",
      resources: [ARN],
    });
    expect(JSON.parse(String(one(resources, "aws:iam/role:Role", OWN).props["assumeRolePolicy"]))).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "backup.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
    const policies = resources.map(({ props }) => props["policyArn"]).filter((arn) => arn !== undefined);
    expect(policies).toEqual(
      ["Backup", "Restores"].map(
        (what) => `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor${what}`,
      ),
    );
  });

  it("names roles and policies of the partition that the database is in", async () => {
    const instance = "arn:aws-cn:rds:cn-north-1:310000000003:db:shop";
    const text = JSON.stringify(await of({ ...AWS, database: { cloud: "aws", instance } }));
    expect(text).toContain("arn:aws-cn:iam::310000000003:role/shop-database-prod");
    expect(text).toContain("arn:aws-cn:iam::aws:policy/");
    expect(text).not.toContain("arn:aws:");
  });

  it("refuses in its lock what keeps for less, where nobody can take it back for good", async () => {
    const type = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
    const lock = async (planned: PlannedDatabase): Promise<unknown> =>
      one(await of(planned), type, `${OWN}-lock`).props;
    const backupVaultName = AWS.name;
    expect(await lock(AWS)).toEqual({ backupVaultName, minRetentionDays: 35 });
    expect(await lock({ ...AWS, lockDays: 14, database: { ...AWS.database, lock: "compliance" } })).toEqual({
      backupVaultName,
      minRetentionDays: 14,
      changeableForDays: 3,
    });
  });

  it("leaves in place what is locked, and the role that ends it, but not what backs up", async () => {
    const kept = (await of(AWS)).filter(({ retainOnDelete }) => retainOnDelete).map(({ type }) => type);
    expect([...new Set(kept)].sort()).toEqual([
      "aws:backup/vault:Vault",
      "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
      "aws:iam/role:Role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    ]);
    const open = await of({ ...AWS, lockDays: 0 });
    expect(open.filter(({ retainOnDelete, type }) => retainOnDelete || /Lock/.test(type))).toEqual([]);
  });

  it("is never emptied by the engine, and has a key of one's own where it is named", async () => {
    expect(await vault(AWS)).toEqual({ ...NAME, forceDestroy: false, tags: LABELS });
    expect(await vault({ ...AWS, database: { cloud: "aws", instance: ARN, kmsKey: KEY } })).toMatchObject({
      kmsKeyArn: KEY,
    });
  });
});

describe("what keeps a managed database on Google Cloud", () => {
  const type = (kind: string): string =>
    `gcp:backupdisasterrecovery/${kind[0]?.toLowerCase() ?? ""}${kind.slice(1)}:${kind}`;
  const place = { location: "europe-west3", project: "acme-prod" };
  const whole = "projects/acme-prod/locations/europe-west3";
  const resourceType = "sqladmin.googleapis.com/Instance";

  it("is a vault, a plan for its log and its days, and the instance that they are for", async () => {
    const resources = await of(GCP);
    expect(await vault(GCP)).toEqual({
      ...place,
      backupVaultId: GCP.name,
      backupMinimumEnforcedRetentionDuration: "3456000s",
      labels: LABELS,
    });
    expect(one(resources, type("BackupPlan"), OWN).props).toEqual({
      ...place,
      resourceType,
      backupPlanId: GCP.name,
      backupVault: `${whole}/backupVaults/${GCP.name}`,
      logRetentionDays: 7,
      backupRules: [
        {
          ruleId: "daily",
          backupRetentionDays: 90,
          standardSchedule: {
            recurrenceType: "DAILY",
            timeZone: "UTC",
            backupWindow: { startHourOfDay: 1, endHourOfDay: 7 },
          },
        },
      ],
    });
    const association = one(resources, type("BackupPlanAssociation"), OWN);
    expect(association.props).toEqual({
      ...place,
      resourceType,
      backupPlanAssociationId: GCP.name,
      backupPlan: `${whole}/backupPlans/${GCP.name}`,
      resource: "projects/acme-prod/instances/shop",
    });
    expect(byName([association])[0]?.after).toEqual([
      `BackupPlan ${OWN}`,
      `BackupVault ${OWN}`,
      `IAMMember ${OWN}`,
    ]);
    const [grant] = resources.filter((resource) => resource.type.endsWith("IAMMember"));
    expect(grant?.props).toMatchObject({ project: "acme-prod", role: "roles/backupdr.cloudSqlOperator" });
  });

  it("stays where it is while it is locked, and is locked for a day where nothing is asked for", async () => {
    const kept = (planned: PlannedDatabase): Promise<readonly string[]> =>
      of(planned).then((all) => all.filter((own) => own.retainOnDelete).map((own) => own.type));
    expect(await kept(GCP)).toEqual([type("BackupVault")]);
    expect(await kept({ ...GCP, lockDays: 0 })).toEqual([]);
    expect(await vault({ ...GCP, lockDays: 0 })).toMatchObject({
      backupMinimumEnforcedRetentionDuration: "86400s",
    });
    const kmsKey = "projects/acme/locations/europe-west3/keyRings/backups/cryptoKeys/tocsin";
    expect(await vault({ ...GCP, database: { ...GCP.database, kmsKey } })).toMatchObject({
      encryptionConfig: { kmsKeyName: kmsKey },
    });
  });
});

describe.each([
  ["AWS", AWS, ["planId"]],
  ["Google Cloud", GCP, ["member"]],
] as const)("what keeps managed databases on %s", (_cloud, planned, unknown) => {
  const others = { ...planned, name: "shop-orders-prod", backup: "orders" };
  const program = (): unknown => [planned, others].map(databaseBackup);

  it("hangs on components of its own, names everything once and a provider of its own place", async () => {
    const { resources } = await evaluateProgram(program, {
      project: "tocsin",
      stack: "prod",
      entries: {},
      secretKeys: [],
    });
    expect(orphans(resources)).toEqual([]);
    expect(withoutProvider(resources)).toEqual([]);
    expect(delivered(resources).length).toBeGreaterThan(6);
    expect(duplicates(resources.map(({ urn }) => urn))).toEqual([]);
    const named = delivered(resources).filter(({ type }) => !type.endsWith("IAMMember"));
    expect(duplicates(named.map(identityOf))).toEqual([]);
    // What the cloud alone says, of which no policy judges.
    expect([...new Set(unknownIn(resources).map((where) => where.split(".").at(-1)))]).toEqual(unknown);
    const providers = resources.filter(({ type }) => type.startsWith("pulumi:providers:"));
    const place =
      planned.database.cloud === "aws"
        ? { region: "eu-central-1", allowedAccountIds: '["310000000003"]' }
        : { project: "acme-prod" };
    expect(providers.map(({ props }) => props)).toMatchObject([place, place]);
  });

  it("is what the policies want of an environment that locks, copies and logs", async () => {
    const policies = configuredPolicies({
      "backup-bucket-is-guarded": { lock: true, replicate: true, log: true },
    });
    expect(await objections(program, policies)).toEqual([]);
  });
});

it("is refused by the policy where an environment locks and the vault does not", async () => {
  const policies = configuredPolicies({ "backup-bucket-is-guarded": { lock: true } });
  const said = await objections(() => databaseBackup({ ...AWS, lockDays: 0 }), policies);
  expect(said).toEqual([
    expect.stringContaining(
      `Resource [${OWN}]: nothing locks it, and this environment locks backups. Add a lock.`,
    ),
  ]);
});
