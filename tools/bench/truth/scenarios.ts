/** Scrapes of the day that is played, one every 30 s. */
export const DAY = 2_880;

/** Seconds between scrapes. */
export const STEP = 30;

export const PODS = 20;

/** A service whose every event is known, and how it is observed. A step is a scrape. */
export interface Scenario {
  readonly name: string;
  readonly says: string;
  /** Requests per second over all pods. */
  readonly traffic: (step: number) => number;
  /** The share of them that fails on every day. */
  readonly failing: number;
  /** A share of them that fails for so many steps of one day of the 28, and whether the server is down on that day. */
  readonly incident?: Burst;
  /** Series exist from the start of their process, not from their first event on. */
  readonly initialisedToZero: boolean;
  /** Every day the pods are replaced, one a minute, and such a share fails meanwhile. */
  readonly rollout?: { readonly failing: number };
  /** Restarts in place, per pod and day. */
  readonly restarts?: number;
  /** Pods that cannot be scraped for a while, half of them within the incident, and a server that is down that day. */
  readonly gaps?: true;
}

interface Burst {
  readonly from: number;
  readonly lasts: number;
  readonly failing: number;
}

/** When a roll-out begins, and when each pod is replaced. */
export const ROLLOUT = { from: 700, apart: 2, lasts: 2 * PODS } as const;

const MINUTES = 60 / STEP;

const steady = (): number => 100;
const slow = (): number => 1;
/** Least at three at 03:00, most twelve hours later. */
const diurnal = (step: number): number => 100 - 90 * Math.cos((2 * Math.PI * (step - 360)) / DAY);

/** The shapes of traffic and of series on which rules of other tools were seen to be wrong. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "a_steady",
    says: "20 % of 100 requests a second fail for 30 min",
    traffic: steady,
    failing: 0.0003,
    incident: { from: 1_200, lasts: 30 * MINUTES, failing: 0.2 },
    initialisedToZero: true,
  },
  {
    name: "b1_night",
    says: "10 to 190 requests a second, half of them fail for 60 min at 03:00",
    traffic: diurnal,
    failing: 0.0001,
    incident: { from: 300, lasts: 60 * MINUTES, failing: 0.5 },
    initialisedToZero: true,
  },
  {
    name: "b2_peak",
    says: "the same at 15:00",
    traffic: diurnal,
    failing: 0.0001,
    incident: { from: 1_740, lasts: 60 * MINUTES, failing: 0.5 },
    initialisedToZero: true,
  },
  {
    name: "c_resets",
    says: "lazy series, a roll-out a day in which 3 % fail, two restarts in place a day",
    traffic: steady,
    failing: 0.0003,
    initialisedToZero: false,
    rollout: { failing: 0.03 },
    restarts: 2,
  },
  {
    name: "d_gaps",
    says: "as a, lazy series, pods silent for minutes, the server down for 2 h",
    traffic: steady,
    failing: 0.0003,
    incident: { from: 1_200, lasts: 30 * MINUTES, failing: 0.2 },
    initialisedToZero: false,
    gaps: true,
  },
  {
    name: "e_lazy",
    says: "1 request a second, 0.1 % fail, lazy series, a roll-out a day",
    traffic: slow,
    failing: 0.001,
    initialisedToZero: false,
    rollout: { failing: 0.001 },
  },
  {
    name: "f_zeroinit",
    says: "the same, initialised to 0",
    traffic: slow,
    failing: 0.001,
    initialisedToZero: true,
    rollout: { failing: 0.001 },
  },
  {
    name: "g_rare",
    says: "20 % fail for 10 min and none else, lazy series, a roll-out a day",
    traffic: steady,
    failing: 0,
    incident: { from: 1_200, lasts: 10 * MINUTES, failing: 0.2 },
    initialisedToZero: false,
    rollout: { failing: 0 },
  },
];
