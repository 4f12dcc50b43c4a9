import { fieldAt, knownMembers, textOf } from "../field";
import { DAY_SECONDS, days, least, type BucketFacts, type Days } from "./facts";
import type { StackResource } from "./finding";

/** What is said of a bucket and of a vault. */
export type VaultFacts = Pick<BucketFacts, "expiry" | "forceDestroy" | "lock" | "purpose" | "resource">;

const AWS = "aws:backup/vault:Vault";
const AWS_PLAN = "aws:backup/plan:Plan";
const AWS_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const GOOGLE = "gcp:backupdisasterrecovery/backupVault:BackupVault";
const GOOGLE_PLAN = "gcp:backupdisasterrecovery/backupPlan:BackupPlan";

/** The vaults that keep backups of databases, in the order of the resources of a stack. */
export function vaultFacts(resources: readonly StackResource[], tag: string): readonly VaultFacts[] {
  return resources.flatMap((resource): readonly VaultFacts[] => {
    const { type, props } = resource;
    const forceDestroy = fieldAt(props, "forceDestroy");
    const named = { resource, forceDestroy };
    switch (type) {
      case AWS:
        return [{ ...named, purpose: fieldAt(props, "tags", tag), ...besides(props, resources) }];
      case GOOGLE: {
        const kept = fieldAt(props, "backupMinimumEnforcedRetentionDuration");
        const seconds = textOf(kept)?.replace(/s$/, "");
        return [
          {
            ...named,
            purpose: fieldAt(props, "labels", tag),
            lock: days(seconds === undefined ? kept : { state: "known", value: seconds }, 1 / DAY_SECONDS),
            expiry: ofGoogle(textOf(fieldAt(props, "backupVaultId")), resources),
          },
        ];
      }
      default:
        return [];
    }
  });
}

/** Of AWS both stand beside the vault. What names one by an unknown name may mean this one. */
function besides(props: unknown, all: readonly StackResource[]): Pick<VaultFacts, "expiry" | "lock"> {
  const name = textOf(fieldAt(props, "name"));
  const ofThis = (side: unknown, key: string, daysOf: () => Days): readonly Days[] => {
    const field = fieldAt(side, key);
    return field.state === "unknown" ? ["unknown"] : textOf(field) === name ? [daysOf()] : [];
  };
  const ofType = (type: string): readonly unknown[] =>
    all.filter((one) => one.type === type).map((one) => one.props);
  return {
    expiry: least(
      ofType(AWS_PLAN)
        .flatMap((plan) => knownMembers(fieldAt(plan, "rules")))
        .flatMap((rule) =>
          ofThis(rule, "targetVaultName", () => days(fieldAt(rule, "lifecycle", "deleteAfter"), 1)),
        ),
    ),
    lock: least(
      ofType(AWS_LOCK).flatMap((lock) =>
        ofThis(lock, "backupVaultName", () => days(fieldAt(lock, "minRetentionDays"), 1)),
      ),
    ),
  };
}

/** Its plans name a vault in full. */
function ofGoogle(id: string | undefined, all: readonly StackResource[]): Days {
  return least(
    all
      .filter(({ type }) => type === GOOGLE_PLAN)
      .flatMap(({ props }) => {
        const vault = fieldAt(props, "backupVault");
        if (vault.state === "unknown") return ["unknown"];
        return id !== undefined && textOf(vault)?.endsWith(`/backupVaults/${id}`) === true
          ? knownMembers(fieldAt(props, "backupRules")).map((rule) =>
              days(fieldAt(rule, "backupRetentionDays"), 1),
            )
          : [];
      }),
  );
}
