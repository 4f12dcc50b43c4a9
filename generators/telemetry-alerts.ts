import { ALERTS, DIMENSIONS } from "../plan/names";
import type { Duration } from "../slo/duration";
import { sliReadings } from "../slo/measure";
import { isPlain, metricOf } from "../slo/sli";
import { countName, isAlwaysThere, type LabelMatch } from "../slo/telemetry";
import type { AlertDraft } from "./alert-draft";
import { aggregate, block, bucketBound, equals, NOT_BLIND, selector, type PromQl } from "./promql";
import { newest, recordNames, recordedSeries, type SloContext } from "./slo-context";

/** A target that answers as long as this has had the time to show every series that it has. */
const SETTLED: Duration = "30m";

/**
 * Warns when an SLI has no data now and had some within its window, or never had any though a target has answered for
 * half an hour: silence is not health. The coverage of the window remembers for as long as the window is, and costs
 * one sample. Records of an earlier time that lack a dimension are not waited for. Of values that are judged apart each is
 * waited for, if its series are there as long as a target answers.
 */
export function dataMissingAlert(context: SloContext): AlertDraft {
  const { slo, by, id } = context;
  const metric = metricOf(slo.sli);
  const place = DIMENSIONS.join(", ");
  const dims = isAlwaysThere(metric) ? by.join(", ") : place;
  const known = selector(recordNames(context).coverage, [
    equals("slo_id", id),
    ...by.map((label): LabelMatch => ({ label, op: "!=", value: "" })),
  ]);
  const up = selector("up", [equals("job", metric.job.name)]);
  const answering = aggregate("max", DIMENSIONS, `${up} == 1 and ${up} offset ${SETTLED} == 1`);
  const settled = `label_replace(${answering}, "slo_id", "${id}", "job", ".*")`;
  const seen = newest(known, context.burn);
  const there = measured(context);
  return {
    kind: "telemetry",
    name: ALERTS.dataMissing,
    slo: slo.id,
    severity: "warning",
    category: "telemetry",
    expr: [
      ...(slo.by === undefined
        ? [block(`${seen}\nor on (${place}) ${settled}`), `unless on (${place}) ${there}`]
        : [
            block(
              `${seen}\nunless on (${dims}) ${there}\nor on (${place}) (${settled} unless on (${place}) ${there})`,
            ),
          ]),
      `and on () ${NOT_BLIND}`,
    ].join("\n"),
    for: "10m",
    runbook: slo.runbooks.dataMissing,
    summary: `${slo.title} is not being measured`,
    description:
      "Its series were there within the window of the objective and are gone, or targets answer and never had one: nobody is told if the error budget burns.",
  };
}

/**
 * What is there while an SLI is measured. Of several metrics each has to be there that always is: where a release renames
 * the one of bad events, those that are left would say that all is well.
 */
function measured(context: SloContext): PromQl {
  const { slo, by } = context;
  const always = isPlain(slo.sli) ? sliReadings(slo.sli).filter(({ metric }) => isAlwaysThere(metric)) : [];
  const series = always.map(({ metric, where }) =>
    aggregate("count", by, selector(countName(metric), [equals("job", metric.job.name), ...where])),
  );
  const total = recordedSeries(context).rate("total");
  return series.length === 0 ? total : block([total, ...series].join(`\nand on (${by.join(", ")}) `));
}

/**
 * Warns when a target has the histogram and not the bucket of the objective (kubernetes-mixin #1005). One such target
 * among good ones is worse than all: every request of it counts as slow.
 */
export function bucketMissingAlert(context: SloContext): AlertDraft | undefined {
  const { sli } = context.slo;
  const runbook = context.slo.runbooks.bucketMissing;
  if (sli.kind !== "latency-ratio" || runbook === undefined) {
    return undefined;
  }
  const metric = metricOf(sli);
  const population = [equals("job", metric.job.name), ...sli.of];
  const instance = [...DIMENSIONS, "instance"].join(", ");
  const counts = selector(countName(metric), population);
  const bucket = selector(`${metric.name}_bucket`, [...population, bucketBound(sli.threshold)]);
  return {
    kind: "telemetry",
    name: ALERTS.bucketMissing,
    slo: context.slo.id,
    severity: "warning",
    category: "telemetry",
    expr: `${aggregate("count", DIMENSIONS, `\n  ${counts}\n  unless on (${instance}) ${bucket}\n`)} > 0`,
    for: "10m",
    runbook,
    summary: `${context.slo.title} has lost its bucket`,
    description: `At least one target has ${metric.name} without the bucket ${sli.threshold}, on which the objective is counted.`,
  };
}
