import { z } from "zod";
import type { Alert } from "../../alert";
import { duration, kind, line, list, number, oneOf, oneType, percent, prose, section, text } from "./parts";
import { counter, eventSli, gauge, job, matches } from "./telemetry";

const base = {
  name: text,
  severity: oneOf("critical", "warning", "info", "none"),
  category: oneOf("slo", "down", "errors", "latency", "saturation", "event", "telemetry", "meta"),
  slo: text.exactOptional(),
  summary: line,
  description: prose,
  runbook: text,
  for: duration,
  groupWait: duration.exactOptional(),
  source: prose,
};
const comparison = oneOf("above", "below");

const measure = oneType("kind", [
  section({
    kind: kind("error-ratio"),
    sli: eventSli,
    window: duration,
    minimumBadEvents: number,
    busierThan: number.exactOptional(),
  }),
  section({ kind: kind("targets-up"), job, planned: number.exactOptional() }),
  section({ kind: kind("gauge-share"), used: gauge, available: gauge, of: oneOf("together", "each") }),
  section({ kind: kind("gauge-per-target"), gauge }),
]);

/** What `Alert` looks like. */
export const alert: z.ZodType<Alert> = oneType("kind", [
  section({ ...base, kind: kind("threshold"), measure, comparison, threshold: percent }),
  section({
    ...base,
    kind: kind("absence"),
    job,
    requests: section({ slo: text, succeedBelow: percent }).exactOptional(),
  }),
  section({ ...base, kind: kind("event"), gauge, where: matches, equals: text }),
  section({
    ...base,
    kind: kind("gauge"),
    gauge,
    where: matches,
    of: oneOf("sum", "max", "min"),
    comparison,
    limit: text,
  }),
  section({ ...base, kind: kind("gauge-down"), gauge }),
  section({
    ...base,
    kind: kind("increase"),
    counter,
    where: matches,
    window: duration,
    moreThan: number,
    by: list(text).exactOptional(),
    least: list(text).exactOptional(),
    explainedBy: counter.exactOptional(),
  }),
  section({ ...base, kind: kind("disagreement"), gauge }),
  section({
    ...base,
    kind: kind("anomaly"),
    counter,
    where: matches,
    beyond: z.union(
      [section({ times: number }), section({ deviations: number })],
      "an object with one of the keys [times, deviations]",
    ),
    moreThanPerMinute: number,
  }),
]);
