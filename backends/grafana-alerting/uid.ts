import { createHash } from "node:crypto";
import { identityKey, type AlertIdentity } from "../../plan/identity";

/** Grafana takes at most 40 of letters, digits, `-` and `_`. */
const LONGEST = 40;
const HASH = 8;

/**
 * The uid of a rule, from what makes an alert the same alert: it stays when rules come and go around it, so that
 * Grafana keeps its state and its history. The first part is for people, the hash keeps two of them apart.
 */
export function ruleUid(identity: AlertIdentity): string {
  const hash = createHash("sha256").update(identityKey(identity)).digest("hex").slice(0, HASH);
  const readable = `${identity.service}-${identity.alertname}`.replaceAll(/[^A-Za-z0-9]+/g, "-");
  return `${readable.slice(0, LONGEST - HASH - 1).replace(/-$/, "")}-${hash}`;
}
