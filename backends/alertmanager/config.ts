import type { Matcher, Receiver, Route, RoutingPlan } from "../../plan/routing";
import { toYaml } from "../file-set";
import { CHAT, MAIL, PAGE } from "./texts";

/** Folders inside the running Alertmanager. */
export interface AlertmanagerPaths {
  /** Holds one file per secret key. */
  readonly secrets: string;
  readonly templates: string;
}

/** Where the cluster mounts them. */
export const MOUNTED_PATHS: AlertmanagerPaths = {
  secrets: "/etc/alertmanager/secrets",
  templates: "/etc/alertmanager/templates",
};

/** How a configuration gets at what is kept apart from it. */
export interface ConfigForm {
  /** Globs of template files. */
  readonly templates: readonly string[];
  /** A field that wants a secret: its name there, and the text or the file that holds it. */
  readonly secret: (field: SecretField, key: string) => Readonly<Record<string, string>>;
}

/** Fields of integrations that want a secret; each has a twin, `<field>_file`, that wants a path. */
type SecretField = "api_url" | "auth_password" | "routing_key" | "url";

/** `alertmanager.yml` of a plan; secrets appear as files only. */
export function alertmanagerConfig(routing: RoutingPlan, paths: AlertmanagerPaths): string {
  return toYaml(
    alertmanagerDocument(routing, {
      templates: [`${paths.templates}/*.tmpl`],
      secret: (field, key) => ({ [`${field}_file`]: `${paths.secrets}/${key}` }),
    }),
  );
}

/** A configuration of Alertmanager as a value. Source: Alertmanager docs, "Configuration". */
export function alertmanagerDocument(routing: RoutingPlan, form: ConfigForm): object {
  return {
    global: { resolve_timeout: routing.resolveTimeout },
    ...(form.templates.length === 0 ? {} : { templates: form.templates }),
    route: route(routing.root),
    receivers: routing.receivers.map((receiver) => receiverConfig(receiver, form)),
    inhibit_rules: routing.inhibitRules.map((rule) => ({
      source_matchers: rule.source.map(matcher),
      target_matchers: rule.target.map(matcher),
      equal: rule.equal,
    })),
    ...(routing.timeIntervals.length === 0
      ? {}
      : {
          time_intervals: routing.timeIntervals.map(({ name, start, end, location }) => ({
            name,
            time_intervals: [{ times: [{ start_time: start, end_time: end }], location }],
          })),
        }),
  };
}

function matcher({ label, op, value }: Matcher): string {
  return `${label}${op}${JSON.stringify(value)}`;
}

function route(source: Route): object {
  return {
    ...(source.receiver === undefined ? {} : { receiver: source.receiver }),
    ...(source.matchers.length === 0 ? {} : { matchers: source.matchers.map(matcher) }),
    ...(source.groupBy === undefined ? {} : { group_by: source.groupBy }),
    ...(source.groupWait === undefined ? {} : { group_wait: source.groupWait }),
    ...(source.groupInterval === undefined ? {} : { group_interval: source.groupInterval }),
    ...(source.repeatInterval === undefined ? {} : { repeat_interval: source.repeatInterval }),
    ...(source.activeTimeIntervals === undefined
      ? {}
      : { active_time_intervals: source.activeTimeIntervals }),
    ...(source.continue === true ? { continue: true } : {}),
    ...(source.routes.length === 0 ? {} : { routes: source.routes.map(route) }),
  };
}

function receiverConfig(receiver: Receiver, { secret }: ConfigForm): object {
  return {
    name: receiver.name,
    ...(receiver.pagerduty === undefined
      ? {}
      : { pagerduty_configs: [pagerduty(receiver.pagerduty, secret)] }),
    ...(receiver.slack === undefined ? {} : { slack_configs: [slack(receiver.slack, secret)] }),
    ...(receiver.email === undefined ? {} : { email_configs: [email(receiver.email, secret)] }),
    ...(receiver.webhook === undefined
      ? {}
      : {
          webhook_configs: [
            { ...secret("url", receiver.webhook.urlSecret), send_resolved: receiver.webhook.sendResolved },
          ],
        }),
  };
}

type Secret = ConfigForm["secret"];

/** One dedup key per group comes from Alertmanager. */
function pagerduty(source: NonNullable<Receiver["pagerduty"]>, secret: Secret): object {
  return {
    url: source.address,
    ...secret("routing_key", source.routingKeySecret),
    send_resolved: true,
    description: PAGE.summary,
    severity: PAGE.severity,
    component: PAGE.component,
    group: PAGE.group,
    class: PAGE.class,
    client: PAGE.client,
    client_url: PAGE.dashboard,
    links: [
      { href: PAGE.runbook, text: "Runbook" },
      { href: PAGE.dashboard, text: "Dashboard" },
    ],
    details: PAGE.details,
  };
}

function slack(source: NonNullable<Receiver["slack"]>, secret: Secret): object {
  return {
    ...secret("api_url", source.webhookSecret),
    channel: source.channel,
    send_resolved: true,
    color: CHAT.color,
    title: CHAT.title,
    title_link: CHAT.link,
    text: CHAT.text,
    fallback: CHAT.title,
    footer: CHAT.footer,
  };
}

function email(source: NonNullable<Receiver["email"]>, secret: Secret): object {
  return {
    to: source.to,
    from: source.from,
    smarthost: source.smarthost,
    auth_username: source.username,
    ...secret("auth_password", source.passwordSecret),
    require_tls: source.requireTls,
    send_resolved: false,
    headers: { Subject: MAIL.subject },
    html: MAIL.html,
    text: MAIL.text,
  };
}
