/** What makes an alert the same alert from one deployment to the next. */
export interface AlertIdentity {
  readonly alertname: string;
  readonly service: string;
  readonly slo: string;
}

/** One text per identity, for maps and messages: `HighErrorBudgetBurnRate/shop/api-availability`. */
export function identityKey(identity: AlertIdentity): string {
  return `${identity.alertname}/${identity.service}/${identity.slo}`;
}

/** How the label `slo` begins where there is none. */
export const NO_SLO = "none-";

/**
 * The label `slo` of an alert that belongs to no SLO. Labels that are missing on both sides count as equal in an
 * inhibition rule, so every alert carries one.
 */
export function noSlo(alertname: string): string {
  return `${NO_SLO}${alertname}`;
}
