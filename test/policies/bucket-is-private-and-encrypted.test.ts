import { bucketIsPrivateAndEncrypted } from "../../policies/rules/bucket-is-private-and-encrypted";
import { sayOfStack, UNKNOWN, urnOf, type Said, type Subject } from "../support/policy-requests";

const S3 = {
  bucket: "aws:s3/bucket:Bucket",
  block: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  encryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  versioning: "aws:s3/bucketVersioning:BucketVersioning",
  ownership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  policy: "aws:s3/bucketPolicy:BucketPolicy",
};
const GCS = "gcp:storage/bucket:Bucket";

const STATEMENT = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::backups-prod", "arn:aws:s3:::backups-prod/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policyOf = (...statements: readonly unknown[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const encryptedBy = (sseAlgorithm: unknown): object => ({
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }],
});

/** A bucket with everything that it needs beside it; each resource may be changed, or left out by `null`. */
function protectedBucket(changes: Readonly<Record<string, object | null>> = {}): readonly Subject[] {
  const complete: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    [S3.bucket]: {},
    [S3.block]: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    [S3.encryption]: encryptedBy("AES256") as Readonly<Record<string, unknown>>,
    [S3.versioning]: { versioningConfiguration: { status: "Enabled" } },
    [S3.ownership]: { rule: { objectOwnership: "BucketOwnerEnforced" } },
    [S3.policy]: { policy: policyOf(STATEMENT) },
  };
  return Object.entries(complete)
    .filter(([type]) => changes[type] !== null)
    .map(([type, props]) => ({
      type,
      name: "backups",
      props: { bucket: "backups-prod", ...props, ...changes[type] },
    }));
}

const gcsBucket = (changes: object = {}): Subject => ({
  type: GCS,
  name: "backups",
  props: {
    location: "EU",
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    versioning: { enabled: true },
    ...changes,
  },
});

const said = (level: string, type: string, message: string, name = "backups"): Said => ({
  policy: "bucket-is-private-and-encrypted",
  level,
  message: `A bucket is private, encrypted and keeps what is deleted.\nResource [${name}]: ${message}`,
  urn: urnOf({ type, name }),
});
const wrong = (type: string, message: string): Said => said("mandatory", type, message);
const note = (type: string, message: string): Said => said("advisory", type, message);

/** What the policy says of a stack with its defaults. */
const judged = (subjects: readonly Subject[]): Promise<readonly Said[]> =>
  sayOfStack(subjects, bucketIsPrivateAndEncrypted());

const SIDES: readonly (readonly [string, string, string])[] = [
  [S3.block, "BucketPublicAccessBlock", "keeps the public out"],
  [S3.encryption, "BucketServerSideEncryptionConfiguration", "encrypts what is stored"],
  [S3.versioning, "BucketVersioning", "keeps what is overwritten or deleted"],
  [S3.ownership, "BucketOwnershipControls", "turns access control lists off"],
  [S3.policy, "BucketPolicy", "refuses connections without TLS"],
];
const lacks = (kind: string, purpose: string): string =>
  `no ${kind} names bucket [backups-prod], and that is what ${purpose}.`;

describe("bucket-is-private-and-encrypted", () => {
  it("passes a bucket of S3 with everything beside it", async () => {
    expect(await judged(protectedBucket())).toEqual([]);
  });

  it("passes a bucket of Google that states everything itself", async () => {
    expect(await judged([gcsBucket()])).toEqual([]);
  });

  it.each(SIDES)("refuses a bucket without %s", async (type, kind, purpose) => {
    expect(await judged(protectedBucket({ [type]: null }))).toEqual([
      wrong(S3.bucket, `${lacks(kind, purpose)} Add one with bucket: "backups-prod".`),
    ]);
  });

  it.each(SIDES)("refuses a bucket whose %s names another one", async (type, kind, purpose) => {
    expect(await judged(protectedBucket({ [type]: { bucket: "backups" } }))).toEqual([
      wrong(S3.bucket, `${lacks(kind, purpose)} Add one with bucket: "backups-prod".`),
    ]);
  });

  it.each([
    [S3.block, { blockPublicAcls: false }, "blockPublicAcls is [false]. Set it to true."],
    [S3.block, { blockPublicPolicy: null }, "blockPublicPolicy is not set. Set it to true."],
    [S3.block, { ignorePublicAcls: "true" }, "ignorePublicAcls is [true]. Set it to true."],
    [S3.block, { restrictPublicBuckets: false }, "restrictPublicBuckets is [false]. Set it to true."],
    [
      S3.versioning,
      { versioningConfiguration: { status: "Suspended" } },
      "versioningConfiguration.status is [Suspended]. Set it to Enabled.",
    ],
    [
      S3.ownership,
      { rule: { objectOwnership: "ObjectWriter" } },
      "rule.objectOwnership is [ObjectWriter]. Set it to BucketOwnerEnforced.",
    ],
    [S3.encryption, { rules: [] }, "rules has no member. Add one with aws:kms or aws:kms:dsse or AES256."],
    [
      S3.encryption,
      { rules: [{ bucketKeyEnabled: true }] },
      "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm is not set. Set it to aws:kms or aws:kms:dsse or AES256.",
    ],
    [
      S3.encryption,
      encryptedBy(["AES256"]),
      "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm is [a list]. Set it to aws:kms or aws:kms:dsse or AES256.",
    ],
  ])("refuses %s with %j", async (type, change, message) => {
    expect(await judged(protectedBucket({ [type]: change }))).toEqual([wrong(type, message)]);
  });

  it("takes the older tokens of the same resources", async () => {
    const older = new Map([
      [S3.bucket, "aws:s3/bucketV2:BucketV2"],
      [S3.versioning, "aws:s3/bucketVersioningV2:BucketVersioningV2"],
      [
        S3.encryption,
        "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
      ],
    ]);
    const rename = (subjects: readonly Subject[]): readonly Subject[] =>
      subjects.map((subject) => ({ ...subject, type: older.get(subject.type) ?? subject.type }));
    expect(await judged(rename(protectedBucket()))).toEqual([]);
    expect(await judged(rename(protectedBucket({ [S3.ownership]: null })))).toEqual([
      wrong(
        "aws:s3/bucketV2:BucketV2",
        `${lacks("BucketOwnershipControls", "turns access control lists off")} Add one with bucket: "backups-prod".`,
      ),
    ]);
  });

  it("has nothing to say of the same properties in other types", async () => {
    const subjects = [...protectedBucket({ [S3.policy]: null }), gcsBucket({ versioning: null })];
    const other = subjects.map((subject) => ({ ...subject, type: "aws:s3/directoryBucket:DirectoryBucket" }));
    expect(await judged(other)).toEqual([]);
  });

  it("reports in the same order, whatever the order of the resources", async () => {
    const subjects = [
      ...protectedBucket({
        [S3.policy]: null,
        [S3.block]: { blockPublicAcls: false },
        [S3.versioning]: null,
      }),
      gcsBucket({ uniformBucketLevelAccess: false, publicAccessPrevention: "inherited" }),
    ];
    const expected = await judged(subjects);
    expect(expected).toHaveLength(5);
    for (let turn = 1; turn < subjects.length; turn += 1) {
      expect(await judged([...subjects.slice(turn), ...subjects.slice(0, turn)])).toEqual(expected);
    }
    expect(await judged(subjects.toReversed())).toEqual(expected);
  });
});

describe("a bucket policy", () => {
  it.each([
    ["one statement in place of a list", { Statement: STATEMENT }],
    ["a statement among others", { Statement: [{ ...STATEMENT, Effect: "Allow" }, STATEMENT] }],
    ["wildcards", { Statement: { ...STATEMENT, Action: ["*"], Resource: "arn:aws:s3:::backups-*" } }],
    ["another partition", { Statement: { ...STATEMENT, Resource: "arn:aws-cn:s3:::backups-pro?*" } }],
    ["everyone as an account", { Statement: { ...STATEMENT, Principal: { AWS: ["*"] } } }],
    [
      "a condition in other spelling",
      { Statement: { ...STATEMENT, Condition: { BoolIfExists: { "aws:securetransport": [false] } } } },
    ],
  ])("with %s passes, as a text and as a document", async (_what, policy) => {
    expect(await judged(protectedBucket({ [S3.policy]: { policy } }))).toEqual([]);
    expect(await judged(protectedBucket({ [S3.policy]: { policy: JSON.stringify(policy) } }))).toEqual([]);
  });

  const remedy =
    "Add a statement that denies s3:* to everyone on the bucket and its objects where aws:SecureTransport is false.";

  it.each([
    ["no statement", policyOf()],
    ["no list of statements", "{}"],
    ["Allow", policyOf({ ...STATEMENT, Effect: "Allow" })],
    ["one account", policyOf({ ...STATEMENT, Principal: { AWS: "123456789012" } })],
    ["no principal", policyOf({ ...STATEMENT, Principal: undefined })],
    ["one action", policyOf({ ...STATEMENT, Action: "s3:GetObject" })],
    ["the bucket alone", policyOf({ ...STATEMENT, Resource: "arn:aws:s3:::backups-prod" })],
    ["its objects alone", policyOf({ ...STATEMENT, Resource: "arn:aws:s3:::backups-prod/*" })],
    ["another bucket", policyOf({ ...STATEMENT, Resource: ["arn:aws:s3:::backupsXprod*"] })],
    ["no condition", policyOf({ ...STATEMENT, Condition: undefined })],
    ["the reverse", policyOf({ ...STATEMENT, Condition: { Bool: { "aws:SecureTransport": "true" } } })],
    [
      "a further condition",
      policyOf({
        ...STATEMENT,
        Condition: { ...STATEMENT.Condition, StringEquals: { "aws:PrincipalTag/team": "x" } },
      }),
    ],
    [
      "a further key",
      policyOf({
        ...STATEMENT,
        Condition: { Bool: { "aws:SecureTransport": "false", "aws:ViaAWSService": "false" } },
      }),
    ],
    ["nothing", null],
  ])("with %s is refused", async (_what, policy) => {
    expect(await judged(protectedBucket({ [S3.policy]: { policy } }))).toEqual([
      wrong(S3.policy, `policy allows connections without TLS. ${remedy}`),
    ]);
  });

  it("that is no JSON is refused without a quote of it", async () => {
    expect(await judged(protectedBucket({ [S3.policy]: { policy: "hunter2" } }))).toEqual([
      wrong(S3.policy, `policy is no JSON document. ${remedy}`),
    ]);
  });
});

describe("a bucket of Google", () => {
  const kept =
    "nothing is stated that keeps what is overwritten or deleted. Set versioning.enabled to true, or a " +
    "retentionPolicy or softDeletePolicy.";
  const uniform = "uniformBucketLevelAccess is not stated to be true. Set it to true.";
  const prevented = "publicAccessPrevention is not stated to be enforced. Set it to enforced.";

  it.each([
    [{ uniformBucketLevelAccess: false }, uniform],
    [{ uniformBucketLevelAccess: null }, uniform],
    [{ uniformBucketLevelAccess: UNKNOWN }, uniform],
    [{ publicAccessPrevention: "inherited" }, prevented],
    [{ publicAccessPrevention: UNKNOWN }, prevented],
    [{ versioning: { enabled: false } }, kept],
    [{ versioning: null, softDeletePolicy: UNKNOWN }, kept],
    [{ versioning: null, softDeletePolicy: { retentionDurationSeconds: 0 } }, kept],
  ])("with %j is refused, before the deployment as after it", async (change, message) => {
    expect(await judged([gcsBucket(change)])).toEqual([wrong(GCS, message)]);
  });

  it.each([
    { softDeletePolicy: { retentionDurationSeconds: 604_800 } },
    { retentionPolicy: { retentionPeriod: "86400", isLocked: true } },
  ])("may keep what is deleted by %j", async (change) => {
    expect(await judged([gcsBucket({ versioning: null, ...change })])).toEqual([]);
  });

  const grant = (kind: string, props: object): Subject => ({
    type: `gcp:storage/bucket${kind}:Bucket${kind}`,
    name: "backups",
    props: { bucket: "b", role: "roles/storage.objectViewer", ...props },
  });
  const granted = (name: string): string =>
    `it grants access to [${name}], which is everyone. Name the accounts that need it.`;
  const everyone = (kind: string, ...names: readonly string[]): readonly Said[] =>
    names.map((name) => wrong(grant(kind, {}).type, granted(name)));

  it.each<[string, Subject, readonly Said[]]>([
    ["a member", grant("IAMMember", { member: "allUsers" }), everyone("IAMMember", "allUsers")],
    [
      "a binding",
      grant("IAMBinding", { members: ["allUsers", "user:a@example.com", "allAuthenticatedUsers"] }),
      everyone("IAMBinding", "allAuthenticatedUsers", "allUsers"),
    ],
    [
      "a policy",
      grant("IAMPolicy", { policyData: JSON.stringify({ bindings: [{ members: ["allUsers"] }] }) }),
      everyone("IAMPolicy", "allUsers"),
    ],
    [
      "a member of a bucket without a known name",
      grant("IAMMember", { bucket: UNKNOWN, member: "allUsers" }),
      everyone("IAMMember", "allUsers"),
    ],
  ])("may not be granted to everyone by %s", async (_what, subject, expected) => {
    expect(await judged([subject])).toEqual(expected);
  });

  it.each<[string, Subject]>([
    ["a member", grant("IAMMember", { member: "user:a@example.com" })],
    ["a binding", grant("IAMBinding", { members: ["user:a@example.com"] })],
    ["a policy", grant("IAMPolicy", { policyData: '{"bindings":[{"members":["user:a@example.com"]}]}' })],
    ["a policy without bindings", grant("IAMPolicy", { policyData: "{}" })],
    ["a policy that is no JSON", grant("IAMPolicy", { policyData: "x" })],
  ])("may be granted to a person by %s", async (_what, subject) => {
    expect(await judged([subject])).toEqual([]);
  });

  const later = "a member is not known before the deployment. Write members as literal texts.";

  it.each<[string, Subject]>([
    ["IAMMember", grant("IAMMember", { member: UNKNOWN })],
    ["IAMBinding", grant("IAMBinding", { members: [UNKNOWN, "user:a@example.com"] })],
    ["IAMPolicy", grant("IAMPolicy", { policyData: UNKNOWN })],
  ])("with %s to someone who is not known yet is a note", async (_kind, subject) => {
    expect(await judged([subject])).toEqual([note(subject.type, later)]);
  });
});

describe("what is not known before the deployment", () => {
  it.each(SIDES)("as the name in %s is a violation that tells the way out", async (type, kind, purpose) => {
    expect(await judged(protectedBucket({ [type]: { bucket: UNKNOWN } }))).toEqual([
      wrong(
        S3.bucket,
        `${lacks(kind, purpose)} The bucket of [backups] is not known before the deployment: write bucket: ` +
          `"backups-prod" in place of the bucket's id, and dependsOn.`,
      ),
    ]);
  });

  it.each([
    [UNKNOWN, "bucket is not known before the deployment"],
    [null, "bucket is not set"],
  ])("as the bucket's own name %j is a violation", async (bucket, seen) => {
    expect(await judged(protectedBucket({ [S3.bucket]: { bucket } }))).toEqual([
      wrong(S3.bucket, `${seen}, so that nothing can be said to protect it. Set it to a literal name.`),
    ]);
  });

  const literal = "is not known before the deployment. Write it as a literal value";
  const unknowns: readonly (readonly [string, object, string])[] = [
    [S3.block, { blockPublicAcls: UNKNOWN }, `blockPublicAcls ${literal}: true.`],
    [
      S3.versioning,
      { versioningConfiguration: UNKNOWN },
      `versioningConfiguration.status ${literal}: Enabled.`,
    ],
    [S3.ownership, { rule: UNKNOWN }, `rule.objectOwnership ${literal}: BucketOwnerEnforced.`],
    [S3.encryption, { rules: UNKNOWN }, `rules ${literal}.`],
    [
      S3.encryption,
      encryptedBy(UNKNOWN),
      `rules.0.applyServerSideEncryptionByDefault.sseAlgorithm ${literal}: aws:kms or aws:kms:dsse or AES256.`,
    ],
    ...[
      UNKNOWN,
      { Statement: UNKNOWN },
      { Statement: [UNKNOWN] },
      { Statement: { ...STATEMENT, Resource: ["arn:aws:s3:::backups-prod", UNKNOWN] } },
      { Statement: { ...STATEMENT, Condition: UNKNOWN } },
      { Statement: { ...STATEMENT, Condition: { Bool: UNKNOWN } } },
    ].map(
      (policy) =>
        [
          S3.policy,
          { policy },
          "policy is not known before the deployment. Write it with the bucket's literal name, not with its arn.",
        ] as const,
    ),
  ];

  it.each(unknowns)(
    "in %s with %j is a note, or a violation where that is configured",
    async (type, change, message) => {
      const subjects = protectedBucket({ [type]: change });
      expect(await judged(subjects)).toEqual([note(type, message)]);
      const strict = bucketIsPrivateAndEncrypted("mandatory", { unchecked: "mandatory" });
      expect(await sayOfStack(subjects, strict)).toEqual([wrong(type, message)]);
    },
  );

  it("in a statement that denies something else does not matter", async () => {
    const statement = { ...STATEMENT, Effect: "Allow", Resource: UNKNOWN };
    const changed = protectedBucket({ [S3.policy]: { policy: { Statement: [statement, STATEMENT] } } });
    expect(await judged(changed)).toEqual([]);
  });

  it("does not silence what is known of the same stack", async () => {
    const changes = { [S3.block]: { blockPublicAcls: UNKNOWN, ignorePublicAcls: false }, [S3.policy]: null };
    expect(await judged(protectedBucket(changes))).toEqual([
      wrong(
        S3.bucket,
        `${lacks("BucketPolicy", "refuses connections without TLS")} Add one with bucket: "backups-prod".`,
      ),
      note(S3.block, `blockPublicAcls ${literal}: true.`),
      wrong(S3.block, "ignorePublicAcls is [false]. Set it to true."),
    ]);
  });
});

describe("the policy's values", () => {
  it("may ask for keys of one's own", async () => {
    const strict = bucketIsPrivateAndEncrypted("mandatory", { customerKeys: true });
    const keyed = gcsBucket({ encryption: { defaultKmsKeyName: "projects/p/key" } });
    const own = { [S3.encryption]: encryptedBy("aws:kms") };
    expect(await sayOfStack([...protectedBucket(own), keyed], strict)).toEqual([]);
    expect(await sayOfStack([...protectedBucket(), gcsBucket()], strict)).toEqual([
      wrong(
        S3.encryption,
        "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm is [AES256]. Set it to aws:kms or aws:kms:dsse.",
      ),
      wrong(GCS, "encryption.defaultKmsKeyName is not set. Set it to the key that encrypts the bucket."),
    ]);
    expect(await sayOfStack([gcsBucket({ encryption: { defaultKmsKeyName: UNKNOWN } })], strict)).toEqual([
      note(
        GCS,
        "encryption.defaultKmsKeyName is not known before the deployment. Write the name of the key as a literal text.",
      ),
    ]);
  });

  it.each([
    [
      "aws:kms/key:Key",
      "enableKeyRotation",
      { enableKeyRotation: false },
      { enableKeyRotation: true },
      "keyUsage",
      " to true",
    ],
    [
      "gcp:kms/cryptoKey:CryptoKey",
      "rotationPeriod",
      {},
      { rotationPeriod: "7776000s" },
      "purpose",
      ", in seconds such as 7776000s",
    ],
  ])("ask for keys of %s that are renewed", async (type, property, never, renewed, use, to) => {
    const says = async (...all: readonly object[]): Promise<readonly string[]> =>
      (await judged(all.map((props) => ({ type, name: "key", props: { ...props } })))).map(
        ({ level, message }) => `${level}: ${message.split("\n").at(-1) ?? ""}`,
      );
    expect(await says(never)).toEqual([
      `mandatory: Resource [key]: it is never renewed. Set ${property}${to}.`,
    ]);
    expect(await says(renewed, { ...never, [use]: "SIGN_VERIFY" })).toEqual([]);
    expect(await says({ [property]: UNKNOWN })).toEqual([
      `advisory: Resource [key]: ${property} is not known before the deployment. Write it as a literal value.`,
    ]);
  });

  it("may except a bucket by the name of its resource", async () => {
    const open = { type: S3.bucket, name: "website", props: { bucket: "www" } };
    const stack = [open, ...protectedBucket({ [S3.versioning]: null })];
    const lenient = bucketIsPrivateAndEncrypted("mandatory", {
      exceptions: [{ resource: "website", owner: "web", reason: "it is public", expires: "9999-12-31" }],
    });
    expect(await sayOfStack(stack, lenient)).toEqual([
      wrong(
        S3.bucket,
        `${lacks("BucketVersioning", "keeps what is overwritten or deleted")} Add one with bucket: "backups-prod".`,
      ),
    ]);
  });

  it("set the level", async () => {
    const stack = [gcsBucket({ versioning: { enabled: false } })];
    const [advice, ...more] = await sayOfStack(stack, bucketIsPrivateAndEncrypted("advisory"));
    expect([advice?.level, more]).toEqual(["advisory", []]);
    expect(await sayOfStack(stack, bucketIsPrivateAndEncrypted("disabled"))).toEqual([]);
  });
});

describe("a bucket on R2", () => {
  const R2 = "cloudflare:index/r2Bucket:R2Bucket";
  const LOCK = "cloudflare:index/r2BucketLock:R2BucketLock";
  const MANAGED = "cloudflare:index/r2ManagedDomain:R2ManagedDomain";
  const subject = (type: string, props: object): Subject => ({
    type,
    name: NAME,
    props: type === R2 ? { name: NAME, ...props } : { bucketName: NAME, ...props },
  });
  const NAME = "backups-r2";
  const bucket = subject(R2, {});
  const lock = (enabled: unknown): Subject => subject(LOCK, { rules: [{ enabled }] });
  const says = async (values: object, ...subjects: readonly Subject[]): Promise<readonly string[]> =>
    (await sayOfStack(subjects, bucketIsPrivateAndEncrypted("mandatory", values))).map(
      ({ level, message }) => `${level}: ${message.split("\n").at(-1) ?? ""}`,
    );
  const UNKEPT =
    "mandatory: Resource [backups-r2]: nothing is stated that keeps what is overwritten or deleted. Add an R2BucketLock with its bucketName.";

  it("passes with a lock and without a public domain", async () => {
    expect(await says({}, bucket, lock(true), subject(MANAGED, { enabled: false }))).toEqual([]);
  });

  it("is refused where nothing keeps what is deleted", async () => {
    expect(await says({}, bucket)).toEqual([UNKEPT]);
    expect(await says({}, bucket, lock(false))).toEqual([UNKEPT]);
    expect(
      await says({}, bucket, subject(LOCK, { bucketName: "another", rules: [{ enabled: true }] })),
    ).toEqual([UNKEPT]);
  });

  it.each([MANAGED, "cloudflare:index/r2CustomDomain:R2CustomDomain"])(
    "is refused where %s opens it",
    async (domain) => {
      expect(await says({}, bucket, lock(true), subject(domain, { enabled: true }))).toEqual([
        "mandatory: Resource [backups-r2]: it lets everybody read the bucket [backups-r2]. Set enabled to false.",
      ]);
      expect(await says({}, bucket, lock(true), subject(domain, { enabled: UNKNOWN }))).toEqual([
        "advisory: Resource [backups-r2]: enabled is not known before the deployment. Write it as a literal value: false.",
      ]);
    },
  );

  it("cannot have a key of one's own", async () => {
    expect(await says({ customerKeys: true }, bucket, lock(true))).toEqual([
      "mandatory: Resource [backups-r2]: R2 encrypts by no key of one's own. Keep it in another cloud.",
    ]);
  });

  it.each([{ bucketName: UNKNOWN, rules: [{ enabled: true }] }, { rules: UNKNOWN }])(
    "is not judged by a lock of later",
    async (props) => {
      expect(await says({}, bucket, subject(LOCK, props))).toEqual([
        "advisory: Resource [backups-r2]: what keeps what is overwritten or deleted is not known before the deployment. Write it literally.",
      ]);
    },
  );
});
