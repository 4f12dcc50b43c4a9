import { identityKey } from "../../plan/identity";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { Route, RoutingPlan } from "../../plan/routing";
import { alertLabels, inherited, waysOf } from "../../plan/ways";
import { sortedBy } from "../../slo/order";

/** Where one alert goes. */
export interface AlertRoute {
  readonly labels: Labels;
  readonly receivers: readonly string[];
}

/** The receivers of every alert of a plan, sorted by identity. */
export function alertRoutes({ alerts, routing }: MonitoringPlan): readonly AlertRoute[] {
  return sortedBy(alerts, identityKey).map((alert) => {
    const labels = alertLabels(alert);
    return { labels, receivers: receiversOf(routing, labels) };
  });
}

/** The receivers that a set of labels reaches, in the order of the tree. */
export function receiversOf({ root }: Pick<RoutingPlan, "root">, labels: Labels): readonly string[] {
  return pathsOf(root, labels).map(({ receiver }) => receiver);
}

/** One way through the tree of routes: the place of each route among those beside it, and who is at its end. */
interface RoutePath {
  readonly places: readonly number[];
  readonly receiver: string;
}

/** Every way that a set of labels takes, in the order of the tree. */
export function pathsOf(root: Route, labels: Labels): readonly RoutePath[] {
  return waysOf(root, labels).map((way) => ({
    places: way.places,
    receiver: inherited(way, "receiver") ?? "",
  }));
}
