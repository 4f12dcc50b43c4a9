import { integrationOf, secretsOf, type IntegrationSettings } from "../receivers";
import type { Purpose, SecretUse } from "../receivers/integration";
import type { Duration } from "../slo/duration";
import type { PartOfDay } from "../slo/maintenance";
import { compareText } from "../slo/order";

/** A condition on a label of an alert, as Alertmanager writes it. */
export interface Matcher {
  readonly label: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** A label that has one value; an absent label has the value `""`. */
export function is(label: string, value: string): Matcher {
  return { label, op: "=", value };
}

/** A route of Alertmanager; what is absent is inherited. */
export interface Route {
  readonly receiver?: string;
  readonly matchers: readonly Matcher[];
  readonly groupBy?: readonly string[];
  readonly groupWait?: Duration;
  readonly groupInterval?: Duration;
  readonly repeatInterval?: Duration;
  readonly continue?: boolean;
  /** Names of `silences`. */
  readonly muteTimeIntervals?: readonly string[];
  readonly routes: readonly Route[];
}

/** A receiver: everybody who hears at once; secrets are keys, delivered as files. */
export interface Receiver {
  readonly name: string;
  readonly purpose: Purpose;
  readonly integrations: readonly IntegrationSettings[];
}

/** Alerts that match `source` silence alerts that match `target` where the `equal` labels agree. */
export interface InhibitRule {
  readonly name: string;
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
}

/** When nothing is sent, by UTC. */
interface Silence {
  readonly name: string;
  readonly parts: readonly PartOfDay[];
}

/** Everything that Alertmanager is told. */
export interface RoutingPlan {
  readonly root: Route;
  readonly receivers: readonly Receiver[];
  readonly inhibitRules: readonly InhibitRule[];
  /** Of planned maintenance. */
  readonly silences: readonly Silence[];
  /** After this long without news of an alert it counts as resolved. */
  readonly resolveTimeout: Duration;
}

type Receivers = Pick<RoutingPlan, "receivers">;

/** What each secret of the receivers is for, by its key. */
export function secretUses({ receivers }: Receivers): ReadonlyMap<string, SecretUse> {
  const used = receivers.flatMap(({ integrations }) => integrations.flatMap(secretsOf));
  return new Map(used.map(({ key, holds }) => [key, holds]));
}

/** Keys of every secret that the receivers read, sorted, once each. */
export function receiverSecrets(routing: Receivers): readonly string[] {
  return [...secretUses(routing).keys()].sort(compareText);
}

/** Names of the receivers that wake somebody. */
export function wakingReceivers({ receivers }: Receivers): readonly string[] {
  return receivers
    .filter(({ integrations }) => integrations.some((settings) => integrationOf(settings).wakes))
    .map(({ name }) => name);
}
