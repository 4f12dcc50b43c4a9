import type { Labels } from "../../plan/monitoring-plan";
import { labelsKey } from "../../plan/past";
import type { Matcher, Route, RoutingPlan } from "../../plan/routing";
import { inherited, silencedBy, waysOf, type Way } from "../../plan/ways";
import { milliseconds } from "../../slo/duration";
import type { PartOfDay } from "../../slo/maintenance";
import { compareText, groupedBy } from "../../slo/order";
import type { Firing } from "./firing";

/** What Alertmanager sends to a receiver; times in milliseconds since the epoch. */
export interface Notification {
  readonly at: number;
  readonly receiver: string;
  /** The key of its group, as Alertmanager writes it. */
  readonly group: string;
  readonly status: "firing" | "resolved";
  readonly firing: readonly Firing[];
}

/**
 * What Alertmanager would send of alerts that fire at known times, until the past ends: groups, their waits and repeats,
 * inhibition and times of silence. Sending takes no time and is never refused.
 * Source: Alertmanager, dispatch/dispatch.go, notify/notify.go, inhibit/inhibit.go.
 */
export function notifications(
  routing: RoutingPlan,
  fired: readonly Firing[],
  end: number,
): readonly Notification[] {
  const speaking = new Set(
    routing.receivers
      .filter(({ purpose, integrations }) => purpose === "alerts" && integrations.length > 0)
      .map(({ name }) => name),
  );
  const members = fired.flatMap((firing) =>
    waysOf(routing.root, firing.labels)
      .filter((way) => speaking.has(inherited(way, "receiver") ?? ""))
      .map((way) => ({ firing, way, group: groupKey(way, firing.labels) })),
  );
  const silencers = silencersOf(routing, fired);
  return [...groupedBy(members, ({ group }) => group).values()]
    .flatMap((all) => {
      const [{ way, group }] = all;
      const isSilent = (at: number): boolean => isMuted(way, routing, at);
      return played(
        all.map(({ firing }) => firing),
        { ...timersOf(way), end, isSilent, silencers },
      ).map((sent): Notification => ({ ...sent, receiver: inherited(way, "receiver") ?? "", group }));
    })
    .sort((a, b) => a.at - b.at || compareText(a.group, b.group));
}

/** Source: Alertmanager, `Route.Key`, `aggrGroup.GroupKey`. */
function groupKey(way: Way, labels: Labels): string {
  const route = way.routes.map(
    ({ matchers }) => `{${matchers.map(matcherText).sort(compareText).join(",")}}`,
  );
  const of = (inherited(way, "groupBy") ?? [])
    .filter((label) => labels[label] !== undefined)
    .sort(compareText)
    .map((label) => `${label}=${JSON.stringify(labels[label])}`);
  return `${route.join("/")}:{${of.join(", ")}}`;
}

function matcherText({ label, op, value }: Matcher): string {
  return `${label}${op}${JSON.stringify(value)}`;
}

interface Timers {
  readonly wait: number;
  readonly interval: number;
  readonly repeat: number;
}

/** The defaults are Alertmanager's. */
function timersOf(way: Way): Timers {
  return {
    wait: milliseconds(inherited(way, "groupWait") ?? "30s"),
    interval: milliseconds(inherited(way, "groupInterval") ?? "5m"),
    repeat: milliseconds(inherited(way, "repeatInterval") ?? "4h"),
  };
}

/** Alerts that silence another while both are there. */
type Silencers = (target: Firing) => readonly Firing[];

function silencersOf({ inhibitRules }: RoutingPlan, fired: readonly Firing[]): Silencers {
  const known = new Map<Firing, readonly Firing[]>();
  return (target) => {
    const found =
      known.get(target) ?? fired.filter((source) => silencedBy(inhibitRules, source.labels, target.labels));
    known.set(target, found);
    return found;
  };
}

interface Stage extends Timers {
  readonly end: number;
  readonly isSilent: (at: number) => boolean;
  readonly silencers: Silencers;
}

/** What was sent last of a group: alerts that fire, and ends that were told. */
interface Log {
  readonly at: number;
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
}

type Sent = Pick<Notification, "at" | "firing" | "status">;

/** The life of one group: it begins with its first alert, and ends when all are over. */
function played(all: readonly Firing[], stage: Stage): readonly Sent[] {
  const sent: Sent[] = [];
  const waiting = [...all].sort((a, b) => a.from - b.from);
  let log: Log | undefined;
  while (waiting.length > 0) {
    const present = new Map<string, Firing>();
    let at = (waiting[0]?.from ?? 0) + stage.wait;
    for (; at <= stage.end; at += stage.interval) {
      for (let [next] = waiting; next !== undefined && next.from <= at; [next] = waiting) {
        present.set(labelsKey(next.labels), next);
        waiting.shift();
      }
      const now = flushed(present, at, stage, log);
      if (now !== undefined) {
        log = now.log;
        sent.push(now.sent);
      }
      for (const [key, { to }] of present) {
        if (to <= at) present.delete(key);
      }
      if (present.size === 0) break;
    }
    if (at > stage.end) break;
  }
  return sent;
}

function flushed(
  present: ReadonlyMap<string, Firing>,
  at: number,
  { repeat, isSilent, silencers }: Stage,
  log: Log | undefined,
): { readonly sent: Sent; readonly log: Log } | undefined {
  const isThere = ({ from, to }: Firing): boolean => from <= at && at < to;
  const heard = isSilent(at) ? [] : [...present].filter(([, alert]) => !silencers(alert).some(isThere));
  const firing = heard.filter(([, { to }]) => at < to);
  const now: Log = {
    at,
    firing: new Set(firing.map(([key]) => key)),
    resolved: new Set(heard.filter(([, { to }]) => to <= at).map(([key]) => key)),
  };
  return heard.length > 0 && isNews(now, log, repeat)
    ? {
        log: now,
        sent: {
          at,
          status: firing.length > 0 ? "firing" : "resolved",
          firing: firing.map(([, alert]) => alert),
        },
      }
    : undefined;
}

/** Source: Alertmanager, `DedupStage.needsUpdate`; our receivers hear of ends as well. */
function isNews(now: Log, log: Log | undefined, repeat: number): boolean {
  if (log === undefined) return now.firing.size > 0;
  if (!isWithin(now.firing, log.firing)) return true;
  if (now.firing.size === 0) return log.firing.size > 0;
  return !isWithin(now.resolved, log.resolved) || log.at < now.at - repeat;
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((key) => all.has(key));
}

/** Only the last route of a way counts: these times are not inherited. */
function isMuted({ routes }: Way, { silences }: RoutingPlan, at: number): boolean {
  const names: Route["muteTimeIntervals"] = routes.at(-1)?.muteTimeIntervals ?? [];
  return silences.some(({ name, parts }) => names.includes(name) && parts.some((part) => isIn(part, at)));
}

/** By UTC. */
function isIn({ start, end, date, weekday }: PartOfDay, at: number): boolean {
  const time = new Date(at);
  const clock = time.toISOString().slice(11, 16);
  const day = time.toLocaleDateString("en", { weekday: "long", timeZone: "UTC" }).toLowerCase();
  return (
    start <= clock &&
    clock < end &&
    (weekday === undefined || weekday === day) &&
    (date === undefined ||
      time
        .toISOString()
        .startsWith(
          [date.year, ...[date.month, date.day].map((part) => String(part).padStart(2, "0"))].join("-"),
        ))
  );
}
