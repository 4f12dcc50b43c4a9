import fastify, { type FastifyInstance } from "fastify";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Inbox } from "../../lab/receivers/inbox";
import { startMailServer, type MailServer } from "../../lab/receivers/mail";
import { receiverRoutes } from "../../lab/receivers/routes";
import { ALERTMANAGERS, labSecrets } from "../../lab/to-lab";
import type { Toolchain } from "../../lab/toolchain";
import { sampleLine } from "../../lab/workload/exposition";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { milliseconds, type Duration } from "../../slo/duration";
import { eventually } from "../support/lab";
import { objectsOfPlan, podProgram } from "../support/pod-programs";
import { removeFolder, temporaryFolder } from "../support/program";
import { scaledFlags } from "./flags";
import {
  ALL_MOMENTS,
  CHANNELS,
  deliveryPlan,
  incidentName,
  METRIC,
  pageReceiver,
  REPLICAS,
  type Channel,
  type Moment,
} from "./incidents";
import { MeshPort } from "./mesh-port";
import { reservePort } from "./ports";
import { PATIENCE, Server } from "./server";
import { StandIn } from "./stand-in";

/** How many times faster than life the clock runs. */
export const SPEED = 10;

/** What a stage is opened with. */
export interface StageOptions {
  readonly programs: Toolchain;
  /** The plan of prod. */
  readonly plan: MonitoringPlan;
  /** Services whose pages are played, each with a receiver of its own. */
  readonly services: readonly string[];
}

/** When an incident began and ended, in milliseconds since the epoch. */
interface Span {
  readonly begun: number;
  readonly ended?: number;
}

/** Three Alertmanagers in a mesh, two Prometheus servers, receivers, and incidents that begin and end when told. */
export class Stage {
  readonly alertmanagers: Server[] = [];
  readonly prometheuses: Server[] = [];
  readonly mesh: MeshPort[] = [];
  private readonly folder = temporaryFolder();
  readonly inbox = new Inbox(path.join(this.folder, "inbox.jsonl"));
  private readonly standIns = new Map<string, StandIn>();
  private readonly spans = new Map<string, Span>();
  private readonly app: FastifyInstance = fastify({ logger: false, forceCloseConnections: true });
  private mail: MailServer | undefined;

  /** Also when the process ends in the middle, as by Ctrl-C. */
  private readonly forget = (): void => removeFolder(this.folder);

  private constructor(private readonly options: StageOptions) {
    process.once("exit", this.forget);
  }

  /** @throws Error when a server does not start; nothing is left running then */
  static async open(options: StageOptions): Promise<Stage> {
    const stage = new Stage(options);
    try {
      await stage.build();
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  begin(service: string, ...moments: readonly Moment[]): void {
    for (const moment of moments) {
      this.spans.set(incidentName(service, moment), { begun: Date.now() });
    }
  }

  end(service: string, ...moments: readonly Moment[]): void {
    for (const moment of moments) {
      const span = this.span(service, moment);
      this.spans.set(incidentName(service, moment), { ...span, ended: Date.now() });
    }
  }

  span(service: string, moment: Moment): Span {
    const span = this.spans.get(incidentName(service, moment));
    if (span === undefined) {
      throw new Error(`[${incidentName(service, moment)}] never began`);
    }
    return span;
  }

  receiver(service: string): string {
    return pageReceiver(this.options.plan, service);
  }

  standIn(service: string, channel: Channel): StandIn {
    const found = this.standIns.get(`${this.receiver(service)}.${channel}`);
    if (found === undefined) {
      throw new Error(`[${service}] has no receiver of its own on this stage`);
    }
    return found;
  }

  /** Lets so much of life pass. */
  async pass(duration: Duration): Promise<void> {
    await sleep(milliseconds(duration) / SPEED);
  }

  async until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
    await eventually(
      what,
      PATIENCE,
      async () => ((await holds()) ? true : undefined),
      () => JSON.stringify(this.inbox.all().map(({ time, channel, title }) => `${time} ${channel} ${title}`)),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.alertmanagers, ...this.prometheuses].map((server) => server.kill()));
    await Promise.all([...this.standIns.values()].map((standIn) => standIn.close()));
    this.mesh.forEach((port) => port.close());
    await this.mail?.close();
    await this.app.close();
    process.removeListener("exit", this.forget);
    this.forget();
  }

  private async build(): Promise<void> {
    const { services } = this.options;
    const web = await reservePort();
    const address = `http://127.0.0.1:${web}`;
    this.mail = await startMailServer(this.inbox);
    const settings = { speed: SPEED, address, smtp: `127.0.0.1:${this.mail.port}` };
    const alertmanagers = await ports(REPLICAS.alertmanager);
    const prometheuses = await ports(REPLICAS.prometheus);
    const plan = await this.withStandIns(
      deliveryPlan(this.options.plan, services, {
        ...settings,
        alertmanager: `http://127.0.0.1:${alertmanagers[0] ?? 0}`,
      }),
    );
    this.routes(plan, alertmanagers);
    await this.app.listen({ port: web, host: "127.0.0.1" });
    await this.startServers(plan, address, alertmanagers, prometheuses);
  }

  private async withStandIns(plan: MonitoringPlan): Promise<MonitoringPlan> {
    const names = new Set(plan.routing.receivers.map(({ name }) => name));
    for (const name of new Set(this.options.services.map((service) => this.receiver(service)))) {
      for (const channel of CHANNELS) {
        const standIn = new StandIn(await reservePort(), this.inbox, names);
        this.standIns.set(`${name}.${channel}`, standIn);
        await standIn.open();
      }
    }
    const receivers = plan.routing.receivers.map((receiver) => {
      const standIn = this.standIns.get(`${receiver.name}.pagerduty`);
      return standIn === undefined
        ? receiver
        : {
            ...receiver,
            integrations: receiver.integrations.map((settings) =>
              settings.kind === "pagerduty"
                ? { ...settings, address: `${standIn.address}/pagerduty/${receiver.name}` }
                : settings,
            ),
          };
    });
    return { ...plan, routing: { ...plan.routing, receivers } };
  }

  private secretsOf(plan: MonitoringPlan, address: string): (key: string) => string {
    const secrets = labSecrets(plan.routing, address);
    return (key) => {
      const standIn = this.standIns.get(key);
      const name = key.replace(/\.slack$/, "");
      return standIn !== undefined && name !== key
        ? `${standIn.address}/slack/${name}`
        : (secrets.get(key) ?? "");
    };
  }

  /** What the servers ask for: targets, their metrics, and receivers that nothing ails. */
  private routes(plan: MonitoringPlan, alertmanagers: readonly number[]): void {
    const names = new Set(plan.routing.receivers.map(({ name }) => name));
    receiverRoutes(this.app, this.inbox, names);
    this.app.get<{ Params: { job: string }; Headers: { host: string } }>("/sd/:job", (request) =>
      request.params.job === ALERTMANAGERS
        ? [{ targets: alertmanagers.map((port) => `127.0.0.1:${port}`) }]
        : [
            {
              targets: [request.headers.host],
              labels: { __metrics_path__: `/metrics/${request.params.job}` },
            },
          ],
    );
    this.app.get<{ Params: { job: string } }>("/metrics/:job", (request, reply) => {
      const service = plan.services.find(({ jobs }) => jobs.some(({ name }) => name === request.params.job));
      const lines = ALL_MOMENTS.map((moment) => {
        const incident = incidentName(service?.id ?? "", moment);
        const span = this.spans.get(incident);
        const value = span !== undefined && span.ended === undefined ? 1 : 0;
        return sampleLine({ name: METRIC, labels: { incident }, value });
      });
      return reply.type("text/plain; version=0.0.4").send(`${lines.join("\n")}\n`);
    });
  }

  private async startServers(
    plan: MonitoringPlan,
    address: string,
    alertmanagers: readonly number[],
    prometheuses: readonly number[],
  ): Promise<void> {
    const mesh = await ports(alertmanagers.length);
    for (const port of mesh) {
      this.mesh.push(await MeshPort.before(port, await reservePort()));
    }
    const objects = objectsOfPlan(plan);
    const advertised = this.mesh.map((port) => port.port);
    const server = (name: "alertmanager" | "prometheus", web: number, number: number): Server => {
      // As in the pods, the paths of all replicas are the same: Prometheus times its evaluations by them.
      const root = path.join(this.folder, name);
      const data = path.join(this.folder, `${name}-${number}`);
      const pod = { root, data, web, mesh, advertised, number };
      const program = podProgram(objects, name, pod, this.secretsOf(plan, address));
      const args = scaledFlags(name, program.args, SPEED);
      return new Server(
        `${name}-${number}`,
        this.options.programs[name],
        data,
        { ...program, args },
        `http://127.0.0.1:${web}`,
      );
    };
    this.alertmanagers.push(...alertmanagers.map((web, number) => server("alertmanager", web, number)));
    this.prometheuses.push(...prometheuses.map((web, number) => server("prometheus", web, number)));
    const all = [...this.alertmanagers, ...this.prometheuses];
    all.forEach((each) => each.start());
    await Promise.all(all.map((each) => each.ready()));
    await Promise.all(this.alertmanagers.map((each) => meshed(each, alertmanagers.length)));
  }
}

async function ports(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  while (found.length < count) {
    found.push(await reservePort());
  }
  return found;
}

interface Status {
  readonly cluster: { readonly status: string; readonly peers: readonly unknown[] };
}

/** Waits until an Alertmanager knows all of its peers and has settled. */
async function meshed(server: Server, members: number): Promise<void> {
  await server.until("knows its peers", async () => {
    const cluster = (await server.ask<Status>("/api/v2/status"))?.cluster;
    return cluster?.status === "ready" && cluster.peers.length === members;
  });
}
