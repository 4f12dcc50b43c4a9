import Big from "big.js";
import type { RecordingRule } from "../plan/monitoring-plan";
import { decimal } from "../slo/objective";
import { sloId } from "../slo/service";
import type { CompositeSli, Step } from "../slo/sli";
import type { LabelMatch } from "../slo/telemetry";
import { DIMENSIONS } from "../plan/names";
import { aggregate, equals, selector, share, type PromQl } from "./promql";
import { recordNames, recordedSeries, recorder, type SloContext } from "./slo-context";

/** How a record of both sides is named. */
type Names = (side: "error" | "total") => string;

/** As many journeys as begin, and those of them that are bad by what the steps record. */
export function compositeRecords(context: SloContext, sli: CompositeSli): readonly RecordingRule[] {
  const names = recordNames(context);
  const series = recordedSeries(context);
  const record = recorder(context);
  const of = (name: Names, total: PromQl): readonly RecordingRule[] => [
    record(name("total"), stepEvents(sli.steps[0], "total", name)),
    record(name("error"), `${total} * ${badShare(sli, name, total)}`),
  ];
  return [
    ...of(names.rate, aggregate("sum", context.by, series.rate("total"))),
    ...of(names.increase, aggregate("sum", context.by, series.increase("total"))),
  ];
}

/** A step without events, which says nothing, is none that is bad. */
function badShare({ steps, of }: CompositeSli, name: Names, total: PromQl): PromQl {
  const bad = (step: Step): PromQl => `(${stepShare(step, name)} or 0 * ${total})`;
  return of === "all"
    ? `(1 - ${steps.map((step) => `(1 - ${bad(step)})`).join(" * ")})`
    : `(${steps.map((step) => `${step.weight} * ${bad(step)}`).join(" + ")}) / ${weightOfAll(steps)}`;
}

/** What the weights of steps are divided by. */
export function weightOfAll(steps: CompositeSli["steps"]): string {
  return decimal(steps.reduce((sum, { weight }) => sum.plus(weight), new Big(0)));
}

/**
 * Bad events of a step as a share of its events.
 * @param name the record that is read of it
 * @param here conditions on the place
 */
export function stepShare(step: Step, name: Names, here: readonly LabelMatch[] = []): PromQl {
  return share(stepEvents(step, "error", name, here), stepEvents(step, "total", name, here));
}

/** Whatever values the step judges apart are one here. */
function stepEvents(
  { service, slo }: Step,
  side: "error" | "total",
  name: Names,
  here: readonly LabelMatch[] = [],
): PromQl {
  const id = sloId({ id: service }, { id: slo });
  return aggregate("sum", DIMENSIONS, selector(name(side), [equals("slo_id", id), ...here]));
}
