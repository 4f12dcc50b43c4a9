import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { SELF } from "../../plan/names";
import type { Toolchain } from "../../lab/toolchain";
import { receiverFaults, SERVER_FAULTS, type Fault } from "./faults";
import { play, type Played } from "./script";
import { Stage } from "./stage";

/** Faults that share a stage, each with a service of its own. */
export type Scene = readonly Fault[];

/** Every fault of `docs/delivery.md`, in its order. */
export const SCENES: readonly Scene[] = [
  receiverFaults("pagerduty"),
  receiverFaults("slack"),
  ...SERVER_FAULTS.map((fault) => [fault]),
];

/** What is played in few of the runs: the other faults of servers show less, or take longer. */
const SELDOM: ReadonlySet<string> = new Set([
  "two-alertmanagers",
  "one-prometheus",
  "both-prometheus-long",
  "stopped-alertmanager",
  "stopped-alertmanager-long",
  "mesh-apart",
]);

/** Whether `npm test` leaves a fault to `npm run delivery`. */
export function isSeldom({ id }: Fault): boolean {
  return SELDOM.has(id);
}

/**
 * Plays the faults of a scene at once, on a stage of its own.
 * @throws Error when a server does not do as it is told within five minutes; everything is ended then
 */
export async function playScene(
  programs: Toolchain,
  plan: MonitoringPlan,
  scene: Scene,
): Promise<readonly Played[]> {
  // Each server is ended at the end of this process.
  process.setMaxListeners(0);
  const services = plan.services.map(({ id }) => id).filter((id) => id !== SELF.service);
  const cast = scene.map((fault, index) => {
    const service = services[index];
    if (service === undefined) {
      throw new Error(`a stage has ${services.length} services, and the scene ${scene.length} faults`);
    }
    return { fault, service };
  });
  const stage = await Stage.open({ programs, plan, services: cast.map(({ service }) => service) });
  try {
    return await Promise.all(cast.map(({ fault, service }) => play(stage, fault, service)));
  } finally {
    await stage.close();
  }
}
