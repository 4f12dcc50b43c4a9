import { z } from "zod";
import { defineIntegration } from "./integration";
import { call, chatText, define, LONGEST, markdown, markdownLink, TITLE } from "./template";

/** Teams takes 28 kB, and a character may become seven: a backslash, and one that JSON writes by its number. */
const LONGEST_ALERT = { text: 250, labels: 150, name: 150 } as const;
const LONGEST_LINK = 400;

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
      chatText({
        bold: "**",
        // A blank line, which is what ends a paragraph of a card.
        newline: String.raw`{{ "\n\n" }}`,
        escaped: markdown,
        link: (value, title) => markdownLink(value, title, LONGEST_LINK),
        rest: "[Alertmanager]({{ .ExternalURL }})",
        longest: LONGEST_ALERT,
      }),
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
