import * as iam from "@pulumi/aws/iam";
import * as s3 from "@pulumi/aws/s3";
import type * as pulumi from "@pulumi/pulumi";
import { allow, policyText, type Statement } from "../backends/bucket-rights";

/** The bucket in another region of the same account, to which S3 copies. */
export interface AwsCopy {
  readonly bucketName: string;
  readonly account: string;
  readonly region: string;
  readonly kmsKey?: string;
  /** Of the first bucket. */
  readonly from: string;
}

/** What stands beside a bucket after it has versions. */
export type Versioned = Omit<pulumi.CustomResourceOptions, "dependsOn"> & {
  readonly dependsOn: pulumi.Resource[];
};

/**
 * S3 copies what is written, with its lock and under a key of the other region, and nothing that is deleted.
 * Source: Amazon S3 User Guide, "Replicating encrypted objects" and "Setting up permissions for live replication".
 */
export function replicate(name: string, bucketName: string, copy: AwsCopy, opts: Versioned): void {
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
function copier(name: string, source: string, copy: AwsCopy, opts: Versioned): iam.RolePolicy {
  const assume: Statement = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::${source}` },
      StringEquals: { "aws:SourceAccount": copy.account },
    },
  };
  const role = new iam.Role(name, { name: copy.bucketName, assumeRolePolicy: policyText([assume]) }, opts);
  return new iam.RolePolicy(
    name,
    { role: copy.bucketName, policy: policyText(copying(source, copy)) },
    { ...opts, dependsOn: [role] },
  );
}

function copying(source: string, { bucketName, region, from }: AwsCopy): readonly Statement[] {
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
