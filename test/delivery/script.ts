import { setTimeout as sleep } from "node:timers/promises";
import { milliseconds } from "../../slo/duration";
import type { Fault } from "./faults";
import { ALL_MOMENTS, incidentName, type Moment } from "./incidents";
import type { Server } from "./server";
import { SPEED, type Stage } from "./stage";
import { whatWasTold, type Effect, type Told } from "./verdict";

/** What became of the incidents of one service while a fault came and went. */
export interface Played {
  readonly fault: Fault;
  readonly told: readonly Told[];
}

/** After this a message that should come counts as lost: half an hour of life. */
const LOST_AFTER_MS = 180_000;

/** Plays a fault on a stage: incidents begin and end before it, in it and after it. */
export async function play(stage: Stage, fault: Fault, service: string): Promise<Played> {
  stage.begin(service, "before", "ends");
  await heard(stage, fault, service, "page", ["before", "ends"]);
  await isWritten(stage);
  stage.begin(service, "edge");
  await reachesEdge(stage, fault, service);
  await fault.start(stage, service);
  await inTheMiddle(stage, fault, service);
  await fault.end(stage, service);
  const over = Date.now();
  stage.begin(service, "after");
  await heard(stage, fault, service, "page", ["edge", "during", "after"]);
  await isFresh(stage, service, "before", over);
  stage.end(service, "before", "edge", "during", "after");
  await heard(stage, fault, service, "resolve", ["before", "edge", "during", "ends", "inside", "after"]);
  // What is sent twice comes at the next tick of its group.
  await stage.pass("2m");
  return { fault, told: told(stage, service, ALL_MOMENTS) };
}

function told(stage: Stage, service: string, moments: readonly Moment[]): readonly Told[] {
  const own = { service, receiver: stage.receiver(service) };
  return moments.flatMap((moment) =>
    whatWasTold(stage.inbox.all(), { ...own, moment }, stage.span(service, moment)),
  );
}

/** Begins and ends what is to begin and end while the fault lasts. */
async function inTheMiddle(stage: Stage, fault: Fault, service: string): Promise<void> {
  const from = Date.now();
  stage.begin(service, "during", "inside");
  stage.end(service, "ends");
  const watching = stage.prometheuses.filter((server) => server.alive);
  if (watching.length > 0) {
    await isInState(watching, service, "inside", "firing");
    await stage.pass("30s");
    stage.end(service, "inside");
    await isInState(watching, service, "inside", undefined);
    // Who still tries to send the page of it gives up by then.
    await stage.pass("140s");
  } else {
    await stage.pass("150s");
    stage.end(service, "inside");
  }
  const rest = milliseconds(fault.lasts) / SPEED - (Date.now() - from);
  if (rest > 0) {
    await stage.pass(`${Math.ceil(rest * SPEED)}ms`);
  }
}

/**
 * Waits until the receivers have heard of incidents, but of what the fault is known to lose. What does not come is
 * lost: that is judged afterwards, from everything that came.
 */
async function heard(
  stage: Stage,
  fault: Fault,
  service: string,
  message: "page" | "resolve",
  moments: readonly Moment[],
): Promise<void> {
  const lost: Effect = `${message} lost`;
  const due = moments.filter((moment) => fault.does[moment]?.includes(lost) !== true);
  const deadline = Date.now() + LOST_AFTER_MS;
  while (
    !told(stage, service, due).every(
      ({ pages, resolves }) => (message === "page" ? pages : resolves).length > 0,
    )
  ) {
    if (Date.now() > deadline) {
      return;
    }
    await sleep(100);
  }
}

interface PrometheusAlerts {
  readonly data: {
    readonly alerts: readonly { readonly labels: Readonly<Record<string, string>>; readonly state: string }[];
  };
}

async function isInState(
  servers: readonly Server[],
  service: string,
  moment: Moment,
  state: "firing" | "pending" | undefined,
): Promise<void> {
  const slo = incidentName(service, moment);
  await Promise.all(
    servers.map((server) =>
      server.until(`says that ${slo} is ${state ?? "over"}`, async () => {
        const answer = await server.ask<PrometheusAlerts>("/api/v1/alerts");
        const found = answer?.data.alerts.find(({ labels }) => labels["slo"] === slo);
        return answer !== undefined && found?.state === state;
      }),
    ),
  );
}

interface HeldAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly updatedAt: string;
}

/** What an Alertmanager knows of an incident, while it goes on. */
async function held(server: Server, service: string, moment: Moment): Promise<HeldAlert | undefined> {
  const slo = incidentName(service, moment);
  return (await server.ask<readonly HeldAlert[]>("/api/v2/alerts"))?.find(
    ({ labels }) => labels["slo"] === slo,
  );
}

async function reachesEdge(stage: Stage, fault: Fault, service: string): Promise<void> {
  if (fault.edge === "pending") {
    await isInState(stage.prometheuses, service, "edge", "pending");
    return;
  }
  await stage.until("an Alertmanager knows the alert", async () => {
    const found = await Promise.all(stage.alertmanagers.map((server) => held(server, service, "edge")));
    return found.some((alert) => alert !== undefined);
  });
}

/** Waits until every Alertmanager has heard again of an incident that goes on: it cannot run out any more. */
async function isFresh(stage: Stage, service: string, moment: Moment, since: number): Promise<void> {
  await Promise.all(
    stage.alertmanagers.map((server) =>
      server.until(`hears again of ${moment}`, async () => {
        const alert = await held(server, service, moment);
        return alert !== undefined && Date.parse(alert.updatedAt) > since;
      }),
    ),
  );
}

/** Waits until what was sent so far would outlive a crash of every Alertmanager. */
async function isWritten(stage: Stage): Promise<void> {
  const since = Date.now();
  await stage.until("the notification logs are on disk", () =>
    stage.alertmanagers.every((server) => server.writtenAt("alertmanager/nflog") > since),
  );
}
