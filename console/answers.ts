import type { DashboardJson } from "../plan/grafana-json";
import type { InhibitRule, Route } from "../plan/routing";

/** What the lab tells its console, as JSON: only types, so that both sides can read them. */

type Labels = Readonly<Record<string, string>>;

/** A pair of windows whose burn rates are compared with one factor, in the time of life. */
export interface BurnPair {
  readonly id: string;
  readonly response: "page" | "ticket";
  readonly factor: number;
  /** Share of the period's budget that is gone when the long window is at the factor. */
  readonly fraction: number;
  readonly long: BurnSide;
  readonly short: BurnSide;
}

export interface BurnSide {
  readonly window: string;
  /** PromQL of the share of bad events, on the lab's clock. */
  readonly expr: string;
}

export interface ConsoleSlo {
  readonly id: string;
  readonly service: string;
  readonly slo: string;
  readonly title: string;
  readonly breach: string;
  readonly objective: string;
  /** Share of events that may be bad. */
  readonly budget: number;
  readonly window: string;
  readonly windowMs: number;
  readonly response: "page" | "ticket";
  readonly pairs: readonly BurnPair[];
  /** PromQL of what is left of the budget. */
  readonly budgetExpr: string;
}

export interface ConsoleAlert {
  /** `<service>/<slo>/<alertname>`: its page is `/alerts/<key>`. */
  readonly key: string;
  readonly alertname: string;
  readonly service: string;
  readonly slo: string;
  readonly severity: string;
  readonly team: string;
  readonly summary: string;
}

export interface ConsoleIncident {
  readonly id: string;
  readonly service: string;
  readonly says: string;
  readonly alerts: readonly string[];
}

export interface ConsoleRunbook {
  readonly service: string;
  readonly slug: string;
  readonly title: string;
  readonly owner: string;
  readonly alerts: readonly string[];
  readonly severities: readonly string[];
}

/** What stays while a lab runs. */
export interface Setting {
  readonly environment: string;
  readonly cluster: string;
  readonly speed: number;
  readonly services: readonly {
    readonly id: string;
    readonly title: string;
    readonly description: string;
    readonly team: string;
    readonly tier: number;
    /** Address of its dashboard here. */
    readonly dashboard: string;
  }[];
  readonly slos: readonly ConsoleSlo[];
  readonly alerts: readonly ConsoleAlert[];
  readonly incidents: readonly ConsoleIncident[];
  readonly runbooks: readonly ConsoleRunbook[];
  readonly dashboards: readonly {
    readonly uid: string;
    readonly title: string;
    readonly service: string;
    readonly panels: number;
  }[];
  /** The root of the tree of routes. */
  readonly routes: Route;
  readonly receivers: readonly {
    readonly name: string;
    readonly purpose: string;
    /** E.g. `PagerDuty`, `Slack #alerts`. */
    readonly channels: readonly string[];
  }[];
}

/** An SLO at this moment; a number is absent while nothing has a value. Of values that are judged apart, the worst. */
export interface SloNow {
  readonly good?: number;
  readonly budget?: number;
  readonly burn?: number;
}

/** An alert that is pending or fires. */
export interface AlertNow {
  readonly key: string;
  readonly state: "pending" | "firing";
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly labels: Labels;
  readonly summary: string;
  readonly description: string;
  /** Prometheus' page of its expression, which this console has. */
  readonly generatorUrl: string;
  /** Names of alerts that silence it, as Alertmanager says. */
  readonly inhibitedBy: readonly string[];
  readonly isSilenced: boolean;
}

/** Something that a person did to the lab. */
export interface Deed {
  readonly time: number;
  readonly did: "break" | "mend";
  readonly incident: string;
}

/** Everything of this moment. */
export interface Situation {
  readonly time: number;
  /** Why nobody would be paged, in sentences. */
  readonly problems: readonly string[];
  readonly slos: Readonly<Record<string, SloNow>>;
  readonly alerts: readonly AlertNow[];
  /** Incidents that are being played. */
  readonly broken: readonly string[];
  readonly deeds: readonly Deed[];
  readonly notifications: number;
}

/** A notification as it reached a stand-in. */
export interface Message {
  readonly time: string;
  readonly channel: string;
  readonly receiver: string;
  readonly status: "firing" | "resolved";
  readonly alerts: string;
  readonly title: string;
  readonly text: string;
  readonly links: readonly string[];
  readonly dedupKey?: string;
  /** What it does to an incident of PagerDuty, e.g. `opens incident 1`. */
  readonly incident: string;
}

/** A part of a rule: others that are joined, or a condition with its sides. Queries are on the lab's clock. */
export type Clause =
  | { readonly op: "and" | "or" | "unless"; readonly parts: readonly Clause[] }
  | {
      readonly op: "is";
      /** As in production. */
      readonly text: string;
      readonly whole: string;
      readonly compared?: { readonly left: string; readonly sign: string; readonly right: string };
    };

/** What the page of one alert needs besides the setting. */
export interface AlertDetails {
  readonly alert: ConsoleAlert;
  readonly expr: string;
  readonly for: string;
  /** As production has it, with templates for values. */
  readonly description: string;
  /** Ways through the tree of routes: the place of each route among those beside it, and who is at the end. */
  readonly paths: readonly { readonly places: readonly number[]; readonly receiver: string }[];
  /** Rules by which another alert keeps it quiet. */
  readonly silencedBy: readonly InhibitRule[];
  readonly clause: Clause;
  readonly runbook: { readonly service: string; readonly slug: string };
  readonly dashboard: string;
}

/** One series of an answer: pairs of seconds since the epoch and a value. */
export interface Series {
  readonly labels: Labels;
  readonly points: readonly (readonly [number, number])[];
}

/** Several questions at once: of now, or over a range in seconds since the epoch. */
export interface Asked {
  readonly queries: readonly string[];
  readonly range?: { readonly start: number; readonly end: number; readonly step: number };
}

/** An answer for each question; null where Prometheus gives none. */
export type Answers = readonly (readonly Series[] | null)[];

export type Dashboard = DashboardJson;
