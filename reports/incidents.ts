import { ALERTS } from "../plan/names";
import type { ReportSettings, ReportSlo } from "../plan/report";
import type { Firing } from "../review/backtest/firing";
import type { Span } from "../slo/calendar";
import { milliseconds } from "../slo/duration";
import { errorBudget } from "../slo/objective";
import type { ObjectivePast } from "./objectives";
import { countsOf } from "./questions";
import type { ReportSource } from "./server";

/** A time in which alerts of an SLO fired that mean bad events, and what it cost; milliseconds since the epoch. */
export interface IncidentPast {
  readonly slo: string;
  readonly service: string;
  readonly alerts: readonly string[];
  readonly from: number;
  /** Absent: it is not over. */
  readonly to?: number;
  readonly bad: number;
  /** The share of this time's error budget; nothing where no event was counted. */
  readonly spent: number | undefined;
}

/** Alerts of an SLO that say what became of its budget or of its data, and not that it burns now. */
const NO_INCIDENT: readonly string[] = [
  ALERTS.budget,
  ALERTS.budgetCaution,
  ALERTS.budgetExhausting,
  ALERTS.dataMissing,
  ALERTS.bucketMissing,
  ALERTS.outsideContract,
  ALERTS.alertOutsideContract,
];

/** The incidents of every objective, those that cost most first. */
export async function incidentsIn(
  settings: ReportSettings,
  source: ReportSource,
  span: Span,
  past: { readonly fired: readonly Firing[]; readonly objectives: readonly ObjectivePast[] },
): Promise<readonly IncidentPast[]> {
  const found: IncidentPast[] = [];
  for (const slo of settings.slos) {
    const own = past.fired.filter(
      ({ labels: { alertname = "", service, slo: name } }) =>
        service === slo.service && name === slo.slo && !NO_INCIDENT.includes(alertname),
    );
    const events = past.objectives
      .filter((one) => one.slo === slo.id)
      .reduce((sum, one) => sum + one.events, 0);
    let before = span.from;
    for (const { from, to, alerts } of joined(own, milliseconds(countsOf(settings, slo).each))) {
      const until = Math.min(span.to, to / 1_000);
      const bad = await badEvents(settings, source, slo, {
        from: Math.max(before, span.from),
        begins: from / 1_000,
        to: until,
      });
      before = until;
      found.push({
        ...{ slo: slo.id, service: slo.service, alerts, from, bad },
        ...(to === Infinity ? {} : { to }),
        spent: events > 0 ? bad / events / errorBudget(slo.objective).toNumber() : undefined,
      });
    }
  }
  return found.sort((a, b) => (b.spent ?? 0) - (a.spent ?? 0) || a.from - b.from);
}

/** Times that are less than a count apart, whose bad events nobody could tell apart, are one. */
function joined(
  fired: readonly Firing[],
  gap: number,
): readonly (Pick<Firing, "from" | "to"> & Pick<IncidentPast, "alerts">)[] {
  const found: { from: number; to: number; alerts: string[] }[] = [];
  for (const { labels, from, to } of fired.toSorted((a, b) => a.from - b.from)) {
    const name = labels["alertname"] ?? "";
    const last = found.at(-1);
    if (last !== undefined && from < last.to + gap) {
      last.to = Math.max(last.to, to);
      last.alerts = [...new Set([...last.alerts, name])].sort();
    } else {
      found.push({ from, to, alerts: [name] });
    }
  }
  return found;
}

/**
 * Bad events of an incident, in whole counts before its end, as many as do not reach into the incident before it: errors
 * come before the alert.
 */
async function badEvents(
  settings: ReportSettings,
  source: ReportSource,
  slo: ReportSlo,
  { from, begins, to }: Span & { readonly begins: number },
): Promise<number> {
  const { bad, each } = countsOf(settings, slo);
  const step = milliseconds(each) / 1_000;
  const wanted = Math.floor((to - begins) / step) + 1;
  const counts = Math.max(1, Math.min(wanted, Math.floor((to - from) / step)));
  const series = await source.over(bad, { from: to - (counts - 1) * step, to, step });
  return series.flatMap(({ points }) => points).reduce((sum, [, value]) => sum + value, 0);
}
