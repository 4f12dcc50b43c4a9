import fastify, { type FastifyInstance } from "fastify";
import { notFoundHtml } from "../backends/runbook-site/pages";
import { pathOf, runbookSite } from "../backends/runbook-site/site";
import { CONTENT_SECURITY_POLICY } from "../backends/runbook-site/stylesheet";
import { gateRoute, type AlertGate } from "./alert-gate";
import type { ConsoleFiles } from "./console/bundle";
import { consoleRoutes } from "./console/routes";
import { controlRoutes, type Control } from "./control";
import { Incidents } from "./incidents";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { ALERTMANAGERS } from "./to-lab";
import { receiverRoutes } from "./receivers/routes";
import { metricsPage } from "./workload/exposition";
import { instanceName } from "./workload/history";
import type { Workload } from "./workload/workload";

/** What the server plays and what it is told. */
export interface LabServer extends Omit<Control, "incidents"> {
  readonly gate: AlertGate;
  readonly workload: Workload;
  /** The plan before it was put on the lab's clock. */
  readonly original: MonitoringPlan;
  readonly speed: number;
  readonly console: ConsoleFiles;
  readonly alertmanager: string;
  readonly prometheus: string;
}

/** One server for the workload's metrics, discovery, the stand-in receivers, runbooks, the console and control. */
export function labServer(lab: LabServer): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true });
  const incidents = new Incidents(lab.plan, lab.workload);
  workloadRoutes(app, lab);
  receiverRoutes(app, lab.inbox, new Set(lab.plan.routing.receivers.map((receiver) => receiver.name)));
  runbookRoutes(app, lab);
  gateRoute(app, lab.gate, lab.alertmanager);
  consoleRoutes(app, { ...lab, incidents, files: lab.console });
  controlRoutes(app, { ...lab, incidents });
  return app;
}

function now(): number {
  return Date.now() / 1_000;
}

function workloadRoutes(app: FastifyInstance, { workload }: LabServer): void {
  app.get<{ Params: { job: string }; Headers: { host: string } }>("/sd/:job", (request, reply) => {
    const { job } = request.params;
    if (job === ALERTMANAGERS) {
      return reply.send([{ targets: [request.headers.host], labels: {} }]);
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
    const page = metricsPage(workload.samples(job, instance), workload.nativeHistograms(job));
    return reply.type("text/plain; version=0.0.4").send(page);
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
