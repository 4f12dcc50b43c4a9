import type { Store } from "../slo/backup";
import { awsIdentityName, workloadOf } from "../plan/bucket";
import { milliseconds } from "../slo/duration";
import type { BackupSettings } from "../plan/platform";
import type { PlannedStore } from "../plan/store";

/** Where the jobs mount what they work on. */
export const SCRATCH = "/scratch";

/** Where they find the files of a server. */
export const SERVER_FOLDER = "/server";

/** What the jobs are told of a store, as they read it. Source: jobs/settings.ts */
export function jobSettings(planned: PlannedStore, where: "cluster" | "machine"): string {
  const { service, environment, backup, store, bucket } = planned;
  const { location } = bucket;
  const settings = {
    service,
    environment,
    store: backup,
    kind: store.kind,
    bucket: {
      ...protocolOf(location),
      name: bucket.name,
      ...(where === "cluster" ? identityIn(bucket) : {}),
    },
    intervalSeconds: milliseconds(store.every) / 1_000,
    rpoSeconds: milliseconds(store.rpo) / 1_000,
    rtoSeconds: milliseconds(store.rto) / 1_000,
    scratch: SCRATCH,
    ...ofKind(store),
  };
  return `${JSON.stringify(settings, undefined, 2)}\n`;
}

function ofKind(store: Store): object {
  switch (store.kind) {
    case "sqlite-per-tenant":
      return { checks: store.checks, folder: store.folder, file: store.file, runs: store.runs.in };
    case "postgres":
      return {
        checks: store.checks,
        ...(store.pointInTime === undefined ? {} : { pointInTime: store.pointInTime }),
      };
    case "server":
      return { checks: [], server: store.server, folder: SERVER_FOLDER };
  }
}

/** How a pod asks without a key; a machine outside has keys. */
function identityIn({ location, name }: PlannedStore["bucket"]): object {
  const cloud = workloadOf(location);
  if (cloud === undefined) return {};
  if (location.cloud !== "aws") return { identity: { cloud } };
  const arn = (role: string): string =>
    `arn:aws:iam::${location.account}:role/${awsIdentityName(name, { role })}`;
  return { identity: { cloud, roles: { writer: arn("writer"), reader: arn("reader") } } };
}

/** Where a cloud speaks the protocol of S3. */
function protocolOf(location: BackupSettings): { readonly endpoint: string; readonly region: string } {
  switch (location.cloud) {
    case "aws":
      return { endpoint: `https://s3.${location.region}.amazonaws.com`, region: location.region };
    case "gcp":
      return { endpoint: "https://storage.googleapis.com", region: "auto" };
    case "r2": {
      const within = location.jurisdiction === undefined ? "" : `.${location.jurisdiction}`;
      return { endpoint: `https://${location.account}${within}.r2.cloudflarestorage.com`, region: "auto" };
    }
  }
}

/** What a restore asks of PostgreSQL: a line `name 0|1` for each check. */
export function checksSql({ store }: PlannedStore): string {
  return (store.kind === "server" ? [] : store.checks)
    .map(({ name, query }) => `SELECT '${name} ' || (CASE WHEN (${query}) > 0 THEN 1 ELSE 0 END);\n`)
    .join("");
}
