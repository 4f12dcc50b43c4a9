import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, projectOf, type PlannedDatabase } from "../plan/database";
import type * as Aws from "./aws-database-backup";
import { backupProvider } from "./bucket";
import type * as Gcp from "./gcp-database-backup";

/** As buckets, in the cloud of the database alone. */
const load = createRequire(__filename);

/** Registers what keeps the log and the snapshots of a managed database, in its own account or project. */
export function databaseBackup(planned: PlannedDatabase): pulumi.ComponentResource {
  const { service, backup, database } = planned;
  const own = `${service}-${backup}-database`;
  const provider = `${database.cloud}-${own}`;
  const labels = { service, backup, purpose: "backup", "managed-by": "tocsin" };
  switch (database.cloud) {
    case "aws": {
      const { AwsDatabaseBackup } = load("./aws-database-backup") as typeof Aws;
      const location = { cloud: "aws", ...arnOf(database.instance) } as const;
      const providers = [backupProvider({ provider, location })];
      return new AwsDatabaseBackup(own, { ...planned, database, tags: labels }, { providers });
    }
    case "gcp": {
      const { GcpDatabaseBackup } = load("./gcp-database-backup") as typeof Gcp;
      const location = { cloud: "gcp", project: projectOf(database.instance) } as const;
      const providers = [backupProvider({ provider, location })];
      return new GcpDatabaseBackup(own, { ...planned, database, labels }, { providers });
    }
  }
}
