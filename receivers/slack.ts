import { z } from "zod";
import { defineIntegration } from "./integration";
import { call, chatText, cut, define, linkAs, LONGEST, names, TITLE } from "./template";

/** Of each of the first alerts of a message; Slack cuts at 40,000 as escaped. */
const LONGEST_ALERT = 1_200;

const ESCAPED = `reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;"`;

/** As Slack wants text: without the three characters that make links and pings. */
function escaped(text: string, length: number): string {
  return cut(text, length, ` | ${ESCAPED}`);
}

const link = linkAs((title) => `<{{ . | ${ESCAPED} }}|${title}> `);

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
      chatText({
        bold: "*",
        newline: "\n",
        escaped,
        link,
        rest: "<{{ .ExternalURL }}|Alertmanager>",
        longest: { text: LONGEST_ALERT, labels: LONGEST_ALERT, name: LONGEST.names },
      }),
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
