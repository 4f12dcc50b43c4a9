import type { AlertMeasure } from "../alert";
import type { Duration } from "../duration";
import { labelsOf, readings, windowOf, type Measure, type Reading } from "../measure";
import { compareText, duplicates } from "../order";
import type { Problem } from "../problem";
import type { Service } from "../service";
import type { Gauge, Metric } from "../telemetry";
import { checkDecimal, checkDuration } from "./identifiers";
import { checkQuery } from "./own-queries";
import { checkJob } from "./references";
import { checkEventSli, checkLabels, checkMetricUse } from "./telemetry";

/** A shorter window holds no two scrapes, and more than a quarter of a year is no measure but a report. */
export const MEASURE_WINDOW: readonly [Duration, Duration] = ["1m", "90d"];

/** A line through less says little of days to come. */
const FORECAST_WINDOW: readonly [Duration, Duration] = ["6h", "90d"];

/** Every problem of one measure. */
export function checkMeasure(path: string, service: Service, measure: Measure): readonly Problem[] {
  const read = measure.kind === "bad-events" ? [] : readings(measure);
  const window = windowOf(measure);
  return [
    ...read.flatMap(({ metric, where, field }) =>
      checkMetricUse(`${path}.${field}`, service.telemetry, metric, where),
    ),
    ...read.slice(0, 1).flatMap(({ metric }) => checkLabels(`${path}.by`, metric, labelsOf(measure))),
    ...checkRepeated(`${path}.by`, labelsOf(measure)),
    ...(measure.kind === "age" ? [] : read.flatMap((one) => checkNoTime(`${path}.${one.field}`, one))),
    ...(window === undefined ? [] : checkDuration(`${path}.window`, window, MEASURE_WINDOW)),
    ...checkKind(path, service, measure),
  ];
}

function checkKind(path: string, service: Service, measure: Measure): readonly Problem[] {
  switch (measure.kind) {
    case "bad-events":
      return checkEventSli(`${path}.sli`, service.telemetry, measure.sli);
    case "increase":
      // Every target has the label `instance`.
      return checkLabels(
        `${path}.least`,
        measure.counter,
        (measure.least ?? []).filter((label) => label !== "instance"),
      );
    case "targets-up":
      return [
        ...checkJob(`${path}.job`, service, measure.job.name),
        ...checkPlanned(`${path}.planned`, measure.planned),
      ];
    case "quantile":
      return checkQuantile(`${path}.quantile`, measure.quantile);
    case "age":
      return checkIsTime(`${path}.gauge`, measure.gauge);
    case "forecast":
      return [
        ...checkAlike(path, measure.part, measure.whole),
        ...checkDuration(`${path}.window`, measure.window, FORECAST_WINDOW),
        ...checkDuration(`${path}.ahead`, measure.ahead, FORECAST_WINDOW),
      ];
    case "gauge-share":
      return measure.of === "together" ? [] : checkAlike(path, measure.part, measure.whole);
    case "counter-share":
      return measure.whole.flatMap(({ counter }) => checkSameJob(path, measure.part.counter, counter));
    case "query":
      return checkQuery(path, measure);
    case "gauge-per-target":
    case "level":
    case "rate":
    case "spread":
    case "turns":
      return [];
  }
}

/** Series of the part find their whole by their labels: where these differ, nothing is compared. */
function checkAlike(path: string, part: Gauge, whole: Gauge): readonly Problem[] {
  const names = ({ labels }: Gauge): string => Object.keys(labels).sort(compareText).join(", ");
  return names(part) === names(whole)
    ? checkSameJob(path, part, whole)
    : [
        {
          code: "condition-unfit",
          path: `${path}.whole`,
          message: `[${whole.name}] has the labels [${names(whole)}] and [${part.name}] has [${names(part)}], so that no series of one is a share of the other`,
          remedy: 'Compare their sums, of: "together", or name gauges with the same labels.',
        },
      ];
}

function checkSameJob(path: string, part: Metric, whole: Metric): readonly Problem[] {
  return part.job.name === whole.job.name
    ? []
    : [
        {
          code: "condition-unfit",
          path: `${path}.whole`,
          message: `[${whole.name}] is of the job [${whole.job.name}] and [${part.name}] of [${part.job.name}], whose targets are not the same`,
          remedy: 'Name metrics of one job; of gauges, of: "together" compares sums over jobs.',
        },
      ];
}

function checkRepeated(path: string, labels: readonly string[]): readonly Problem[] {
  return duplicates(labels).map((label) => ({
    code: "identifier-invalid",
    path,
    message: `[${label}] is there twice`,
    remedy: "Name each label once.",
  }));
}

function checkIsTime(path: string, { name, timestamp }: Gauge): readonly Problem[] {
  return timestamp === true
    ? []
    : [
        {
          code: "metric-wrong-type",
          path,
          message: `[${name}] is not declared as a point in time, so that its age cannot be measured`,
          remedy:
            "Say timestamp: true in its contract, with the usual age in seconds as normal; or measure its level.",
        },
      ];
}

/** A time is compared with no limit but by its age. */
function checkNoTime(path: string, { metric }: Reading): readonly Problem[] {
  return metric.type === "gauge" && metric.timestamp === true
    ? [
        {
          code: "metric-wrong-type",
          path,
          message: `[${metric.name}] is a point in time, and only its age can be measured`,
          remedy: 'Measure { kind: "age", gauge, of: "newest" }.',
        },
      ]
    : [];
}

function checkQuantile(path: string, quantile: string): readonly Problem[] {
  return [
    ...checkDecimal(path, quantile),
    ...(/^0\.\d*[1-9]\d*$/.test(quantile)
      ? []
      : [
          {
            code: "event-value-invalid" as const,
            path,
            message: `[${quantile}] is not a quantile`,
            remedy: "Use a decimal above 0 and below 1, e.g. 0.95.",
          },
        ]),
  ];
}

function checkPlanned(path: string, planned = 1): readonly Problem[] {
  return Number.isSafeInteger(planned) && planned > 0
    ? []
    : [
        {
          code: "minimum-invalid",
          path,
          message: `[${planned}] is not a number of targets`,
          remedy: "Use a whole number from 1 on, or leave it out to count the targets that are known.",
        },
      ];
}

/** What the value of a measure is: a share of 1, a whole number of events, a time, or a number in the unit of its metric. */
export const VALUES = {
  age: "duration",
  "bad-events": "share",
  "counter-share": "share",
  forecast: "share",
  "gauge-per-target": "share",
  "gauge-share": "share",
  increase: "events",
  level: "number",
  query: "number",
  rate: "number",
  spread: "number",
  "targets-up": "share",
  turns: "events",
} as const satisfies Readonly<Record<AlertMeasure["kind"], "duration" | "events" | "number" | "share">>;
