import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { ALERTS } from "../../plan/names";
import type { RuleTestCase } from "../../plan/rule-test";
import { ratioOf, times, type Duration } from "../../slo/duration";
import { sliReadings } from "../../slo/measure";
import { isPlain, metricOf } from "../../slo/sli";
import { countName, isAlwaysThere } from "../../slo/telemetry";
import { recordNames, type SloContext } from "../../generators/slo-context";
import { labelsOfAll, samples, tableCase, type Row } from "./given";
import { populationOf } from "./sides";

const HOUR: Duration = "1h";
const INTERVAL: Duration = "1m";

/** The alert on an SLI without data, from what it reads. */
export function missingTables(plan: MonitoringPlan, context: SloContext): readonly RuleTestCase[] {
  const table = { interval: INTERVAL, at: HOUR, alerts: [ALERTS.dataMissing] };
  const always = alwaysThere(context);
  const there = always.map(({ name, labels }): Beside => ({ name, labels, values: until("0s") }));
  const elsewhere = [
    ...another(context, { ...context.labels, environment: "elsewhere" }),
    ...there.map((one) => ({ ...one, labels: { ...one.labels, environment: "elsewhere" } })),
  ];
  const rows = missingRows(context, elsewhere).map(([says, records, fires, ...beside]): Row => ({
    says,
    records,
    beside: [...another(context, { slo_id: "another" }), ...there, ...beside],
    fires: fires ? { [ALERTS.dataMissing]: 1 } : {},
    ...(Object.keys(records).length === 0 ? { measured: labelsOfAll(context) } : {}),
  }));
  const gone = always.map((lost): Row => ({
    says: `recorded, and without ${lost.name}`,
    records: {
      [recordNames(context).coverage]: until("0s"),
      [recordNames(context).rate("total")]: until("0s"),
    },
    beside: there.filter(({ name }) => name !== lost.name),
    fires: { [ALERTS.dataMissing]: 1 },
  }));
  const isBlind = ({ beside = [] }: Row): boolean => !beside.some(({ name }) => name === "up");
  const blind = rows.filter(isBlind).map((row): Row => ({ ...row, fires: {} }));
  return [
    tableCase(plan, context, {
      ...table,
      name: "data that are missing are said after ten minutes",
      rows: [...rows, ...gone],
    }),
    tableCase(plan, context, {
      ...table,
      name: "a server that knows no target says nothing of data",
      rows: blind,
    }),
  ];
}

/** A series of each metric of an SLI of several that is there as long as a target answers. */
function alwaysThere({ slo: { sli } }: SloContext): readonly Pick<Beside, "labels" | "name">[] {
  return !isPlain(sli)
    ? []
    : sliReadings(sli)
        .filter(({ metric }) => isAlwaysThere(metric))
        .map(({ metric, where }) => ({
          name: countName(metric),
          labels: { job: metric.job.name, ...populationOf(metric, where).counted[0] },
        }));
}

type Beside = NonNullable<Row["beside"]>[number];

/** Another SLO, or this one in another environment, which is known and recorded all along. */
function another(context: SloContext, labels: Beside["labels"]): readonly Beside[] {
  const names = recordNames(context);
  return [names.rate("total"), names.coverage].map((name) => ({ name, labels, values: until("0s") }));
}

function missingRows(
  context: SloContext,
  elsewhere: readonly Beside[],
): readonly (readonly [says: string, records: Row["records"], fires: boolean, ...beside: Beside[]])[] {
  const names = recordNames(context);
  const [known, rate] = [names.coverage, names.rate("total")];
  const [read, tooOld] = [times(context.burn.sampling, 2), times(context.burn.sampling, 3)];
  const job = metricOf(context.slo.sli).job.name;
  const up = (values: string, of = job): Beside => ({
    name: "up",
    labels: { instance: "a", job: of },
    values,
  });
  const without = (label: string): Beside => ({
    name: known,
    labels: { ...context.labels, [label]: "" },
    values: until("0s"),
  });
  return [
    ["known and gone for a quarter of an hour", { [known]: until("0s"), [rate]: until("16m") }, true],
    ["known and gone for less", { [known]: until("0s"), [rate]: until("12m") }, false],
    [`known until ${read} ago`, { [known]: until(read) }, true],
    [`known until ${tooOld} ago`, { [known]: until(tooOld) }, false],
    ["recorded", { [known]: until("0s"), [rate]: until("0s") }, false],
    ["a target has answered for 45 minutes", {}, true, up(since(1, "45m"))],
    [
      "a target has answered as long, and it is recorded",
      { [rate]: until("0s") },
      false,
      up(since(1, "45m")),
    ],
    ["a target has answered for half an hour", {}, false, up(since(1, "35m"))],
    ["a target does not answer any more", {}, false, up(since(0, "12m"))],
    ["another target answers", {}, false, up(since(1, "45m"), "another")],
    ["known and gone, in one of two environments", { [known]: until("0s") }, true, ...elsewhere],
    ["a target has answered in one of two environments", {}, true, up(since(1, "45m")), ...elsewhere],
    ["known in no cluster", {}, false, without("cluster")],
    ["known in no environment", {}, false, without("environment")],
  ];
}

/** Recorded for an hour, until some time ago. */
function until(ago: Duration): string {
  return samples([1, steps(HOUR) + 1 - steps(ago)], [undefined, steps(ago)]);
}

/** A value since some time ago, and the other one before. */
function since(value: 0 | 1, ago: Duration): string {
  return samples([1 - value, steps(HOUR) - steps(ago)], [value, steps(ago) + 1]);
}

function steps(duration: Duration): number {
  return ratioOf(duration, INTERVAL);
}
