import type { Query } from "../../plan/dashboard";
import { decimal } from "../../slo/objective";
import type { LabelMatch } from "../../slo/telemetry";
import { equals, selector, share, type PromQl } from "../promql";
import { newest, recordNames, type SloContext } from "../slo-context";

/** The recorded series of one SLO in one place, as dashboards read them. */
export interface SloQueries {
  /** Share of good events over the SLO's window. */
  readonly sli: PromQl;
  /** As `sli`, with the events of planned maintenance; there while some is planned. */
  readonly sliOfAll: PromQl;
  readonly budgetRemaining: PromQl;
  readonly coverage: PromQl;
  /** Share of bad events over the window of the exact counts, an hour for a window of 28 days. */
  readonly hourlyErrors: PromQl;
  /** Share of bad events over the base window, five minutes for a window of 28 days. */
  readonly recentErrors: PromQl;
  /** Events per second over the base window. */
  readonly events: PromQl;
  /** Multiples of the sustainable rate, by window, the shortest first. */
  readonly burn: readonly [Query, ...Query[]];
}

/** Everything of it is recorded: a dashboard that is open costs next to nothing. */
export function sloQueries(context: SloContext, here: readonly LabelMatch[]): SloQueries {
  const names = recordNames(context);
  const of = (name: string): PromQl => selector(name, [equals("slo_id", context.id), ...here]);
  const [fast, slow, ...tickets] = context.burn.windows;
  const sampled = (name: string): PromQl => newest(of(name), context.burn);
  const hourlyErrors = share(of(names.increase("error")), of(names.increase("total")));
  const burn = (expr: PromQl): PromQl => `${expr} / ${decimal(context.budget)}`;
  const legend = (text: string): string => sloLegend(context, text);
  return {
    sli: `1 - ${sampled(names.ratio(context.burn.period))}`,
    sliOfAll: `1 - ${sampled(names.ratioOfAll)}`,
    budgetRemaining: sampled(names.budgetRemaining),
    coverage: sampled(names.coverage),
    hourlyErrors,
    recentErrors: share(of(names.rate("error")), of(names.rate("total"))),
    events: of(names.rate("total")),
    burn: [
      { legend: legend(fast.long), expr: burn(hourlyErrors) },
      {
        legend: legend(slow.long),
        expr: burn(share(of(names.sum("error", slow.long)), of(names.sum("total", slow.long)))),
      },
      ...tickets.map(({ long }) => ({ legend: legend(long), expr: burn(sampled(names.ratio(long))) })),
    ],
  };
}

/** The name of a series of an SLO in a legend, with the value that is judged apart. */
export function sloLegend({ slo: { by = [] } }: SloContext, text: string): string {
  return [text, ...by.map((label) => `{{${label}}}`)].join(" ");
}
