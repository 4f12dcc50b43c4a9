/* `tocsin/policies`: the policies, for a pack of one's own. The pack itself is the folder `policies` of the package. */
export { policies } from "../policies/registry";
export { alertHasOwnerAndSeverity, type OwnerConfig } from "../policies/rules/alert-has-owner-and-severity";
export {
  bucketIsPrivateAndEncrypted,
  type BucketConfig,
} from "../policies/rules/bucket-is-private-and-encrypted";
export { criticalAlertHasRunbook, type RunbookConfig } from "../policies/rules/critical-alert-has-runbook";
