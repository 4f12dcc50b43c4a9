import type { Matcher, Route, RoutingPlan } from "../../plan/routing";
import { contactPoints } from "./contact-points";

/** What a node of the tree of policies does with its alerts; what is absent is inherited. */
export interface PolicySettings {
  readonly contactPoint?: string;
  readonly groupBy?: readonly string[];
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeatInterval?: string;
  readonly continue?: boolean;
  readonly muteTimings?: readonly string[];
  readonly policies: readonly GrafanaPolicy[];
}

/** A node below the root. */
export interface GrafanaPolicy extends PolicySettings {
  readonly matchers: readonly Matcher[];
}

/** The root, which catches everything. */
export type GrafanaPolicyTree = PolicySettings & Required<Pick<PolicySettings, "contactPoint" | "groupBy">>;

/** When nothing is sent. */
export interface GrafanaMuteTiming {
  readonly name: string;
  readonly times: readonly { readonly start: string; readonly end: string }[];
  readonly location: string;
}

const ALWAYS = "always";
const MIDNIGHT = { start: "00:00", end: "24:00" } as const;

/** The routes of a plan as Grafana's tree: the same receivers, groups and timers. */
export function policyTree(routing: RoutingPlan): GrafanaPolicyTree {
  const { receiver: contactPoint = "", groupBy = [] } = routing.root;
  return { ...settings(routing.root, silentReceivers(routing), contactPoint), contactPoint, groupBy };
}

/** A contact point must send something, so a route to nowhere keeps its parent's and is always muted. */
function settings(route: Route, silent: readonly string[], inherited: string): PolicySettings {
  const { receiver = inherited, groupBy, groupWait, groupInterval, repeatInterval } = route;
  const isMuted = silent.includes(receiver);
  const contactPoint = isMuted ? inherited : receiver;
  const muteTimings = [...(isMuted ? [ALWAYS] : []), ...(route.activeTimeIntervals ?? []).map(outside)];
  return {
    contactPoint,
    ...(groupBy === undefined ? {} : { groupBy }),
    ...(groupWait === undefined ? {} : { groupWait }),
    ...(groupInterval === undefined ? {} : { groupInterval }),
    ...(repeatInterval === undefined ? {} : { repeatInterval }),
    ...(route.continue === true ? { continue: true } : {}),
    ...(muteTimings.length === 0 ? {} : { muteTimings }),
    policies: route.routes.map((child) => ({
      matchers: child.matchers,
      ...settings(child, silent, contactPoint),
    })),
  };
}

function silentReceivers(routing: RoutingPlan): readonly string[] {
  const points = contactPoints(routing).map(({ name }) => name);
  return routing.receivers.map(({ name }) => name).filter((name) => !points.includes(name));
}

function outside(interval: string): string {
  return `outside-${interval}`;
}

/** The mute timings of a plan: what is outside of its windows, which every version of Grafana understands. */
export function muteTimings(routing: RoutingPlan): readonly GrafanaMuteTiming[] {
  return [
    ...(silentReceivers(routing).length === 0 ? [] : [{ name: ALWAYS, times: [MIDNIGHT], location: "UTC" }]),
    ...routing.timeIntervals.map(outsideOf),
  ];
}

function outsideOf(interval: RoutingPlan["timeIntervals"][number]): GrafanaMuteTiming {
  const { name, start, end, location } = interval;
  const times = [
    { start: MIDNIGHT.start, end: start },
    { start: end, end: MIDNIGHT.end },
  ];
  return { name: outside(name), times: times.filter((time) => time.start !== time.end), location };
}
