import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Inbox } from "./inbox";

/** A text, or nothing; a tab before it is Alertmanager's only way to leave a text alone. */
const detail = z
  .string()
  .nullish()
  .transform((text) => text?.trim() ?? "");

/** PagerDuty Events API v2, the parts that Alertmanager sends. Source: PagerDuty docs, "Send an Alert Event". */
const pagerdutyEvent = z.object({
  routing_key: z.string().min(1),
  event_action: z.enum(["trigger", "resolve", "acknowledge"]),
  dedup_key: z.string().min(1),
  payload: z
    .object({
      summary: z.string(),
      severity: z.enum(["critical", "error", "warning", "info"]),
      source: z.string(),
      custom_details: z
        .object({ alerts: detail, firing: detail, resolved: detail })
        .default({ alerts: "", firing: "", resolved: "" }),
    })
    .optional(),
  links: z.array(z.object({ href: z.string(), text: z.string().optional() })).default([]),
});

/** An incoming webhook of Slack, as Alertmanager calls it. */
const slackMessage = z.object({
  channel: z.string().default(""),
  attachments: z.array(
    z.object({
      title: z.string().default(""),
      title_link: z.string().default(""),
      text: z.string().default(""),
      footer: z.string().default(""),
      color: z.string().default(""),
    }),
  ),
});

/** The stand-ins for PagerDuty, Slack and the heartbeat service; a body that the real one would refuse is refused. */
export function receiverRoutes(app: FastifyInstance, inbox: Inbox, receivers: ReadonlySet<string>): void {
  app.post("/pagerduty/v2/enqueue", (request, reply) => {
    const parsed = pagerdutyEvent.safeParse(request.body);
    if (!parsed.success || !receivers.has(parsed.data.routing_key)) {
      return reply
        .code(400)
        .send({ status: "invalid event", errors: parsed.error?.issues ?? ["unknown routing key"] });
    }
    const { dedup_key, event_action, links, payload, routing_key } = parsed.data;
    inbox.add({
      time: new Date().toISOString(),
      channel: "pagerduty",
      receiver: routing_key,
      status: event_action === "resolve" ? "resolved" : "firing",
      alerts: payload?.custom_details.alerts ?? "",
      title: payload?.summary ?? "",
      text: textOf(payload?.custom_details),
      links: links.map((link) => link.href),
      dedupKey: dedup_key,
    });
    return reply.code(202).send({ status: "success", message: "Event processed", dedup_key });
  });
  slackRoute(app, inbox, receivers);
  app.post("/heartbeat", (_request, reply) => {
    inbox.beat(new Date().toISOString());
    return reply.send("OK");
  });
}

function textOf(details: { readonly firing: string; readonly resolved: string } | undefined): string {
  return details === undefined || details.firing !== "" ? (details?.firing ?? "") : details.resolved;
}

function slackRoute(app: FastifyInstance, inbox: Inbox, receivers: ReadonlySet<string>): void {
  app.post<{ Params: { receiver: string } }>("/slack/:receiver", (request, reply) => {
    const parsed = slackMessage.safeParse(request.body);
    if (!parsed.success || !receivers.has(request.params.receiver)) {
      return reply.code(400).send("invalid_payload");
    }
    for (const attachment of parsed.data.attachments) {
      inbox.add({
        time: new Date().toISOString(),
        channel: "slack",
        receiver: request.params.receiver,
        status: attachment.color === "good" ? "resolved" : "firing",
        alerts: attachment.footer,
        title: attachment.title,
        text: `${parsed.data.channel} ${attachment.text}`,
        links: [...attachment.text.matchAll(/<(http[^|>]+)\|/g)].map((match) => match[1] ?? ""),
      });
    }
    return reply.send("ok");
  });
}
