import type { MonitoringPlan, RecordingRule } from "../plan/monitoring-plan";
import type { Alert } from "../slo/alert";
import { milliseconds, type Duration } from "../slo/duration";
import { spanOf, type Maintenance } from "../slo/maintenance";
import { windowOf } from "../slo/measure";
import { sortedBy } from "../slo/order";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import { aggregate, over, type PromQl } from "./promql";
import { recordedSeries, recordNames, recorder, type SloContext } from "./slo-context";

/**
 * A scalar above 0 while a window that looks back so far sees planned maintenance. Durations stand as such, so that the lab's
 * clock takes them along; instants do not move.
 */
function seesMaintenance(windows: readonly Maintenance[], back: Duration): PromQl {
  return windows.map((one) => sees(one, back)).join(" + ");
}

function sees(maintenance: Maintenance, back: Duration): PromQl {
  const { from, to } = spanOf(maintenance);
  const { every } = maintenance;
  const begun = `(time() >= bool ${from})`;
  return every === undefined
    ? `${begun} * (time() - ${back} < bool ${to})`
    : `${begun} * ((time() - ${from}) % ${milliseconds(every) / 1_000} < bool ${to - from} + ${back})`;
}

/**
 * The records of events without those of planned maintenance. Rates are 0 while they see it. The exact counts look back further
 * and would say nothing for long after it: meanwhile the rates are summed in their place.
 * @param records those of a context that counts everything
 */
export function withoutMaintenance(
  context: SloContext,
  records: readonly RecordingRule[],
): readonly RecordingRule[] {
  const { burn, maintenance } = context;
  const names = recordNames(context);
  const all = recordedSeries({ ...context, counts: "all" });
  const record = recorder(context);
  const counted = burn.windows[0].long;
  const rates = SIDES.map((side) => names.rate(side));
  const summed = (side: Side): PromQl =>
    `${aggregate("sum", context.by, over("sum_over_time", recordedSeries(context).rate(side), counted))} * ${context.interval}`;
  return [
    ...records.map((rule) =>
      rates.includes(rule.record)
        ? { ...rule, expr: `(${rule.expr}) * (${seesMaintenance(maintenance, burn.base)} == bool 0)` }
        : rule,
    ),
    ...SIDES.map((side) =>
      record(
        names.increase(side),
        `(${summed(side)} and on () vector(${seesMaintenance(maintenance, counted)}) > 0)\n` +
          `or ${aggregate("sum", context.by, all.increase(side))}`,
      ),
    ),
  ];
}

type Side = "error" | "total";
const SIDES = ["total", "error"] as const satisfies readonly Side[];

/** What planned maintenance took out, sampled as what is left is, and the share of bad events with it. */
export function maintenanceRecords(context: SloContext): readonly RecordingRule[] {
  if (context.maintenance.length === 0) {
    return [];
  }
  const { burn, by } = context;
  const names = recordNames(context);
  const series = recordedSeries(context);
  const all = recordedSeries({ ...context, counts: "all" });
  const record = recorder(context);
  const whole = (side: Side): PromQl => {
    const [counted, excluded] = [series.sampled(side), series.excluded(side)].map((sampled) =>
      aggregate("sum", by, over("sum_over_time", sampled, burn.period)),
    );
    return `(${counted} + ${excluded})`;
  };
  return [
    ...SIDES.map((side) => record(names.excluded(side), `${all.increase(side)} - ${series.increase(side)}`)),
    record(names.ratioOfAll, `${whole("error")}\n/ (${whole("total")} > 0)`),
  ];
}

/** Alerts that look back further than their service settles: after the end they may fire for what was planned. */
export function maintenanceNotices(
  services: readonly Service[],
  { maintenance = [] }: MonitoringPlan,
  place: (way: readonly [string, ...string[]]) => string,
): readonly Problem[] {
  return maintenance.flatMap(({ services: worked, settle }, index) => {
    const late = services
      .filter(({ id }) => worked.includes(id))
      .flatMap(({ id, alerts }) =>
        alerts.map((alert) => ({ name: `${id}/${alert.name}`, back: lookingBack(alert) })),
      )
      .filter(({ back }) => milliseconds(back) > milliseconds(settle));
    const longest = sortedBy(late, ({ back }) => String(milliseconds(back)).padStart(15, "0")).at(-1);
    return longest === undefined
      ? []
      : [
          {
            code: "maintenance-settles-early",
            path: `${place(["maintenance"])}[${index}].settle`,
            message: `[${settle}] is less than these look back: ${late.map(({ name, back }) => `${name} ${back}`).join(", ")}`,
            remedy: `After the end they may fire for what was planned: set ${longest.back}, or take it.`,
          },
        ];
  });
}

function lookingBack(alert: Alert): Duration {
  return ("measure" in alert ? windowOf(alert.measure) : undefined) ?? "0s";
}
