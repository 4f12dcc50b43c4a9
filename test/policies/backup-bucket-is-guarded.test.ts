import { backupBucketIsGuarded } from "../../policies/rules/backup-bucket-is-guarded";
import { bucketSubjects, expires } from "../support/bucket-subjects";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const { bucket, lifecycle, lock, google } = bucketSubjects("backup");

const NO_EXPIRY =
  "Resource [store]: nothing says when a backup expires. Add a lifecycle that deletes by age.";
const OUTLIVES =
  "Resource [store]: the lock of [40] days outlives the expiry after [30], so that nothing expires. Shorten the lock.";
const NO_LOCK = "Resource [store]: nothing locks it, and this environment locks backups. Add a lock.";
const FORCED = "Resource [store]: forceDestroy lets the engine delete every backup. Set it to false.";

const ALONE =
  "Resource [store]: no second region has it, and this environment replicates backups. Add a BucketReplicationConfig, " +
  "or choose a location of several regions.";
const copy: Subject = {
  ...bucket({ bucket: "store-copy" }),
  name: "store-copy",
};
const replication = (status: string, name: unknown = "store-prod"): Subject => ({
  type: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  name: "store-replication",
  props: { bucket: name, rules: [{ status, destination: { bucket: "arn:aws:s3:::store-copy" } }] },
});

const UNKNOWN_EXPIRY =
  "Resource [store]: when a backup expires is not known before the deployment. Write it as a literal value.";
const UNKNOWN_LOCK =
  "Resource [store]: how long it is locked is not known before the deployment. Write it as a literal value.";

const DAY = 86_400;
const onR2 = (kind: string, props: object): Subject => ({
  type: `cloudflare:index/r2Bucket${kind}:R2Bucket${kind}`,
  name: `store${kind}`.toLowerCase(),
  props: { bucketName: "store-prod", ...props },
});
const r2: Subject = { ...onR2("", { name: "store-prod" }), name: "store" };
const r2Expiry = (days: number): Subject =>
  onR2("Lifecycle", {
    rules: [{ enabled: true, deleteObjectsTransition: { condition: { maxAge: days * DAY } } }],
  });
const r2Lock = (days: unknown): Subject =>
  onR2("Lock", {
    rules: [
      { enabled: false, condition: { maxAgeSeconds: DAY } },
      { enabled: true, condition: { maxAgeSeconds: typeof days === "number" ? days * DAY : days } },
    ],
  });

const UNLOGGED =
  "Resource [store]: nothing logs who asks for what. Add a BucketLogging, or logging.logBucket.";
const logging = (props: object, name = "store-prod"): Subject => ({
  type: "aws:s3/bucketLogging:BucketLogging",
  name: "store-logging",
  props: { bucket: name, ...props },
});

const vault = (props: object): Subject => ({
  type: "aws:backup/vault:Vault",
  name: "store",
  props: { name: "shop-prod", tags: { purpose: "backup" }, ...props },
});
const plan = (deleteAfter: unknown, targetVaultName: unknown = "shop-prod"): Subject => ({
  type: "aws:backup/plan:Plan",
  name: "store-plan",
  props: { rules: [{ targetVaultName, lifecycle: { deleteAfter } }] },
});
const vaultLock = (minRetentionDays: unknown, backupVaultName: unknown = "shop-prod"): Subject => ({
  type: "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
  name: "store-lock",
  props: { backupVaultName, minRetentionDays },
});
const googleVault = (kept: unknown): Subject => ({
  type: "gcp:backupdisasterrecovery/backupVault:BackupVault",
  name: "store",
  props: {
    backupVaultId: "shop-prod",
    labels: { purpose: "backup" },
    backupMinimumEnforcedRetentionDuration: kept,
  },
});
const googlePlan = (
  backupRetentionDays: unknown,
  backupVault: unknown = "a/backupVaults/shop-prod",
): Subject => ({
  type: "gcp:backupdisasterrecovery/backupPlan:BackupPlan",
  name: "store-plan",
  props: { backupVault, backupRules: [{ backupRetentionDays }] },
});

describePolicy(backupBucketIsGuarded, {
  fails: [
    {
      title: "a vault that the engine empties, and whose plan and lock are another's",
      subjects: [vault({ forceDestroy: true }), plan(30, "other"), vaultLock(7, "other")],
      values: { lock: true },
      says: [FORCED, NO_EXPIRY, NO_LOCK],
    },
    {
      title: "a vault whose lock refuses what its plan puts there",
      subjects: [vault({}), plan(30), vaultLock(40)],
      says: [OUTLIVES],
    },
    {
      title: "one of Google that keeps for longer than its plan",
      subjects: [googleVault(`${40 * DAY}s`), googlePlan(30)],
      says: [OUTLIVES],
    },
    {
      title: "one of Google without a plan of its own",
      subjects: [googleVault("86400s"), googlePlan(30, "a/backupVaults/other")],
      says: [NO_EXPIRY],
    },
    {
      title: "a bucket whose log goes nowhere, and one of another's log",
      subjects: [bucket({}), lifecycle(30), logging({}), logging({ targetBucket: "logs" }, "other")],
      values: { log: true },
      says: [UNLOGGED],
    },
    {
      title: "one of Google without a log",
      subjects: [google({ ...expires(30), location: "EU" })],
      values: { log: true },
      says: [UNLOGGED],
    },
    {
      title: "one region where a second is asked for",
      subjects: [bucket({}), lifecycle(30), replication("Disabled")],
      values: { replicate: true },
      says: [ALONE],
    },
    {
      title: "one region of Google",
      subjects: [google({ ...expires(30), location: "EUROPE-WEST3" })],
      values: { replicate: true },
      says: [ALONE],
    },
    {
      title: "R2 where a second region is asked for",
      subjects: [r2, r2Expiry(30)],
      values: { replicate: true },
      says: [ALONE],
    },
    {
      title: "nothing beside a bucket on R2",
      subjects: [r2],
      values: { lock: true },
      says: [NO_EXPIRY, NO_LOCK],
    },
    { title: "a lock beyond the expiry on R2", subjects: [r2, r2Expiry(30), r2Lock(40)], says: [OUTLIVES] },
    { title: "a bucket that keeps for ever", subjects: [bucket({})], says: [NO_EXPIRY] },
    {
      title: "one that the engine empties",
      subjects: [bucket({ forceDestroy: true }), lifecycle(30)],
      says: [FORCED],
    },
    {
      title: "a lock beyond the expiry",
      subjects: [bucket({}), lifecycle(30), lock({ days: 40 })],
      says: [OUTLIVES],
    },
    {
      title: "a lock of years",
      subjects: [bucket({}), lifecycle(300), lock({ years: 1 })],
      says: [
        "Resource [store]: the lock of [365] days outlives the expiry after [300], so that nothing expires. Shorten " +
          "the lock.",
      ],
    },
    {
      title: "no lock where one is asked for",
      subjects: [bucket({}), lifecycle(30)],
      values: { lock: true },
      says: [NO_LOCK],
    },
    {
      title: "all of it on Google",
      subjects: [google({ forceDestroy: true })],
      values: { lock: true },
      says: [FORCED, NO_EXPIRY, NO_LOCK],
    },
    {
      title: "a retention beyond the expiry on Google",
      subjects: [google({ ...expires(30), retentionPolicy: { retentionPeriod: String(40 * 86_400) } })],
      says: [OUTLIVES],
    },
  ],
  passes: [
    {
      title: "vaults that are locked for as long as a plan keeps, which have no second region and no log",
      subjects: [vault({}), plan(30), vaultLock(30)],
      values: { lock: true, replicate: true, log: true },
    },
    {
      title: "one of Google",
      subjects: [googleVault(`${30 * DAY}s`), googlePlan(30)],
      values: { lock: true, replicate: true, log: true },
    },
    { title: "a vault that is for something else", subjects: [vault({ tags: { purpose: "other" } })] },
    {
      title: "buckets that are logged",
      subjects: [bucket({}), lifecycle(30), logging({ targetBucket: "logs" })],
      values: { log: true },
    },
    {
      title: "one of Google that is logged",
      subjects: [google({ ...expires(30), location: "EU", logging: { logBucket: "logs" } })],
      values: { log: true },
    },
    {
      title: "an expiry and a shorter lock",
      subjects: [bucket({}), lifecycle(30), lock({ days: 14 })],
      values: { lock: true },
    },
    {
      title: "the same on Google",
      subjects: [google({ ...expires(30), retentionPolicy: { retentionPeriod: "1209600" } })],
    },
    {
      title: "a bucket and its copy in a second region",
      subjects: [bucket({}), lifecycle(30), copy, lifecycle(30, "store-copy"), replication("Enabled")],
      values: { replicate: true },
    },
    {
      title: "two regions of Google, or more",
      subjects: [
        google({ ...expires(30), location: "EUR4" }),
        google({ ...expires(30), location: "EU", customPlacementConfig: { dataLocations: ["A", "B"] } }),
      ],
      values: { replicate: true },
    },
    { title: "a lock and an expiry on R2", subjects: [r2, r2Expiry(30), r2Lock(14)], values: { lock: true } },
    {
      title: "a bucket of something else",
      subjects: [bucket({ tags: { purpose: "website" }, forceDestroy: true })],
    },
    { title: "one of another tag", subjects: [bucket({})], values: { tag: "use" } },
  ],
  wrongType: { subjects: [{ ...bucket({ forceDestroy: true }), type: "aws:s3/bucketObject:BucketObject" }] },
  unknown: [
    {
      title: "a vault whose plan and lock name it later",
      subjects: [vault({}), plan(30, UNKNOWN), vaultLock(7, UNKNOWN)],
      values: { lock: true },
      says: [UNKNOWN_EXPIRY, UNKNOWN_LOCK],
    },
    {
      title: "one of Google that says its days later",
      subjects: [googleVault(UNKNOWN), googlePlan(30, UNKNOWN)],
      says: [UNKNOWN_EXPIRY, UNKNOWN_LOCK],
    },
    {
      title: "a copy of a bucket of later",
      subjects: [bucket({}), lifecycle(30), replication("Enabled", UNKNOWN)],
      values: { replicate: true },
      says: [
        "Resource [store]: whether a second region has it is not known before the deployment. Write it as a literal value.",
      ],
    },
    {
      title: "a lock of later on R2",
      subjects: [r2, r2Expiry(30), r2Lock(UNKNOWN)],
      says: [UNKNOWN_LOCK],
    },
    {
      title: "days of later",
      subjects: [bucket({}), lifecycle(UNKNOWN), lock({ days: UNKNOWN })],
      says: [UNKNOWN_EXPIRY, UNKNOWN_LOCK],
    },
    {
      title: "a lifecycle of a bucket whose name is of later",
      subjects: [bucket({}), lifecycle(30, UNKNOWN)],
      says: [UNKNOWN_EXPIRY],
    },
  ],
});
