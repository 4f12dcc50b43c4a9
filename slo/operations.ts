import type { BurnWindow } from "./burn-rate";
import type { Duration } from "./duration";
import type { Percent } from "./objective";

/** Something that a document asks for, by the id there. */
interface Sourced {
  readonly source: string;
}

/** A duty that one person has at a time. */
interface Rotation extends Sourced {
  readonly name: string;
  /** When this person is called, as a sentence without a full stop. */
  readonly calledFor: string;
  /** Absent: the document gives no schedule. `offset` is counted from the change of the first rotation. */
  readonly shift?: { readonly length: Duration; readonly offset: Duration };
}

/** How fast a page is answered. All but the last are counted from the page, the last from the resolution. */
export interface ResponseTargets extends Sourced {
  readonly acknowledge: Duration;
  readonly engage: Duration;
  readonly statusUpdate: Duration;
  readonly resolveOrEscalate: Duration;
  readonly report: Duration;
}

/** Points to tick off. */
interface Checklist extends Sourced {
  readonly items: readonly string[];
}

/** Who is called, how fast they answer, and what they check when their shift begins and ends. */
export interface OnCall {
  readonly rotations: readonly Rotation[];
  readonly targets: ResponseTargets;
  readonly startOfShift: Checklist;
  readonly endOfShift: Checklist;
}

/** How bad an incident is; the severity of an alert says only how somebody hears of it. */
interface IncidentSeverity {
  readonly name: string;
  readonly definition: string;
  readonly response: string;
  /** What happens next, and how long after the alert. */
  readonly escalation: { readonly action: string; readonly within?: Duration };
}

/** A part that somebody plays in an incident. */
interface IncidentRole {
  readonly title: string;
  readonly duties: readonly string[];
}

/** What happens in an incident by when. */
export interface TimelineStep {
  readonly after: Duration;
  readonly from: "alert" | "resolution";
  readonly step: string;
}

/** Where reports lie, and where people talk meanwhile. */
interface IncidentChannels extends Sourced {
  readonly chat: string;
  readonly statusPage: string;
  /** Folder of the reports, from the root of the repository. */
  readonly reports: string;
  /** Name of a report in it, with its variable parts in capitals or angle brackets. */
  readonly reportName: string;
}

/** How incidents are judged, led, timed and written down. */
export interface IncidentProcess extends Sourced {
  readonly severities: Readonly<Record<"SEV-1" | "SEV-2" | "SEV-3", IncidentSeverity>>;
  readonly roles: Readonly<Record<"IC" | "TL" | "CL", IncidentRole>>;
  readonly timeline: readonly TimelineStep[];
  readonly channels: IncidentChannels;
}

/**
 * What a team does while so much of an error budget is left: from `from` up to, not including, `to`. 100 % belongs
 * to the highest state; a budget that is overspent, below 0 %, to the lowest.
 */
export interface BudgetState extends Sourced {
  readonly name: string;
  readonly from: Percent;
  readonly to: Percent;
  readonly action: string;
}

/** What the document promises for a burn rate, and what it called that rate. */
interface BurnAnswer extends Sourced {
  /** The burn rate in the document, an exact decimal. */
  readonly stated: string;
  readonly action: string;
  readonly investigateWithin?: Duration;
}

/** Manual, repetitive work that a machine could do. */
export interface ToilTask extends Sourced {
  readonly task: string;
  /** A number of times a week, or `daily`, which may mean the days of work or all of them. */
  readonly timesPerWeek: number | "daily";
  readonly minutes: number;
  readonly remedy: string;
}

/** The inventory of toil, and how much of a person's time it may take. */
export interface Toil extends Sourced {
  readonly tasks: readonly ToilTask[];
  readonly workWeek: Duration;
  readonly workDays: number;
  /** The share that the team aims to stay below. */
  readonly target: Percent;
  /** The share that the field calls the most that is bearable. */
  readonly cap: { readonly share: Percent; readonly source: string };
  readonly measured: string;
}

/** How many events an objective counts, where its job does not say so in requests per second. */
interface DeclaredVolume extends Sourced {
  /** `source` of the SLO that counts them. */
  readonly objective: string;
  /** Plural noun, e.g. `workflows`. */
  readonly events: string;
  readonly perDay: number;
}

/** What a document promises for each pair of windows. */
export type BurnAnswers = Readonly<Record<BurnWindow["id"], BurnAnswer>>;

/**
 * What a document asks of people beside the parts that have a type of their own. Texts are one line of markdown.
 * `steps` are done in their order, `points` in any; every row of a table has a cell per column.
 */
export type ProcessSection = Sourced & {
  /** Unique in its service; the heading. */
  readonly title: string;
  /** A sentence between the heading and the content. */
  readonly intro?: string;
} & (
    | { readonly kind: "steps" | "points"; readonly items: readonly [string, ...string[]] }
    | {
        readonly kind: "table";
        readonly columns: readonly [string, ...string[]];
        readonly rows: readonly [readonly string[], ...(readonly string[])[]];
      }
  );

/** How people run a service: everything that is done by them and not by rules. What a document lacks is absent. */
export interface Operations {
  readonly onCall?: OnCall;
  readonly incidents?: IncidentProcess;
  /** From the best state to the worst. */
  readonly budgetPolicy?: readonly BudgetState[];
  readonly burnAnswers?: BurnAnswers;
  readonly volumes?: readonly DeclaredVolume[];
  readonly toil?: Toil;
  readonly processes?: readonly ProcessSection[];
}

/** Minutes of toil in a week in which daily tasks come so often. */
export function toilMinutes(tasks: readonly ToilTask[], daysPerWeek: number): number {
  return tasks.reduce(
    (sum, { timesPerWeek, minutes }) =>
      sum + minutes * (timesPerWeek === "daily" ? daysPerWeek : timesPerWeek),
    0,
  );
}
