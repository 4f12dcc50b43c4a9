import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { notFoundHtml } from "../backends/runbook-site/pages";
import { pathOf, runbookSite } from "../backends/runbook-site/site";
import { CONTENT_SECURITY_POLICY } from "../backends/runbook-site/stylesheet";
import { uidIn } from "../plan/dashboard";
import { placeOf } from "../plan/environment";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { RECORDS } from "../plan/names";
import type { Inbox } from "./receivers/inbox";
import { ALERTMANAGERS } from "./to-lab";
import { receiverRoutes } from "./receivers/routes";
import { sampleLine } from "./workload/exposition";
import type { Incident } from "./workload/fault";
import { instanceName } from "./workload/history";
import { INCIDENTS } from "./workload/incidents";
import type { Workload } from "./workload/workload";

/** What the server plays and what it is told. */
export interface LabServer {
  readonly plan: MonitoringPlan;
  readonly workload: Workload;
  readonly inbox: Inbox;
  readonly token: string;
  /** Host and port of Alertmanager, once it is known. */
  readonly alertmanager: string;
  readonly prometheus: string;
}

/** One server for the workload's metrics, discovery, the stand-in receivers, runbooks and control. */
export function labServer(lab: LabServer): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true });
  workloadRoutes(app, lab);
  receiverRoutes(app, lab.inbox, new Set(lab.plan.routing.receivers.map((receiver) => receiver.name)));
  runbookRoutes(app, lab);
  dashboardRoutes(app, lab);
  controlRoutes(app, lab);
  return app;
}

function now(): number {
  return Date.now() / 1_000;
}

function workloadRoutes(app: FastifyInstance, { workload, alertmanager }: LabServer): void {
  app.get<{ Params: { job: string }; Headers: { host: string } }>("/sd/:job", (request, reply) => {
    const { job } = request.params;
    if (job === ALERTMANAGERS) {
      return reply.send([{ targets: [alertmanager], labels: {} }]);
    }
    const targets = workload.isKnown(job)
      ? workload.targets().filter((target) => target.job.name === job)
      : [];
    return reply.send(
      targets.map(({ instance }) => ({
        targets: [request.headers.host],
        labels: { __metrics_path__: `/metrics/${job}/${instance}`, instance: instanceName(job, instance) },
      })),
    );
  });
  app.get<{ Params: { job: string; instance: string } }>("/metrics/:job/:instance", (request, reply) => {
    const { job } = request.params;
    const instance = Number(request.params.instance);
    if (!workload.isUp(job, instance)) {
      return reply.code(503).send("the target is down\n");
    }
    workload.advance(now());
    const lines = workload.samples(job, instance).map((sample) => sampleLine(sample));
    return reply.type("text/plain; version=0.0.4").send(`${lines.join("\n")}\n`);
  });
}

/** The link of a notification to a dashboard opens its queries in Prometheus. */
function dashboardRoutes(app: FastifyInstance, { plan, prometheus }: LabServer): void {
  app.get<{ Params: { uid: string }; Querystring: { viewPanel?: string } }>("/d/:uid", (request, reply) => {
    const dashboard = plan.dashboards.find(
      ({ uid }) => uidIn(uid, placeOf(plan.environment)) === request.params.uid,
    );
    const panel = dashboard?.json.panels.find(({ id }) => `${id}` === request.query.viewPanel);
    const matcher = dashboard === undefined ? "" : `{service="${dashboard.service}"}`;
    const exprs = panel?.targets?.map(({ expr }) => expr) ?? [`${RECORDS.budgetRemaining}${matcher}`];
    const query = new URLSearchParams();
    exprs.forEach((expr, index) => {
      query.set(`g${index}.expr`, expr);
      query.set(`g${index}.tab`, "graph");
      query.set(`g${index}.range_input`, "1h");
    });
    return reply.redirect(`${prometheus}/query?${query.toString()}`);
  });
}

/** The same pages as in the cluster, at the addresses that the lab's alerts link to. */
function runbookRoutes(app: FastifyInstance, { plan }: LabServer): void {
  const site = runbookSite(plan);
  const html = new Map(site.files.map((file) => [pathOf(file), file.html]));
  const pages = new Map(site.unnamed.map(({ address, file }) => [address, html.get(file)]));
  app.get<{ Params: { "*": string } }>("/runbooks/*", (request, reply) => {
    const page = pages.get(`/${request.params["*"]}`);
    return reply
      .code(page === undefined ? 404 : 200)
      .header("content-security-policy", CONTENT_SECURITY_POLICY)
      .type("text/html; charset=utf-8")
      .send(page ?? notFoundHtml("/runbooks/"));
  });
}

function controlRoutes(app: FastifyInstance, lab: LabServer): void {
  const guard = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.headers.authorization !== `Bearer ${lab.token}`) {
      await reply.code(401).send({ error: "this is the lab's own door; use the tocsin command" });
    }
  };
  app.register((api, _options, done) => {
    api.addHook("onRequest", guard);
    api.get("/api/inbox", () => lab.inbox.all());
    incidentRoutes(api, lab);
    done();
  });
}

/** Incidents add up until all are mended. */
function incidentRoutes(api: FastifyInstance, { workload, inbox }: LabServer): void {
  const active = new Map<string, Incident>();
  const apply = (): void => {
    workload.setFaults([...active.values()], now());
  };
  api.get("/api/status", () => ({
    incidents: [...active.keys()],
    heartbeat: inbox.heartbeat(),
    notifications: inbox.all().length,
  }));
  api.post<{ Body: { incident: string } }>("/api/break", (request, reply) => {
    const incident = INCIDENTS.find(({ id }) => id === request.body.incident);
    if (incident === undefined) {
      return reply.code(404).send({ error: `there is no incident [${request.body.incident}]` });
    }
    active.set(incident.id, incident);
    apply();
    return reply.send(incident);
  });
  api.post("/api/mend", () => {
    const mended = [...active.keys()];
    active.clear();
    apply();
    return { mended };
  });
}
