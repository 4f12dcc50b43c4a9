import { ALERTS, DIMENSIONS, SELF } from "../plan/names";
import { placeOf, type Environment } from "../plan/environment";
import type { PlannedAlert } from "../plan/monitoring-plan";
import { DIGEST_TICK, is, type Matcher, type Receiver, type Route, type RoutingPlan } from "../plan/routing";
import { environmentsThat } from "../slo/catalogue";
import { compareText } from "../slo/order";
import { inhibitRules } from "./inhibition";

/** One incident per SLO: fast and slow burn, and the outage of its job, share a group and so a page. */
const GROUP_BY = [...DIMENSIONS, "team", "service", "slo"] as const;

/** Alerts of other tools have no SLO, and few of them a service: what they have in common is a name and a place. */
const OTHERS_GROUP_BY = [...DIMENSIONS, "team", "service", "alertname", "namespace", "job"] as const;

const DIGEST_INTERVAL = "digest-window";

/** Names of receivers; tests and the lab read them from here. */
export const RECEIVERS = {
  unrouted: "slack-unrouted",
  nowhere: "null",
  deadMansSwitch: "deadman",
  nonProduction: "slack-nonprod",
  pageDefault: "page-default",
  page: (team: string): string => `page-${team}`,
  chatDefault: "slack-default",
  chat: (team: string): string => `slack-${team}`,
  quiet: "slack-quiet",
  digest: "email-digest",
} as const;

/**
 * Routes, receivers and inhibition of one environment. Environments that never page are matched before severities,
 * so that an alert which strays to the wrong Alertmanager still wakes nobody.
 */
export function routing(environment: Environment, alerts: readonly PlannedAlert[]): RoutingPlan {
  const { digest } = environment.receivers;
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
        { matchers: [is("slo", "")], groupBy: OTHERS_GROUP_BY, routes: receiverRoutes(environment, []) },
        ...receiverRoutes(environment, alerts),
      ],
    },
    receivers: receivers(environment, alerts),
    inhibitRules: inhibitRules(alerts),
    timeIntervals:
      digest === undefined || !environment.paging ? [] : [{ name: DIGEST_INTERVAL, ...digest.window }],
    resolveTimeout: "5m",
  };
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
 * A person is paged for what is critical (OMNIHUB-ROUTE-1), chat hears of everything, of pages through the receiver that
 * pages (OMNIHUB-ROUTE-2). What is critical violates an objective now or soon (OMNIHUB-ROUTE-4).
 */
function pagingRoutes(environment: Environment, alerts: readonly PlannedAlert[]): readonly Route[] {
  return [
    ...(environment.receivers.digest === undefined ? [] : [digestRoute()]),
    {
      receiver: RECEIVERS.pageDefault,
      matchers: [is("severity", "critical")],
      groupWait: "10s",
      groupInterval: "1m",
      repeatInterval: "1h",
      routes: [...hurriedRoutes(environment, alerts), ...teamRoutes(pagedTeams(environment), RECEIVERS.page)],
    },
    {
      receiver: RECEIVERS.chatDefault,
      matchers: [is("severity", "warning")],
      repeatInterval: "12h",
      routes: teamRoutes(Object.keys(environment.receivers.teamChat), RECEIVERS.chat),
    },
    leaf(RECEIVERS.quiet, is("severity", "info")),
  ];
}

/** One mail a day with what still fires (OMNIHUB-ROUTE-3); `continue` leaves the other routes as they are. */
function digestRoute(): Route {
  return {
    receiver: RECEIVERS.digest,
    matchers: [{ label: "severity", op: "=~", value: "critical|warning|info" }],
    groupBy: DIMENSIONS,
    groupInterval: DIGEST_TICK,
    repeatInterval: "20h",
    continue: true,
    activeTimeIntervals: [DIGEST_INTERVAL],
    routes: [],
  };
}

/** Alerts whose first notification must not wait for company (OMNIHUB-ERR-13). */
function hurriedRoutes(environment: Environment, alerts: readonly PlannedAlert[]): readonly Route[] {
  const paged = pagedTeams(environment);
  return alerts
    .filter((alert) => alert.severity === "critical" && alert.groupWait !== undefined)
    .map((alert) => ({
      receiver: paged.includes(alert.team) ? RECEIVERS.page(alert.team) : RECEIVERS.pageDefault,
      matchers: [is("alertname", alert.alertname), is("service", alert.service)],
      ...(alert.groupWait === undefined ? {} : { groupWait: alert.groupWait }),
      routes: [],
    }));
}

function teamRoutes(teams: readonly string[], receiver: (team: string) => string): readonly Route[] {
  return [...teams].sort(compareText).map((team) => leaf(receiver(team), is("team", team)));
}

/** Teams with a PagerDuty service of their own; the others share the default one. */
function pagedTeams(environment: Environment): readonly string[] {
  const keys = Object.keys(environment.receivers.pagerduty?.routingKeySecrets ?? {});
  return keys.filter((team) => team !== "default").sort(compareText);
}

function receivers(environment: Environment, alerts: readonly PlannedAlert[]): readonly Receiver[] {
  const { unrouted, chat, deadMansSwitch } = environment.receivers;
  const always: readonly Receiver[] = [
    { name: RECEIVERS.unrouted, slack: unrouted },
    { name: RECEIVERS.nowhere },
    { name: RECEIVERS.nonProduction, slack: chat },
  ];
  const heartbeat: readonly Receiver[] =
    deadMansSwitch === undefined || !alerts.some((alert) => alert.kind === "heartbeat")
      ? []
      : [
          {
            name: RECEIVERS.deadMansSwitch,
            webhook: { urlSecret: deadMansSwitch.urlSecret, sendResolved: false },
          },
        ];
  return [...always, ...heartbeat, ...(environment.paging ? pagingReceivers(environment) : [])];
}

function pagingReceivers(environment: Environment): readonly Receiver[] {
  const { chat, quiet, teamChat, pagerduty, digest } = environment.receivers;
  const keys = pagerduty?.routingKeySecrets ?? {};
  const page = (team: string): Receiver => {
    const routingKeySecret = keys[team] ?? keys["default"];
    return {
      name: team === "default" ? RECEIVERS.pageDefault : RECEIVERS.page(team),
      slack: teamChat[team] ?? chat,
      ...(pagerduty === undefined || routingKeySecret === undefined
        ? {}
        : { pagerduty: { address: pagerduty.address, routingKeySecret } }),
    };
  };
  const mail: readonly Receiver[] =
    digest === undefined
      ? []
      : [
          {
            name: RECEIVERS.digest,
            email: {
              to: digest.to,
              from: digest.from,
              smarthost: digest.smarthost,
              username: digest.username,
              passwordSecret: digest.passwordSecret,
              requireTls: digest.requireTls,
            },
          },
        ];
  const chats = Object.entries(teamChat).sort(([a], [b]) => compareText(a, b));
  return [
    page("default"),
    ...pagedTeams(environment).map(page),
    { name: RECEIVERS.chatDefault, slack: chat },
    ...chats.map(([team, slack]) => ({ name: RECEIVERS.chat(team), slack })),
    { name: RECEIVERS.quiet, slack: quiet },
    ...mail,
  ];
}
