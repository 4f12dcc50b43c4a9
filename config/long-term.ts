import { z } from "zod";
import type { Duration } from "../slo/duration";
import { cloudError } from "./backups";
import * as field from "./fields";
import { list, oneOf, section } from "./fields";
import { IMAGES } from "./images";
import { account, awsKey, gcpKey, gcsLocation, project, region } from "./place-fields";
import { resources, storage } from "./pods";

const bucketName = field
  .text(/^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket such as acme-metrics-prod")
  .describe("name of the bucket, which is there already");

const bucket = z.discriminatedUnion(
  "cloud",
  [
    section({
      cloud: z.literal("aws").meta({ form: "aws" }).describe("a bucket in S3"),
      name: bucketName,
      region: region.describe("region of the bucket"),
      make: section({
        account: account.describe("the only account that may be changed"),
        kmsKey: awsKey
          .exactOptional()
          .describe("key that encrypts; the account's own key for S3 where absent"),
      })
        .exactOptional()
        .describe("makes the bucket, and a user for each key; it is there already where absent"),
    }),
    section({
      cloud: z.literal("gcp").meta({ form: "gcp" }).describe("a bucket in Cloud Storage"),
      name: bucketName,
      make: section({
        project: project.describe("project of the bucket"),
        location: gcsLocation.describe("region or multi-region, e.g. europe-west3"),
        kmsKey: gcpKey.exactOptional().describe("key that encrypts; Google's own where absent"),
      })
        .exactOptional()
        .describe("makes the bucket, and a service account for each key; it is there already where absent"),
    }),
    section({
      cloud: z.literal("s3").meta({ form: "s3" }).describe("whatever else speaks S3, such as Cloudflare R2"),
      name: bucketName,
      endpoint: field.hostAndPort.describe("where it answers over TLS, such as objects.example.com:443"),
      region: field.filled.default("us-east-1").describe("region that requests are signed for"),
    }),
  ],
  { error: cloudError(["aws", "gcp", "s3"]) },
);

const key = (who: string) =>
  field.secretKey.describe(
    `key of the secret by which ${who} asks: \`<access key>:<secret key>\`, or the JSON of a service account of Google`,
  );

/** A program that has no disk. */
const part = (least: string, cpu: string, memory: string, what: string) =>
  section({
    resources: resources(least).default({ cpu, memory }).describe("what each pod reserves"),
  })
    .prefault({})
    .describe(what);

/** One with a disk, which is made with its pod and goes with it. */
const disk = storage.omit({ claims: true });
const storing = (cpu: string, memory: string, size: string, what: string) =>
  section({
    resources: resources("128Mi").default({ cpu, memory }).describe("what each pod reserves"),
    storage: disk.prefault({ size }).describe("the volume of each pod, which is made and goes with it"),
  })
    .prefault({})
    .describe(what);

/** How long samples are kept where nothing is said. */
export const USUAL_RETENTION = { raw: "90d", fiveMinutes: "400d", oneHour: "1825d" } as const;

/** Of a resolution, of which less than `least` is never made or of no use. */
const kept = (least: Duration) =>
  field.duration(least, "7300d", `a duration from ${least} to 7300d such as 400d`);

/**
 * Blocks are thinned out to five minutes once they are 40 hours old, and to an hour once they are ten days old: what goes
 * before is never thinned out. Source: Thanos docs, "Compactor".
 */
const retention = section({
  raw: kept("3d").default(USUAL_RETENTION.raw).describe("samples as they were scraped"),
  fiveMinutes: kept("14d").default(USUAL_RETENTION.fiveMinutes).describe("at a resolution of five minutes"),
  oneHour: kept("14d").default(USUAL_RETENTION.oneHour).describe("at a resolution of an hour"),
});

const hub = section({
  replicas: field.count(10).default(2).describe("pods of the store gateway, the query and its frontend"),
  address: field.address
    .exactOptional()
    .describe(
      "where a Grafana outside the cluster asks the query frontend, by a way that somebody else makes",
    ),
  retention: retention
    .prefault({})
    .describe("how long samples are kept, at least as long at each coarser resolution"),
  clusters: list(field.cluster, "a list of clusters")
    .default([])
    .describe("other clusters that write to the bucket; objectives are counted over all of them, too"),
  endpoints: list(field.hostAndPort, "a list of hosts and ports")
    .default([])
    .describe("sidecars of other clusters, for the last hours, which are not in the bucket yet"),
  store: storing("100m", "1Gi", "10Gi", "store gateway, which reads the bucket"),
  compactor: storing("500m", "2Gi", "100Gi", "compactor, which is the only one that deletes"),
  query: part("128Mi", "100m", "512Mi", "query, which asks sidecars and store gateways"),
  queryFrontend: part(
    "64Mi",
    "50m",
    "256Mi",
    "what people and Grafana ask; it splits queries and keeps answers",
  ),
  ruler: storing("100m", "512Mi", "10Gi", "ruler; it runs where `clusters` names some"),
});

export const longTerm = section({
  kind: oneOf(["thanos"]).describe("what keeps them"),
  image: field.image.default(IMAGES.thanos).describe("image of Thanos"),
  bucket: bucket.describe("where blocks lie"),
  keys: section({
    writer: key("what writes blocks"),
    reader: key("what reads them"),
    compactor: key("the compactor"),
  })
    .exactOptional()
    .describe("where absent, the cloud knows the service accounts of the pods"),
  sidecar: part("64Mi", "50m", "256Mi", "sidecar of each Prometheus, which uploads its blocks"),
  hub: hub
    .exactOptional()
    .describe(
      "what reads the bucket, and keeps order in it; in exactly one of the stacks that share a bucket",
    ),
});
