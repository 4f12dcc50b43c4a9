import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { DifferenceKind, Span } from "../../plan/past";
import type { Matcher } from "../../plan/routing";
import { matchesAll } from "../../plan/ways";
import { groupedBy, sortedBy } from "../../slo/order";
import type { Firing } from "./firing";

/** An alerting rule in a past. */
export interface RulePast {
  readonly alert: string;
  /** The objective that it belongs to; empty for rules of others. */
  readonly slo: string;
  /** What it reads in the end, through all records. */
  readonly series: readonly { readonly name: string; readonly matches: readonly Matcher[] }[];
  readonly fired: readonly Firing[];
}

/** What one alert did otherwise than the other side. */
export interface Difference {
  readonly difference: DifferenceKind;
  readonly alert: string;
  /** Empty where nobody knows, as of an alert of others that names no job of a service. */
  readonly service: string;
  readonly slo: string;
  /** Milliseconds since the epoch; the end is infinite where the past ends before. */
  readonly incidents: readonly Span[];
  /** Alerts of the other side that read the same, or, where it was late, that told of it. */
  readonly others: readonly string[];
}

/** Incidents of which both sides told. */
export interface Shared {
  readonly alert: string;
  readonly service: string;
  /** The alert of the plan that told first. */
  readonly by: string;
  readonly incidents: number;
  /** How much later it began and ended, in milliseconds; of what began before the past, or goes on after it, nobody knows. */
  readonly began: readonly number[];
  readonly ended: readonly number[];
}

/** What alerts of others and those of a plan did in the same past. */
export interface Against {
  readonly shared: readonly Shared[];
  readonly differences: readonly Difference[];
  /** Alerts of others that never fired, and that read what ours read. */
  readonly quiet: readonly string[];
  /** Alerts of the plan that read what none of the others does. */
  readonly fresh: readonly string[];
}

/** What begins later than this is late, and what is closer than this is one incident. */
const SLACK_MS = 15 * 60_000;

interface Incident extends Span {
  readonly isOlder: boolean;
}

/** One alert of one service, with what it told of. */
interface Side extends Pick<RulePast, "alert" | "slo" | "series"> {
  readonly service: string;
  readonly incidents: readonly Incident[];
}

/** What says which service an alert is about. */
interface Known {
  readonly services: readonly Pick<MonitoringPlan["services"][number], "id">[];
  readonly scrape: {
    readonly jobs: readonly Pick<MonitoringPlan["scrape"]["jobs"][number], "job" | "labels">[];
  };
}

/** Compares what alerts did. Two belong together where they may read the same series, and are not of two services. */
export function against(plan: Known, theirs: readonly RulePast[], ours: readonly RulePast[]): Against {
  const serviceOf = servicesBy(plan);
  const [old, own] = [sidesOf(theirs, serviceOf), sidesOf(ours, serviceOf)];
  const readers = (one: Pick<RulePast, "series">, all: readonly RulePast[]): readonly string[] =>
    names(all.filter(({ series }) => readSame(one.series, series)));
  const rules = joined(theirs);
  const covered = rules.filter((one) => readers(one, ours).length > 0);
  const pairs = old
    .filter(({ alert }) => covered.some((one) => one.alert === alert))
    .map((one) => ({ one, by: told(one, own) }));
  const differences = [
    ...rules
      .filter((one) => !covered.includes(one))
      .map(({ alert, fired }) =>
        differenceOf("uncovered", { alert, slo: "", service: "" }, incidentsOf(fired)),
      ),
    ...pairs.map(({ one, by }) => differenceOf("only-theirs", one, by.alone, readers(one, ours))),
    ...pairs.map(({ one, by: { shared } }) => {
      const late = shared.filter(({ began }) => began > SLACK_MS);
      return differenceOf(
        "late",
        one,
        late.map(({ incident }) => incident),
        names(late.map(({ by }) => by)),
      );
    }),
    ...own.map((one) => differenceOf("only-ours", one, told(one, old).alone, readers(one, theirs))),
  ];
  return {
    shared: pairs.flatMap(({ one, by }) => sharedBy(one, by.shared)),
    differences: differences.filter(
      ({ difference, incidents }) => difference === "uncovered" || incidents.length > 0,
    ),
    quiet: names(covered.filter(({ fired }) => fired.length === 0)),
    fresh: names(ours.filter((one) => readers(one, theirs).length === 0)),
  };
}

function differenceOf(
  difference: DifferenceKind,
  { alert, service, slo }: Pick<Side, "alert" | "service" | "slo">,
  incidents: readonly Span[],
  others: readonly string[] = [],
): Difference {
  return {
    difference,
    alert,
    service,
    slo,
    incidents: incidents.map(({ from, to }) => ({ from, to })),
    others,
  };
}

function names(all: readonly { readonly alert: string }[]): readonly string[] {
  return [...new Set(all.map(({ alert }) => alert))].sort();
}

/** Rules of one name are one alert: they differ in how bad it is. */
function joined(rules: readonly RulePast[]): readonly RulePast[] {
  return [...groupedBy(rules, ({ alert, slo }) => `${alert} ${slo}`).values()].map((all) => ({
    ...all[0],
    series: all.flatMap(({ series }) => series),
    fired: all.flatMap(({ fired }) => fired),
  }));
}

function sidesOf(rules: readonly RulePast[], serviceOf: (firing: Firing) => string): readonly Side[] {
  return joined(rules).flatMap(({ fired, ...rule }) =>
    [...groupedBy(fired, serviceOf)].map(([service, all]) => ({
      ...rule,
      service,
      incidents: incidentsOf(all),
    })),
  );
}

/** The service of an alert, by its own label or by that of the job that it names. */
function servicesBy({ services, scrape }: Known): (firing: Firing) => string {
  const ids = new Set(services.map(({ id }) => id));
  const byJob = new Map(scrape.jobs.map(({ job, labels }) => [job, labels["service"] ?? ""]));
  return ({ labels: { service = "", job = "" } }) => (ids.has(service) ? service : (byJob.get(job) ?? ""));
}

function incidentsOf(fired: readonly Firing[]): readonly Incident[] {
  const all: Incident[] = [];
  for (const { from, to, isOlder } of [...fired].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && from - last.to <= SLACK_MS) {
      all[all.length - 1] = { ...last, to: Math.max(last.to, to) };
    } else {
      all.push({ from, to, isOlder });
    }
  }
  return all;
}

/** Whether any series may be read by both: the name is the same, and what one asks of a label the other may have. */
function readSame(some: RulePast["series"], others: RulePast["series"]): boolean {
  return some.some((one) =>
    others.some(
      (other) =>
        one.name === other.name &&
        one.name !== "" &&
        allows(one.matches, other.matches) &&
        allows(other.matches, one.matches),
    ),
  );
}

/** Whether values that one asks for are such as the other takes. */
function allows(asked: readonly Matcher[], taking: readonly Matcher[]): boolean {
  const values = Object.fromEntries(
    asked.filter(({ op }) => op === "=").map(({ label, value }) => [label, value]),
  );
  return matchesAll(
    taking.filter(({ label }) => Object.hasOwn(values, label)),
    values,
  );
}

interface Told {
  readonly shared: readonly {
    readonly incident: Incident;
    readonly by: Side;
    readonly began: number;
    readonly ended: number;
  }[];
  readonly alone: readonly Incident[];
}

/** Which incidents of an alert the other side told of, and by which alert first. */
function told(one: Side, others: readonly Side[]): Told {
  const paired = others.filter(
    (other) =>
      readSame(one.series, other.series) &&
      (one.service === other.service || one.service === "" || other.service === ""),
  );
  const found = one.incidents.map((incident) => {
    const near = paired.flatMap((by) =>
      by.incidents
        .filter(({ from, to }) => from - incident.to <= SLACK_MS && incident.from - to <= SLACK_MS)
        .map((its) => ({ by, its })),
    );
    return { incident, first: near.sort((a, b) => a.its.from - b.its.from).at(0) };
  });
  return {
    shared: found.flatMap(({ incident, first }) =>
      first === undefined
        ? []
        : [
            {
              incident,
              by: first.by,
              began: incident.isOlder || first.its.isOlder ? 0 : first.its.from - incident.from,
              ended: first.its.to === incident.to ? 0 : first.its.to - incident.to,
            },
          ],
    ),
    alone: found.filter(({ first }) => first === undefined).map(({ incident }) => incident),
  };
}

function sharedBy({ alert, service }: Side, shared: Told["shared"]): readonly Shared[] {
  const byAlert = groupedBy(shared, ({ by }) => `${by.alert} ${by.service}/${by.slo}`);
  return sortedBy(byAlert, ([by]) => by).map(([by, all]) => ({
    alert,
    service,
    by,
    incidents: all.length,
    began: all.map(({ began }) => began),
    ended: all.map(({ ended }) => ended).filter(Number.isFinite),
  }));
}
