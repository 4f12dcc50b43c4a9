import type { Matcher, Receiver, Route, RoutingPlan } from "../../plan/routing";
import { toYaml } from "../file-set";

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

/** `alertmanager.yml` of a plan; secrets appear as files only. Source: Alertmanager docs, "Configuration". */
export function alertmanagerConfig(routing: RoutingPlan, paths: AlertmanagerPaths): string {
  return toYaml({
    global: { resolve_timeout: routing.resolveTimeout },
    templates: [`${paths.templates}/*.tmpl`],
    route: route(routing.root),
    receivers: routing.receivers.map((receiver) => receiverConfig(receiver, paths)),
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
  });
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

function receiverConfig(receiver: Receiver, paths: AlertmanagerPaths): object {
  const secret = (key: string): string => `${paths.secrets}/${key}`;
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
            { url_file: secret(receiver.webhook.urlSecret), send_resolved: receiver.webhook.sendResolved },
          ],
        }),
  };
}

type SecretPath = (key: string) => string;

/** PagerDuty's default severity is `error`, so it is always set; one dedup key per group comes from Alertmanager. */
function pagerduty(source: NonNullable<Receiver["pagerduty"]>, secret: SecretPath): object {
  return {
    url: source.address,
    routing_key_file: secret(source.routingKeySecret),
    send_resolved: true,
    description: '{{ template "tocsin.title" . }}',
    severity: '{{ template "tocsin.pagerduty.severity" . }}',
    component: "{{ .CommonLabels.service }}",
    group: "{{ .CommonLabels.slo }}",
    class: "{{ .CommonLabels.category }}",
    client: "Tocsin",
    client_url: '{{ template "tocsin.dashboard" . }}',
    links: [
      { href: '{{ template "tocsin.runbook" . }}', text: "Runbook" },
      { href: '{{ template "tocsin.dashboard" . }}', text: "Dashboard" },
    ],
    details: {
      alerts: '{{ template "tocsin.names" . }}',
      environment: "{{ .CommonLabels.environment }}",
      team: "{{ .CommonLabels.team }}",
      text: '{{ template "tocsin.text" . }}',
    },
  };
}

function slack(source: NonNullable<Receiver["slack"]>, secret: SecretPath): object {
  return {
    api_url_file: secret(source.webhookSecret),
    channel: source.channel,
    send_resolved: true,
    color: '{{ template "tocsin.slack.color" . }}',
    title: '{{ template "tocsin.title" . }}',
    title_link: '{{ template "tocsin.dashboard" . }}',
    text: '{{ template "tocsin.slack.text" . }}',
    fallback: '{{ template "tocsin.title" . }}',
    footer: '{{ template "tocsin.names" . }}',
  };
}

function email(source: NonNullable<Receiver["email"]>, secret: SecretPath): object {
  return {
    to: source.to,
    from: source.from,
    smarthost: source.smarthost,
    auth_username: source.username,
    auth_password_file: secret(source.passwordSecret),
    require_tls: source.requireTls,
    send_resolved: false,
    headers: { Subject: '{{ template "tocsin.email.subject" . }}' },
    html: '{{ template "tocsin.email.html" . }}',
    text: '{{ template "tocsin.text" . }}',
  };
}
