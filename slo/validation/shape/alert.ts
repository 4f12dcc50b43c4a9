import { z } from "zod";
import type { Alert } from "../../alert";
import { alertMeasure, condition } from "./measure";
import { duration, line, number, oneKey, oneOf, percent, prose, section, text, shapeOf } from "./parts";
import { job } from "./telemetry";

const base = {
  name: text,
  severity: oneOf("critical", "warning", "info"),
  category: oneOf("slo", "down", "errors", "latency", "saturation", "event", "telemetry", "meta"),
  slo: text.exactOptional(),
  summary: line,
  description: prose,
  runbook: text,
  for: duration,
  groupWait: duration.exactOptional(),
};

const measured = section({
  ...base,
  measure: alertMeasure,
  when: condition,
  whileBurning: text.exactOptional(),
  orAbsent: z.literal(true, "true").exactOptional(),
  atLeast: number.exactOptional(),
  busierThan: number.exactOptional(),
});

const outage = section({
  ...base,
  outageOf: job,
  requests: section({ slo: text, succeedBelow: percent }).exactOptional(),
});

/** What `Alert` looks like. */
export const alert = shapeOf<Alert>()(oneKey(measured, outage));
