/* `tocsin/policies`: the policies, for a pack of one's own. The pack itself is the folder `policies` of the package. */
export { configuredPolicies, policies, type PackConfig } from "../policies/registry";
export { alertHasOwnerAndSeverity, type OwnerConfig } from "../policies/rules/alert-has-owner-and-severity";
export {
  alertHasSummaryAndDashboard,
  type TextConfig,
} from "../policies/rules/alert-has-summary-and-dashboard";
export { alertReadsRecordsOnly, type RecordsConfig } from "../policies/rules/alert-reads-records-only";
export { alertWaitsBeforeItFires, type WaitConfig } from "../policies/rules/alert-waits-before-it-fires";
export {
  alertWindowFitsRetention,
  type RetentionConfig,
} from "../policies/rules/alert-window-fits-retention";
export {
  alertsNameTheirEnvironment,
  type EnvironmentConfig,
} from "../policies/rules/alerts-name-their-environment";
export { autoscalerHasRoom, type RoomConfig } from "../policies/rules/autoscaler-has-room";
export { backupBucketIsGuarded, type GuardConfig } from "../policies/rules/backup-bucket-is-guarded";
export { backupGrantsNoDeletion, type DeletionConfig } from "../policies/rules/backup-grants-no-deletion";
export { backupStoreHasItsJobs, type JobsConfig } from "../policies/rules/backup-store-has-its-jobs";
export { bucketGrantsStayInside, type GrantConfig } from "../policies/rules/bucket-grants-stay-inside";
export {
  bucketIsPrivateAndEncrypted,
  type BucketConfig,
} from "../policies/rules/bucket-is-private-and-encrypted";
export { contactPointExists, type ContactConfig } from "../policies/rules/contact-point-exists";
export { criticalAlertHasRunbook, type RunbookConfig } from "../policies/rules/critical-alert-has-runbook";
export { grafanaRuleHasStableIdentity } from "../policies/rules/grafana-rule-has-stable-identity";
export {
  metricsBucketKeepsEverything,
  type MetricsConfig,
} from "../policies/rules/metrics-bucket-keeps-everything";
export {
  pagingStackHasDeadMansSwitch,
  type SwitchConfig,
} from "../policies/rules/paging-stack-has-dead-mans-switch";
export { receiverPagesWhereAllowed, type PagingConfig } from "../policies/rules/receiver-pages-where-allowed";
export { secretIsNotInline } from "../policies/rules/secret-is-not-inline";
