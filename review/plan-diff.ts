import { pageTimes, spanSays, type PageTimes } from "../plan/page-times";
import type { MonitoringPlan, PlannedSlo } from "../plan/monitoring-plan";
import type { RunbookPage } from "../plan/runbook";
import type { Maintenance } from "../slo/maintenance";
import { ratioOfPercent } from "../slo/objective";
import { sortedBy } from "../slo/order";
import { alertName, alertSays, alertsOf, readdressed, type Readdressed } from "./alert-diff";
import { anyChange, difference, isAlike, isEmpty, type Changed, type Difference } from "./difference";

/** What is different for people and machines between two plans of an environment. */
export interface PlanDiff {
  readonly environment: string;
  /** Whether people are woken there. */
  readonly pages: boolean;
  readonly alerts: Difference;
  readonly readdressed: readonly Readdressed[];
  /** Alerts that woke somebody, and are gone. */
  readonly lostPages: readonly string[];
  readonly objectives: Difference;
  readonly inhibition: Difference;
  /** When nobody hears of alerts. */
  readonly maintenance: Difference;
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
  const inhibitRules = of(({ routing }) => routing.inhibitRules);
  const maintenance = of((plan) => plan.maintenance ?? []);
  const alerts = difference(of(alertsOf), ({ alert }) => alertName(alert), alertSays);
  return {
    environment: (after ?? before)?.environment.stack ?? "",
    pages: (after ?? before)?.environment.paging ?? false,
    alerts,
    readdressed: readdressed(before, after),
    lostPages: lostPages(alerts.removed, before),
    objectives: difference(of(pageTimes), ({ slo: { service, slo } }) => `${service}/${slo}`, objectiveSays),
    inhibition: difference(inhibitRules, ({ name }) => name, anyChange),
    maintenance: difference(maintenance, maintenanceInWords, anyChange),
    dashboards: difference(
      of((plan) => plan.dashboards),
      ({ uid }) => uid,
      dashboardSays,
    ),
    runbooks: difference(
      of((plan) => plan.runbooks),
      ({ service, slug }) => `${service}/${slug}`,
      runbookSays,
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

function runbookSays(
  { markdown: before }: RunbookPage,
  { markdown: after }: RunbookPage,
): Omit<Changed, "name"> | undefined {
  return before === after ? undefined : { says: [], texts: [before, after] };
}

function maintenanceInWords({ services, from, to, every, settle, reason }: Maintenance): string {
  const again = every === undefined ? "" : ` every ${every}`;
  return `${services.join(", ")} from ${from} to ${to}${again}, ${settle} to settle: ${reason}`;
}

function lostPages(removed: readonly string[], before: MonitoringPlan | undefined): readonly string[] {
  const waking = (before?.alerts ?? []).filter(({ severity }) => severity === "critical").map(alertName);
  return removed.filter((name) => waking.includes(name));
}

/** Whether nothing at all is different. */
export function isSame(diff: PlanDiff): boolean {
  const { alerts, objectives, inhibition, maintenance, dashboards, runbooks, jobs } = diff;
  return (
    diff.rules.before === diff.rules.after &&
    diff.readdressed.length === 0 &&
    diff.history.length === 0 &&
    [alerts, objectives, inhibition, maintenance, dashboards, runbooks, jobs].every(isEmpty)
  );
}

function objectiveSays(
  { slo: before, times: were }: PageTimes,
  { slo: after, times: are }: PageTimes,
): Omit<Changed, "name"> | undefined {
  const ratio = ({ objective }: PlannedSlo): number => ratioOfPercent(objective)?.toNumber() ?? 0;
  const note = ratio(after) < ratio(before) ? " (**loosened**)" : " (tightened)";
  const says = [
    ...(before.objective === after.objective
      ? []
      : [`objective ${before.objective} → ${after.objective}${note}`]),
    ...(before.window === after.window ? [] : [`window ${before.window} → ${after.window}`]),
    ...(before.response === after.response ? [] : [`response ${before.response} → ${after.response}`]),
    ...(isAlike(measured(before), measured(after)) ? [] : ["it measures something else"]),
    ...(isAlike(before.by, after.by) ? [] : [`judged apart by ${apart(before)} → ${apart(after)}`]),
    ...timesSay(were, are),
  ];
  return says.length === 0 ? undefined : { says };
}

/** How long errors last before somebody is told, where that is different. */
function timesSay(before: PageTimes["times"], after: PageTimes["times"]): readonly string[] {
  const lasts = (ms: number | undefined): string => (ms === undefined ? "for ever" : spanSays(ms));
  const changed = after.flatMap(({ percent, after: is }, index) => {
    const was = before[index]?.after;
    return was === is ? [] : [`${percent} % of errors ${lasts(was)} → ${lasts(is)}`];
  });
  return changed.length === 0 ? [] : [`nobody is told before: ${changed.join(", ")}`];
}

/** What an objective measures: of a journey which steps, which are measured by their own objectives. */
function measured({ sli }: PlannedSlo): unknown {
  return sli.kind === "composite"
    ? { of: sli.of, steps: sli.steps.map(({ service, slo, weight }) => ({ service, slo, weight })) }
    : sli;
}

function apart({ by = [] }: PlannedSlo): string {
  return by.length === 0 ? "nothing" : by.join(", ");
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
    if (!isAlike(was.by, is.by)) {
      const isCoarser = (is.by ?? []).every((label) => was.by?.includes(label));
      const outcome = isCoarser
        ? `its budget goes on from that of these values together, and for ${is.window} more of its window counts as known than is`
        : "its budget begins anew, as no record tells these values apart yet";
      return [`\`${was.id}\` is judged apart by ${apart(is)} instead of ${apart(was)}: ${outcome}.`];
    }
    return isAlike(measured(was), measured(is))
      ? []
      : [
          `\`${was.id}\` measures something else under the same id: for ${is.window} its budget mixes both. Give it a new id to begin anew.`,
        ];
  });
}

type Dashboard = MonitoringPlan["dashboards"][number];

function dashboardSays(before: Dashboard, after: Dashboard): Omit<Changed, "name"> | undefined {
  if (isAlike(before, after)) {
    return undefined;
  }
  const panels = ({ rows }: Dashboard): readonly (readonly [key: string, title: string, text: string])[] =>
    rows.flatMap((row) => row.panels.map((panel) => [panel.key, panel.title, JSON.stringify(panel)]));
  const compared: readonly Partial<Dashboard>[] = [before, after];
  if (compared.some(({ rows }) => rows === undefined)) {
    return { says: ["an older version wrote it in another form, so that its panels cannot be compared"] };
  }
  const sides = [panels(before), panels(after)] as const;
  const titles = new Map(sides.flat().map(([id, title]) => [id, title]));
  const { added, removed, changed } = difference(
    sides,
    ([id]) => id,
    ([, , one], [, , other]) => (one === other ? undefined : { says: [] }),
  );
  const listed = (what: string, ids: readonly string[]): readonly string[] =>
    ids.length === 0 ? [] : [`${what}: ${ids.map((id) => titles.get(id) ?? id).join(", ")}`];
  const says = [
    ...listed("new panels", added),
    ...listed("panels removed", removed),
    ...listed(
      "panels changed",
      changed.map(({ name }) => name),
    ),
  ];
  return { says: says.length === 0 ? ["its layout or links are others"] : says };
}
