import type { EnforcementLevel, Policies } from "@pulumi/policy";
import type { PolicyFactory } from "./policy";
import { alertHasOwnerAndSeverity } from "./rules/alert-has-owner-and-severity";
import { alertHasSummaryAndDashboard } from "./rules/alert-has-summary-and-dashboard";
import { alertReadsRecordsOnly } from "./rules/alert-reads-records-only";
import { alertWaitsBeforeItFires } from "./rules/alert-waits-before-it-fires";
import { alertWindowFitsRetention } from "./rules/alert-window-fits-retention";
import { alertsNameTheirEnvironment } from "./rules/alerts-name-their-environment";
import { autoscalerHasRoom } from "./rules/autoscaler-has-room";
import { backupBucketIsGuarded } from "./rules/backup-bucket-is-guarded";
import { backupGrantsNoDeletion } from "./rules/backup-grants-no-deletion";
import { backupStoreHasItsJobs } from "./rules/backup-store-has-its-jobs";
import { bucketGrantsStayInside } from "./rules/bucket-grants-stay-inside";
import { bucketIsPrivateAndEncrypted } from "./rules/bucket-is-private-and-encrypted";
import { contactPointExists } from "./rules/contact-point-exists";
import { criticalAlertHasRunbook } from "./rules/critical-alert-has-runbook";
import { grafanaRuleHasStableIdentity } from "./rules/grafana-rule-has-stable-identity";
import { metricsBucketKeepsEverything } from "./rules/metrics-bucket-keeps-everything";
import { pagingStackHasDeadMansSwitch } from "./rules/paging-stack-has-dead-mans-switch";
import { receiverPagesWhereAllowed } from "./rules/receiver-pages-where-allowed";
import { secretIsNotInline } from "./rules/secret-is-not-inline";

/** What makes every policy of the pack, in the order of names. */
const FACTORIES: readonly PolicyFactory[] = [
  alertHasOwnerAndSeverity,
  alertHasSummaryAndDashboard,
  alertReadsRecordsOnly,
  alertWaitsBeforeItFires,
  alertWindowFitsRetention,
  alertsNameTheirEnvironment,
  autoscalerHasRoom,
  backupBucketIsGuarded,
  backupGrantsNoDeletion,
  backupStoreHasItsJobs,
  bucketGrantsStayInside,
  bucketIsPrivateAndEncrypted,
  contactPointExists,
  criticalAlertHasRunbook,
  grafanaRuleHasStableIdentity,
  metricsBucketKeepsEverything,
  pagingStackHasDeadMansSwitch,
  receiverPagesWhereAllowed,
  secretIsNotInline,
];

/** Every policy of the pack with its defaults. */
export const policies: Policies = FACTORIES.map((make) => make());

/** What a pack is configured with: levels, or levels with values, by the name of a policy or by `all`. */
export type PackConfig = Readonly<Record<string, PolicyConfig | EnforcementLevel>>;

type PolicyConfig = Readonly<Record<string, unknown>> & { readonly enforcementLevel?: EnforcementLevel };

/** The policies as the engine would have them by `--policy-pack-config`. */
export function configuredPolicies(config: PackConfig): Policies {
  return FACTORIES.map((make) => {
    const { name, enforcementLevel } = make();
    const { enforcementLevel: common } = configFor(config["all"]);
    const { enforcementLevel: own, ...values } = configFor(config[name]);
    return make(own ?? common ?? enforcementLevel, values);
  });
}

function configFor(config: PolicyConfig | EnforcementLevel | undefined): PolicyConfig {
  return typeof config === "string" ? { enforcementLevel: config } : (config ?? {});
}
