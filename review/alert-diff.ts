import { alertRoutes } from "../backends/alertmanager/routes";
import { identityKey, NO_SLO, type AlertIdentity } from "../plan/identity";
import type { AlertingRule, MonitoringPlan, PlannedAlert } from "../plan/monitoring-plan";
import type { Receiver } from "../plan/routing";
import { integrationOf, secretsOf } from "../receivers";
import { milliseconds } from "../slo/duration";
import { compareText, sortedBy } from "../slo/order";
import type { Changed } from "./difference";
import { changedNumbers } from "./expression-words";

/** Alerts whose notifications go to somebody else. */
export interface Readdressed {
  readonly alerts: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface RuledAlert {
  readonly alert: PlannedAlert;
  readonly rule: AlertingRule | undefined;
}

/** The alerts of a plan with their rules. */
export function alertsOf({ alerts, ruleGroups }: MonitoringPlan): readonly RuledAlert[] {
  const rules = new Map(
    ruleGroups
      .flatMap((group) => group.rules)
      .flatMap((rule) =>
        rule.kind === "alert"
          ? [[[rule.alert, rule.labels["service"], rule.labels["slo"]].join("/"), rule] as const]
          : [],
      ),
  );
  return alerts.map((alert) => ({ alert, rule: rules.get(identityKey(alert)) }));
}

/** What is different about an alert, as somebody who is woken by it would say it. */
export function alertSays(before: RuledAlert, after: RuledAlert): Omit<Changed, "name"> | undefined {
  const [one, other] = [before.alert, after.alert];
  const field = (
    name: string,
    was: string | undefined,
    is: string | undefined,
    note = "",
  ): readonly string[] => (was === is ? [] : [`${name}: ${was ?? "none"} → ${is ?? "none"}${note}`]);
  const waits = milliseconds(other.for) > milliseconds(one.for) ? " (fires later)" : " (fires earlier)";
  const [was, is] = [before.rule, after.rule];
  const texts = [ruleText(was), ruleText(is)] as const;
  const says = [
    ...field("severity", one.severity, other.severity),
    ...field("for", one.for, other.for, waits),
    ...expressionSays(was?.expr ?? "", is?.expr ?? ""),
    ...field("team", one.team, other.team),
    ...field("runbook", one.runbook.url, other.runbook.url),
    ...field("dashboard", one.dashboardUrl, other.dashboardUrl),
    ...field("category", one.category, other.category),
    ...["summary", "description"].flatMap((name) =>
      was?.annotations[name] === is?.annotations[name] ? [] : [`other ${name}`],
    ),
  ];
  return says.length === 0 ? undefined : { says, ...(texts[0] === texts[1] ? {} : { texts }) };
}

/** What somebody reads of a rule who wants to see it whole. */
function ruleText(rule: AlertingRule | undefined): string {
  return rule === undefined
    ? ""
    : [rule.expr, rule.annotations["summary"], rule.annotations["description"]].join("\n");
}

/** `HighLatency (shop api-latency)`; an alert of no SLO is known by its service. */
export function alertName({ alertname, service, slo }: AlertIdentity): string {
  return `${alertname} (${slo.startsWith(NO_SLO) ? service : `${service} ${slo}`})`;
}

function expressionSays(before: string, after: string): readonly string[] {
  if (before === after) {
    return [];
  }
  const numbers = changedNumbers(before, after);
  return numbers === undefined
    ? ["its expression is another one"]
    : [
        ...new Map(
          // One number may stand in several places of a condition: the place that tells most is shown.
          sortedBy(numbers, ({ fires = "" }) => fires).map(({ before: was, after: is, fires }) => {
            const note = fires === undefined ? "" : ` (fires for ${fires})`;
            return [`${was} → ${is}`, `${was} → ${is}${note}`] as const;
          }),
        ).values(),
      ];
}

/** Alerts of both sides that reach somebody else, together where they move alike. */
export function readdressed(
  before: MonitoringPlan | undefined,
  after: MonitoringPlan | undefined,
): readonly Readdressed[] {
  if (before === undefined || after === undefined) {
    return [];
  }
  const was = audiences(before);
  const moved = new Map<string, { alerts: string[]; before: readonly string[]; after: readonly string[] }>();
  const is = audiences(after);
  // Of an alert that is gone nobody hears any more; one that is new was nobody's.
  for (const [name, old] of was) {
    const now = is.get(name) ?? [];
    if (old.join() !== now.join()) {
      const key = `${old.join()} → ${now.join()}`;
      const same = moved.get(key) ?? { alerts: [], before: old, after: now };
      same.alerts.push(name);
      moved.set(key, same);
    }
  }
  return sortedBy(moved.values(), ({ alerts }) => alerts[0] ?? "");
}

/** Who hears of each alert, by its identity. */
function audiences(plan: MonitoringPlan): ReadonlyMap<string, readonly string[]> {
  const receivers = new Map(plan.routing.receivers.map((receiver) => [receiver.name, receiver]));
  return new Map(
    alertRoutes(plan).map(({ labels: { alertname = "", service = "", slo = "" }, receivers: names }) => [
      alertName({ alertname, service, slo }),
      names.flatMap((name) => addressesOf(receivers.get(name), name)).sort(compareText),
    ]),
  );
}

/** Where a receiver writes: what tells two of a kind apart is a place, or the key of a secret. */
function addressesOf(receiver: Receiver | undefined, name: string): readonly string[] {
  const addresses = (receiver?.integrations ?? []).map((settings) => {
    const { place, title } = integrationOf(settings);
    const keys = secretsOf(settings).map(({ key }) => key);
    return place === undefined ? `${title} (${keys.join(", ")})` : `${title} ${place(settings)}`;
  });
  return addresses.length > 0 || name === "null" ? addresses : [name];
}
