import Big from "big.js";
import { monthQueries } from "../generators/month-report";
import { query, type QueryResult } from "../lab/prometheus-api";
import type { MonitoringPlan, PlannedSlo } from "../plan/monitoring-plan";
import { monthBefore, monthIn, type Span } from "../slo/calendar";
import type { Catalogue } from "../slo/catalogue";
import { errorBudget } from "../slo/objective";
import { sortedBy } from "../slo/order";
import { aligned, say } from "./notice";
import { placesOf, type Place } from "./places";
import { prometheusAddress, strangeServer } from "./prometheus-address";
import { requireStack } from "./stack";
import { UsageError } from "./user-error";

export interface ReportOptions {
  readonly prometheus: string;
  readonly month?: string;
  readonly zone: string;
  readonly json: boolean;
}

/** How an objective did in a month; of one that judges values apart, how one of them did. */
interface Line {
  readonly slo: string;
  readonly apart: string;
  readonly objective: string;
  readonly events: number;
  readonly bad: number;
  /** The share of good events; nothing where there was none. */
  readonly good: number | undefined;
  /** The share with the events of planned maintenance; absent where it took out none. */
  readonly goodWithMaintenance?: number;
  /** The share of the month's error budget that was spent. */
  readonly spent: number | undefined;
  /** The share of the time that was measured. */
  readonly measured: number;
}

/**
 * `tocsin report`: how each objective did in a calendar month, from what the rules recorded.
 * @throws UsageError where month, zone or address is none; UserError where the server is none
 */
export async function reportCommand(
  catalogue: Catalogue,
  stack: string,
  options: ReportOptions,
): Promise<void> {
  const { zone, prometheus } = checked(options);
  const month = options.month ?? monthBefore(new Date(), zone);
  const span = monthIn(month, zone);
  const until = Math.min(span.to, Math.floor(Date.now() / 1_000));
  if (until <= span.from) {
    throw new UsageError(
      `[${month}] has not begun in ${zone}: name a month that has, such as ${monthBefore(new Date(), zone)}`,
    );
  }
  const { plan } = requireStack(catalogue, stack);
  const lines: Line[] = [];
  for (const slo of plan.slos) {
    lines.push(...(await lineOf(plan, slo, { from: span.from, to: until }, prometheus)));
  }
  const isWhole = until === span.to;
  const placeOf = placesOf(catalogue, stack);
  const placed = (line: Line): Line & { readonly place: Place | undefined } => {
    const slo = plan.slos.find(({ id }) => id === line.slo);
    return { ...line, place: placeOf(`services.${slo?.service ?? ""}.slos.${slo?.slo ?? ""}`) };
  };
  say(
    options.json
      ? [JSON.stringify({ month, zone, whole: isWhole, objectives: lines.map(placed) }, null, 2)]
      : [`${plan.environment.name} in ${month}, ${zone}${isWhole ? "" : ", until now"}`, ...table(lines)],
  );
}

function checked({ month, zone, prometheus }: ReportOptions): Pick<ReportOptions, "prometheus" | "zone"> {
  if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new UsageError(`[${month}] is not a month: write year and month, such as 2026-11`);
  }
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    throw new UsageError(`[${zone}] is not a time zone: write a name such as Europe/Berlin or UTC`);
  }
  return { zone, prometheus: prometheusAddress(prometheus) };
}

async function lineOf(
  plan: MonitoringPlan,
  slo: PlannedSlo,
  span: Span,
  prometheus: string,
): Promise<readonly Line[]> {
  const asked = monthQueries(plan, slo, span);
  const ask = (expr: string): Promise<readonly QueryResult[]> => answer(prometheus, expr, span.to);
  const [bad = [], total = [], known = [], excludedBad = [], excludedTotal = []] = await Promise.all(
    [asked.bad, asked.total, asked.known, asked.excludedBad, asked.excludedTotal].map(ask),
  );
  const apart = ({ labels }: QueryResult): string =>
    (slo.by ?? []).map((label) => labels[label] ?? "").join(" ");
  const of = (all: readonly QueryResult[], value: string): number =>
    all.find((one) => apart(one) === value)?.value ?? 0;
  const values = total.map(apart);
  const budget = errorBudget(slo.objective);
  const line = (value: string): Line => {
    const [events, failed] = [of(total, value), of(bad, value)];
    const share = events > 0 ? failed / events : undefined;
    const [moreEvents, moreFailed] = [of(excludedTotal, value), of(excludedBad, value)];
    return {
      slo: slo.id,
      apart: value,
      objective: slo.objective,
      events,
      bad: failed,
      good: share === undefined ? undefined : 1 - share,
      ...(moreEvents > 0 ? { goodWithMaintenance: 1 - (failed + moreFailed) / (events + moreEvents) } : {}),
      spent: share === undefined ? undefined : new Big(share).div(budget).toNumber(),
      measured: of(known, value),
    };
  };
  return sortedBy(values.length === 0 ? [""] : values, (value) => value).map(line);
}

async function answer(prometheus: string, expr: string, at: number): Promise<readonly QueryResult[]> {
  const found = await query(prometheus, expr, undefined, at);
  if (found === undefined) {
    throw strangeServer(prometheus);
  }
  return found;
}

function table(lines: readonly Line[]): readonly string[] {
  const percent = (value: number, digits: number): string => `${(100 * value).toFixed(digits)} %`;
  const isPlanned = lines.some(({ goodWithMaintenance }) => goodWithMaintenance !== undefined);
  const planned = (text: string): readonly string[] => (isPlanned ? [text] : []);
  const rows = lines.map(({ slo, apart, objective, events, bad, good, spent, measured, ...line }) => [
    [slo, apart].filter((text) => text !== "").join(" "),
    objective,
    good === undefined ? "nothing counted" : percent(good, 3),
    ...planned(line.goodWithMaintenance === undefined ? "" : percent(line.goodWithMaintenance, 3)),
    spent === undefined ? "" : `${percent(spent, 1)}${spent > 1 ? " MISSED" : ""}`,
    `${bad.toFixed(0)} of ${events.toFixed(0)}`,
    percent(measured, 1),
  ]);
  const heads = ["good", ...planned("with maintenance"), "budget spent"];
  return aligned([["objective", "promised", ...heads, "bad events", "measured"], ...rows]);
}
