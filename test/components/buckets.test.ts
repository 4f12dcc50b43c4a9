import { Provider as AwsProvider } from "@pulumi/aws/provider";
import { Provider as CloudflareProvider } from "@pulumi/cloudflare/provider";
import { Provider as GcpProvider } from "@pulumi/gcp/provider";
import type { ProviderResource } from "@pulumi/pulumi";
import { AwsBackupBucket, type AwsBackupBucketArgs } from "../../components/aws-backup-bucket";
import { backupBucket } from "../../components/backup-bucket";
import { GcpBackupBucket } from "../../components/gcp-backup-bucket";
import { CloudflareBackupBucket } from "../../components/cloudflare-backup-bucket";
import type { ProgramResource } from "../../evaluation/evaluate";
import type { PlannedBucket } from "../../plan/bucket";
import { byName, one, register } from "../support/registered";

jest.setTimeout(60_000);

const awsWith = (
  own: Pick<AwsBackupBucketArgs, "copy" | "kmsKey" | "lockDays">,
): Promise<readonly ProgramResource[]> =>
  register(
    () =>
      new AwsBackupBucket(
        "b",
        { bucketName: "acme-b", keepDays: 35, tags: { of: "test" }, ...own },
        { providers: [new AwsProvider("aws", { region: "eu-central-1" })] },
      ),
  );

const aws = (lockDays: number, kmsKey?: string): Promise<readonly ProgramResource[]> =>
  awsWith({ lockDays, ...(kmsKey === undefined ? {} : { kmsKey }) });

const copied = (lockDays: number, kmsKey?: string): Promise<readonly ProgramResource[]> =>
  awsWith({
    lockDays,
    copy: {
      bucketName: "acme-b-copy",
      account: "310000000003",
      region: "eu-west-1",
      from: "eu-central-1",
      ...(kmsKey === undefined ? {} : { kmsKey }),
    },
  });

const r2 = (lockDays: number, keepDays = 35): Promise<readonly ProgramResource[]> =>
  register(
    () =>
      new CloudflareBackupBucket(
        "b",
        { bucketName: "acme-b", account: R2_ACCOUNT, jurisdiction: "eu", keepDays, lockDays },
        { providers: [new CloudflareProvider("r2")] },
      ),
  );
const R2_ACCOUNT = "0123456789abcdef0123456789abcdef";

const gcp = (lockDays: number, kmsKey?: string): Promise<readonly ProgramResource[]> =>
  register(
    () =>
      new GcpBackupBucket(
        "b",
        {
          bucketName: "acme-b",
          location: "EU",
          keepDays: 35,
          lockDays,
          labels: { of: "test" },
          ...(kmsKey === undefined ? {} : { kmsKey }),
        },
        { providers: [new GcpProvider("gcp", { project: "acme" })] },
      ),
  );

const side = (type: string): string => `aws:s3/bucket${type}:Bucket${type}`;

describe("a backup bucket on AWS", () => {
  it("is a bucket with all that belongs to it, in the order that S3 needs", async () => {
    const [bucket, block, versioning] = [
      "Bucket b",
      "BucketPublicAccessBlock b-public-access",
      "BucketVersioning b-versioning",
    ];
    const parent = "AwsBackupBucket b";
    expect(byName(await aws(30))).toEqual([
      { type: "Bucket", name: "b", parent, after: [] },
      { type: "BucketLifecycleConfiguration", name: "b-lifecycle", parent, after: [bucket, versioning] },
      { type: "BucketObjectLockConfiguration", name: "b-lock", parent, after: [bucket, versioning] },
      { type: "BucketOwnershipControls", name: "b-ownership", parent, after: [bucket] },
      { type: "BucketPolicy", name: "b-policy", parent, after: [bucket, block] },
      { type: "BucketPublicAccessBlock", name: "b-public-access", parent, after: [bucket] },
      { type: "BucketServerSideEncryptionConfiguration", name: "b-encryption", parent, after: [bucket] },
      { type: "BucketVersioning", name: "b-versioning", parent, after: [bucket] },
      { type: "AwsBackupBucket", name: "b", parent: "-", after: [] },
    ]);
  });

  it("is named by a literal everywhere, which a policy can read before there is a bucket", async () => {
    const resources = (await aws(30)).filter(({ custom }) => custom);
    expect(resources.map(({ props }) => props["bucket"])).toEqual(resources.map(() => "acme-b"));
  });

  it("keeps what is locked, from people and from the engine", async () => {
    const resources = await aws(30);
    const bucket = one(resources, "aws:s3/bucket:Bucket", "b");
    expect(bucket.props).toEqual({
      bucket: "acme-b",
      forceDestroy: false,
      objectLockEnabled: true,
      tags: { of: "test" },
    });
    expect(resources.filter(({ custom, retainOnDelete }) => custom && !retainOnDelete)).toEqual([]);
    expect(one(resources, side("ObjectLockConfiguration"), "b-lock").props["rule"]).toEqual({
      defaultRetention: { mode: "GOVERNANCE", days: 30 },
    });
  });

  it("has no lock and goes with its declaration where none is asked for", async () => {
    const resources = await aws(0);
    expect(one(resources, "aws:s3/bucket:Bucket", "b").props["objectLockEnabled"]).toBe(false);
    expect(resources.filter(({ retainOnDelete }) => retainOnDelete)).toEqual([]);
    expect(resources.filter(({ type }) => type === side("ObjectLockConfiguration"))).toEqual([]);
  });

  it("is nobody else's to read, and takes nothing in plain text", async () => {
    const resources = await aws(30);
    expect(one(resources, side("PublicAccessBlock"), "b-public-access").props).toEqual({
      bucket: "acme-b",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(one(resources, side("OwnershipControls"), "b-ownership").props["rule"]).toEqual({
      objectOwnership: "BucketOwnerEnforced",
    });
    const denied = { Effect: "Deny", Principal: "*", Action: "s3:*" };
    const Resource = ["arn:aws:s3:::acme-b", "arn:aws:s3:::acme-b/*"];
    expect(JSON.parse(String(one(resources, side("Policy"), "b-policy").props["policy"]))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "DenyWithoutTls",
          ...denied,
          Resource,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        {
          Sid: "DenyOldTls",
          ...denied,
          Resource,
          Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
        },
      ],
    });
  });

  it.each([
    ["the account's own key", undefined, {}],
    [
      "a key of ours",
      "arn:aws:kms:eu-central-1:1:key/k",
      { kmsMasterKeyId: "arn:aws:kms:eu-central-1:1:key/k" },
    ],
  ])("is encrypted with %s", async (_whose, kmsKey, expected) => {
    const encryption = one(await aws(0, kmsKey), side("ServerSideEncryptionConfiguration"), "b-encryption");
    expect(encryption.props["rules"]).toEqual([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", ...expected },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("forgets a backup after its days, and what was replaced or deleted a week later", async () => {
    const resources = await aws(0);
    expect(one(resources, side("Versioning"), "b-versioning").props["versioningConfiguration"]).toEqual({
      status: "Enabled",
    });
    expect(one(resources, side("LifecycleConfiguration"), "b-lifecycle").props["rules"]).toEqual([
      {
        id: "expire",
        status: "Enabled",
        filter: {},
        expiration: { days: 35 },
        noncurrentVersionExpiration: { noncurrentDays: 7 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
  });
});

describe("a copy in a second region on AWS", () => {
  it("has all that the first has, there, with a lock of its own", async () => {
    const alone = await aws(30);
    const both = await copied(30);
    const kinds = (resources: readonly ProgramResource[], bucket: string): readonly string[] =>
      resources
        .filter(({ type, props }) => type.startsWith("aws:s3/") && props["bucket"] === bucket)
        .map(({ type }) => type)
        .sort();
    expect(kinds(both, "acme-b-copy")).toEqual(kinds(alone, "acme-b"));
    const there = both.filter(({ props }) => props["bucket"] === "acme-b-copy");
    expect(there.map(({ props }) => props["region"])).toEqual(there.map(() => "eu-west-1"));
    expect(one(both, side("ObjectLockConfiguration"), "b-copy-lock").props["rule"]).toEqual({
      defaultRetention: { mode: "GOVERNANCE", days: 30 },
    });
    expect(both.filter(({ custom, retainOnDelete }) => custom && !retainOnDelete)).toEqual([]);
  });

  it.each([
    ["the account's own key there", undefined, "arn:aws:kms:eu-west-1:310000000003:alias/aws/s3"],
    ["a key of ours there", "arn:aws:kms:eu-west-1:1:key/k", "arn:aws:kms:eu-west-1:1:key/k"],
  ])("gets what is written, under %s, and nothing that is deleted", async (_whose, kmsKey, expected) => {
    const resources = await copied(30, kmsKey);
    const replication = one(
      resources,
      "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
      "b-replication",
    );
    expect(replication.props).toEqual({
      bucket: "acme-b",
      role: "arn:aws:iam::310000000003:role/acme-b-copy",
      rules: [
        {
          id: "everything",
          status: "Enabled",
          filter: {},
          deleteMarkerReplication: { status: "Disabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: "arn:aws:s3:::acme-b-copy",
            encryptionConfiguration: { replicaKmsKeyId: expected },
          },
        },
      ],
    });
    // S3 takes the rule only where both buckets have versions and the role may do it.
    expect(byName(resources).find(({ name }) => name === "b-replication")?.after).toEqual(
      expect.arrayContaining([
        "BucketVersioning b-versioning",
        "BucketVersioning b-copy-versioning",
        "RolePolicy b-copier",
      ]),
    );
  });

  it("is written by S3 alone, for this bucket alone", async () => {
    const resources = await copied(30);
    const role = one(resources, "aws:iam/role:Role", "b-copier");
    expect(role.props["name"]).toBe("acme-b-copy");
    expect(JSON.parse(String(role.props["assumeRolePolicy"]))).toMatchObject({
      Statement: [
        {
          Principal: { Service: "s3.amazonaws.com" },
          Condition: {
            ArnLike: { "aws:SourceArn": "arn:aws:s3:::acme-b" },
            StringEquals: { "aws:SourceAccount": "310000000003" },
          },
        },
      ],
    });
    const { Statement } = JSON.parse(
      String(one(resources, "aws:iam/rolePolicy:RolePolicy", "b-copier").props["policy"]),
    ) as { readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: string }[] };
    const on = (resource: string): readonly string[] =>
      Statement.filter(({ Resource }) => Resource === resource).flatMap(({ Action }) => Action);
    expect(on("arn:aws:s3:::acme-b-copy/*")).toEqual(["s3:ReplicateObject", "s3:ReplicateTags"]);
    expect(
      Statement.flatMap(({ Action }) => Action).filter((action) => /Delete|Put|\*/.test(action)),
    ).toEqual([]);
  });
});

describe("a backup bucket on R2", () => {
  const DAY = 86_400;
  const lockOf = async (lockDays: number, keepDays?: number): Promise<unknown> =>
    one(await r2(lockDays, keepDays), "cloudflare:index/r2BucketLock:R2BucketLock", "b-lock").props["rules"];

  it("has no public domain, a lock and an expiry, each by its literal name", async () => {
    const resources = await r2(30);
    const [parent, bucket] = ["CloudflareBackupBucket b", "R2Bucket b"];
    expect(byName(resources)).toEqual([
      { type: "R2Bucket", name: "b", parent, after: [] },
      { type: "R2BucketLifecycle", name: "b-lifecycle", parent, after: [bucket] },
      { type: "R2BucketLock", name: "b-lock", parent, after: [bucket] },
      { type: "R2ManagedDomain", name: "b-public-access", parent, after: [bucket] },
      { type: "CloudflareBackupBucket", name: "b", parent: "-", after: [] },
    ]);
    const within = { accountId: R2_ACCOUNT, jurisdiction: "eu" };
    expect(one(resources, "cloudflare:index/r2Bucket:R2Bucket", "b").props).toEqual({
      ...within,
      name: "acme-b",
    });
    const at = { ...within, bucketName: "acme-b" };
    expect(
      one(resources, "cloudflare:index/r2ManagedDomain:R2ManagedDomain", "b-public-access").props,
    ).toEqual({
      ...at,
      enabled: false,
    });
    expect(
      one(resources, "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle", "b-lifecycle").props,
    ).toEqual({
      ...at,
      rules: [
        {
          id: "expire",
          enabled: true,
          conditions: { prefix: "" },
          deleteObjectsTransition: { condition: { type: "Age", maxAge: 35 * DAY } },
          abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: DAY } },
        },
      ],
    });
    expect(resources.filter(({ custom, retainOnDelete }) => custom && !retainOnDelete)).toEqual([]);
  });

  it("is locked for a week at least, since it has no versions, and never for longer than it keeps", async () => {
    const age = (days: number): object => [
      { id: "lock", enabled: true, condition: { type: "Age", maxAgeSeconds: days * DAY } },
    ];
    expect(await lockOf(30)).toEqual(age(30));
    expect(await lockOf(0)).toEqual(age(7));
    expect(await lockOf(0, 3)).toEqual(age(3));
    expect((await r2(0)).filter(({ retainOnDelete }) => retainOnDelete)).toEqual([]);
  });
});

describe("a backup bucket on Google Cloud", () => {
  const lifecycleRules = [
    { action: { type: "Delete" }, condition: { age: 35, withState: "LIVE" } },
    { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 7, withState: "ARCHIVED" } },
    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 1 } },
  ];
  const shared = {
    name: "acme-b",
    location: "EU",
    labels: { of: "test" },
    forceDestroy: false,
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    softDeletePolicy: { retentionDurationSeconds: 604_800 },
    lifecycleRules,
  };

  it("keeps what is locked for its days, and has no versions, which a locked one cannot have", async () => {
    const resources = await gcp(30);
    expect(byName(resources)).toEqual([
      { type: "Bucket", name: "b", parent: "GcpBackupBucket b", after: [] },
      { type: "GcpBackupBucket", name: "b", parent: "-", after: [] },
    ]);
    const bucket = one(resources, "gcp:storage/bucket:Bucket", "b");
    expect(bucket.props).toEqual({
      ...shared,
      versioning: { enabled: false },
      retentionPolicy: { retentionPeriod: "2592000", isLocked: false },
    });
    expect(bucket.retainOnDelete).toBe(true);
  });

  it("keeps versions, and goes with its declaration, where no lock is asked for", async () => {
    const bucket = one(await gcp(0), "gcp:storage/bucket:Bucket", "b");
    expect(bucket.props).toEqual({ ...shared, versioning: { enabled: true } });
    expect(bucket.retainOnDelete).toBe(false);
  });

  it("is encrypted with a key of ours where there is one", async () => {
    const key = "projects/p/locations/eu/keyRings/r/cryptoKeys/k";
    const bucket = one(await gcp(0, key), "gcp:storage/bucket:Bucket", "b");
    expect(bucket.props["encryption"]).toEqual({ defaultKmsKeyName: key });
  });
});

describe("a planned bucket", () => {
  const planned = (location: PlannedBucket["location"]): PlannedBucket => ({
    name: "acme-shop-database-prod",
    service: "shop",
    backup: "database",
    description: "Dumps.",
    keepDays: 7,
    lockDays: 0,
    location,
    provider: location.cloud,
    filled: true,
  });
  const make = (
    location: PlannedBucket["location"],
    provider: () => ProviderResource,
  ): Promise<readonly ProgramResource[]> =>
    register(() => backupBucket(planned(location), { providers: [provider()] }));
  const labels = {
    service: "shop",
    backup: "database",
    purpose: "backup",
    "managed-by": "tocsin",
    "filled-by": "jobs",
  };

  it("lies on AWS where the plan says so, and says whose it is", async () => {
    const kmsKey = "arn:aws:kms:eu-central-1:1:key/k";
    const resources = await make(
      { cloud: "aws", prefix: "acme", account: "1", region: "eu-central-1", kmsKey },
      () => new AwsProvider("aws", { region: "eu-central-1" }),
    );
    const bucket = one(resources, "aws:s3/bucket:Bucket", "shop-database");
    expect(bucket.props["bucket"]).toBe("acme-shop-database-prod");
    expect(bucket.props["tags"]).toEqual(labels);
    const encryption = one(resources, side("ServerSideEncryptionConfiguration"), "shop-database-encryption");
    expect(JSON.stringify(encryption.props)).toContain(kmsKey);
  });

  it("lies on R2 where the plan says so, and has a copy on AWS where it says so", async () => {
    const onR2 = await make(
      { cloud: "r2", prefix: "acme", account: R2_ACCOUNT },
      () => new CloudflareProvider("r2"),
    );
    expect(one(onR2, "cloudflare:index/r2Bucket:R2Bucket", "shop-database").props).toEqual({
      accountId: R2_ACCOUNT,
      name: "acme-shop-database-prod",
    });
    const replica = { region: "eu-west-1" };
    const onAws = await make(
      { cloud: "aws", prefix: "acme", account: "1", region: "eu-central-1", replica },
      () => new AwsProvider("aws", { region: "eu-central-1" }),
    );
    expect(one(onAws, "aws:s3/bucket:Bucket", "shop-database-copy").props).toMatchObject({
      bucket: "acme-shop-database-prod-copy",
      region: "eu-west-1",
      tags: { ...labels, "filled-by": "copy" },
    });
  });

  it("lies on Google Cloud where the plan says so, and says whose it is", async () => {
    const kmsKey = "projects/p/locations/eu/keyRings/r/cryptoKeys/k";
    const resources = await make(
      { cloud: "gcp", prefix: "acme", project: "acme", location: "europe-west3", kmsKey },
      () => new GcpProvider("gcp", { project: "acme" }),
    );
    const bucket = one(resources, "gcp:storage/bucket:Bucket", "shop-database");
    expect(bucket.props["name"]).toBe("acme-shop-database-prod");
    expect(bucket.props["location"]).toBe("europe-west3");
    expect(bucket.props["labels"]).toEqual(labels);
    expect(bucket.props["encryption"]).toEqual({ defaultKmsKeyName: kmsKey });
  });
});
