import { z } from "zod";
import { defineIntegration } from "./integration";
import { call, define, LONGEST, markdown, markdownLink, TITLE } from "./template";

/** Teams takes 28 kB, and a character may become seven: a backslash, and one that JSON writes by its number. */
const LONGEST_TEXT = 250;
const LONGEST_LABELS = 150;
const LONGEST_LINK = 400;
const ALERTS = 5;

/** A blank line, which is what ends a paragraph of a card. */
const PARAGRAPH = String.raw`{{ "\n\n" }}`;

const ALERT = `**${markdown(".Labels.alertname", LONGEST_LABELS)}** ({{ with .Labels.severity }}${markdown(".", LONGEST_LABELS)}, {{ end }}{{ .Status }}) since {{ .StartsAt.UTC.Format "15:04:05 UTC" }}${PARAGRAPH}${markdown("print .Annotations.description .Annotations.message", LONGEST_TEXT)}${PARAGRAPH}{{ if not .Labels.slo }}{{ range .Labels.SortedPairs }}{{ $labels = print $labels .Name "=" .Value " " }}{{ end }}${markdown("$labels", LONGEST_LABELS)}${PARAGRAPH}{{ end }}${markdownLink("runbook_url", "Runbook", LONGEST_LINK)}${markdownLink("dashboard_url", "Dashboard", LONGEST_LINK)}`;

const CARD = { title: call("msteams.title"), text: call("msteams.text") } as const;

const block = z.object({ text: z.string(), color: z.string().optional() });

/** Source: Microsoft docs, "Send Adaptive Cards using an Incoming Webhook". */
const message = z.object({
  type: z.literal("message"),
  attachments: z.tuple([z.object({ content: z.object({ body: z.tuple([block, block]) }) })]),
});

/** Microsoft Teams, by the webhook of a workflow, which posts an Adaptive Card. */
export const msteams = defineIntegration({
  kind: "msteams",
  title: "Microsoft Teams",
  wakes: false,
  fields: {
    webhookSecret: {
      form: "secretKey",
      means: "key of the secret that holds the workflow's webhook address",
      holds: { what: "the address of a webhook of Teams", is: "address" },
    },
  },
  templates: [
    define("msteams.title", `${TITLE}${markdown("$title", LONGEST.title)}`),
    define(
      "msteams.text",
      `{{ range $i, $alert := .Alerts }}{{ if lt $i ${ALERTS} }}{{ with $alert }}{{ $labels := "" }}${ALERT}${PARAGRAPH}{{ end }}{{ end }}{{ end }}{{ if gt (len .Alerts) ${ALERTS} }}and {{ len (slice .Alerts ${ALERTS}) }} more: [Alertmanager]({{ .ExternalURL }}){{ end }}`,
    ),
  ],
  alertmanager: {
    list: "msteamsv2_configs",
    since: "0.28",
    write: ({ webhookSecret }) => ({ fields: CARD, secrets: { webhook_url: webhookSecret } }),
  },
  grafana: {
    list: "teams",
    write: ({ webhookSecret }) => ({
      fields: { title: CARD.title, message: CARD.text },
      secrets: { url: webhookSecret },
    }),
  },
  inLab: () => ({}),
  received: (body) => {
    const { data } = message.safeParse(body);
    if (data === undefined) {
      return undefined;
    }
    const [title, text] = data.attachments[0].content.body;
    return [
      {
        status: title.color === "Good" ? "resolved" : "firing",
        alerts: [...text.text.matchAll(/^\*\*(.*?)\*\* \((?:.*, )?(firing|resolved)\) since/gm)]
          .map(([, name = "", state = ""]) => `${name} ${state}`)
          .join(", "),
        title: title.text,
        text: text.text,
        links: [...text.text.matchAll(/\]\((http[^)]+)\)/g)].map((match) => match[1] ?? ""),
      },
    ];
  },
});
