import type { Policies } from "@pulumi/policy";
import { alertHasOwnerAndSeverity } from "./rules/alert-has-owner-and-severity";
import { bucketIsPrivateAndEncrypted } from "./rules/bucket-is-private-and-encrypted";
import { criticalAlertHasRunbook } from "./rules/critical-alert-has-runbook";

/** Every policy of the pack, by name. */
export const policies: Policies = [
  alertHasOwnerAndSeverity(),
  bucketIsPrivateAndEncrypted(),
  criticalAlertHasRunbook(),
];
