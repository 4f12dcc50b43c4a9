import { milliseconds, type Duration } from "../slo/duration";
import { HOMES, type Backend } from "./backend";
import { placeOf } from "./environment";
import type { Labels, MonitoringPlan, PlannedSlo } from "./monitoring-plan";
import type { Place } from "./names";
import type { OnCall } from "./on-call";
import { wakingReceivers, type RoutingPlan } from "./routing";
import { runbookFile } from "./runbook";

/** What a report needs to know of an objective. */
export type ReportSlo = Pick<
  PlannedSlo,
  "by" | "id" | "objective" | "service" | "slo" | "team" | "title" | "window"
>;

/** A runbook that people wrote, and the day of its last review; empty where there was none. */
export interface RunbookReview {
  readonly file: string;
  readonly owner: string;
  readonly reviewed: string;
}

/** What a report needs to know of a plan, small enough to be handed to a job in the cluster. */
export interface ReportSettings {
  readonly stack: string;
  readonly place: Place;
  readonly onCall: OnCall;
  readonly scrapeInterval: Duration;
  readonly evaluationSeconds: number;
  /** How many times faster than life the clock of the server runs: that of the lab. */
  readonly speed: number;
  /** Labels that the server adds to what it sends. */
  readonly added: Labels;
  readonly slos: readonly ReportSlo[];
  readonly routing: RoutingPlan;
  /** Names of the receivers that wake somebody. */
  readonly waking: readonly string[];
  readonly reviews: readonly RunbookReview[];
  /** Addresses of the dashboards of services, by their id. */
  readonly dashboards: Labels;
  /** Services whose rules others evaluate, of which the server has no records. */
  readonly elsewhere: readonly string[];
}

/** Where nobody says whose nights count, those of UTC do, and no team has a budget. */
export const NO_ON_CALL: OnCall = { zone: "UTC", pagesPerWeek: {} };

/** The part of a plan that a report is made with. @param speed that of the lab, whose plan it is */
export function reportSettings(plan: MonitoringPlan, speed = 1): ReportSettings {
  const { environment, onCall = NO_ON_CALL, routing, runbooks, scrape, services } = plan;
  const elsewhere = services
    .filter(({ backend }) => ![backend.metrics, backend.alerts].every(isHome))
    .map(({ id }) => id);
  return {
    stack: environment.stack,
    place: placeOf(environment),
    onCall,
    scrapeInterval: speed === 1 ? scrape.interval : `${(milliseconds(scrape.interval) * speed) / 1_000}s`,
    evaluationSeconds: milliseconds(scrape.evaluationInterval) / 1_000,
    speed,
    added: Object.fromEntries(
      Object.entries(scrape.externalLabels).filter(([label]) => !scrape.dropFromAlerts.includes(label)),
    ),
    slos: plan.slos
      .filter(({ service }) => !elsewhere.includes(service))
      .map(({ id, service, slo, team, title, objective, window, by }) => ({
        ...{ id, service, slo, team, title, objective, window },
        ...(by === undefined ? {} : { by }),
      })),
    routing,
    waking: wakingReceivers(routing),
    reviews: runbooks
      .filter((page) => page.parts.some(({ path }) => path === runbookFile(page)))
      .map((page) => ({ file: runbookFile(page), owner: page.owner, reviewed: page.reviewed ?? "" })),
    dashboards: Object.fromEntries(services.map(({ id, dashboardUrl }) => [id, dashboardUrl])),
    elsewhere,
  };
}

function isHome(backend: Backend): boolean {
  return (HOMES as readonly Backend[]).includes(backend);
}
