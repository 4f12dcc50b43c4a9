import type { BackupSettings } from "./platform";

/** A cloud that buckets of backups may lie in. */
export type Cloud = BackupSettings["cloud"];

/** What every bucket of backups is asked for, or what an environment may ask for. */
export const BUCKET_DEMANDS = {
  private: "nobody from outside reads or writes",
  encrypted: "what is stored is encrypted",
  ownKey: "by a key of one's own (`kmsKey`)",
  rotation: "the key is renewed in time",
  tls: "nothing below TLS 1.2",
  undo: "what is replaced or deleted by mistake is there for a week",
  lock: "nobody deletes for the days of the lock (trait `locksBackups`)",
  compliance: "not even those who may bypass it (`lock: compliance`)",
  expiry: "a backup goes after its days, and parts of a broken upload after one",
  colder: "an older backup moves to colder storage, which answers at once (`colder`)",
  replica: "a second region has all of it (trait `replicatesBackups`)",
  writer: "who writes backups cannot delete them",
  reader: "who reads them writes nothing but what came of it",
  log: "it is known who asked for what",
} as const satisfies Readonly<Record<string, string>>;

export type BucketDemand = keyof typeof BUCKET_DEMANDS;

/** What is asked of a cloud that runs a database (`pointInTime: "provider"`). */
export const DATABASE_DEMANDS = {
  log: "any moment of the last days can be restored",
  snapshots: "each day has a snapshot, for the days of the store",
  key: "the vault is encrypted by a key of one's own (`kmsKey`)",
  lock: "nobody deletes a snapshot before its time (trait `locksBackups`)",
  compliance: "nobody can take that back (`lock: compliance`)",
} as const satisfies Readonly<Record<string, string>>;

type DatabaseDemand = keyof typeof DATABASE_DEMANDS;

/** How a cloud does what is asked, or what is to be done where it does not. */
export type Ability =
  | { readonly by: string }
  | {
      /** After the name of the cloud: `has no versions`. */
      readonly lacks: string;
      readonly instead: string;
    };

interface CloudFacts {
  readonly title: string;
  /** The SDK, which is installed by those alone whose backups are there. */
  readonly sdk: { readonly name: string; readonly version: string };
  readonly abilities: Readonly<Record<BucketDemand, Ability>>;
  /** Of databases that it runs. */
  readonly databases: Readonly<Record<DatabaseDemand, Ability>>;
}

const NO_DATABASES: Ability = {
  lacks: "runs no PostgreSQL",
  instead: "Name the database where it runs; its dumps may lie in R2.",
};

/**
 * What each cloud can do. Sources: Amazon S3 User Guide; Cloud Storage docs, "Bucket Lock" and "Soft delete";
 * Organization Policy constraints; Cloudflare R2 docs, "S3 API compatibility", "Bucket locks" and "Authentication"; AWS Backup
 * Developer Guide; Backup and DR docs, "Backup vault" and "Back up Cloud SQL instances to a backup vault".
 */
export const CLOUDS: Readonly<Record<Cloud, CloudFacts>> = {
  aws: {
    title: "AWS",
    sdk: { name: "@pulumi/aws", version: "7" },
    abilities: {
      private: { by: "public access block, ownership without lists of rights" },
      encrypted: { by: "KMS" },
      ownKey: { by: "the ARN of a key" },
      rotation: { by: "each year; a key of one's own as it is set, which a policy looks at" },
      tls: { by: "the policy of the bucket" },
      undo: { by: "versions" },
      lock: { by: "object lock in governance mode" },
      compliance: { by: "object lock in compliance mode" },
      expiry: { by: "lifecycle" },
      colder: { by: "STANDARD_IA, GLACIER_IR" },
      replica: { by: "`replica`: a bucket like it in another region, which S3 copies to" },
      writer: { by: "a role for its service account, or a user" },
      reader: { by: "a role for its service account, or a user" },
      log: { by: "server access log, in a bucket beside it" },
    },
    databases: {
      log: { by: "AWS Backup, continuous: up to 35 days" },
      snapshots: { by: "AWS Backup, every day" },
      key: { by: "the ARN of a key; a snapshot of RDS has the key of its database" },
      lock: { by: "a vault lock in governance mode" },
      compliance: { by: "a vault lock in compliance mode, for good after 3 days" },
    },
  },
  gcp: {
    title: "Google Cloud",
    sdk: { name: "@pulumi/gcp", version: "9" },
    abilities: {
      private: { by: "public access prevention, uniform access" },
      encrypted: { by: "always" },
      ownKey: { by: "the name of a key" },
      rotation: { by: "by Google; a key of one's own as it is set, which a policy looks at" },
      tls: {
        lacks: "cannot refuse old TLS for a bucket",
        instead: "Set the organization policy constraints/gcp.restrictTLSVersion on the project.",
      },
      undo: { by: "versions, or soft delete where it is locked" },
      lock: { by: "a retention policy that can be taken back" },
      compliance: { by: "a retention policy that is locked for good" },
      expiry: { by: "lifecycle" },
      colder: { by: "NEARLINE, COLDLINE, ARCHIVE" },
      replica: { by: "a `location` of two or more regions: EUR4, EU" },
      writer: { by: "grants to its service account, or to one of Google's" },
      reader: { by: "grants to its service account, or to one of Google's" },
      log: { by: "usage log, in a bucket beside it" },
    },
    databases: {
      log: { by: "Backup and DR: up to 7 days, 35 with Enterprise Plus" },
      snapshots: { by: "Backup and DR, every day" },
      key: { by: "the name of a key" },
      lock: { by: "the enforced retention of a vault, a day at least" },
      compliance: {
        lacks: "locks a vault for good from a date on, which no plan knows",
        instead: "Leave lock out, and set the effective time of the vault by hand.",
      },
    },
  },
  r2: {
    title: "Cloudflare R2",
    sdk: { name: "@pulumi/cloudflare", version: "6" },
    abilities: {
      private: { by: "no public domain" },
      encrypted: { by: "always" },
      ownKey: {
        lacks: "encrypts by no key of one's own",
        instead: "Keep what needs one on AWS or Google Cloud.",
      },
      rotation: { by: "by Cloudflare" },
      tls: {
        lacks: "cannot refuse old TLS for a bucket",
        instead: "There is nothing to set: its endpoint is Cloudflare's.",
      },
      undo: { by: "no versions: a lock of a week at least" },
      lock: { by: "a bucket lock that can be taken back" },
      compliance: {
        lacks: "has no lock that nobody can take back",
        instead: "Keep what needs one on AWS or Google Cloud: tocsin:backupsOf names a cloud for a service.",
      },
      expiry: { by: "lifecycle" },
      colder: { by: "InfrequentAccess" },
      replica: {
        lacks: "copies to no second region",
        instead: "Keep what needs one on AWS or Google Cloud: tocsin:backupsOf names a cloud for a service.",
      },
      writer: {
        lacks: "lets who may write delete as well",
        instead: "Its lock of a week at least refuses it: keep a longer one where that is too short.",
      },
      reader: {
        lacks: "lets nobody write below one name alone",
        instead: "The reader has a token as the writer has: the lock is what keeps both from backups.",
      },
      log: {
        lacks: "keeps no log of who asked for an object",
        instead: "Audit logs of the account tell of changes to the bucket alone: look there.",
      },
    },
    databases: {
      log: NO_DATABASES,
      snapshots: NO_DATABASES,
      key: NO_DATABASES,
      lock: NO_DATABASES,
      compliance: NO_DATABASES,
    },
  },
};

/** What every bucket is asked for, whatever the environment says. */
export const ALWAYS = [
  "private",
  "encrypted",
  "rotation",
  "tls",
  "undo",
  "expiry",
  "writer",
  "reader",
  "log",
] as const satisfies readonly BucketDemand[];

/**
 * Colder classes, the warmest first, and the days that have to lie before one, of the life of a backup or in the class
 * before it. Source: Amazon S3 User Guide, "Transitioning objects using Amazon S3 Lifecycle".
 */
export const COLDER: Readonly<
  Record<Cloud, { readonly classes: readonly string[]; readonly first: number; readonly apart: number }>
> = {
  aws: { classes: ["STANDARD_IA", "GLACIER_IR"], first: 30, apart: 30 },
  gcp: { classes: ["NEARLINE", "COLDLINE", "ARCHIVE"], first: 1, apart: 1 },
  r2: { classes: ["InfrequentAccess"], first: 1, apart: 1 },
};

/** Locations of Google Cloud that are two regions or more. */
const SEVERAL_REGIONS = /^(?:asia|eu|us|asia1|eur\d|nam4)$/i;

/** Whether what lies there lies in a second region, too. */
export function isReplicated(settings: BackupSettings): boolean {
  switch (settings.cloud) {
    case "aws":
      return settings.replica !== undefined;
    case "gcp":
      return SEVERAL_REGIONS.test(settings.location);
    case "r2":
      return false;
  }
}
