import { identityKey } from "../../plan/identity";
import type { Labels, MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import type { Matcher, Route, RoutingPlan } from "../../plan/routing";
import { own, sortedBy } from "../../slo/order";
import { matchesValue } from "../../slo/telemetry";

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

/** The labels of an alert as they reach Alertmanager, as far as routes look at them. */
function alertLabels(alert: PlannedAlert): Labels {
  const { alertname, category, cluster, environment, service, severity, slo, team } = alert;
  return { alertname, category, cluster, environment, service, severity, slo, team };
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

/** Every way that a set of labels takes, in the order of the tree. Source: Alertmanager docs, "Route". */
export function pathsOf(route: Route, labels: Labels, inherited = ""): readonly RoutePath[] {
  const receiver = route.receiver ?? inherited;
  const found: RoutePath[] = [];
  for (const [place, child] of route.routes.entries()) {
    if (matchesAll(child.matchers, labels)) {
      const below = pathsOf(child, labels, receiver);
      found.push(...below.map((path) => ({ ...path, places: [place, ...path.places] })));
      if (child.continue !== true) {
        break;
      }
    }
  }
  return found.length === 0 ? [{ places: [], receiver }] : found;
}

/** Whether labels have what a route or a rule of inhibition asks for. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matchesValue(matcher, own(labels, matcher.label) ?? ""));
}
