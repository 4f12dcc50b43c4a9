type LabelSet = Readonly<Record<string, string>>;

/** Events of a job that go wrong. */
export interface ErrorFault {
  readonly job: string;
  readonly share: number;
  /** The counter that counts them; every one of the job that has such events by default. */
  readonly counter?: string;
  /** What the failing ones carry, e.g. `{ status: "401" }`; a 5xx or the status `failed` by default. */
  readonly as?: LabelSet;
  /** Which events can fail, e.g. those of a route; all by default. */
  readonly among?: LabelSet;
}

/** Requests of a job that take longer. */
export interface SlowFault {
  readonly job: string;
  readonly share: number;
  /** Seconds; about 1.6 s by default. */
  readonly median?: number;
  /** The histogram that measures them; every one of the job by default. */
  readonly histogram?: string;
  /** Which requests can be slow, e.g. those of a route; all by default. */
  readonly among?: LabelSet;
}

/** What an incident does to the systems that the lab plays; metrics are those of the incident's service. */
export interface Fault {
  readonly errors?: ErrorFault;
  readonly slow?: SlowFault;
  /** Targets of a job that still answer; `vanished` takes them out of discovery too. */
  readonly targets?: { readonly job: string; readonly up: number | "vanished" };
  /** A gauge with another value, on the series that has these labels. */
  readonly gauge?: {
    readonly name: string;
    readonly labels: LabelSet;
    readonly value: number;
  };
  /** A counter that grows by so many events per second of the lab's clock, over all targets. */
  readonly counter?: { readonly name: string; readonly perSecond: number };
  /** A gauge of which the first target reports another value than the rest. */
  readonly disagreeing?: string;
  /** A gauge that is one more than usual for two minutes, and usual for two, again and again. */
  readonly swinging?: string;
  /** A histogram that no longer has a bucket. */
  readonly lostBucket?: { readonly histogram: string; readonly bound: string };
  /** A label of a metric that a release gave another name. */
  readonly renamedLabel?: { readonly metric: string; readonly label: string; readonly to: string };
  /** A metric that is no longer exposed. */
  readonly vanished?: string;
  /** A series that nobody declared. */
  readonly stray?: {
    readonly job: string;
    readonly name: string;
    readonly labels: LabelSet;
  };
}

/** An incident that the lab can play, and what should come of it. */
export interface Incident {
  /** Unique among the incidents of all services. */
  readonly id: string;
  readonly says: string;
  /** Alerts that it should raise, the first one soonest. */
  readonly alerts: readonly string[];
  readonly fault: Fault;
}

/** An incident and the service that it happens to. */
export interface ServiceIncident extends Incident {
  readonly service: string;
}

/** A fault and the service that it happens to. */
export type PlayedFault = Pick<ServiceIncident, "fault" | "service">;

/** Makes incidents. @param prefix stands before each id; other services may use the same words */
export function incidentMaker(
  prefix = "",
): (id: string, says: string, alerts: readonly string[], fault: Fault) => Incident {
  return (id, says, alerts, fault) => ({ id: `${prefix}${id}`, says, alerts, fault });
}

/** A gauge with another value, on the series that has these labels. */
export function gauge(name: string, value: number, labels: Readonly<Record<string, string>> = {}): Fault {
  return { gauge: { name, labels, value } };
}

/** A counter that grows by so many events per second. */
export function counter(name: string, perSecond: number): Fault {
  return { counter: { name, perSecond } };
}

/** What a budget that is being spent leads to, sooner or later. */
export const SPENT = [
  "ErrorBudgetBurnTicket",
  "ErrorBudgetCaution",
  "LowErrorBudget",
  "ErrorBudgetExhausting",
] as const;
