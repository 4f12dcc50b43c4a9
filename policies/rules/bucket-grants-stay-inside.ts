import type { EnforcementLevel, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { membersOfGrant } from "../buckets/gcs";
import { type Field, fieldAt, fieldsAt, parsedJson, textOf } from "../field";
import { resourcePolicy, type PolicySpec, type PolicyValues } from "../policy";
import { shownText } from "../shown";

/** What the policy can be told. */
export interface GrantConfig {
  /** Accounts of AWS that may be granted something. @default those that the provider is held to */
  readonly accounts: readonly string[];
  /** Projects and domains of Google whose members may be granted something. @default the provider's project */
  readonly domains: readonly string[];
}

const SPEC: PolicySpec<GrantConfig> = {
  name: "bucket-grants-stay-inside",
  description: "A bucket is granted to nobody outside.",
  displayName: "Grants on buckets stay inside",
  severity: "critical",
  tags: ["storage"],
  remediationSteps:
    "Take the grant out, or name the account, project or domain in the policy's configuration.",
  defaults: { accounts: [], domains: [] },
  meanings: {
    accounts: "Accounts of AWS that may be granted something, beside those that the provider is held to.",
    domains:
      "Projects and domains of Google whose members may be granted something, beside the provider's project.",
  },
};

const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const LATER = "is not known before the deployment. Write it as a literal text";

/** Who may read backups may read all that the services hold. Docs: docs/policies/bucket-grants-stay-inside.md */
export function bucketGrantsStayInside(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<GrantConfig> = {},
): ResourceValidationPolicy {
  return resourcePolicy(SPEC, enforcementLevel, values, (resource, config, reporter) => {
    const { type, name, provider } = resource;
    const own = (...path: readonly string[]): readonly string[] =>
      fieldsAt(provider?.props, ...path).flatMap((field) => textOf(field) ?? []);
    const granted =
      type === BUCKET_POLICY ? grantedByPolicy(resource) : (membersOfGrant(type, resource.props) ?? []);
    const inside =
      type === BUCKET_POLICY
        ? [...config.accounts, ...own("allowedAccountIds")]
        : [...config.domains, ...own("project")];
    const faultOf = type === BUCKET_POLICY ? accountOf : domainOf;
    if (granted.some(({ state }) => state === "unknown")) {
      reporter.unchecked(`Resource [${name}]: to whom it grants something ${LATER}.`);
    }
    for (const member of new Set(granted.flatMap((field) => textOf(field) ?? []))) {
      const of = faultOf(member);
      if (of !== undefined && !inside.includes(of)) {
        reporter.wrong(
          `Resource [${name}]: it grants something to ${shownText(member)}, and [${of}] is none of ours. ` +
            "Take the grant out, or name it in the policy's configuration.",
        );
      }
    }
  });
}

/** Principals that a statement allows something; everyone at all is the business of bucket-is-private-and-encrypted. */
function grantedByPolicy({ props }: ResourceValidationArgs): readonly Field[] {
  const policy = fieldAt(props, "policy");
  if (policy.state !== "known") {
    return policy.state === "unknown" ? [policy] : [];
  }
  const document = typeof policy.value === "string" ? parsedJson(policy.value) : policy.value;
  return fieldsAt(document, "Statement")
    .flatMap((statement) => (statement.state === "known" ? [statement.value] : []))
    .filter((statement) => textOf(fieldAt(statement, "Effect")) === "Allow")
    .flatMap((statement) => [
      ...fieldsAt(statement, "Principal", "AWS"),
      ...fieldsAt(statement, "Principal", "CanonicalUser"),
    ]);
}

/** The account of an ARN or of a bare number; another principal stands for itself. */
function accountOf(principal: string): string | undefined {
  return /^arn:[\w-]+:\w+::(\d{12}):/.exec(principal)?.[1] ?? principal;
}

/** A service account of a cluster is of the project whose pool knows it. Source: GKE docs, "Workload Identity Federation". */
const PRINCIPAL = /^principal(?:Set)?:\/\/iam\.googleapis\.com\/.*\/workloadIdentityPools\/([^/]+)\/(.*)$/;

/** The project of a service account, or the domain of a person or a group; roles of the bucket's project are none. */
function domainOf(member: string): string | undefined {
  const [, pool, who = ""] = PRINCIPAL.exec(member) ?? [];
  // All of a pool is every pod of every cluster of its project.
  if (pool !== undefined) return who === "*" ? member : pool.replace(/\.svc\.id\.goog$/, "");
  // Who writes the usage logs of Google. Source: Cloud Storage docs, "Usage logs & storage logs".
  if (member === "group:cloud-storage-analytics@google.com") {
    return undefined;
  }
  if (/^(?:project(?:Owner|Editor|Viewer):|allUsers$|allAuthenticatedUsers$)/.test(member)) {
    return undefined;
  }
  const [, , at = ""] = /^([^@]*)@(.+)$/.exec(member) ?? [];
  return at === "" ? member.replace(/^\w+:/, "") : at.replace(/\.iam\.gserviceaccount\.com$/, "");
}
