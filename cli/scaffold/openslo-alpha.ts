import { fields, listIn, shownIn, type Fields } from "./specified";

const UNITS: Readonly<Record<string, string>> = {
  Second: "s",
  Minute: "m",
  Hour: "h",
  Day: "d",
  Week: "w",
  Month: "M",
  Quarter: "Q",
  Year: "Y",
};

/** In which every objective has an indicator of its own. */
export const ALPHA = "openslo/v1alpha";

/** An object of OpenSLO as `v1` writes it; undefined where it is none. */
export function openSloOf(object: Fields): Fields | undefined {
  switch (object["apiVersion"]) {
    case "openslo/v1":
      return object;
    case ALPHA:
      return object["kind"] === "SLO" ? { ...object, spec: sloOf(fields(object["spec"])) } : object;
    default:
      return undefined;
  }
}

/** Indicators stood among the objectives, and sources were one field. Source: OpenSLO v1alpha, README, "SLO". */
function sloOf(spec: Fields): Fields {
  const threshold = fields(fields(spec["indicator"])["thresholdMetric"]);
  const objectives = listIn(spec, "objectives");
  const isRatio = objectives.some((one) => "ratioMetrics" in one);
  return {
    ...spec,
    timeWindow: listIn(spec, "timeWindows").map((window) => ({
      ...window,
      duration: `${shownIn(window, "count") ?? ""}${UNITS[shownIn(window, "unit") ?? ""] ?? ""}`,
    })),
    ...(isRatio ? {} : { indicator: { spec: { thresholdMetric: metricOf(threshold) } } }),
    objectives: objectives.map(({ ratioMetrics, ...objective }) => ({
      ...objective,
      ...(ratioMetrics === undefined
        ? {}
        : { indicator: { spec: { ratioMetric: ratioOf(fields(ratioMetrics)) } } }),
    })),
  };
}

function ratioOf({ good, total, ...ratio }: Fields): Fields {
  return { counter: true, ...ratio, good: metricOf(fields(good)), total: metricOf(fields(total)) };
}

function metricOf({ source, query }: Fields): Fields {
  return { metricSource: { type: source, spec: { query } } };
}
