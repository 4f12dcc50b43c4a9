import { alertRoutes } from "../backends/alertmanager/routes";
import { identityKey } from "../plan/identity";
import type { AlertingRule, MonitoringPlan, PlannedAlert, PlannedSlo } from "../plan/monitoring-plan";
import type { Receiver } from "../plan/routing";
import { milliseconds } from "../slo/duration";
import { ratioOfPercent } from "../slo/objective";
import { compareText, sortedBy } from "../slo/order";
import { changedNumbers } from "./expression-words";

/** A thing that is there on both sides, and what is different about it, a sentence each. */
export interface Changed {
  readonly name: string;
  readonly says: readonly string[];
  /** Text that a person may want to see whole, before and after. */
  readonly texts?: readonly [before: string, after: string];
}

/** What is there on one side only, by name, and what changed on both. */
export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly Changed[];
}

/** Alerts whose notifications go to somebody else. */
export interface Readdressed {
  readonly alerts: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What is different for people and machines between two plans of an environment. */
export interface PlanDiff {
  readonly environment: string;
  readonly alerts: Difference;
  readonly readdressed: readonly Readdressed[];
  readonly objectives: Difference;
  readonly inhibition: Difference;
  readonly dashboards: Difference;
  readonly runbooks: Difference;
  readonly jobs: Difference;
  /** Objectives whose recorded history the change leaves behind or mixes, and why. */
  readonly history: readonly string[];
  readonly rules: { readonly before: number; readonly after: number };
}

/** Compares two plans; one that is not there is an environment that comes or goes. */
export function planDiff(before: MonitoringPlan | undefined, after: MonitoringPlan | undefined): PlanDiff {
  const of = <T>(list: (plan: MonitoringPlan) => readonly T[]): readonly [readonly T[], readonly T[]] => [
    before === undefined ? [] : list(before),
    after === undefined ? [] : list(after),
  ];
  const rules = of(({ ruleGroups }) => ruleGroups.flatMap((group) => group.rules));
  const slos = of((plan) => plan.slos);
  return {
    environment: (after ?? before)?.environment.stack ?? "",
    alerts: difference(of(alertsOf), ({ alert }) => identityKey(alert), alertSays),
    readdressed: readdressed(before, after),
    objectives: difference(slos, ({ service, slo }) => `${service}/${slo}`, objectiveSays),
    inhibition: difference(
      of(({ routing }) => routing.inhibitRules),
      ({ name }) => name,
      anyChange,
    ),
    dashboards: difference(
      of((plan) => plan.dashboards),
      ({ uid }) => uid,
      (one, other) => dashboardSays(one, other),
    ),
    runbooks: difference(
      of((plan) => plan.runbooks),
      ({ service, slug }) => `${service}/${slug}`,
      (one, other) =>
        one.markdown === other.markdown ? undefined : { says: [], texts: [one.markdown, other.markdown] },
    ),
    jobs: difference(
      of(({ scrape }) => scrape.jobs),
      ({ job }) => job,
      anyChange,
    ),
    history: history(slos),
    rules: { before: rules[0].length, after: rules[1].length },
  };
}

/** Whether nothing at all is different. */
export function isSame(diff: PlanDiff): boolean {
  const { alerts, objectives, inhibition, dashboards, runbooks, jobs } = diff;
  return (
    diff.rules.before === diff.rules.after &&
    diff.readdressed.length === 0 &&
    diff.history.length === 0 &&
    [alerts, objectives, inhibition, dashboards, runbooks, jobs].every(isEmpty)
  );
}

/** Whether nothing is different. */
export function isEmpty({ added, removed, changed }: Difference): boolean {
  return added.length + removed.length + changed.length === 0;
}

type Says<T> = (before: T, after: T) => Omit<Changed, "name"> | undefined;

/** What is there on one side only and what changed, sorted by name. */
export function difference<T>(
  [before, after]: readonly [readonly T[], readonly T[]],
  nameOf: (item: T) => string,
  says: Says<T>,
): Difference {
  const [old, now] = [before, after].map((items) => new Map(items.map((item) => [nameOf(item), item])));
  const names = (
    one: ReadonlyMap<string, T> = new Map(),
    other: ReadonlyMap<string, T> = new Map(),
  ): readonly string[] => [...one.keys()].filter((name) => !other.has(name)).sort(compareText);
  return {
    added: names(now, old),
    removed: names(old, now),
    changed: sortedBy(now ?? [], ([name]) => name).flatMap(([name, item]) => {
      const was = old?.get(name);
      const changed = was === undefined ? undefined : says(was, item);
      return changed === undefined ? [] : [{ name, ...changed }];
    }),
  };
}

const anyChange: Says<unknown> = (before, after) => {
  const texts = [before, after].map((value) => JSON.stringify(value, null, 2));
  return texts[0] === texts[1] ? undefined : { says: [], texts: [texts[0] ?? "", texts[1] ?? ""] };
};

interface RuledAlert {
  readonly alert: PlannedAlert;
  readonly rule: AlertingRule | undefined;
}

function alertsOf({ alerts, ruleGroups }: MonitoringPlan): readonly RuledAlert[] {
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
function alertSays(before: RuledAlert, after: RuledAlert): Omit<Changed, "name"> | undefined {
  const [one, other] = [before.alert, after.alert];
  const field = (
    name: string,
    was: string | undefined,
    is: string | undefined,
    note = "",
  ): readonly string[] => (was === is ? [] : [`${name}: ${was ?? "none"} → ${is ?? "none"}${note}`]);
  const waits = milliseconds(other.for) > milliseconds(one.for) ? " (fires later)" : " (fires earlier)";
  const [was, is] = [before.rule, after.rule];
  const exprs = [was?.expr ?? "", is?.expr ?? ""] as const;
  const says = [
    ...field("severity", one.severity, other.severity),
    ...field("for", one.for, other.for, waits),
    ...expressionSays(...exprs),
    ...field("team", one.team, other.team),
    ...field("runbook", one.runbook.url, other.runbook.url),
    ...field("dashboard", one.dashboardUrl, other.dashboardUrl),
    ...field("category", one.category, other.category),
    ...["summary", "description"].flatMap((name) =>
      field(name, was?.annotations[name], is?.annotations[name]),
    ),
  ];
  return says.length === 0 ? undefined : { says, ...(exprs[0] === exprs[1] ? {} : { texts: exprs }) };
}

function expressionSays(before: string, after: string): readonly string[] {
  if (before === after) {
    return [];
  }
  const numbers = changedNumbers(before, after);
  return numbers === undefined
    ? ["its expression is another one"]
    : numbers.map(({ before: was, after: is, fires }) => {
        const note = { more: " (fires for more)", less: " (fires for less)", unknown: "" }[
          fires ?? "unknown"
        ];
        return `${was} → ${is}${note}`;
      });
}

/** Alerts of both sides that reach somebody else, together where they move alike. */
function readdressed(
  before: MonitoringPlan | undefined,
  after: MonitoringPlan | undefined,
): readonly Readdressed[] {
  if (before === undefined || after === undefined) {
    return [];
  }
  const was = audiences(before);
  const moved = new Map<string, { alerts: string[]; before: readonly string[]; after: readonly string[] }>();
  for (const [name, now] of audiences(after)) {
    const old = was.get(name);
    if (old !== undefined && old.join() !== now.join()) {
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
    alertRoutes(plan).map(({ labels, receivers: names }) => [
      [labels["alertname"], labels["service"], labels["slo"]].join("/"),
      names.flatMap((name) => addressesOf(receivers.get(name), name)).sort(compareText),
    ]),
  );
}

/** Where a receiver writes, without what is secret. */
function addressesOf(receiver: Receiver | undefined, name: string): readonly string[] {
  const addresses = [
    ...(receiver?.pagerduty === undefined ? [] : [`PagerDuty (${receiver.pagerduty.routingKeySecret})`]),
    ...(receiver?.slack === undefined ? [] : [`Slack ${receiver.slack.channel}`]),
    ...(receiver?.email === undefined ? [] : [`mail ${receiver.email.to}`]),
    ...(receiver?.webhook === undefined ? [] : [`webhook (${receiver.webhook.urlSecret})`]),
  ];
  return addresses.length > 0 || name === "null" ? addresses : [name];
}

function objectiveSays(before: PlannedSlo, after: PlannedSlo): Omit<Changed, "name"> | undefined {
  const ratio = ({ objective }: PlannedSlo): number => ratioOfPercent(objective)?.toNumber() ?? 0;
  const note = ratio(after) < ratio(before) ? " (**loosened**)" : " (tightened)";
  const says = [
    ...(before.objective === after.objective
      ? []
      : [`objective ${before.objective} → ${after.objective}${note}`]),
    ...(before.window === after.window ? [] : [`window ${before.window} → ${after.window}`]),
    ...(before.response === after.response ? [] : [`response ${before.response} → ${after.response}`]),
    ...(isAlike(before.sli, after.sli) ? [] : ["it measures something else"]),
  ];
  return says.length === 0 ? undefined : { says };
}

/** Recorded history hangs on the id of an objective: what it loses is said before it is lost. */
function history([before, after]: readonly [
  readonly PlannedSlo[],
  readonly PlannedSlo[],
]): readonly string[] {
  const now = new Map(after.map((slo) => [slo.id, slo]));
  return sortedBy(before, ({ id }) => id).flatMap((was) => {
    const is = now.get(was.id);
    if (is === undefined) {
      return [
        `\`${was.id}\` is gone: its records end, and its history of ${was.window} with them. To rename a title keep the id.`,
      ];
    }
    return isAlike(was.sli, is.sli)
      ? []
      : [
          `\`${was.id}\` measures something else under the same id: for ${is.window} its budget mixes both. Give it a new id to begin anew.`,
        ];
  });
}

function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

type Dashboard = MonitoringPlan["dashboards"][number];

function dashboardSays(before: Dashboard, after: Dashboard): Omit<Changed, "name"> | undefined {
  if (isAlike(before.json, after.json)) {
    return undefined;
  }
  const panels = ({ json }: Dashboard): readonly [id: string, text: string][] =>
    json.panels.map((panel) => [
      `${panel.title} (${panel.id})`,
      JSON.stringify({ ...panel, gridPos: undefined }),
    ]);
  const { added, removed, changed } = difference(
    [panels(before), panels(after)],
    ([id]) => id,
    ([, one], [, other]) => (one === other ? undefined : { says: [] }),
  );
  const says = [
    ...added.map((panel) => `new panel ${panel}`),
    ...removed.map((panel) => `no panel ${panel} any more`),
    ...changed.map(({ name }) => `panel ${name} is another one`),
  ];
  return { says: says.length === 0 ? ["its layout or links are others"] : says };
}
