import { z } from "zod";
import { defineIntegration } from "./integration";
import { call, cut, define, LONGEST, names, TITLE, withAddress } from "./template";

/** Of each of the first alerts of a message; Slack cuts at 40,000 as escaped. */
const LONGEST_ALERT = 1_200;
const ALERTS = 5;

const ESCAPED = `reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;"`;

/** As Slack wants text: without the three characters that make links and pings. */
function escaped(text: string, length: number): string {
  return cut(text, length, ` | ${ESCAPED}`);
}

function link(annotation: string, title: string): string {
  return withAddress(annotation, `<{{ . | ${ESCAPED} }}|${title}> `);
}

const ALERT = `*${escaped(".Labels.alertname", LONGEST.names)}* ({{ with .Labels.severity }}${escaped(".", LONGEST.names)}, {{ end }}{{ .Status }}) since {{ .StartsAt.UTC.Format "15:04:05 UTC" }}
${escaped("print .Annotations.description .Annotations.message", LONGEST_ALERT)}
{{ if not .Labels.slo }}{{ range .Labels.SortedPairs }}{{ $labels = print $labels .Name "=" .Value " " }}{{ end }}${escaped("$labels", LONGEST_ALERT)}
{{ end }}${link("runbook_url", "Runbook")}${link("dashboard_url", "Dashboard")}`;

const MESSAGE = { color: call("slack.color"), title: call("slack.title"), text: call("slack.text") } as const;

const text = z.string().default("");

const message = z.object({
  channel: text,
  attachments: z.array(z.object({ title: text, text, footer: text, color: text })),
});

/** Slack, by an incoming webhook. */
export const slack = defineIntegration({
  kind: "slack",
  title: "Slack",
  wakes: false,
  fields: {
    channel: { form: "channel", means: "Slack channel" },
    webhookSecret: {
      form: "secretKey",
      means: "key of the secret that holds the channel's webhook address",
      holds: { what: "the address of a Slack webhook", is: "address" },
    },
  },
  templates: [
    define(
      "slack.color",
      `{{ if eq .Status "resolved" }}good{{ else if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}`,
    ),
    define("slack.title", `${TITLE}${escaped("$title", LONGEST.title)}`),
    define("slack.names", `${names(".Alerts")}${escaped("$names", LONGEST.names)}`),
    define(
      "slack.text",
      `{{ range $i, $alert := .Alerts }}{{ if lt $i ${ALERTS} }}{{ with $alert }}{{ $labels := "" }}${ALERT}
{{ end }}{{ end }}{{ end }}{{ if gt (len .Alerts) ${ALERTS} }}and {{ len (slice .Alerts ${ALERTS}) }} more: <{{ .ExternalURL }}|Alertmanager>{{ end }}`,
    ),
  ],
  place: ({ channel }) => channel,
  alertmanager: {
    list: "slack_configs",
    write: ({ channel, webhookSecret }) => ({
      fields: {
        channel,
        ...MESSAGE,
        title_link: call("dashboard"),
        fallback: MESSAGE.title,
        footer: call("slack.names"),
      },
      secrets: { api_url: webhookSecret },
    }),
  },
  grafana: {
    list: "slacks",
    write: ({ channel, webhookSecret }) => ({
      fields: { recipient: channel, ...MESSAGE },
      secrets: { url: webhookSecret },
    }),
  },
  inLab: () => ({}),
  received: (body) => {
    const { data } = message.safeParse(body);
    return data?.attachments.map(({ color, footer, title, text: said }) => ({
      status: color === "good" ? "resolved" : "firing",
      alerts: footer,
      title,
      text: `${data.channel} ${said}`,
      links: [...said.matchAll(/<(http[^|>]+)\|/g)].map((match) => match[1] ?? ""),
    }));
  },
});
