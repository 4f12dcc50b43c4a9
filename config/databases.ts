import { z } from "zod";
import { MOST_LOG_DAYS } from "../plan/database";
import { cloudError, lock } from "./backups";
import { count, filled, identifier, mapping, section } from "./fields";
import * as place from "./place-fields";

const shared = {
  lock,
  pointInTimeDays: count(MOST_LOG_DAYS)
    .exactOptional()
    .describe(
      "days for which any moment can be restored; where absent, those of the snapshots, up to 35 on AWS and 7 on Google Cloud",
    ),
};

const database = z.discriminatedUnion(
  "cloud",
  [
    section({
      cloud: z.literal("aws").meta({ form: "aws" }).describe("AWS Backup of an RDS database"),
      instance: place.rdsInstance.describe("the database, in whose region and account its backups lie"),
      kmsKey: place.awsKey.exactOptional().describe("key of the vault; the account's own where absent"),
      ...shared,
    }),
    section({
      cloud: z.literal("gcp").meta({ form: "gcp" }).describe("Backup and DR of a Cloud SQL instance"),
      instance: place.sqlInstance.describe("the database, in whose project its backups lie"),
      location: place.gcpRegion.describe("region of the instance, in which its backups lie"),
      kmsKey: place.gcpKey.exactOptional().describe("key of the vault; Google's own where absent"),
      ...shared,
    }),
    section({
      cloud: z.literal("other").meta({ form: "other" }).describe("somebody else keeps log and snapshots"),
      keptBy: filled.describe("who does, so that a reader can ask them"),
    }),
  ],
  { error: cloudError(["aws", "gcp", "other"]) },
);

/** Managed databases by the ids of service and backup. */
export const managedDatabases = mapping(
  identifier,
  mapping(
    identifier,
    database.describe("the database of this store"),
    "a mapping of stores to managed databases",
  ).describe("those of this service"),
  "a mapping of services to their managed databases",
);
