import { email } from "./email";
import type { AnySettings, Integration, SecretUse, SettingsOf } from "./integration";
import { msteams } from "./msteams";
import { pagerduty } from "./pagerduty";
import { slack } from "./slack";
import { webhook } from "./webhook";

/** Every integration by the word that a stack file has for it; docs/receivers.md says how to add one. */
export const INTEGRATIONS = { email, msteams, pagerduty, slack, webhook } as const;

type Table = typeof INTEGRATIONS;

export type IntegrationKind = keyof Table;

/** What a stack file says of one integration. */
export type IntegrationSettings = { [Kind in IntegrationKind]: SettingsOf<Table[Kind]> }[IntegrationKind];

/** The integration that settings are for. */
export function integrationOf({ kind }: IntegrationSettings): Integration {
  return INTEGRATIONS[kind];
}

/** The settings that name a secret: which they are, its key, and what it is for. */
export function secretsOf(
  settings: IntegrationSettings,
): readonly { readonly name: string; readonly key: string; readonly holds: SecretUse }[] {
  const values: AnySettings = settings;
  return Object.entries(integrationOf(settings).fields).flatMap(([name, { holds }]) =>
    holds === undefined ? [] : [{ name, key: String(values[name]), holds }],
  );
}

/** Settings with others in the place of some of them. */
export function withOthers(
  settings: IntegrationSettings,
  others: Readonly<Record<string, boolean | string | undefined>>,
): IntegrationSettings {
  return { ...settings, ...others };
}

/** Where messages are read: `PagerDuty`, or Slack and its channel. */
export function heardIn(settings: IntegrationSettings): string {
  const { place, title } = integrationOf(settings);
  return place === undefined ? title : `${title} \`${place(settings)}\``;
}
