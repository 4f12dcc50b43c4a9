import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { suggestion } from "../slo/nearest";
import { heartbeatPlan } from "./heartbeat";
import type { Inbox } from "./receivers/inbox";
import type { ServiceIncident } from "../slo/incident";
import { declaredIncidents, playableIncidents, whatIsMissing } from "./workload/playable";
import type { Workload } from "./workload/workload";

/** What the commands ask and change. */
export interface Control {
  readonly plan: MonitoringPlan;
  readonly workload: Workload;
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
    api.get("/api/inbox", () => control.inbox.all());
    incidentRoutes(api, control);
    done();
  });
}

/** Incidents add up until all are mended. */
function incidentRoutes(api: FastifyInstance, { plan, workload, inbox }: Control): void {
  const active = new Map<string, ServiceIncident>();
  const playable = playableIncidents(plan);
  const apply = (): void => {
    workload.setFaults([...active.values()], Date.now() / 1_000);
  };
  api.get("/api/status", () => ({
    incidents: [...active.keys()],
    heartbeat: { ...inbox.heartbeat(), plan: heartbeatPlan(plan.routing) },
    notifications: inbox.all().length,
  }));
  api.get("/api/incidents", () =>
    playable.map(({ id, service, says, alerts }) => ({ id, service, says, alerts })),
  );
  api.post<{ Body: { incident: string } }>("/api/break", (request, reply) => {
    const { incident: id } = request.body;
    const incident = playable.find((each) => each.id === id);
    if (incident === undefined) {
      return reply.code(404).send({ error: refusal(id, playable, plan) });
    }
    active.set(incident.id, incident);
    apply();
    return reply.send(incident);
  });
  api.post<{ Body: { incidents?: readonly string[] } | null }>("/api/mend", (request, reply) => {
    const broken = [...active.keys()];
    const mended = request.body?.incidents ?? broken;
    const [whole] = mended.filter((id) => !active.has(id));
    if (whole !== undefined) {
      return reply.code(404).send({ error: `[${whole}] is not broken. ${suggestion(whole, broken)}` });
    }
    mended.forEach((id) => active.delete(id));
    apply();
    return reply.send({ mended });
  });
}

/** Why there is no such incident here, and which there are. */
function refusal(id: string, playable: readonly ServiceIncident[], plan: MonitoringPlan): string {
  const elsewhere = declaredIncidents(plan).find((incident) => incident.id === id);
  const why =
    elsewhere === undefined
      ? `[${id}] is not an incident`
      : `[${id}] cannot be played: ${whatIsMissing(elsewhere, plan).join("; ")}`;
  return `${why}. ${suggestion(
    id,
    playable.map((incident) => incident.id),
  )} \`tocsin break --list\` shows what each does.`;
}
