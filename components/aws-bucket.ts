import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { allow, policyText, type Statement } from "../backends/bucket-rights";
import {
  endOf,
  lockDaysOf,
  logName,
  movesOf,
  UNDO_DAYS,
  type BucketContent,
  type BucketIdentity,
} from "../plan/bucket";
import type { LockMode } from "../plan/platform";
import { awsIdentities } from "./aws-identities";
import { replicate, type AwsCopy, type Versioned } from "./aws-copy";

export interface AwsBucketArgs {
  /** Literal, and taken by every side resource: a policy cannot judge what is unknown at preview. */
  readonly bucketName: string;
  /** What is locked is never deleted by the engine. */
  readonly content: BucketContent;
  readonly account: string;
  readonly region: string;
  /** Who signs the tokens of the cluster's service accounts. @default - identities are users with keys */
  readonly oidcIssuer?: string;
  readonly identities: readonly BucketIdentity[];
  /** ARN of the key that encrypts. @default - the account's own S3 key */
  readonly kmsKey?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** @default - governance: who may bypass a lock on purpose can delete */
  readonly lock?: LockMode;
  /** Days after which a backup is moved, by class. @default - it stays where it is */
  readonly colder?: Readonly<Record<string, number | undefined>>;
  /** A bucket like it in another region of the same account, to which S3 copies. @default - none */
  readonly copy?: Pick<AwsCopy, "bucketName" | "kmsKey" | "region">;
}

/** Registers a private, encrypted, versioned bucket with its identities, and its copy where one is asked for. */
export function registerBucket(name: string, args: AwsBucketArgs, parent: pulumi.Resource): void {
  const { account, bucketName, content, copy, region, oidcIssuer } = args;
  // What is locked outlives its declaration, with all that belongs to it: without lock and policy it would be open.
  const own: pulumi.CustomResourceOptions = { parent, retainOnDelete: lockDaysOf(content) > 0 };
  const first = guardedBucket(name, args, own);
  if (copy !== undefined) {
    // Not by jobs, whatever the first is filled by.
    const tags = { ...args.tags, "filled-by": "copy" };
    const second = guardedBucket(`${name}-copy`, { ...args, ...copy, elsewhere: true, tags }, own);
    const both = { ...first, dependsOn: [first.dependsOn, second.dependsOn].flat() };
    replicate(name, bucketName, { ...copy, account, from: region }, both);
  }
  const places = [{ name: bucketName, region, ...keyOf(args) }];
  const copies = copy === undefined ? [] : [{ name: copy.bucketName, region: copy.region, ...keyOf(copy) }];
  awsIdentities(
    name,
    args.identities,
    { account, buckets: [...places, ...copies], ...(oidcIssuer === undefined ? {} : { oidcIssuer }) },
    { parent },
  );
}

function keyOf({ kmsKey }: Pick<AwsBucketArgs, "kmsKey">): Pick<AwsBucketArgs, "kmsKey"> {
  return kmsKey === undefined ? {} : { kmsKey };
}

interface BucketArgs extends Omit<AwsBucketArgs, "copy" | "identities"> {
  /** In another region than that of the provider. */
  readonly elsewhere?: boolean;
  /** Of which it keeps the log. */
  readonly logOf?: string;
}

function guardedBucket(name: string, args: BucketArgs, own: pulumi.CustomResourceOptions): Versioned {
  const at = { bucket: args.bucketName, ...(args.elsewhere === true ? { region: args.region } : {}) };
  const lockDays = lockDaysOf(args.content);
  const bucket = new s3.Bucket(
    name,
    { ...at, forceDestroy: false, objectLockEnabled: lockDays > 0, tags: args.tags },
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
  access(name, at, tlsOnly(at.bucket).concat(logging(args)), side);
  new s3.BucketLifecycleConfiguration(`${name}-lifecycle`, { ...at, rules: lifecycle(args) }, versioned);
  if (lockDays > 0) {
    new s3.BucketObjectLockConfiguration(
      `${name}-lock`,
      { ...at, rule: lock(args.lock, lockDays) },
      versioned,
    );
  }
  if (args.content.kind !== "log") logged(name, args, own, versioned);
  return versioned;
}

/**
 * S3 writes there who asked, and takes neither a lock nor a key of KMS for it.
 * Source: Amazon S3 User Guide, "Enabling Amazon S3 server access logging".
 */
function logged(
  name: string,
  args: BucketArgs,
  own: pulumi.CustomResourceOptions,
  { dependsOn, ...opts }: Versioned,
): void {
  const { bucketName, elsewhere, region, tags } = args;
  const [log, content] = [logName({ name: bucketName }), { kind: "log" } as const];
  const there = guardedBucket(
    `${name}-log`,
    {
      ...args,
      bucketName: log,
      content,
      logOf: bucketName,
      tags: { ...tags, purpose: "log", "filled-by": "s3" },
    },
    own,
  );
  new s3.BucketLogging(
    `${name}-logging`,
    {
      bucket: bucketName,
      ...(elsewhere === true ? { region } : {}),
      targetBucket: log,
      targetPrefix: "",
    },
    { ...opts, dependsOn: [...dependsOn, ...there.dependsOn] },
  );
}

function logging({ account, bucketName, logOf }: BucketArgs): readonly Statement[] {
  return logOf === undefined
    ? []
    : [
        {
          Sid: "AllowLog",
          Principal: { Service: "logging.s3.amazonaws.com" },
          ...allow(["s3:PutObject"], `arn:aws:s3:::${bucketName}/*`, {
            ArnLike: { "aws:SourceArn": `arn:aws:s3:::${logOf}` },
            StringEquals: { "aws:SourceAccount": account },
          }),
        },
      ];
}

function encryption({
  content,
  kmsKey,
}: BucketArgs): s3.BucketServerSideEncryptionConfigurationArgs["rules"] {
  if (content.kind === "log") {
    return [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }];
  }
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
function access(
  name: string,
  at: Place,
  statements: readonly Statement[],
  opts: pulumi.CustomResourceOptions,
): void {
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
    { ...at, policy: policyText(statements) },
    pulumi.mergeOptions(opts, { dependsOn: [block] }),
  );
}

function tlsOnly(bucket: string): readonly Statement[] {
  const deny = (sid: string, condition: object): Statement => ({
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition: condition,
  });
  return [
    deny("DenyWithoutTls", { Bool: { "aws:SecureTransport": "false" } }),
    deny("DenyOldTls", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
  ];
}

function lifecycle({ colder = {}, content }: BucketArgs): s3.BucketLifecycleConfigurationArgs["rules"] {
  const days = endOf(content);
  const moves = movesOf(content, colder).map(([storageClass, after]) => ({ days: after, storageClass }));
  return [
    {
      id: "expire",
      status: "Enabled",
      filter: {},
      ...(days === undefined ? {} : { expiration: { days } }),
      ...(moves.length === 0 ? {} : { transitions: moves }),
      noncurrentVersionExpiration: { noncurrentDays: UNDO_DAYS },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
    },
  ];
}

function lock(mode: LockMode = "governance", days: number): s3.BucketObjectLockConfigurationArgs["rule"] {
  return { defaultRetention: { mode: mode.toUpperCase(), days } };
}
