import type { z } from "zod";
import { nearest } from "../slo/nearest";
import { count, text } from "./fields";
import { AWS_REGIONS, GCS_LOCATIONS } from "./regions";
import { misfit } from "./wording";

export const account = text(/^\d{12}$/, "the 12 digits of an AWS account");
export const cloudflareAccount = text(/^[\da-f]{32}$/, "the 32 hexadecimal digits of a Cloudflare account");
export const region = known(AWS_REGIONS, "an AWS region such as eu-central-1", (value) => value);
export const gcsLocation = known(GCS_LOCATIONS, "a location of Cloud Storage such as europe-west3", (value) =>
  value.toLowerCase(),
);
export const days = count(3_650);
export const oidcIssuer = text(
  /^(?!https?:)[a-z\d](?:[a-z\d.-]*[a-z\d])?(?:\/[\w.~/-]*[\w~-])?$/i,
  "an issuer without https:// such as oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE",
);
export const workloadPool = text(
  /^[a-z][a-z\d.:-]{4,60}\.svc\.id\.goog$/,
  "a workload identity pool such as acme-prod.svc.id.goog",
);
export const projectNumber = text(/^\d{6,20}$/, "the number of a Google Cloud project such as 123456789012");
export const project = text(
  /^(?:[a-z][a-z\d.-]*:)?[a-z][a-z\d-]{4,28}[a-z\d]$/,
  "the id of a Google Cloud project such as acme-prod",
);

/** Both clouds keep beginnings for themselves. Source: bucket naming rules of S3 and Cloud Storage. */
export const bucketPrefix = text(
  /^(?!amzn-|goog|sthree-|xn--)(?!.*google)[a-z0-9][a-z0-9-]{2,30}$/,
  "the beginning of bucket names such as acme",
);
export const awsKey = text(
  /^arn:aws(?:-[a-z]+)*:kms:[a-z]+(?:-[a-z]+)+-\d:\d{12}:(?:key\/(?:mrk-[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})|alias\/[\w/-]+)$/,
  "the ARN of a KMS key such as arn:aws:kms:eu-central-1:310000000003:alias/backups",
);
export const gcpKey = text(
  /^projects\/[\w.:-]+\/locations\/[a-z\d-]+\/keyRings\/[\w-]+\/cryptoKeys\/[\w-]+$/,
  "the name of a KMS key such as projects/acme/locations/europe-west3/keyRings/backups/cryptoKeys/tocsin",
);

const RDS = "the ARN of an RDS instance or cluster such as arn:aws:rds:eu-central-1:310000000003:db:shop";
export const rdsInstance = text(
  /^arn:aws(?:-[a-z]+)*:rds:[a-z]+(?:-[a-z]+)+-\d:\d{12}:(?:db|cluster):[a-z][a-z\d-]{0,62}$/,
  RDS,
).refine((arn) => AWS_REGIONS.includes(arn.split(":")[3] ?? ""), { error: (seen) => misfit(seen, RDS) });
export const sqlInstance = text(
  /^projects\/[a-z][\w.:-]+\/instances\/[a-z][a-z\d-]{0,96}$/,
  "the full name of a Cloud SQL instance such as projects/acme-prod/instances/shop",
);
export const gcpRegion = text(
  /^[a-z]+-[a-z]+\d{1,2}$/,
  "a region of Google Cloud such as europe-west3",
).refine((value) => GCS_LOCATIONS.includes(value), {
  error: (seen) => misfit(seen, "a region of Google Cloud such as europe-west3"),
});

/** A text of a list that is longer than a message should be. */
function known(values: readonly string[], form: string, same: (value: string) => string): z.ZodString {
  return text(/^[A-Za-z][A-Za-z\d-]*\d?$/, form).refine((value) => values.includes(same(value)), {
    error: (seen) => {
      const near = nearest(same(String(seen.input)), values);
      return `${misfit(seen, form)}${near === undefined ? "" : `; did you mean [${near}]?`}`;
    },
  });
}
