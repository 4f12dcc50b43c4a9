import { Provider as AwsProvider } from "@pulumi/aws/provider";
import { Provider as CloudflareProvider } from "@pulumi/cloudflare/provider";
import { Provider as GcpProvider } from "@pulumi/gcp/provider";
import type { ProviderResource } from "@pulumi/pulumi";
import { AwsBackupBucket } from "../../components/aws-backup-bucket";
import type { AwsBucketArgs } from "../../components/aws-bucket";
import { backupBucket, metricsBucket } from "../../components/bucket";
import { CloudflareBackupBucket } from "../../components/cloudflare-backup-bucket";
import { GcpBackupBucket } from "../../components/gcp-backup-bucket";
import type { GcpBucketArgs } from "../../components/gcp-bucket";
import type { ProgramResource } from "../../evaluation/evaluate";
import type { BucketIdentity, PlannedBucket } from "../../plan/bucket";
import { configuredPolicies } from "../../policies/registry";
import { byName, objections, one, register } from "../support/registered";

jest.setTimeout(60_000);

type Own = Partial<Pick<AwsBucketArgs, "colder" | "copy" | "identities" | "lock" | "kmsKey" | "oidcIssuer">>;

const awsWith = (lockDays: number, own: Own): Promise<readonly ProgramResource[]> =>
  register(
    () =>
      new AwsBackupBucket(
        "b",
        {
          bucketName: "acme-b",
          content: { kind: "backup", keepDays: 35, lockDays },
          account: "310000000003",
          region: "eu-central-1",
          identities: [],
          tags: { of: "test" },
          ...own,
        },
        { providers: [new AwsProvider("aws", { region: "eu-central-1" })] },
      ),
  );

const aws = (lockDays: number, kmsKey?: string): Promise<readonly ProgramResource[]> =>
  awsWith(lockDays, kmsKey === undefined ? {} : { kmsKey });

const copied = (lockDays: number, kmsKey?: string): Promise<readonly ProgramResource[]> =>
  awsWith(lockDays, {
    copy: {
      bucketName: "acme-b-copy",
      region: "eu-west-1",
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

const gcpWith = (
  lockDays: number,
  own: Partial<Pick<GcpBucketArgs, "colder" | "identities" | "kmsKey" | "lock" | "workloadIdentity">>,
): Promise<readonly ProgramResource[]> =>
  register(
    () =>
      new GcpBackupBucket(
        "b",
        {
          bucketName: "acme-b",
          location: "EU",
          project: "acme",
          content: { kind: "backup", keepDays: 35, lockDays },
          identities: [],
          labels: { of: "test" },
          ...own,
        },
        { providers: [new GcpProvider("gcp", { project: "acme" })] },
      ),
  );

const gcp = (lockDays: number, kmsKey?: string): Promise<readonly ProgramResource[]> =>
  gcpWith(lockDays, kmsKey === undefined ? {} : { kmsKey });

const account = { namespace: "shop-prod", name: "backup-database-writer" };
const WRITER: BucketIdentity = { role: "writer", right: "write", account };
const READER: BucketIdentity = { role: "reader", right: "prove" };

const side = (type: string): string => `aws:s3/bucket${type}:Bucket${type}`;

describe("a backup bucket on AWS", () => {
  it("is a bucket with all that belongs to it, in the order that S3 needs", async () => {
    const [bucket, block, versioning] = [
      "Bucket b",
      "BucketPublicAccessBlock b-public-access",
      "BucketVersioning b-versioning",
    ];
    const parent = "AwsBackupBucket b";
    const log = (await aws(30)).filter(({ name }) => name.startsWith("b-log"));
    expect(log.map(({ type }) => type.split(":").at(-1)).sort()).toEqual(
      ["", "LifecycleConfiguration", "Logging", "OwnershipControls", "Policy", "PublicAccessBlock"]
        .concat("ServerSideEncryptionConfiguration", "Versioning")
        .map((kind) => `Bucket${kind}`),
    );
    expect(
      byName((await aws(30)).filter((one) => !log.some(({ urn }) => urn === one.urn))).filter(
        ({ name }) => name !== "b-logging",
      ),
    ).toEqual([
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
    expect(resources.map(({ props }) => props["bucket"])).toEqual(
      resources.map(({ name }) =>
        name.startsWith("b-log") && name !== "b-logging" ? "acme-b-log" : "acme-b",
      ),
    );
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

describe("what is kept of a bucket on AWS besides", () => {
  it("is who asked, in a bucket that S3 alone writes for it, with no lock, which S3 would not take", async () => {
    const resources = await aws(30);
    expect(one(resources, "aws:s3/bucketLogging:BucketLogging", "b-logging").props).toEqual({
      bucket: "acme-b",
      targetBucket: "acme-b-log",
      targetPrefix: "",
    });
    expect(one(resources, "aws:s3/bucket:Bucket", "b-log").props).toMatchObject({
      objectLockEnabled: false,
      tags: { purpose: "log", "filled-by": "s3" },
    });
    const { Statement } = JSON.parse(
      String(one(resources, side("Policy"), "b-log-policy").props["policy"]),
    ) as {
      readonly Statement: readonly object[];
    };
    expect(Statement.at(-1)).toEqual({
      Sid: "AllowLog",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: "arn:aws:s3:::acme-b-log/*",
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:s3:::acme-b" },
        StringEquals: { "aws:SourceAccount": "310000000003" },
      },
    });
    expect(
      one(resources, side("ServerSideEncryptionConfiguration"), "b-log-encryption").props["rules"],
    ).toEqual([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
    const region = (await copied(30)).filter(({ name }) => name.startsWith("b-copy-log"));
    expect(region.map(({ props }) => props["region"])).toEqual(region.map(() => "eu-west-1"));
  });

  it("is locked for nobody at all, and moves to colder classes, where the place says so", async () => {
    const resources = await awsWith(30, { lock: "compliance", colder: { STANDARD_IA: 30, GLACIER_IR: 60 } });
    expect(one(resources, side("ObjectLockConfiguration"), "b-lock").props["rule"]).toEqual({
      defaultRetention: { mode: "COMPLIANCE", days: 30 },
    });
    const rules = (name: string): unknown =>
      one(resources, side("LifecycleConfiguration"), name).props["rules"];
    expect(rules("b-lifecycle")).toMatchObject([
      {
        transitions: [
          { days: 30, storageClass: "STANDARD_IA" },
          { days: 60, storageClass: "GLACIER_IR" },
        ],
      },
    ]);
    expect(JSON.stringify(rules("b-log-lifecycle"))).not.toContain("transitions");
    const google = await gcpWith(30, { lock: "compliance", colder: { NEARLINE: 10 } });
    const { props } = one(google, "gcp:storage/bucket:Bucket", "b");
    expect(props["retentionPolicy"]).toEqual({ retentionPeriod: "2592000", isLocked: true });
    expect(JSON.stringify(props["lifecycleRules"])).toContain(JSON.stringify({ age: 10, withState: "LIVE" }));
  });

  it("is told to policies, which have nothing against it, with a key of one's own as well", async () => {
    const strict = configuredPolicies({
      "backup-bucket-is-guarded": { lock: true, log: true, replicate: true },
      "bucket-is-private-and-encrypted": { customerKeys: true },
    });
    const kmsKey = "arn:aws:kms:eu-central-1:1:key/k";
    const planned: PlannedBucket = {
      name: "acme-b",
      service: "shop",
      backup: "b",
      description: "",
      keepDays: 35,
      lockDays: 30,
      provider: "aws",
      identities: [WRITER, READER],
      filled: false,
      location: {
        cloud: "aws",
        prefix: "acme",
        account: "1",
        region: "eu-central-1",
        kmsKey,
        replica: { region: "eu-west-1", kmsKey },
      },
    };
    const make = (): unknown =>
      backupBucket(planned, {
        providers: [new AwsProvider("aws", { region: "eu-central-1", allowedAccountIds: ["1"] })],
      });
    expect(await objections(make, strict)).toEqual([]);
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
    logging: { logBucket: "acme-b-log" },
    lifecycleRules,
  };

  it("keeps what is locked for its days, and has no versions, which a locked one cannot have", async () => {
    const resources = await gcp(30);
    expect(byName(resources)).toEqual([
      { type: "Bucket", name: "b", parent: "GcpBackupBucket b", after: ["BucketIAMMember b-log"] },
      { type: "Bucket", name: "b-log", parent: "GcpBackupBucket b", after: [] },
      { type: "BucketIAMMember", name: "b-log", parent: "GcpBackupBucket b", after: ["Bucket b-log"] },
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

describe("who may ask for what is in a bucket on AWS", () => {
  interface Said {
    readonly Statement: readonly {
      readonly Action: readonly string[];
      readonly Resource: unknown;
      readonly Condition?: unknown;
    }[];
  }
  const policyOf = (resources: readonly ProgramResource[], kind: string, name: string): Said["Statement"] =>
    (JSON.parse(String(one(resources, kind, name).props["policy"])) as Said).Statement;
  const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

  it("is a role that one service account takes by its token, and a user where nobody signs tokens", async () => {
    const oidcIssuer = "oidc.example.com/id/1";
    const resources = await awsWith(30, { identities: [WRITER, READER], oidcIssuer });
    const role = one(resources, "aws:iam/role:Role", "b-writer");
    expect(role.props["name"]).toBe("acme-b-writer");
    expect(JSON.parse(String(role.props["assumeRolePolicy"]))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: "arn:aws:iam::310000000003:oidc-provider/oidc.example.com/id/1" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "oidc.example.com/id/1:aud": "sts.amazonaws.com",
              "oidc.example.com/id/1:sub": "system:serviceaccount:shop-prod:backup-database-writer",
            },
          },
        },
      ],
    });
    const users = (all: readonly ProgramResource[]): readonly unknown[] =>
      all.filter(({ type }) => type === "aws:iam/user:User").map(({ props }) => props["name"]);
    expect(users(resources)).toEqual(["acme-b-reader"]);
    expect(users(await awsWith(30, { identities: [WRITER, READER] }))).toEqual([
      "acme-b-reader",
      "acme-b-writer",
    ]);
    expect(resources.filter(({ type }) => /accessKey/i.test(type))).toEqual([]);
  });

  it("has no more than its work takes, and a key of ours for this bucket alone", async () => {
    const kmsKey = "arn:aws:kms:eu-central-1:1:key/k";
    const copy = { bucketName: "acme-b-copy", region: "eu-west-1" };
    const [oidcIssuer, identities] = ["oidc.example.com", [WRITER]];
    expect(
      policyOf(await awsWith(30, { oidcIssuer, identities, kmsKey, copy }), ROLE_POLICY, "b-writer"),
    ).toEqual([
      {
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: ["arn:aws:s3:::acme-b", "arn:aws:s3:::acme-b-copy"],
      },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
        Resource: ["arn:aws:s3:::acme-b/*", "arn:aws:s3:::acme-b-copy/*"],
      },
      {
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: kmsKey,
        Condition: {
          StringEquals: {
            "kms:ViaService": "s3.eu-central-1.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::acme-b",
          },
        },
      },
    ]);
  });
});

describe("who may ask for what is in a bucket on Google Cloud", () => {
  const grants = (resources: readonly ProgramResource[]): readonly unknown[] =>
    resources
      .filter(
        ({ type, name }) => type === "gcp:storage/bucketIAMMember:BucketIAMMember" && !name.endsWith("-log"),
      )
      .map(({ name, props }) => [name, props["role"], props["member"], props["condition"]]);

  it("is the service account of the cluster where Google knows it, and one of Google's with a key elsewhere", async () => {
    const workloadIdentity = { pool: "acme.svc.id.goog", projectNumber: "123456789012" };
    const resources = await gcpWith(0, { identities: [WRITER, READER], workloadIdentity });
    const writer =
      "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/acme.svc.id.goog/subject/ns/shop-prod/sa/backup-database-writer";
    const id = "bk-bac8e097-reader";
    const reader = `serviceAccount:${id}@acme.iam.gserviceaccount.com`;
    const [view, create] = ["roles/storage.objectViewer", "roles/storage.objectCreator"];
    const expression = 'resource.name.startsWith("projects/_/buckets/acme-b/objects/state/")';
    expect(grants(resources)).toEqual([
      ["b-reader-objectCreator", create, reader, { title: "below state/", expression }],
      ["b-reader-objectViewer", view, reader, undefined],
      ["b-writer-objectCreator", create, writer, undefined],
      ["b-writer-objectViewer", view, writer, undefined],
    ]);
    const accounts = resources.filter(({ type }) => type === "gcp:serviceaccount/account:Account");
    expect(accounts.map(({ props }) => props["accountId"])).toEqual([id]);
  });
});

describe("a bucket of long-term metrics", () => {
  const identities: readonly BucketIdentity[] = [
    { role: "uploader", right: "write" },
    { role: "gateway", right: "read" },
    { role: "compactor", right: "compact" },
  ];
  const planned = { name: "acme-metrics-prod", provider: "metrics", identities };
  const onAws = (): unknown =>
    metricsBucket(
      { ...planned, location: { cloud: "aws", prefix: "acme", account: "1", region: "eu-central-1" } },
      { providers: [new AwsProvider("metrics", { region: "eu-central-1" })] },
    );
  const onGoogle = (): unknown =>
    metricsBucket(
      { ...planned, location: { cloud: "gcp", prefix: "acme", project: "acme", location: "EU" } },
      { providers: [new GcpProvider("metrics", { project: "acme" })] },
    );

  it("neither expires nor locks, and keeps for a week what went by mistake", async () => {
    const there = await register(onAws);
    expect(one(there, "aws:s3/bucket:Bucket", "metrics").props).toMatchObject({
      objectLockEnabled: false,
      tags: { purpose: "metrics", "managed-by": "tocsin" },
    });
    expect(there.filter(({ type }) => type === side("ObjectLockConfiguration"))).toEqual([]);
    expect(one(there, side("LifecycleConfiguration"), "metrics-lifecycle").props["rules"]).toEqual([
      {
        id: "expire",
        status: "Enabled",
        filter: {},
        noncurrentVersionExpiration: { noncurrentDays: 7 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
    const { props } = one(await register(onGoogle), "gcp:storage/bucket:Bucket", "metrics");
    expect([props["retentionPolicy"], props["versioning"]]).toEqual([undefined, { enabled: true }]);
    expect(props["lifecycleRules"]).toEqual([
      { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 7, withState: "ARCHIVED" } },
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 1 } },
    ]);
  });

  it("lets nobody delete but its compactor", async () => {
    const policies = (await register(onAws)).filter(({ type }) => type === "aws:iam/userPolicy:UserPolicy");
    const deleting = policies.filter(({ props }) => String(props["policy"]).includes("s3:Delete"));
    expect(policies).toHaveLength(3);
    expect(deleting.map(({ props }) => props["user"])).toEqual(["acme-metrics-prod-compactor"]);
    const roles = (await register(onGoogle))
      .filter(
        ({ type, name }) => type === "gcp:storage/bucketIAMMember:BucketIAMMember" && !name.endsWith("-log"),
      )
      .map(({ name, props }) => [name, props["role"]]);
    expect(roles).toEqual([
      ["metrics-compactor-objectUser", "roles/storage.objectUser"],
      ["metrics-gateway-objectViewer", "roles/storage.objectViewer"],
      ["metrics-uploader-objectCreator", "roles/storage.objectCreator"],
      ["metrics-uploader-objectViewer", "roles/storage.objectViewer"],
    ]);
  });

  it.each([
    ["AWS", onAws],
    ["Google Cloud", onGoogle],
  ])("passes every policy on %s", async (_where, make) => {
    expect(await objections(make)).toEqual([]);
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
    identities: [],
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
