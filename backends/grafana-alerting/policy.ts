import type { Matcher, Route, RoutingPlan } from "../../plan/routing";
import type { PartOfDay } from "../../slo/maintenance";
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
  readonly intervals: readonly GrafanaInterval[];
}

/** What is absent is any. */
interface GrafanaInterval {
  readonly times: readonly { readonly start: string; readonly end: string }[];
  readonly location: string;
  readonly weekdays?: string[];
  readonly daysOfMonths?: string[];
  readonly months?: string[];
  readonly years?: string[];
}

const UTC = "UTC";
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
  const muteTimings = [...(isMuted ? [ALWAYS] : []), ...(route.muteTimeIntervals ?? [])];
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

/** The mute timings of a plan, its silences. */
export function muteTimings(routing: RoutingPlan): readonly GrafanaMuteTiming[] {
  const always = { name: ALWAYS, intervals: [{ times: [MIDNIGHT], location: UTC }] };
  return [
    ...(silentReceivers(routing).length === 0 ? [] : [always]),
    ...routing.silences.map(({ name, parts }) => ({ name, intervals: parts.map(interval) })),
  ];
}

function interval({ start, end, weekday, date }: PartOfDay): GrafanaInterval {
  return {
    times: [{ start, end }],
    location: UTC,
    ...(weekday === undefined ? {} : { weekdays: [weekday] }),
    ...(date === undefined
      ? {}
      : { daysOfMonths: [String(date.day)], months: [String(date.month)], years: [String(date.year)] }),
  };
}
