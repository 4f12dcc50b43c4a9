/** What an incident does to the systems that the lab plays. */
export interface Fault {
  /** Share of the events of a job's counters that fail: a 5xx, or the status `failed`. */
  readonly errors?: { readonly job: string; readonly share: number };
  /** Share of requests of a job that take longer, about 1.6 s unless `median` (seconds) says otherwise. */
  readonly slow?: { readonly job: string; readonly share: number; readonly median?: number };
  /** Targets of a job that still answer; `vanished` takes them out of discovery too. */
  readonly targets?: { readonly job: string; readonly up: number | "vanished" };
  /** A gauge with another value, on the series that has these labels. */
  readonly gauge?: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  };
  /** A counter that grows by so many events per second of the lab's clock, over all targets. */
  readonly counter?: { readonly name: string; readonly perSecond: number };
  /** A gauge of which the first target reports another value than the rest. */
  readonly disagreeing?: string;
  /** A histogram that no longer has a bucket. */
  readonly lostBucket?: { readonly histogram: string; readonly bound: string };
  /** A series that nobody declared. */
  readonly stray?: {
    readonly job: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
  };
}

/** An incident that the lab can play, and what should come of it. */
export interface Incident {
  readonly id: string;
  readonly service: string;
  readonly says: string;
  /** Alerts that it should raise, the first one soonest. */
  readonly alerts: readonly string[];
  readonly fault: Fault;
}
