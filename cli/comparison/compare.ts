import { rulesWithSources } from "../../generators/rule-groups";
import { sloContext, type SloContext } from "../../generators/slo-context";
import { playableGroups, playedRules, type Question } from "../../lab/played-rules";
import type { RuleGroup } from "../../plan/monitoring-plan";
import { ALERTS } from "../../plan/names";
import { errorBudget } from "../../slo/objective";
import type { Service, Slo } from "../../slo/service";
import type { Duration } from "../../slo/duration";
import { AFTER, BEFORE, eventsIn, incidentsOf, seriesOf, type Events, type Incident } from "./histories";
import type { Growing } from "../scaffold/imported-query";

/** Seconds between scrapes of a history. */
const EVERY = 60;

/** When a page fires, in minutes from the beginning of the incident, and lets go, from its end. */
export interface Paged {
  readonly after: number;
  readonly letsGo: number;
}

export interface Compared {
  readonly incident: Incident;
  readonly old: Paged | undefined;
  readonly now: Paged | undefined;
  readonly why: string;
}

/** Rules and the page among them. */
interface Pager {
  readonly groups: readonly RuleGroup[];
  readonly page: string;
}

/** An objective before and after. */
export interface Subject {
  readonly service: Service;
  readonly slo: Slo;
  readonly errors: string;
  readonly total: string;
  readonly series: readonly Growing[];
  readonly old: readonly RuleGroup[];
  readonly oldName: string;
}

/** Plays the same incidents to the rules of both; a text where no history can be made of the queries. */
export async function compared(
  promtool: string,
  subject: Subject,
  incidents: readonly Incident[] = incidentsOf(budgetOf(subject)),
): Promise<readonly Compared[] | string> {
  const events = eventsIn(subject.errors, subject.total, subject.series);
  if (events === undefined) {
    return "no history can be made: no series of its queries is one good or one bad event";
  }
  const context = sloContext(subject.service, subject.slo, "prod", `${EVERY}s`);
  const times = async (pager: Pager | undefined): Promise<readonly (Paged | undefined)[]> =>
    pager === undefined ? [] : pagings(promtool, pager, events, incidents, budgetOf(subject) / 10);
  const [old, now] = await Promise.all([times(oldPager(subject)), times(newPager(context))]);
  const hasOld = old.length > 0;
  return incidents.map((incident, index) => {
    const both = { old: old[index], now: now[index] };
    return { incident, ...both, why: hasOld ? whyOf(incident, both, context) : "its page was disabled" };
  });
}

function budgetOf({ slo }: Subject): number {
  return errorBudget(slo.objective.default).toNumber();
}

function oldPager({ old, oldName }: Subject): Pager | undefined {
  const groups = rulesWithSources(
    old,
    ({ kind, labels, expr }) =>
      kind === "alert" && labels["sloth_severity"] === "page" && expr.includes(`sloth_slo="${oldName}"`),
  );
  return groups.length === 0 ? undefined : { groups, page: 'sloth_severity="page"' };
}

function newPager(context: SloContext): Pager {
  return {
    groups: rulesWithSources(
      playableGroups(context),
      (rule) => rule.kind === "alert" && rule.alert === ALERTS.burn,
    ),
    page: `alertname="${ALERTS.burn}"`,
  };
}

async function pagings(
  promtool: string,
  { groups, page }: Pager,
  events: Events,
  incidents: readonly Incident[],
  usual: number,
): Promise<readonly (Paged | undefined)[]> {
  const ends = incidents.map(({ lasts }) => BEFORE + lasts + AFTER);
  const values = await playedRules(
    promtool,
    groups,
    EVERY,
    incidents.map((incident, index) => ({
      series: seriesOf(events, incident, usual),
      questions: firstAndLast(page, ends[index] ?? 0),
    })),
  );
  return incidents.map(({ lasts }, index) => {
    const [first = -1, last = -1] = values.slice(2 * index);
    return first < 0 ? undefined : { after: first - BEFORE, letsGo: last + 1 - BEFORE - lasts };
  });
}

/** The first and the last minute in which a page fires, or -1. */
function firstAndLast(page: string, end: number): readonly Question[] {
  const firing = `timestamp(ALERTS{alertstate="firing",${page}})`;
  return ["min", "max"].map((which) => ({
    expr: `max(${which}_over_time(${firing}[${end}m:${EVERY}s])) / 60 or vector(-1)`,
    at: `${end}m`,
  }));
}

/** What makes the difference, if there is one of more than an evaluation or two. */
function whyOf(
  { perMinute }: Incident,
  { old, now }: Pick<Compared, "now" | "old">,
  { burn, slo }: SloContext,
): string {
  if (old === undefined && now === undefined) {
    return "";
  }
  if (old !== undefined && now === undefined) {
    return perMinute < 60
      ? "so few bad events are what chance makes of a service that keeps its objective"
      : `limits are those of ${slo.window}`;
  }
  if (old === undefined) {
    return `limits are those of ${slo.window}, ${burn.windows[0].factor.toFixed()} and ${burn.windows[1].factor.toFixed()} times the budget in place of 14.4 and 6`;
  }
  const differs = (time: keyof Paged): boolean => Math.abs(old[time] - (now?.[time] ?? 0)) > 2;
  const [sooner, lets] = [differs("after"), differs("letsGo")];
  return [
    ...(sooner ? [`limits are those of ${slo.window}`] : []),
    ...(lets ? [endOf(old, now, burn.recovery)] : []),
  ].join("; ");
}

function endOf(old: Paged, now: Paged | undefined, recovery: Duration): string {
  return old.letsGo > (now?.letsGo ?? 0)
    ? `a page ends when the last ${recovery} are within the budget, not when half an hour is`
    : "lower limits hold longer";
}
