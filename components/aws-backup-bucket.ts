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
}

/** A private, encrypted, versioned bucket of backups on AWS. */
export class AwsBackupBucket extends pulumi.ComponentResource {
  readonly bucketName: string;

  constructor(name: string, args: AwsBackupBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:AwsBackupBucket", name, {}, opts);
    this.bucketName = args.bucketName;
    // What is locked outlives its declaration, with all that belongs to it: without lock and policy it would be open.
    const own: pulumi.CustomResourceOptions = { parent: this, retainOnDelete: args.lockDays > 0 };
    const bucket = new s3.Bucket(
      name,
      {
        bucket: args.bucketName,
        forceDestroy: false,
        objectLockEnabled: args.lockDays > 0,
        tags: args.tags,
      },
      own,
    );
    // S3 refuses to delete a bucket that holds something: its rules must not be gone by then, so they go with it alone.
    const withBucket: pulumi.CustomResourceOptions = { ...own, deletedWith: bucket };
    const side: pulumi.CustomResourceOptions = { ...withBucket, dependsOn: [bucket] };
    const versioning = new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: args.bucketName, versioningConfiguration: { status: "Enabled" } },
      side,
    );
    const versioned: pulumi.CustomResourceOptions = { ...withBucket, dependsOn: [bucket, versioning] };
    new s3.BucketServerSideEncryptionConfiguration(`${name}-encryption`, encryption(args), side);
    access(name, args.bucketName, side);
    new s3.BucketLifecycleConfiguration(`${name}-lifecycle`, lifecycle(args), versioned);
    if (args.lockDays > 0) {
      new s3.BucketObjectLockConfiguration(`${name}-lock`, lock(args), versioned);
    }
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

function encryption({
  bucketName,
  kmsKey,
}: AwsBackupBucketArgs): s3.BucketServerSideEncryptionConfigurationArgs {
  return {
    bucket: bucketName,
    rules: [
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          ...(kmsKey === undefined ? {} : { kmsMasterKeyId: kmsKey }),
        },
        bucketKeyEnabled: true,
      },
    ],
  };
}

/** Nobody from outside, no lists of rights on objects, and nothing unencrypted on the way. */
function access(name: string, bucket: string, opts: pulumi.CustomResourceOptions): void {
  const block = new s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  new s3.BucketOwnershipControls(
    `${name}-ownership`,
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    opts,
  );
  // S3 refuses one of the two while the other is being written.
  new s3.BucketPolicy(
    `${name}-policy`,
    { bucket, policy: JSON.stringify(tlsOnly(bucket)) },
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
  return {
    Version: "2012-10-17",
    Statement: [
      deny("DenyWithoutTls", { Bool: { "aws:SecureTransport": "false" } }),
      deny("DenyOldTls", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
    ],
  };
}

/** A version that was replaced or deleted stays a week longer, which is the time to notice. */
const UNDO_DAYS = 7;

function lifecycle({ bucketName, keepDays }: AwsBackupBucketArgs): s3.BucketLifecycleConfigurationArgs {
  return {
    bucket: bucketName,
    rules: [
      {
        id: "expire",
        status: "Enabled",
        filter: {},
        expiration: { days: keepDays },
        noncurrentVersionExpiration: { noncurrentDays: UNDO_DAYS },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ],
  };
}

/** Governance: only who may bypass it on purpose can delete. Compliance could not be taken back, by nobody. */
function lock({ bucketName, lockDays }: AwsBackupBucketArgs): s3.BucketObjectLockConfigurationArgs {
  return { bucket: bucketName, rule: { defaultRetention: { mode: "GOVERNANCE", days: lockDays } } };
}
