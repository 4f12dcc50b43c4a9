import type { Deed } from "../console/answers";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { ServiceIncident } from "../slo/incident";
import { suggestion } from "../slo/nearest";
import { declaredIncidents, playableIncidents, whatIsMissing } from "./workload/playable";
import type { Workload } from "./workload/workload";
import { TOCSIN } from "../slo/command";

/** What is being played. Incidents add up until they are mended. */
export class Incidents {
  /** Those that this environment can have. */
  readonly playable: readonly ServiceIncident[];
  private readonly active = new Map<string, ServiceIncident>();
  private readonly done: Deed[] = [];

  constructor(
    private readonly plan: MonitoringPlan,
    private readonly workload: Workload,
  ) {
    this.playable = playableIncidents(plan);
  }

  broken(): readonly string[] {
    return [...this.active.keys()];
  }

  /** What was broken and mended, the oldest first. */
  deeds(): readonly Deed[] {
    return this.done;
  }

  /** @throws UnknownIncident for what cannot be played here; nothing is broken then */
  break(ids: readonly string[]): readonly ServiceIncident[] {
    const incidents = ids.map((id) => {
      const incident = this.playable.find((each) => each.id === id);
      if (incident === undefined) {
        throw new UnknownIncident(this.refusal(id));
      }
      return incident;
    });
    incidents.forEach((incident) => this.active.set(incident.id, incident));
    this.apply("break", ids);
    return incidents;
  }

  /** Ends some, or every one. @throws UnknownIncident for what is not broken; nothing is mended then */
  mend(ids: readonly string[] = this.broken()): readonly string[] {
    const [whole] = ids.filter((id) => !this.active.has(id));
    if (whole !== undefined) {
      throw new UnknownIncident(`[${whole}] is not broken. ${suggestion(whole, this.broken())}`);
    }
    ids.forEach((id) => this.active.delete(id));
    this.apply("mend", ids);
    return ids;
  }

  private apply(did: Deed["did"], ids: readonly string[]): void {
    const time = Date.now();
    this.workload.setFaults([...this.active.values()], time / 1_000);
    this.done.push(...ids.map((incident) => ({ time, did, incident })));
  }

  /** Why there is no such incident here, and which there are. */
  private refusal(id: string): string {
    const elsewhere = declaredIncidents(this.plan).find((incident) => incident.id === id);
    const why =
      elsewhere === undefined
        ? `[${id}] is not an incident`
        : `[${id}] cannot be played: ${whatIsMissing(elsewhere, this.plan).join("; ")}`;
    const known = this.playable.map((incident) => incident.id);
    return `${why}. ${suggestion(id, known)} \`${TOCSIN} break --list\` shows what each does.`;
  }
}

/** An incident that is not there, in words for whoever named it. */
export class UnknownIncident extends Error {
  override readonly name = "UnknownIncident";
}
