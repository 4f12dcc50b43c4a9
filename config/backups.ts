import { z } from "zod";
import { CLOUDS } from "../plan/clouds";
import { oneOf, section } from "./fields";
import * as place from "./place-fields";
import { isRecord } from "./record";
import { misfit, type Seen } from "./wording";

export const lock = oneOf(["governance", "compliance"])
  .exactOptional()
  .describe(
    "whether nobody at all can take a lock back (`compliance`); who may do so on purpose, where absent",
  );

/** Only classes that answer at once: every backup is read again each day. */
const colder = <C extends string>(...classes: readonly C[]) =>
  section(
    Object.fromEntries(
      classes.map((name) => [
        name,
        place.days.exactOptional().describe(`days after which a backup moves to ${name}`),
      ]),
    ) as Record<C, z.ZodExactOptional<typeof place.days>>,
  )
    .exactOptional()
    .describe("colder storage, which costs less to keep and more to read; none where absent");

const prefix = place.bucketPrefix.describe("beginning of every bucket's name, which is unique in the world");

/** A cloud that is none of these leaves the other keys unknown, so nothing is said of them. */
export function cloudError(clouds: readonly string[]): (seen: Seen) => string {
  return ({ input }) =>
    isRecord(input)
      ? misfit({ input: input["cloud"] }, `one of [${clouds.join(", ")}]`)
      : misfit({ input }, "a mapping with the key [cloud]");
}

/** A place of backups. */
export const backups = z.discriminatedUnion(
  "cloud",
  [
    section({
      cloud: z.literal("aws").meta({ form: "aws" }).describe("buckets in S3"),
      prefix,
      lock,
      colder: colder("STANDARD_IA", "GLACIER_IR"),
      account: place.account.describe("the only account that may be changed"),
      region: place.region.describe("region of the buckets"),
      kmsKey: place.awsKey
        .exactOptional()
        .describe("key that encrypts; the account's own key for S3 where absent"),
      replica: section({
        region: place.region.describe("another region, to which S3 copies what is written"),
        kmsKey: place.awsKey.exactOptional().describe("key that encrypts there, as above"),
      })
        .exactOptional()
        .describe("a second region; one bucket where absent"),
      oidcIssuer: place.oidcIssuer
        .exactOptional()
        .describe(
          "who signs the tokens of the cluster's service accounts, known to the account as an OIDC provider; where absent, identities are users whose keys you make",
        ),
    }),
    section({
      cloud: z.literal("gcp").meta({ form: "gcp" }).describe("buckets in Cloud Storage"),
      prefix,
      lock,
      colder: colder("NEARLINE", "COLDLINE", "ARCHIVE"),
      project: place.project.describe("project of the buckets"),
      location: place.gcsLocation.describe("region or multi-region, e.g. europe-west3"),
      kmsKey: place.gcpKey.exactOptional().describe("key that encrypts; Google's own where absent"),
      workloadIdentity: section({
        pool: place.workloadPool.describe("workload identity pool of the cluster"),
        projectNumber: place.projectNumber.describe("number of the project of that pool"),
      })
        .exactOptional()
        .describe(
          "where Google knows the cluster's service accounts; where absent, identities are service accounts whose keys you make",
        ),
    }),
    section({
      cloud: z.literal("r2").meta({ form: "r2" }).describe("buckets in Cloudflare R2"),
      prefix,
      lock,
      colder: colder("InfrequentAccess"),
      account: place.cloudflareAccount.describe("account of the buckets"),
      jurisdiction: oneOf(["eu", "fedramp"])
        .exactOptional()
        .describe("jurisdiction that the data stay in; anywhere where absent"),
    }),
  ],
  { error: cloudError(Object.keys(CLOUDS)) },
);
