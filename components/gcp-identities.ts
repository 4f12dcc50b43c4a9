import { createHash } from "node:crypto";
import { Account } from "@pulumi/gcp/serviceaccount";
import * as storage from "@pulumi/gcp/storage";
import type * as pulumi from "@pulumi/pulumi";
import { GOOGLE_GRANTS, type GoogleGrant } from "../backends/bucket-rights";
import type { BucketIdentity, ServiceAccountName } from "../plan/bucket";
import type { BackupSettings } from "../plan/platform";

type Place = Extract<BackupSettings, { cloud: "gcp" }>;

/** A bucket, and where its identities are known. */
export interface IdentityPlace extends Pick<Place, "project" | "workloadIdentity"> {
  readonly bucketName: string;
}

/** What is registered after the bucket. */
type Beside = Omit<pulumi.CustomResourceOptions, "dependsOn"> & { readonly dependsOn: pulumi.Resource[] };

/**
 * Who may ask for what is in a bucket. A service account of the cluster is granted it as what it is, so that there is no key;
 * anybody else is a service account of Google's, whose key somebody makes: one that the engine made would stand in its state.
 */
export function gcpIdentities(
  name: string,
  identities: readonly BucketIdentity[],
  place: IdentityPlace,
  opts: Beside,
): void {
  const { bucketName, project, workloadIdentity } = place;
  for (const { account, right, role } of identities) {
    const own = `${name}-${role}`;
    const after = [...opts.dependsOn];
    const within = account === undefined ? undefined : workloadIdentity;
    const accountId = accountIdOf(bucketName, role);
    if (within === undefined) {
      after.push(new Account(own, { accountId, displayName: `${role} of ${bucketName}` }, opts));
    }
    const member =
      account === undefined || within === undefined
        ? `serviceAccount:${accountId}@${project}.iam.gserviceaccount.com`
        : principal(account, within);
    for (const grant of GOOGLE_GRANTS[right]) {
      new storage.BucketIAMMember(
        `${own}-${grant.role.split(".").at(-1) ?? ""}`,
        { bucket: bucketName, role: grant.role, member, ...conditionOf(grant, bucketName) },
        { ...opts, dependsOn: after },
      );
    }
  }
}

/** Google takes 6 to 30 characters, and a bucket's name may have 63. */
function accountIdOf(bucket: string, role: string): string {
  return `bk-${createHash("sha256").update(`${bucket}/${role}`).digest("hex").slice(0, 8)}-${role}`;
}

/** Source: Google Kubernetes Engine docs, "Authenticate to Google Cloud APIs from GKE workloads". */
function principal(
  { namespace, name }: ServiceAccountName,
  { pool, projectNumber }: NonNullable<Place["workloadIdentity"]>,
): string {
  const pools = `iam.googleapis.com/projects/${projectNumber}/locations/global/workloadIdentityPools`;
  return `principal://${pools}/${pool}/subject/ns/${namespace}/sa/${name}`;
}

function conditionOf({ below }: GoogleGrant, bucket: string): Pick<storage.BucketIAMMemberArgs, "condition"> {
  return below === undefined
    ? {}
    : {
        condition: {
          title: `below ${below}`,
          expression: `resource.name.startsWith("projects/_/buckets/${bucket}/objects/${below}")`,
        },
      };
}
