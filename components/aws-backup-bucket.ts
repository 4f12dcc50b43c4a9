import * as iam from "@pulumi/aws/iam";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

export interface AwsBackupBucketArgs {
  /** Literal, and taken by every side resource: a policy cannot judge what is unknown at preview. */
  readonly bucketName: string;
  readonly keepDays: number;
  /** 0 for no lock. What is locked is never deleted by the engine. */
  readonly lockDays: number;
  /** ARN of the key that encrypts. @default - the account's own S3 key */
  readonly kmsKey?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** A bucket like it in another region of the same account, to which S3 copies. @default - none */
  readonly copy?: {
    readonly bucketName: string;
    readonly account: string;
    readonly region: string;
    readonly kmsKey?: string;
    /** Of the first bucket. */
    readonly from: string;
  };
}

/** A private, encrypted, versioned bucket of backups on AWS, and its copy where one is asked for. */
export class AwsBackupBucket extends pulumi.ComponentResource {
  readonly bucketName: string;

  constructor(name: string, args: AwsBackupBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:AwsBackupBucket", name, {}, opts);
    this.bucketName = args.bucketName;
    const { copy, lockDays, keepDays } = args;
    // What is locked outlives its declaration, with all that belongs to it: without lock and policy it would be open.
    const own: pulumi.CustomResourceOptions = { parent: this, retainOnDelete: lockDays > 0 };
    const first = guardedBucket(name, args, own);
    if (copy !== undefined) {
      const { bucketName, region } = copy;
      const key = copy.kmsKey === undefined ? {} : { kmsKey: copy.kmsKey };
      // Not by jobs, whatever the first is filled by.
      const tags = { ...args.tags, "filled-by": "copy" };
      const second = guardedBucket(
        `${name}-copy`,
        { ...key, bucketName, region, keepDays, lockDays, tags },
        own,
      );
      replicate(name, args, copy, { ...first, dependsOn: [first.dependsOn, second.dependsOn].flat() });
    }
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

type BucketArgs = Omit<AwsBackupBucketArgs, "copy"> & { readonly region?: string };

/** What stands beside a bucket after it has versions. */
type Versioned = Omit<pulumi.CustomResourceOptions, "dependsOn"> & { readonly dependsOn: pulumi.Resource[] };

function guardedBucket(name: string, args: BucketArgs, own: pulumi.CustomResourceOptions): Versioned {
  const at = { bucket: args.bucketName, ...(args.region === undefined ? {} : { region: args.region }) };
  const bucket = new s3.Bucket(
    name,
    { ...at, forceDestroy: false, objectLockEnabled: args.lockDays > 0, tags: args.tags },
    own,
  );
  // S3 refuses to delete a bucket that holds something: its rules must not be gone by then, so they go with it alone.
  const withBucket: pulumi.CustomResourceOptions = { ...own, deletedWith: bucket };
  const side: pulumi.CustomResourceOptions = { ...withBucket, dependsOn: [bucket] };
  const versioning = new s3.BucketVersioning(
    `${name}-versioning`,
    { ...at, versioningConfiguration: { status: "Enabled" } },
    side,
  );
  const versioned = { ...withBucket, dependsOn: [bucket, versioning] };
  new s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { ...at, rules: encryption(args) },
    side,
  );
  access(name, at, side);
  new s3.BucketLifecycleConfiguration(`${name}-lifecycle`, { ...at, rules: lifecycle(args) }, versioned);
  if (args.lockDays > 0) {
    new s3.BucketObjectLockConfiguration(`${name}-lock`, { ...at, rule: lock(args) }, versioned);
  }
  return versioned;
}

function encryption({ kmsKey }: BucketArgs): s3.BucketServerSideEncryptionConfigurationArgs["rules"] {
  return [
    {
      applyServerSideEncryptionByDefault: {
        sseAlgorithm: "aws:kms",
        ...(kmsKey === undefined ? {} : { kmsMasterKeyId: kmsKey }),
      },
      bucketKeyEnabled: true,
    },
  ];
}

/** Which bucket, and in which region where that is not the provider's. */
interface Place {
  readonly bucket: string;
  readonly region?: string;
}

/** Nobody from outside, no lists of rights on objects, and nothing unencrypted on the way. */
function access(name: string, at: Place, opts: pulumi.CustomResourceOptions): void {
  const block = new s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      ...at,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  new s3.BucketOwnershipControls(
    `${name}-ownership`,
    { ...at, rule: { objectOwnership: "BucketOwnerEnforced" } },
    opts,
  );
  // S3 refuses one of the two while the other is being written.
  new s3.BucketPolicy(
    `${name}-policy`,
    { ...at, policy: JSON.stringify(tlsOnly(at.bucket)) },
    pulumi.mergeOptions(opts, { dependsOn: [block] }),
  );
}

function tlsOnly(bucket: string): object {
  const deny = (sid: string, condition: object): object => ({
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition: condition,
  });
  return document([
    deny("DenyWithoutTls", { Bool: { "aws:SecureTransport": "false" } }),
    deny("DenyOldTls", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
  ]);
}

function document(statements: readonly object[]): object {
  return { Version: "2012-10-17", Statement: statements };
}

/** A version that was replaced or deleted stays a week longer, which is the time to notice. */
const UNDO_DAYS = 7;

function lifecycle({ keepDays }: BucketArgs): s3.BucketLifecycleConfigurationArgs["rules"] {
  return [
    {
      id: "expire",
      status: "Enabled",
      filter: {},
      expiration: { days: keepDays },
      noncurrentVersionExpiration: { noncurrentDays: UNDO_DAYS },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
    },
  ];
}

/** Governance: only who may bypass it on purpose can delete. Compliance could not be taken back, by nobody. */
function lock({ lockDays }: BucketArgs): s3.BucketObjectLockConfigurationArgs["rule"] {
  return { defaultRetention: { mode: "GOVERNANCE", days: lockDays } };
}

type Copy = NonNullable<AwsBackupBucketArgs["copy"]>;

/**
 * S3 copies what is written, with its lock and under a key of the other region, and nothing that is deleted.
 * Source: Amazon S3 User Guide, "Replicating encrypted objects" and "Setting up permissions for live replication".
 */
function replicate(name: string, { bucketName }: AwsBackupBucketArgs, copy: Copy, opts: Versioned): void {
  const grants = copier(`${name}-copier`, bucketName, copy, opts);
  const replicaKmsKeyId = copy.kmsKey ?? `arn:aws:kms:${copy.region}:${copy.account}:alias/aws/s3`;
  new s3.BucketReplicationConfig(
    `${name}-replication`,
    {
      bucket: bucketName,
      role: `arn:aws:iam::${copy.account}:role/${copy.bucketName}`,
      rules: [
        {
          id: "everything",
          status: "Enabled",
          filter: {},
          deleteMarkerReplication: { status: "Disabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: `arn:aws:s3:::${copy.bucketName}`,
            encryptionConfiguration: { replicaKmsKeyId },
          },
        },
      ],
    },
    { ...opts, dependsOn: [...opts.dependsOn, grants] },
  );
}

/** The role that S3 takes for this bucket alone; its name is literal, so that a preview shows whom S3 becomes. */
function copier(name: string, source: string, copy: Copy, opts: Versioned): iam.RolePolicy {
  const assume = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::${source}` },
      StringEquals: { "aws:SourceAccount": copy.account },
    },
  };
  const role = new iam.Role(
    name,
    { name: copy.bucketName, assumeRolePolicy: JSON.stringify(document([assume])) },
    opts,
  );
  return new iam.RolePolicy(
    name,
    { role: copy.bucketName, policy: JSON.stringify(document(copying(source, copy))) },
    { ...opts, dependsOn: [role] },
  );
}

function copying(source: string, { bucketName, region, from }: Copy): readonly object[] {
  const allow = (Action: readonly string[], Resource: string, Condition?: object): object => ({
    Effect: "Allow",
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });
  // Which key it is may be the account's own, that has no ARN before it was used: who asks for it is S3 of a region.
  const via = (where: string): object => ({
    StringEquals: { "kms:ViaService": `s3.${where}.amazonaws.com` },
  });
  const reading = ["ForReplication", "Acl", "Tagging"].map((what) => `s3:GetObjectVersion${what}`);
  return [
    allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], `arn:aws:s3:::${source}`),
    allow([...reading, "s3:GetObjectRetention", "s3:GetObjectLegalHold"], `arn:aws:s3:::${source}/*`),
    allow(["s3:ReplicateObject", "s3:ReplicateTags"], `arn:aws:s3:::${bucketName}/*`),
    allow(["kms:Decrypt"], "*", via(from)),
    allow(["kms:Encrypt", "kms:GenerateDataKey"], "*", via(region)),
  ];
}
