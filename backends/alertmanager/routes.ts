import { identityKey } from "../../plan/identity";
import type { Labels, MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import type { Route, RoutingPlan } from "../../plan/routing";
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

/** The receivers that a set of labels reaches, in the order of the tree. Source: Alertmanager docs, "Route". */
export function receiversOf({ root }: Pick<RoutingPlan, "root">, labels: Labels): readonly string[] {
  return walk(root, labels, "");
}

function walk(route: Route, labels: Labels, inherited: string): readonly string[] {
  const receiver = route.receiver ?? inherited;
  const found: string[] = [];
  for (const child of route.routes) {
    if (child.matchers.every((matcher) => matchesValue(matcher, own(labels, matcher.label) ?? ""))) {
      found.push(...walk(child, labels, receiver));
      if (child.continue !== true) {
        break;
      }
    }
  }
  return found.length === 0 ? [receiver] : found;
}
