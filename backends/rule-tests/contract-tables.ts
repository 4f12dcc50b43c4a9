import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import { ALERTS } from "../../plan/names";
import type { RuleTestCase } from "../../plan/rule-test";
import type { Duration } from "../../slo/duration";
import { sliReadings, type SliReading } from "../../slo/measure";
import type { LatencyRatioSli } from "../../slo/sli";
import { countName, firstPicked, labelSets, type Metric } from "../../slo/telemetry";
import type { SloContext } from "../../generators/slo-context";
import { course, tableCase, type GivenSeries, type Row } from "./given";
import { sidesOf } from "./sides";

export const HOUR: Duration = "1h";
export const INTERVAL: Duration = "1m";

/** How long something is wrong: more than alerts wait, and less, an evaluation apart. */
export const WAITED: Duration = "13m";
export const WAITS: Duration = "8m";

/** The alerts on series that an SLO does not know, and on a bucket that is not there, from raw series. */
export function contractTables(plan: MonitoringPlan, context: SloContext): readonly RuleTestCase[] {
  const { sli } = context.slo;
  const table = { interval: INTERVAL, at: HOUR, measured: {} };
  const labels = unknownRows(context);
  return [
    ...(labels.length === 0
      ? []
      : [
          tableCase(plan, context, {
            ...table,
            name: "series outside the contract are said",
            alerts: [ALERTS.outsideContract],
            rows: labels,
          }),
        ]),
    ...(sli.kind === "latency-ratio"
      ? [
          tableCase(plan, context, {
            ...table,
            name: "targets without the bucket are said",
            alerts: [ALERTS.bucketMissing],
            rows: bucketRows(sli),
          }),
        ]
      : []),
  ];
}

function unknownRows({ slo: { sli, by } }: SloContext): readonly Row[] {
  const readings = sliReadings(sli);
  return readings.flatMap((reading) =>
    unknownOf(reading, by).map((row) =>
      readings.length === 1 ? row : { ...row, says: `${reading.metric.name}: ${row.says}` },
    ),
  );
}

function unknownOf(reading: SliReading, apart: readonly string[] = []): readonly Row[] {
  const { metric, population } = reading;
  const usual = { ...labelSets(metric.labels)[0], ...firstPicked(metric, population) };
  const name = countName(metric);
  const series = (labels: Labels, age: Duration): GivenSeries => seriesOf(name, metric, labels, age);
  const silent = (says: string, ...beside: readonly GivenSeries[]): Row => {
    return { says, records: {}, beside, fires: {} };
  };
  const fires = (says: string, ...wrong: readonly Labels[]): Row => ({
    ...silent(says, ...wrong.map((labels) => series(labels, WAITED))),
    fires: { [ALERTS.outsideContract]: wrong.length },
  });
  const wrongs = unknownSeries(reading, usual, apart);
  const [[, wrong] = []] = wrongs;
  if (wrong === undefined) {
    return [];
  }
  return [
    silent(
      "as the contract says",
      ...Object.entries(metric.labels).flatMap(([label, values]) =>
        values.map((value) => series({ ...usual, [label]: value, instance: `${label} ${value}` }, HOUR)),
      ),
    ),
    ...wrongs.map(([says, labels]) => fires(says, labels)),
    fires("two of them", wrong, { ...wrong, instance: "b" }),
    silent("not for long", series(wrong, WAITS)),
    ...population.map(({ label }) =>
      silent(
        `of another ${label}`,
        ...wrongs.map(([, labels]) => series({ ...labels, [label]: OUTSIDE }, HOUR)),
      ),
    ),
    silent("on another job", ...wrongs.map(([, labels]) => series({ ...labels, job: "another" }, HOUR))),
  ];
}

/** Series that lack a label, or have a value of one that the SLI picks by and others do not use. */
function unknownSeries(
  { metric: { labels }, where, population }: SliReading,
  usual: Labels,
  apart: readonly string[],
): readonly (readonly [says: string, labels: Labels])[] {
  const others = new Set(population.map(({ label }) => label));
  const picked = new Set([...where.map(({ label }) => label), ...apart]);
  return [
    ...Object.keys(labels)
      .filter((label) => labels[label]?.includes("") !== true)
      .map((label) => [`without ${label}`, { ...usual, [label]: "" }] as const),
    ...[...picked]
      .filter((label) => !others.has(label))
      .map((label) => [`another ${label}`, { ...usual, [label]: OUTSIDE }] as const),
  ];
}

/** A value that no contract allows. */
export const OUTSIDE = "outside";

function bucketRows(sli: LatencyRatioSli): readonly Row[] {
  const { total, part } = sidesOf(sli);
  const [usual = {}] = total.counted;
  const [bucket = {}] = part.counted;
  const count = (age: Duration, labels: Labels = usual, value = 42): GivenSeries =>
    seriesOf(total.name, sli.histogram, labels, age, value);
  const has = (labels: Labels): GivenSeries => seriesOf(part.name, sli.histogram, labels, HOUR);
  const row = (isSaid: boolean, says: string, ...beside: readonly GivenSeries[]): Row => ({
    says,
    records: {},
    beside,
    fires: isSaid ? { [ALERTS.bucketMissing]: 1 } : {},
  });
  return [
    row(false, "has the bucket", count(HOUR), has(bucket)),
    row(false, "not for long", count(WAITS)),
    row(
      true,
      "one of two, which counted nothing",
      count(HOUR),
      has(bucket),
      count(WAITED, { ...usual, instance: "b" }, 0),
    ),
    row(true, "on another job", count(WAITED), has({ ...bucket, job: "another" })),
    row(true, "in another environment", count(WAITED), has({ ...bucket, environment: "elsewhere" })),
    ...part.others.map((other, index) => row(true, `another bucket: ${index}`, count(WAITED), has(other))),
    ...total.others.map((other, index) => row(false, `what is not counted: ${index}`, count(HOUR, other))),
    row(false, "another job", count(HOUR, { ...usual, job: "another" })),
  ];
}

export function seriesOf(
  name: string,
  metric: Metric,
  labels: Labels,
  age: Duration,
  value = 42,
): GivenSeries {
  return {
    name,
    labels: { job: metric.job.name, instance: "a", ...labels },
    values: course(INTERVAL, HOUR, { [age]: value }),
  };
}
