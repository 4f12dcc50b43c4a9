import { ALERTS, DIMENSIONS, SELF } from "../plan/names";
import { HEARD_SEVERITIES, placeOf, type Environment, type HeardSeverity } from "../plan/environment";
import type { PlannedAlert } from "../plan/monitoring-plan";
import { is, type Matcher, type Receiver, type Route, type RoutingPlan } from "../plan/routing";
import { environmentsThat } from "../slo/catalogue";
import { silentParts, type Maintenance } from "../slo/maintenance";
import { compareText } from "../slo/order";
import { inhibitRules } from "./inhibition";

/** One incident per SLO: fast and slow burn, and the outage of its job, share a group and so a page. */
const GROUP_BY = [...DIMENSIONS, "team", "service", "slo"] as const;

/** Alerts of other tools have no SLO, and few of them a service: what they have in common is a name and a place. */
const OTHERS_GROUP_BY = [...DIMENSIONS, "team", "service", "alertname", "namespace", "job"] as const;

/** Names of receivers; tests and the lab read them from here. */
export const RECEIVERS = {
  unrouted: "unrouted",
  nowhere: "null",
  deadMansSwitch: "deadman",
  nonProduction: "non-production",
  of: (severity: HeardSeverity, team: string): string =>
    `${severity === "critical" ? "page" : severity}-${team}`,
} as const;

/** The team of those that have no receiver of their own. */
export const DEFAULT_TEAM = "default";

const TIMERS = {
  critical: { groupWait: "10s", groupInterval: "1m", repeatInterval: "1h" },
  warning: { repeatInterval: "12h" },
  info: {},
} as const satisfies Readonly<Record<HeardSeverity, Partial<Route>>>;

/**
 * Routes, receivers and inhibition of one environment. Environments that never page are matched before severities,
 * so that an alert which strays to the wrong Alertmanager still wakes nobody.
 */
export function routing(environment: Environment, alerts: readonly PlannedAlert[]): RoutingPlan {
  return {
    root: {
      receiver: RECEIVERS.unrouted,
      matchers: [],
      groupBy: GROUP_BY,
      groupWait: "30s",
      groupInterval: "5m",
      repeatInterval: "4h",
      routes: [
        heartbeatRoute(environment),
        leaf(RECEIVERS.nowhere, is("severity", "none")),
        ...maintainedRoutes(environment, alerts),
        { matchers: [is("slo", "")], groupBy: OTHERS_GROUP_BY, routes: receiverRoutes(environment, []) },
        ...receiverRoutes(environment, alerts),
      ],
    },
    receivers: receivers(environment, alerts),
    inhibitRules: inhibitRules(alerts),
    silences: environment.maintenance.map((one, index) => ({
      name: silenceName(one, index),
      parts: silentParts(one),
    })),
    resolveTimeout: "5m",
  };
}

function silenceName({ from }: Maintenance, index: number): string {
  return `maintenance-${index + 1}-${from.slice(0, "2027-01-09".length)}`;
}

/** Alerts of a service that is worked on go the way of all others, and nowhere meanwhile; the daily digest names them. */
function maintainedRoutes(environment: Environment, alerts: readonly PlannedAlert[]): readonly Route[] {
  const { maintenance } = environment;
  const services = [...new Set(maintenance.flatMap((one) => one.services))].sort(compareText);
  return services.map((service) => {
    const names = maintenance.flatMap((one, index) =>
      one.services.includes(service) ? [silenceName(one, index)] : [],
    );
    const own = alerts.filter((alert) => alert.service === service);
    return {
      matchers: [is("service", service)],
      muteTimeIntervals: names,
      routes: receiverRoutes(environment, own).map((route) => muted(route, names)),
    };
  });
}

/** Source: Alertmanager docs, "Configuration": routes inherit no `mute_time_intervals`. */
function muted(route: Route, names: readonly string[]): Route {
  return { ...route, muteTimeIntervals: names, routes: route.routes.map((child) => muted(child, names)) };
}

function receiverRoutes(environment: Environment, alerts: readonly PlannedAlert[]): readonly Route[] {
  return [
    ...nonProductionRoutes(environment),
    ...(environment.paging ? pagingRoutes(environment, alerts) : []),
  ];
}

function leaf(receiver: string, matcher: Matcher): Route {
  return { receiver, matchers: [matcher], routes: [] };
}

/**
 * The Watchdog of this very Prometheus; others have one of the same name, which must not keep the switch quiet.
 * Repeats are only checked at group ticks: a repeat slightly below the interval gives one beat a minute.
 */
function heartbeatRoute(environment: Environment): Route {
  const place = placeOf(environment);
  const matchers = [
    is("alertname", ALERTS.heartbeat),
    is("service", SELF.service),
    ...DIMENSIONS.map((label) => is(label, place[label])),
  ];
  return environment.receivers.deadMansSwitch === undefined
    ? { receiver: RECEIVERS.nowhere, matchers, routes: [] }
    : {
        receiver: RECEIVERS.deadMansSwitch,
        matchers,
        groupWait: "0s",
        groupInterval: "1m",
        repeatInterval: "50s",
        routes: [],
      };
}

function nonProductionRoutes({ environments }: Environment): readonly Route[] {
  const names = environmentsThat(environments, "mayPage", false);
  return names.length === 0
    ? []
    : [
        {
          receiver: RECEIVERS.nonProduction,
          matchers: [{ label: "environment", op: "=~", value: names.join("|") }],
          repeatInterval: "1d",
          routes: [leaf(RECEIVERS.nowhere, is("severity", "info"))],
        },
      ];
}

/**
 * A person is paged for what is critical, which violates an objective now or soon; chat
 * hears of everything where the stack says so. A team without a receiver of a severity shares the default
 * one.
 */
function pagingRoutes(environment: Environment, alerts: readonly PlannedAlert[]): readonly Route[] {
  return HEARD_SEVERITIES.flatMap((severity) => {
    const [others, ...teams] = teamsWith(environment, severity);
    const overrides = severity === "critical" ? groupWaitOverrides(environment, alerts) : [];
    const own = teams.map((team) => leaf(RECEIVERS.of(severity, team), is("team", team)));
    const matchers = [is("severity", severity)];
    return others === undefined
      ? []
      : [
          {
            receiver: RECEIVERS.of(severity, others),
            matchers,
            ...TIMERS[severity],
            routes: [...overrides, ...own],
          },
        ];
  });
}

/** Alerts whose first notification must not wait for company. */
function groupWaitOverrides(environment: Environment, alerts: readonly PlannedAlert[]): readonly Route[] {
  const paged = teamsWith(environment, "critical");
  return alerts
    .filter((alert) => alert.severity === "critical" && alert.groupWait !== undefined)
    .map((alert) => ({
      receiver: RECEIVERS.of("critical", paged.includes(alert.team) ? alert.team : DEFAULT_TEAM),
      matchers: [is("alertname", alert.alertname), is("service", alert.service)],
      ...(alert.groupWait === undefined ? {} : { groupWait: alert.groupWait }),
      routes: [],
    }));
}

/** The team of those that have no receiver of their own, and those that have one; none where nobody hears. */
function teamsWith({ receivers }: Environment, severity: HeardSeverity): readonly string[] {
  const byTeam = receivers[severity];
  const teams = Object.keys(byTeam ?? {}).filter((team) => team !== DEFAULT_TEAM);
  return byTeam === undefined ? [] : [DEFAULT_TEAM, ...teams.sort(compareText)];
}

function receivers(environment: Environment, alerts: readonly PlannedAlert[]): readonly Receiver[] {
  const { unrouted, warning, deadMansSwitch } = environment.receivers;
  const beats = deadMansSwitch !== undefined && alerts.some((alert) => alert.kind === "heartbeat");
  return [
    receiver(RECEIVERS.unrouted, unrouted),
    receiver(RECEIVERS.nowhere, []),
    receiver(RECEIVERS.nonProduction, warning[DEFAULT_TEAM]),
    ...(beats
      ? [receiver(RECEIVERS.deadMansSwitch, [{ kind: "webhook", ...deadMansSwitch }], "heartbeat")]
      : []),
    ...(environment.paging ? pagingReceivers(environment) : []),
  ];
}

function receiver(
  name: string,
  integrations: Receiver["integrations"] = [],
  purpose: Receiver["purpose"] = "alerts",
): Receiver {
  return { name, purpose, integrations };
}

function pagingReceivers(environment: Environment): readonly Receiver[] {
  return HEARD_SEVERITIES.flatMap((severity) =>
    teamsWith(environment, severity).map((team) =>
      receiver(RECEIVERS.of(severity, team), environment.receivers[severity]?.[team]),
    ),
  );
}
