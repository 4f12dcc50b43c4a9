import type { FastifyInstance } from "fastify";
import { INTEGRATIONS } from "../../receivers";
import type { Integration } from "../../receivers/integration";
import type { Inbox } from "./inbox";

/** The stand-ins for everybody who is posted to; a body that the real one would refuse is refused. */
export function receiverRoutes(app: FastifyInstance, inbox: Inbox, receivers: ReadonlySet<string>): void {
  for (const { kind, received } of Object.values<Integration<keyof typeof INTEGRATIONS>>(INTEGRATIONS)) {
    app.post<{ Params: { receiver: string } }>(`/${kind}/:receiver`, (request, reply) => {
      const { receiver } = request.params;
      const notifications = receivers.has(receiver) ? received?.(request.body, receiver) : undefined;
      if (notifications === undefined) {
        return reply.code(400).send("this is no notification, or for nobody here");
      }
      for (const notification of notifications) {
        inbox.add({ time: new Date().toISOString(), channel: kind, receiver, ...notification });
      }
      return reply.code(202).send("ok");
    });
  }
  app.post("/heartbeat", (_request, reply) => {
    inbox.beat(new Date().toISOString());
    return reply.send("OK");
  });
}
