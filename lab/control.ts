import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { heartbeatPlan } from "./heartbeat";
import { UnknownIncident, type Incidents } from "./incidents";
import type { Inbox } from "./receivers/inbox";

/** What the commands ask and change. */
export interface Control {
  readonly plan: MonitoringPlan;
  readonly incidents: Incidents;
  readonly inbox: Inbox;
  readonly token: string;
}

/** The lab's own door, which opens to the token of its folder. */
export function controlRoutes(app: FastifyInstance, control: Control): void {
  const guard = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.headers.authorization !== `Bearer ${control.token}`) {
      await reply.code(401).send({ error: "this is the lab's own door; use the tocsin command" });
    }
  };
  app.register((api, _options, done) => {
    api.addHook("onRequest", guard);
    refuseUnknown(api);
    api.get("/api/inbox", () => control.inbox.all());
    incidentRoutes(api, control);
    done();
  });
}

/** Who names an incident that is not there is told so. */
export function refuseUnknown(api: FastifyInstance): void {
  api.setErrorHandler((error, _request, reply) => {
    if (error instanceof UnknownIncident) {
      return reply.code(404).send({ error: error.message });
    }
    throw error;
  });
}

function incidentRoutes(api: FastifyInstance, { plan, incidents, inbox }: Control): void {
  api.get("/api/status", () => ({
    incidents: incidents.broken(),
    heartbeat: { ...inbox.heartbeat(), plan: heartbeatPlan(plan.routing) },
    notifications: inbox.all().length,
  }));
  api.get("/api/incidents", () =>
    incidents.playable.map(({ id, service, says, alerts }) => ({ id, service, says, alerts })),
  );
  api.post<{ Body: { incident: string } }>(
    "/api/break",
    ({ body: { incident } }) => incidents.break([incident])[0],
  );
  api.post<{ Body: { incidents?: readonly string[] } | null }>("/api/mend", ({ body }) => ({
    mended: incidents.mend(body?.incidents),
  }));
}
