import type { IContainer, IVolume } from "kubernetes-models/v1";
import { workloadOf } from "../../plan/bucket";
import type { PlannedStore } from "../../plan/store";

/** All stores of a service lie in one place. AWS takes a token that is made out to it; Google's metadata server needs none. */
export function credentials({ bucket }: PlannedStore, identity: string): NonNullable<IContainer["env"]> {
  const key = (name: string, key: string): NonNullable<IContainer["env"]>[number] => ({
    name,
    valueFrom: { secretKeyRef: { name: identity, key } },
  });
  switch (workloadOf(bucket.location)) {
    case "aws":
      return [{ name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: `${TOKENS}/${TOKEN}` }];
    case "gcp":
      return [];
    case undefined:
      return [key("AWS_ACCESS_KEY_ID", "keyId"), key("AWS_SECRET_ACCESS_KEY", "secret")];
  }
}

const TOKENS = "/var/run/secrets/tocsin";
const TOKEN = "token";

export function tokenMount({
  bucket,
}: PlannedStore): readonly NonNullable<IContainer["volumeMounts"]>[number][] {
  return workloadOf(bucket.location) === "aws" ? [{ name: TOKEN, mountPath: TOKENS, readOnly: true }] : [];
}

/** Renewed by the kubelet. Source: Kubernetes docs, "ServiceAccount token volume projection". */
export function tokenVolume({ bucket }: PlannedStore): readonly IVolume[] {
  const serviceAccountToken = { audience: "sts.amazonaws.com", expirationSeconds: 3_600, path: TOKEN };
  return workloadOf(bucket.location) === "aws"
    ? [{ name: TOKEN, projected: { sources: [{ serviceAccountToken }] } }]
    : [];
}
