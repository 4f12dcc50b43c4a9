import type { BucketRight } from "../plan/bucket";

/** A statement of a policy of AWS. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: object;
}

/** A policy of AWS, as text. */
export function policyText(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Lets somebody do something. */
export function allow(
  Action: readonly string[],
  Resource: string | readonly string[],
  Condition?: object,
): Statement {
  return { Effect: "Allow", Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

/** Where those who prove backups keep what came of it. */
const STATE = "state/";

const READING = {
  bucket: ["s3:ListBucket", "s3:ListBucketVersions"],
  objects: ["s3:GetObject", "s3:GetObjectVersion"],
};
const WRITING = {
  bucket: ["s3:ListBucket"],
  objects: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
};

/** What each may ask of S3. Source: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations". */
const OF_S3: Readonly<Record<BucketRight, Readonly<Record<"bucket" | "objects", readonly string[]>>>> = {
  compact: { ...WRITING, objects: [...WRITING.objects, "s3:DeleteObject"] },
  prove: READING,
  read: READING,
  write: WRITING,
};

/** Everything that an identity may ask of S3 of some buckets. */
export function s3Statements(right: BucketRight, buckets: readonly string[]): readonly Statement[] {
  const arns = (below: string): readonly string[] =>
    buckets.map((bucket) => `arn:aws:s3:::${bucket}${below}`);
  const { bucket, objects } = OF_S3[right];
  return [
    allow(bucket, arns("")),
    allow(objects, arns("/*")),
    ...(right === "prove" ? [allow(["s3:PutObject"], arns(`/${STATE}*`))] : []),
  ];
}

/** A role of Google Cloud on a bucket, and below which names of objects it holds. */
export interface GoogleGrant {
  readonly role: string;
  readonly below?: string;
}

const VIEW: GoogleGrant = { role: "roles/storage.objectViewer" };
/** It cannot replace what is there, which would be to delete it. */
const CREATE: GoogleGrant = { role: "roles/storage.objectCreator" };

/** What each holds on a bucket of Google Cloud. Source: Cloud Storage docs, "IAM roles for Cloud Storage". */
export const GOOGLE_GRANTS: Readonly<Record<BucketRight, readonly GoogleGrant[]>> = {
  compact: [{ role: "roles/storage.objectUser" }],
  prove: [VIEW, { ...CREATE, below: STATE }],
  read: [VIEW],
  write: [VIEW, CREATE],
};
