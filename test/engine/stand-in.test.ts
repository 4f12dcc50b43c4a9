import { StandInClient } from "./stand-in/client";
import { PROVIDERS, startStandIn, type Provider, type RunningStandIn } from "./stand-in/server";
import type { Properties } from "./stand-in/wire";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const configMap = (name: string, more: Properties = {}): Properties => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  ...more,
});

const workload = (labels: Properties, volume: string): Properties => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels },
      spec: {
        volumes: [{ name: "data" }],
        containers: [{ name: "web", volumeMounts: [{ name: volume, mountPath: "/data" }] }],
      },
    },
  },
});

const BUCKET = "aws:s3/bucket:Bucket";
const POLICY = "grafana:alerting/notificationPolicy:NotificationPolicy";

/** What the real services refuse for certain: a sentence, provider, type, inputs and the words of the refusal. */
const REFUSED: readonly (readonly [string, Provider, string, Properties, string])[] = [
  [
    "Kubernetes refuses an object without a namespace to be in",
    "kubernetes",
    CONFIG_MAP,
    { ...configMap("rules"), metadata: { name: "rules", namespace: "nowhere" } },
    'namespaces "nowhere" not found',
  ],
  [
    "Kubernetes refuses a name that is none",
    "kubernetes",
    CONFIG_MAP,
    configMap("Rules"),
    'metadata.name ["Rules"] is not a DNS-1123 subdomain',
  ],
  [
    "Kubernetes refuses a ConfigMap of more than a mebibyte",
    "kubernetes",
    CONFIG_MAP,
    configMap("rules", { data: { a: "x".repeat(1024 * 1024 + 1) } }),
    "default/rules is invalid: []: Too long: may not be more than 1048576 bytes, was 1048577",
  ],
  [
    "Kubernetes refuses a selector that does not find its own pods",
    "kubernetes",
    "kubernetes:apps/v1:Deployment",
    workload({ app: "other" }, "data"),
    "default/web is invalid: spec.template.metadata.labels: `selector` does not match template `labels`",
  ],
  [
    "Kubernetes refuses the mount of a volume that is not there",
    "kubernetes",
    "kubernetes:apps/v1:Deployment",
    workload({ app: "web" }, "date"),
    'default/web is invalid: container [web]: volumeMounts.name: Not found: "date"',
  ],
  [
    "S3 refuses a name that is no bucket's",
    "aws",
    BUCKET,
    { bucket: "My_Bucket" },
    "creating S3 Bucket (My_Bucket): InvalidBucketName: The specified bucket is not valid",
  ],
  [
    "S3 refuses the versioning of a bucket that is not there yet",
    "aws",
    "aws:s3/bucketVersioning:BucketVersioning",
    { bucket: "absent" },
    "creating aws:s3/bucketVersioning:BucketVersioning (absent): NoSuchBucket: The specified bucket does not exist",
  ],
  [
    "Cloud Storage refuses a member of a bucket that is not there yet",
    "gcp",
    "gcp:storage/bucketIAMMember:BucketIAMMember",
    { bucket: "absent", role: "roles/storage.objectUser", member: "user:a@b.c" },
    "googleapi: Error 404: The specified bucket does not exist., notFound [absent]",
  ],
  [
    "Grafana refuses a dashboard in a folder that is not there yet",
    "grafana",
    "grafana:oss/dashboard:Dashboard",
    { folder: "absent", configJson: '{"uid":"slo"}' },
    "[404] folder [absent] not found, wanted by [slo]",
  ],
  [
    "Grafana refuses a policy with a receiver that is not there yet",
    "grafana",
    POLICY,
    { contactPoint: "absent", groupBies: [] },
    "[PUT /v1/provisioning/policies][400] receiver [absent] does not exist",
  ],
];

describe("a stand-in provider", () => {
  const running: RunningStandIn[] = [];
  const clients = new Map<Provider, StandInClient>();

  const standIn = (provider: Provider): StandInClient => {
    const client = clients.get(provider);
    if (client === undefined) throw new Error(`no stand-in was started for [${provider}]`);
    return client;
  };

  beforeAll(async () => {
    for (const provider of PROVIDERS) {
      const one = await startStandIn(provider, "1.2.3");
      running.push(one);
      clients.set(provider, new StandInClient(one.port));
    }
  });

  afterAll(() => {
    for (const client of clients.values()) client.close();
    for (const one of running) one.stop();
  });

  test("tells the version that it was given", async () => {
    expect(await standIn("aws").version()).toBe("1.2.3");
  });

  test.each(REFUSED)("%s", async (_sentence, provider, type, inputs, refused) => {
    expect(await standIn(provider).create("dev", type, inputs)).toEqual({ refused });
  });

  test("takes an object once, and refuses a second one of its name", async () => {
    expect(await standIn("kubernetes").create("dev", CONFIG_MAP, configMap("twice"))).toMatchObject({
      id: "default/twice",
    });
    expect(await standIn("kubernetes").create("dev", CONFIG_MAP, configMap("twice"))).toEqual({
      refused:
        'resource default/twice was not successfully created by the Kubernetes API server: configmaps "twice" already exists',
    });
  });

  test("keeps the clusters of two stacks apart, but the names of buckets are unique in the world", async () => {
    const create = (provider: Provider, stack: string, type: string, inputs: Properties): Promise<unknown> =>
      standIn(provider).create(stack, type, inputs);
    expect(await create("kubernetes", "staging", CONFIG_MAP, configMap("shared"))).toHaveProperty("id");
    expect(await create("kubernetes", "prod", CONFIG_MAP, configMap("shared"))).toHaveProperty("id");
    expect(await create("aws", "staging", BUCKET, { bucket: "backups" })).toHaveProperty("id");
    expect(await create("aws", "prod", BUCKET, { bucket: "backups" })).toEqual({
      refused:
        "creating S3 Bucket (backups): BucketAlreadyExists: The requested bucket name is not available",
    });
  });

  test("changes a label in place, and replaces an object that gets another name", async () => {
    const olds = configMap("one", { immutable: false });
    const diff = (news: Properties): Promise<unknown> => standIn("kubernetes").diff(CONFIG_MAP, olds, news);
    expect(await diff(olds)).toEqual({ changes: [], replaces: [] });
    expect(await diff({ ...olds, immutable: true })).toEqual({ changes: ["immutable"], replaces: [] });
    expect(await diff(configMap("two", { immutable: false }))).toEqual({
      changes: ["metadata.name"],
      replaces: ["metadata"],
    });
  });
});
