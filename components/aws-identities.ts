import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { allow, policyText, s3Statements, type Statement } from "../backends/bucket-rights";
import { awsIdentityName, type BucketIdentity, type ServiceAccountName } from "../plan/bucket";

/** A bucket and its copies, whose objects an identity may ask for. */
export interface IdentityScope {
  readonly account: string;
  readonly oidcIssuer?: string;
  readonly buckets: readonly { readonly name: string; readonly region: string; readonly kmsKey?: string }[];
}

/**
 * Who may ask for what is in a bucket. A service account of the cluster is a role that it takes by its token, so that there is
 * no key; anybody else is a user, whose key somebody makes: one that the engine made would stand in its state for ever.
 */
export function awsIdentities(
  name: string,
  identities: readonly BucketIdentity[],
  scope: IdentityScope,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const identity of identities) {
    const own = `${name}-${identity.role}`;
    const called = awsIdentityName(scope.buckets[0]?.name ?? "", identity);
    const policy = policyText([...s3Statements(identity.right, namesOf(scope)), ...keys(scope)]);
    if (identity.account === undefined || scope.oidcIssuer === undefined) {
      const user = new iam.User(own, { name: called, forceDestroy: true }, opts);
      new iam.UserPolicy(own, { name: called, user: called, policy }, { ...opts, dependsOn: [user] });
    } else {
      const assumeRolePolicy = policyText([assumedBy(identity.account, scope.account, scope.oidcIssuer)]);
      const role = new iam.Role(own, { name: called, assumeRolePolicy }, opts);
      new iam.RolePolicy(own, { name: called, role: called, policy }, { ...opts, dependsOn: [role] });
    }
  }
}

function namesOf({ buckets }: IdentityScope): readonly string[] {
  return buckets.map(({ name }) => name);
}

/** One service account alone. Source: AWS IAM User Guide, "Create a role for OpenID Connect federation". */
function assumedBy({ namespace, name }: ServiceAccountName, account: string, issuer: string): Statement {
  return {
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${issuer}:aud`]: "sts.amazonaws.com",
        [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${name}`,
      },
    },
  };
}

/**
 * A key of one's own wants to hear of its users, that of the account does not. An alias is no resource of a policy: which key
 * it is, the bucket says, for whose objects alone it is asked. Source: Amazon S3 User Guide, "Using S3 Bucket Keys".
 */
function keys({ buckets }: IdentityScope): readonly Statement[] {
  return buckets.flatMap(({ name, region, kmsKey }) =>
    kmsKey === undefined
      ? []
      : allow(["kms:Decrypt", "kms:GenerateDataKey"], kmsKey.includes(":alias/") ? "*" : kmsKey, {
          StringEquals: {
            "kms:ViaService": `s3.${region}.amazonaws.com`,
            "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${name}`,
          },
        }),
  );
}
