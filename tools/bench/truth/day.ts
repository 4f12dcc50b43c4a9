import { chanceOf, type Chance } from "../../chance";
import { DAY, PODS, ROLLOUT, STEP, type Scenario } from "./scenarios";

const ROUTES = ["/a", "/b", "/c", "/d", "/e"] as const;

/** Nothing happens in the end, so that the window of an hour has seen everything. */
const QUIET = 140;

interface InputSeries {
  readonly series: string;
  /** In the notation of promtool, one value a step. */
  readonly values: string;
}

/** The series of a day, and how many events there were. */
export interface PlayedDay {
  readonly series: readonly InputSeries[];
  readonly total: number;
  readonly errors: number;
}

/** A sample of each series and step; what was there before and is not now has ended. */
class Samples {
  private readonly values = new Map<string, string[]>();

  put(series: string, step: number, value: string): void {
    const values = this.values.get(series) ?? Array.from({ length: DAY }, () => "_");
    values[step] = value;
    this.values.set(series, values);
  }

  all(): readonly InputSeries[] {
    return [...this.values].map(([series, values]) => ({ series, values: values.join(" ") }));
  }
}

/** 27 of 28 days are ordinary. */
export type DayKind = "incident" | "ordinary";

type Outage = "pod" | "server" | undefined;

/** A pod through its processes and its successors under other names. */
class Pod {
  total = 0;
  errors = 0;
  private generation = 0;
  private counts = new Map<string, number>();
  private exposed: ReadonlySet<string> = new Set();
  private readonly outage: (step: number) => Outage;

  constructor(
    private readonly scenario: Scenario,
    private readonly number: number,
    private readonly chance: Chance,
    private readonly samples: Samples,
    private readonly failing: (step: number) => number,
    kind: DayKind,
  ) {
    this.outage = outages(scenario, kind, number, chance);
  }

  play(step: number): void {
    const { rollout, restarts = 0 } = this.scenario;
    if (rollout !== undefined && step === ROLLOUT.from + ROLLOUT.apart * this.number) {
      this.end([...this.exposed, this.up()], step);
      this.exposed = new Set();
      this.generation += 1;
      this.counts = new Map();
    } else if (this.chance.uniform() < restarts / DAY) {
      this.counts = new Map();
    }
    this.serve(step);
    this.scrape(step);
  }

  private serve(step: number): void {
    const { traffic, initialisedToZero } = this.scenario;
    const mean = step === 0 || step >= DAY - QUIET ? 0 : (traffic(step) * STEP) / PODS / ROUTES.length;
    for (const route of ROUTES) {
      const events = this.chance.poisson(mean);
      const failed = this.chance.binomial(events, this.failing(step));
      this.total += events;
      this.errors += failed;
      for (const [status, happened] of [
        ["200", events - failed],
        ["500", failed],
      ] as const) {
        const series = `requests_total{${this.labels()},route="${route}",status="${status}"}`;
        if (happened > 0 || initialisedToZero || this.counts.has(series)) {
          this.counts.set(series, (this.counts.get(series) ?? 0) + happened);
        }
      }
    }
  }

  private scrape(step: number): void {
    const outage = this.outage(step);
    if (outage === "server") {
      return;
    }
    const seen = outage === "pod" ? new Map<string, number>() : this.counts;
    this.samples.put(this.up(), step, outage === "pod" ? "0" : "1");
    this.end(
      [...this.exposed].filter((series) => !seen.has(series)),
      step,
    );
    seen.forEach((value, series) => this.samples.put(series, step, String(value)));
    this.exposed = new Set(seen.keys());
  }

  private end(series: readonly string[], step: number): void {
    series.forEach((each) => this.samples.put(each, step, "stale"));
  }

  private up(): string {
    return `up{${this.labels()}}`;
  }

  private labels(): string {
    return `environment="prod",instance="pod-${this.number}-${this.generation}",job="api",service="api"`;
  }
}

function within(step: number, { from, lasts }: { readonly from: number; readonly lasts: number }): boolean {
  return step >= from && step < from + lasts;
}

/** The share of requests that fails. */
function failures({ failing, incident, rollout }: Scenario, kind: DayKind): (step: number) => number {
  return (step) => {
    if (kind === "incident" && incident !== undefined && within(step, incident)) {
      return incident.failing;
    }
    return rollout !== undefined && within(step, ROLLOUT) ? rollout.failing : failing;
  };
}

/**
 * One gap of 1 to 15 min a pod and day; on the day of the incident half the pods silent for 12 min of it, and later the
 * server down for 2 h.
 */
function outages(
  { gaps }: Scenario,
  kind: DayKind,
  pod: number,
  { uniform }: Chance,
): (step: number) => Outage {
  if (gaps === undefined) {
    return () => undefined;
  }
  const gap = { from: 100 + Math.floor(uniform() * 1_000), lasts: 2 + Math.floor(uniform() * 28) };
  return (step) => {
    if (kind === "incident" && within(step, { from: 1_800, lasts: 240 })) {
      return "server";
    }
    const cut = kind === "incident" && pod % 2 === 0 && within(step, { from: 1_210, lasts: 24 });
    return cut || within(step, gap) ? "pod" : undefined;
  };
}

/** Plays a day of a scenario; the same seed gives the same one. */
export function playDay(scenario: Scenario, kind: DayKind, seed: number): PlayedDay {
  const chance = chanceOf(seed);
  const samples = new Samples();
  const failing = failures(scenario, kind);
  const pods = Array.from(
    { length: PODS },
    (_, number) => new Pod(scenario, number, chance, samples, failing, kind),
  );
  for (let step = 0; step < DAY; step += 1) {
    pods.forEach((pod) => {
      pod.play(step);
    });
  }
  const sum = (of: (pod: Pod) => number): number => pods.reduce((all, pod) => all + of(pod), 0);
  return { series: samples.all(), total: sum(({ total }) => total), errors: sum(({ errors }) => errors) };
}
