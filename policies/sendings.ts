import { type Field, fieldAt, keysOf, knownMembers, textOf } from "./field";
import { parseText } from "./rule-text";
import { shownText } from "./shown";
import { heldTexts } from "./texts";

/** One way by which a receiver is written to. */
export interface Integration {
  /** Where it is, for people. */
  readonly place: string;
  readonly receiver: string;
  /** As Alertmanager calls it, such as `pagerduty`. */
  readonly kind: string;
  readonly settings: unknown;
}

/** Where alerts are sent from, and to whom. */
export interface Sending {
  readonly place: string;
  readonly receivers: readonly string[];
  readonly integrations: readonly Integration[];
  readonly routes: readonly Route[];
  /** Whether the receivers that routes name may stand in other resources, as Grafana's contact points do. */
  readonly spread: boolean;
}

/** A branch of the tree by which alerts are sent. */
interface Route {
  readonly receiver: Field;
  /** The alert that it is for alone, where it says so. */
  readonly alertname: string | undefined;
}

/** Kinds of integrations that wake somebody. */
export const PAGING_KINDS: readonly string[] = ["oncall", "opsgenie", "pagerduty", "pushover", "victorops"];

/** Grafana's lists, by what Alertmanager calls the integration; others are in none of our questions. */
const GRAFANA_LISTS: Readonly<Record<string, string>> = {
  oncalls: "oncall",
  opsgenies: "opsgenie",
  pagerduties: "pagerduty",
  pushovers: "pushover",
  victorops: "victorops",
  webhooks: "webhook",
};

const CONTACT_POINTS: readonly string[] = [
  "grafana:alerting/contactPoint:ContactPoint",
  "grafana:index/contactPoint:ContactPoint",
];
const POLICIES: readonly string[] = [
  "grafana:alerting/notificationPolicy:NotificationPolicy",
  "grafana:index/notificationPolicy:NotificationPolicy",
];
const OPERATOR = /^kubernetes:monitoring\.coreos\.com\/v1(?:alpha1|beta1):AlertmanagerConfig(?:Patch)?$/;

/** What a resource says of receivers: an Alertmanager's file, its operator's object, or a part of Grafana. */
export function sendingsOf(type: string, props: unknown): readonly Sending[] {
  if (CONTACT_POINTS.includes(type)) {
    return [contactPoint(props)];
  }
  if (POLICIES.includes(type)) {
    return [{ ...NOTHING, place: "the policy", routes: routesBelow(props, "contactPoint", "policies") }];
  }
  if (OPERATOR.test(type)) {
    const spec = fieldAt(props, "spec");
    return spec.state === "known" ? [alertmanager(spec.value, "spec")] : [];
  }
  return heldTexts(type, props).flatMap(({ place, text }) => {
    const written = textOf(text) ?? "";
    const parsed = /^\s*["']?receivers["']?\s*:/m.test(written) ? parseText(written) : undefined;
    return parsed?.ok === true
      ? parsed.documents
          .filter((document) => fieldAt(document, "route").state === "known")
          .map((document) => alertmanager(document, place))
      : [];
  });
}

const NOTHING: Omit<Sending, "place"> = { receivers: [], integrations: [], routes: [], spread: true };

function alertmanager(config: unknown, place: string): Sending {
  const receivers = knownMembers(fieldAt(config, "receivers")).map((receiver) => ({
    receiver,
    name: textOf(fieldAt(receiver, "name")) ?? "",
  }));
  const route = fieldAt(config, "route");
  return {
    place,
    spread: false,
    receivers: receivers.map(({ name }) => name),
    integrations: receivers.flatMap(({ receiver, name }) =>
      keysOf(receiver).flatMap((key) => {
        const [, kind] = /^(\w+?)(?:_configs|Configs)$/.exec(key) ?? [];
        return kind === undefined
          ? []
          : knownMembers(fieldAt(receiver, key)).map((settings) => ({
              place: `receiver ${shownText(name)} of ${place}`,
              receiver: name,
              kind,
              settings,
            }));
      }),
    ),
    routes: route.state === "known" ? routesBelow(route.value, "receiver", "routes") : [],
  };
}

function contactPoint(props: unknown): Sending {
  const name = textOf(fieldAt(props, "name")) ?? "";
  const place = `contact point ${shownText(name)}`;
  const integrations = Object.entries(GRAFANA_LISTS).flatMap(([list, kind]) =>
    knownMembers(fieldAt(props, list)).map((settings) => ({ place, receiver: name, kind, settings })),
  );
  return { ...NOTHING, place, receivers: [name], integrations };
}

function routesBelow(route: unknown, receiver: string, children: string): readonly Route[] {
  return [
    { receiver: fieldAt(route, receiver), alertname: alertnameOf(route) },
    ...knownMembers(fieldAt(route, children)).flatMap((child) => routesBelow(child, receiver, children)),
  ];
}

const MATCHER = /^\s*alertname\s*=\s*["']?([^"'~=]+?)["']?\s*$/;

function alertnameOf(route: unknown): string | undefined {
  const written = knownMembers(fieldAt(route, "matchers")).map((matcher) => {
    const label = textOf(fieldAt(matcher, "label")) ?? textOf(fieldAt(matcher, "name"));
    if (typeof matcher === "string") {
      return MATCHER.exec(matcher)?.[1];
    }
    const equal = (textOf(fieldAt(matcher, "match")) ?? textOf(fieldAt(matcher, "matchType")) ?? "=") === "=";
    return label === "alertname" && equal ? textOf(fieldAt(matcher, "value")) : undefined;
  });
  return written.find((name) => name !== undefined) ?? textOf(fieldAt(route, "match", "alertname"));
}
