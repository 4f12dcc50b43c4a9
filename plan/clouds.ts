import type { BackupSettings } from "./platform";

/** A cloud that buckets of backups may lie in. */
export type Cloud = BackupSettings["cloud"];

/** What every bucket of backups is asked for, or what an environment may ask for. */
export const BUCKET_DEMANDS = {
  private: "nobody from outside reads or writes",
  encrypted: "what is stored is encrypted",
  ownKey: "by a key of one's own (`kmsKey`)",
  tls: "nothing below TLS 1.2",
  undo: "what is replaced or deleted by mistake is there for a week",
  lock: "nobody deletes for the days of the lock (trait `locksBackups`)",
  expiry: "a backup goes after its days, and parts of a broken upload after one",
  replica: "a second region has all of it (trait `replicatesBackups`)",
} as const satisfies Readonly<Record<string, string>>;

export type BucketDemand = keyof typeof BUCKET_DEMANDS;

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
}

/**
 * What each cloud can do. Sources: Amazon S3 User Guide; Cloud Storage docs, "Bucket Lock" and "Soft delete";
 * Organization Policy constraints; Cloudflare R2 docs, "S3 API compatibility" and "Bucket locks".
 */
export const CLOUDS: Readonly<Record<Cloud, CloudFacts>> = {
  aws: {
    title: "AWS",
    sdk: { name: "@pulumi/aws", version: "7" },
    abilities: {
      private: { by: "public access block, ownership without lists of rights" },
      encrypted: { by: "KMS" },
      ownKey: { by: "the ARN of a key" },
      tls: { by: "the policy of the bucket" },
      undo: { by: "versions" },
      lock: { by: "object lock in governance mode" },
      expiry: { by: "lifecycle" },
      replica: { by: "`replica`: a bucket like it in another region, which S3 copies to" },
    },
  },
  gcp: {
    title: "Google Cloud",
    sdk: { name: "@pulumi/gcp", version: "9" },
    abilities: {
      private: { by: "public access prevention, uniform access" },
      encrypted: { by: "always" },
      ownKey: { by: "the name of a key" },
      tls: {
        lacks: "cannot refuse old TLS for a bucket",
        instead: "Set the organization policy constraints/gcp.restrictTLSVersion on the project.",
      },
      undo: { by: "versions, or soft delete where it is locked" },
      lock: { by: "a retention policy that can be taken back" },
      expiry: { by: "lifecycle" },
      replica: { by: "a `location` of two or more regions: EUR4, EU" },
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
      tls: {
        lacks: "cannot refuse old TLS for a bucket",
        instead: "There is nothing to set: its endpoint is Cloudflare's.",
      },
      undo: { by: "no versions: a lock of a week at least" },
      lock: { by: "a bucket lock that can be taken back" },
      expiry: { by: "lifecycle" },
      replica: {
        lacks: "copies to no second region",
        instead: "Keep what needs one on AWS or Google Cloud: tocsin:backupsOf names a cloud for a service.",
      },
    },
  },
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
