import { own } from "../slo/order";
import { matchesValue } from "../slo/telemetry";
import type { Labels, PlannedAlert } from "./monitoring-plan";
import type { InhibitRule, Matcher, Route } from "./routing";

/** One way through the tree of routes. */
export interface Way {
  /** The place of each route among those beside it. */
  readonly places: readonly number[];
  /** The routes themselves, from the root to the end. */
  readonly routes: readonly Route[];
}

/** Every way that a set of labels takes, in the order of the tree. Source: Alertmanager docs, "Route". */
export function waysOf(route: Route, labels: Labels): readonly Way[] {
  const found: Way[] = [];
  for (const [place, child] of route.routes.entries()) {
    if (matchesAll(child.matchers, labels)) {
      const below = waysOf(child, labels);
      found.push(...below.map((way) => ({ places: [place, ...way.places], routes: [route, ...way.routes] })));
      if (child.continue !== true) {
        break;
      }
    }
  }
  return found.length === 0 ? [{ places: [], routes: [route] }] : found;
}

/** A setting at the end of a way: that of the last route that says anything. */
export function inherited<
  K extends "groupBy" | "groupInterval" | "groupWait" | "receiver" | "repeatInterval",
>({ routes }: Way, key: K): Route[K] | undefined {
  return routes.findLast((route) => route[key] !== undefined)?.[key];
}

/** Whether labels have what a route or a rule of inhibition asks for. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matchesValue(matcher, own(labels, matcher.label) ?? ""));
}

/**
 * Whether an alert silences another, as Alertmanager decides it: what is absent counts as empty, and of two that are both
 * source and target of a rule neither silences the other. Source: Alertmanager docs, "Configuration", `inhibit_rule`.
 */
export function silencedBy(rules: readonly InhibitRule[], source: Labels, target: Labels): boolean {
  return rules.some(
    (rule) =>
      rule.equal.every((label) => (own(source, label) ?? "") === (own(target, label) ?? "")) &&
      matchesAll(rule.source, source) &&
      matchesAll(rule.target, target) &&
      !(matchesAll(rule.source, target) && matchesAll(rule.target, source)),
  );
}

/** The labels of an alert as they reach Alertmanager, as far as routes look at them. */
export function alertLabels(alert: PlannedAlert): Labels {
  const { alertname, category, cluster, environment, service, severity, slo, team } = alert;
  return { alertname, category, cluster, environment, service, severity, slo, team };
}
