import type { Receiver, RoutingPlan } from "../../plan/routing";
import { CHAT, MAIL, PAGE } from "../alertmanager/texts";

/** A receiver as Grafana has it; secrets are keys, whose values belong to the engine. */
export interface ContactPoint {
  readonly name: string;
  readonly pagerduty?: {
    readonly routingKeySecret: string;
    readonly settings: {
      readonly url: string;
      readonly summary: string;
      readonly severity: string;
      readonly component: string;
      readonly group: string;
      readonly class: string;
      readonly client: string;
      readonly clientUrl: string;
      readonly details: Readonly<Record<string, string>>;
    };
  };
  readonly slack?: {
    readonly webhookSecret: string;
    readonly settings: {
      readonly recipient: string;
      readonly color: string;
      readonly title: string;
      readonly text: string;
    };
  };
  readonly email?: {
    readonly addresses: readonly string[];
    readonly subject: string;
    readonly message: string;
  };
  readonly webhook?: { readonly urlSecret: string; readonly sendResolved: boolean };
}

/** A receiver with nothing to send by is no contact point: routes to it are muted instead. */
export function isSilent({ pagerduty, slack, email, webhook }: Receiver): boolean {
  return [pagerduty, slack, email, webhook].every((integration) => integration === undefined);
}

/** The contact points of a plan: the receivers of Alertmanager under the same names. */
export function contactPoints({ receivers }: Pick<RoutingPlan, "receivers">): readonly ContactPoint[] {
  return receivers.filter((receiver) => !isSilent(receiver)).map(contactPoint);
}

function contactPoint({ name, pagerduty, slack, email, webhook }: Receiver): ContactPoint {
  return {
    name,
    ...(pagerduty === undefined ? {} : { pagerduty: page(pagerduty) }),
    ...(slack === undefined
      ? {}
      : {
          slack: {
            webhookSecret: slack.webhookSecret,
            settings: { recipient: slack.channel, color: CHAT.color, title: CHAT.title, text: CHAT.text },
          },
        }),
    // Grafana's own mail server sends it.
    ...(email === undefined
      ? {}
      : { email: { addresses: [email.to], subject: MAIL.subject, message: MAIL.text } }),
    ...(webhook === undefined ? {} : { webhook }),
  };
}

/** Grafana sends PagerDuty no list of links, so the runbook is one of the details. */
function page(source: NonNullable<Receiver["pagerduty"]>): NonNullable<ContactPoint["pagerduty"]> {
  return {
    routingKeySecret: source.routingKeySecret,
    settings: {
      url: source.address,
      summary: PAGE.summary,
      severity: PAGE.severity,
      component: PAGE.component,
      group: PAGE.group,
      class: PAGE.class,
      client: PAGE.client,
      clientUrl: PAGE.dashboard,
      details: { ...PAGE.details, runbook: PAGE.runbook },
    },
  };
}
