import type { EnforcementLevel, StackValidationPolicy } from "@pulumi/policy";
import { bucketFacts, type BucketFacts } from "../buckets/facts";
import { vaultFacts, type VaultFacts } from "../buckets/vaults";
import { reportFinding, undecided, wrong, type Finding } from "../buckets/finding";
import { textOf } from "../field";
import { stackPolicy, type PolicySpec, type PolicyValues } from "../policy";

/** What the policy can be told. */
export interface GuardConfig {
  /** Tag or label that says what a bucket is for; `backup` is judged. @default "purpose" */
  readonly tag: string;
  /** Whether backups must be locked against deletion. @default false */
  readonly lock: boolean;
  /** Whether a second region must have what is backed up. @default false */
  readonly replicate: boolean;
  /** Whether it must be known who asked for what. @default false */
  readonly log: boolean;
}

const SPEC: PolicySpec<GuardConfig> = {
  name: "backup-bucket-is-guarded",
  description: "A backup is neither deleted before its time nor kept for ever.",
  displayName: "Backup buckets are guarded",
  severity: "high",
  tags: ["storage"],
  remediationSteps:
    "Give the bucket or vault an expiry and, where backups are locked, a shorter lock; drop forceDestroy.",
  defaults: { tag: "purpose", lock: false, replicate: false, log: false },
  meanings: {
    tag: "Tag or label that says what a bucket is for; backup is judged.",
    lock: "Whether backups must be locked against deletion.",
    replicate: "Whether a second region must have what is backed up.",
    log: "Whether it must be known who asked for what.",
  },
};

/** Whoever may delete the service may not delete its backups. Docs: docs/policies/backup-bucket-is-guarded.md */
export function backupBucketIsGuarded(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<GuardConfig> = {},
): StackValidationPolicy {
  return stackPolicy(SPEC, enforcementLevel, values, (resources, { tag, lock, replicate, log }, reporter) => {
    const isBackup = ({ purpose }: VaultFacts): boolean => textOf(purpose) === "backup";
    const buckets = bucketFacts(resources, tag).filter(isBackup);
    const vaults = vaultFacts(resources, tag).filter(isBackup);
    [...buckets, ...vaults]
      .flatMap((facts) => [...destroyFindings(facts), ...expiryFindings(facts), ...lockFindings(facts, lock)])
      // A vault has a region and a log of its cloud's own.
      .concat(replicate ? buckets.flatMap(copyFindings) : [], log ? buckets.flatMap(logFindings) : [])
      .forEach((finding) => {
        reportFinding(finding, reporter);
      });
  });
}

function destroyFindings({ resource, forceDestroy }: VaultFacts): readonly Finding[] {
  return textOf(forceDestroy) === "true"
    ? [wrong(resource, "forceDestroy lets the engine delete every backup. Set it to false.")]
    : [];
}

function expiryFindings({ resource, expiry }: VaultFacts): readonly Finding[] {
  if (expiry === "unknown") {
    return [
      undecided(
        resource,
        "when a backup expires is not known before the deployment. Write it as a literal value.",
      ),
    ];
  }
  return expiry === undefined
    ? [wrong(resource, "nothing says when a backup expires. Add a lifecycle that deletes by age.")]
    : [];
}

function lockFindings({ resource, expiry, lock }: VaultFacts, wanted: boolean): readonly Finding[] {
  if (lock === "unknown") {
    return [
      undecided(
        resource,
        "how long it is locked is not known before the deployment. Write it as a literal value.",
      ),
    ];
  }
  if (lock === undefined) {
    return wanted
      ? [wrong(resource, "nothing locks it, and this environment locks backups. Add a lock.")]
      : [];
  }
  return typeof expiry === "number" && lock > expiry
    ? [
        wrong(
          resource,
          `the lock of [${lock}] days outlives the expiry after [${expiry}], so that nothing expires. Shorten the lock.`,
        ),
      ]
    : [];
}

function copyFindings({ resource, copied }: BucketFacts): readonly Finding[] {
  return copied === "unknown"
    ? [
        undecided(
          resource,
          "whether a second region has it is not known before the deployment. Write it as a literal value.",
        ),
      ]
    : copied
      ? []
      : [
          wrong(
            resource,
            "no second region has it, and this environment replicates backups. Add a BucketReplicationConfig, or choose a location of several regions.",
          ),
        ];
}

function logFindings({ resource, logged }: BucketFacts): readonly Finding[] {
  return logged === "unknown"
    ? [
        undecided(
          resource,
          "whether it is logged who asks is not known before the deployment. Write it as a literal value.",
        ),
      ]
    : logged
      ? []
      : [wrong(resource, "nothing logs who asks for what. Add a BucketLogging, or logging.logBucket.")];
}
