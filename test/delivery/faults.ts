import { writeFileSync } from "node:fs";
import type { Duration } from "../../slo/duration";
import { CHANNEL_TITLES, type Channel, type Moment } from "./incidents";
import type { Server } from "./server";
import type { Stage } from "./stage";
import type { Trouble } from "./stand-in";
import type { Effect } from "./verdict";

/** Something that happens to a stage, and what may come of it. */
export interface Fault {
  readonly id: string;
  readonly says: string;
  /** The receivers that it concerns; both by default. */
  readonly channel?: Channel;
  /** Where the incident `edge` is when it comes: known to an Alertmanager, or pending in Prometheus. */
  readonly edge: "known" | "pending";
  /** How much of life it lasts at least. */
  readonly lasts: Duration;
  readonly start: (stage: Stage, service: string) => Promise<void>;
  readonly end: (stage: Stage, service: string) => Promise<void>;
  /** What it does to the messages of an incident, every time. */
  readonly does: Partial<Record<Moment, readonly Effect[]>>;
  /** What it may do besides, by chance. */
  readonly may: Partial<Record<Moment, readonly Effect[]>>;
  /** Whether any message may come twice, by chance. */
  readonly twice: boolean;
}

/** Nobody measures, or nobody can be told. */
const UNSEEN = { inside: ["page lost", "resolve lost"] } as const;

const TROUBLES: readonly { readonly id: string; readonly says: string; readonly trouble: Trouble }[] = [
  { id: "500", says: "answers 500", trouble: { kind: "answers", code: 500 } },
  {
    id: "429",
    says: "answers 429 with `Retry-After`",
    trouble: { kind: "answers", code: 429, retryAfter: "30" },
  },
  { id: "400", says: "answers 400", trouble: { kind: "answers", code: 400 } },
  { id: "hangs", says: "takes requests and never answers", trouble: { kind: "hangs" } },
  { id: "gone", says: "refuses connections", trouble: { kind: "refuses connections" } },
];

/** Faults of one kind of receiver, of which a stage plays as many at once as it has services. */
export function receiverFaults(channel: Channel): readonly Fault[] {
  return TROUBLES.map(({ id, says, trouble }) => ({
    id: `${channel}-${id}`,
    says: `${CHANNEL_TITLES[channel]} ${says}`,
    channel,
    edge: "known",
    lasts: "5m",
    start: (stage, service) => stage.standIn(service, channel).have(trouble),
    end: (stage, service) => stage.standIn(service, channel).recover(),
    does: UNSEEN,
    may: {},
    twice: true,
  }));
}

async function each(
  servers: readonly Server[],
  act: (server: Server) => Promise<void> | void,
): Promise<void> {
  await Promise.all(servers.map(async (server) => act(server)));
}

async function restart(servers: readonly Server[]): Promise<void> {
  const stopped = servers.filter((server) => !server.alive);
  await each(stopped, (server) => server.start());
  await each(stopped, (server) => server.ready());
}

/** The Alertmanagers in the order in which they notify. */
async function byPosition(stage: Stage): Promise<readonly Server[]> {
  const found = await Promise.all(
    stage.alertmanagers.map(async (server) => ({
      server,
      position: (await server.metric("alertmanager_peer_position")) ?? 0,
    })),
  );
  return found.sort((a, b) => a.position - b.position).map(({ server }) => server);
}

/** Servers that are killed, and come back with the disks that they had. */
function killed(
  which: (stage: Stage) => readonly Server[] | Promise<readonly Server[]>,
): Omit<Fault, "id" | "says"> {
  return {
    edge: "known",
    lasts: "3m",
    does: {},
    may: {},
    twice: false,
    start: async (stage) => each(await which(stage), (server) => server.kill()),
    end: (stage) => restart([...stage.alertmanagers, ...stage.prometheuses]),
  };
}

/** Faults of servers; each has a stage of its own. */
export const SERVER_FAULTS: readonly Fault[] = [
  {
    ...killed(async (stage) => (await byPosition(stage)).slice(0, 1)),
    id: "first-alertmanager",
    says: "the first Alertmanager is killed",
    twice: true,
  },
  {
    ...killed(async (stage) => (await byPosition(stage)).slice(0, 2)),
    id: "two-alertmanagers",
    says: "the first two Alertmanagers are killed",
    twice: true,
  },
  {
    ...killed((stage) => stage.alertmanagers),
    id: "all-alertmanagers",
    says: "all Alertmanagers are killed",
    does: UNSEEN,
    twice: true,
  },
  {
    ...killed((stage) => stage.prometheuses.slice(0, 1)),
    id: "one-prometheus",
    says: "one Prometheus is killed",
    edge: "pending",
  },
  {
    ...killed((stage) => stage.prometheuses),
    id: "both-prometheus",
    says: "both Prometheus servers are killed, for 3 minutes",
    edge: "pending",
    does: UNSEEN,
  },
  {
    ...killed((stage) => stage.prometheuses),
    id: "both-prometheus-long",
    says: "both Prometheus servers are killed, for 10 minutes",
    edge: "pending",
    lasts: "10m",
    does: { ...UNSEEN, before: ["false all-clear", "page repeated"] },
  },
  {
    ...killed((stage) => [...stage.alertmanagers, ...stage.prometheuses]),
    id: "all-servers",
    says: "all servers are killed, for 3 minutes",
    edge: "pending",
    does: UNSEEN,
    // It comes where Prometheus still finds the last sample from before and fires once more.
    may: { ends: ["resolve lost"] },
  },
  {
    ...stopped(),
    id: "stopped-alertmanager",
    says: "the first Alertmanager stands still, for 3 minutes",
    twice: true,
  },
  {
    ...stopped(),
    id: "stopped-alertmanager-long",
    says: "the first Alertmanager stands still, for 12 minutes",
    lasts: "12m",
    may: { before: ["false all-clear"], edge: ["false all-clear"] },
    twice: true,
  },
  {
    id: "bad-configuration",
    says: "all servers are given a bad configuration",
    edge: "pending",
    lasts: "3m",
    does: {},
    may: {},
    twice: false,
    start: (stage) => configure(stage, (text) => `${text}\n: not yaml: [\n`, 0),
    end: (stage) => configure(stage, (text) => text, 1),
  },
  {
    id: "mesh-apart",
    says: "no Alertmanager reaches another",
    edge: "known",
    lasts: "5m",
    does: {},
    may: {},
    twice: true,
    start: (stage) => mesh(stage, true),
    end: (stage) => mesh(stage, false),
  },
];

function stopped(): Omit<Fault, "id" | "says"> {
  let still: readonly Server[] = [];
  return {
    edge: "known",
    lasts: "3m",
    does: {},
    may: {},
    twice: false,
    start: async (stage) => {
      still = (await byPosition(stage)).slice(0, 1);
      still.forEach((server) => server.signal("SIGSTOP"));
    },
    end: async () => {
      still.forEach((server) => server.signal("SIGCONT"));
      await each(still, (server) => server.ready());
    },
  };
}

/** Puts another text in the place of each configuration, and waits until every server has looked at it. */
async function configure(stage: Stage, change: (text: string) => string, loaded: 0 | 1): Promise<void> {
  const files = [
    ...stage.alertmanagers.map((server) => ({ server, file: server.fileAt("/alertmanager.yml") })),
    ...stage.prometheuses.map((server) => ({ server, file: server.fileAt("/prometheus.yml") })),
  ];
  for (const {
    file: [path, text],
  } of files) {
    writeFileSync(path, change(text));
  }
  // As the sidecar of the pod does; Prometheus looks by itself.
  await Promise.all(stage.alertmanagers.map((server) => server.ask("/-/reload", "POST")));
  await Promise.all(
    files.map(({ server }) => {
      const metric = `${server.name.replace(/-\d$/, "")}_config_last_reload_successful`;
      return server.until(`says ${metric} ${loaded}`, async () => (await server.metric(metric)) === loaded);
    }),
  );
}

async function mesh(stage: Stage, cut: boolean): Promise<void> {
  stage.mesh.forEach((port) => port.cutOff(cut));
  const members = cut ? 1 : stage.alertmanagers.length;
  await each(stage.alertmanagers, (server) =>
    server.until(
      `sees ${members} members`,
      async () => (await server.metric("alertmanager_cluster_members")) === members,
    ),
  );
}
