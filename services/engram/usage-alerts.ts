import type { Alert } from "../../slo/alert";
import {
  usageBuffer,
  usageBufferLimit,
  usageBufferOldest,
  usageEventsDropped,
  usageFlushFailures,
} from "./telemetry";

/** Alerts on metering: events that are late can still be billed, dropped ones cannot. */
export const alerts: readonly Alert[] = [
  {
    name: "UsageFlushFailing",
    severity: "warning",
    category: "errors",
    measure: { kind: "increase", counter: usageFlushFailures, window: "5m" },
    when: { above: "0" },
    for: "0s",
    summary: "Engram cannot flush usage events",
    description:
      "About {{ $value | humanize }} batches of usage events failed in 5 minutes; their events wait in memory.",
    runbook: "usage-metering",
  },
  {
    name: "UsageBufferStale",
    severity: "warning",
    category: "saturation",
    measure: { kind: "level", gauge: usageBufferOldest, of: "max" },
    when: { above: "300" }, // five minutes: the document gives no rhythm
    for: "5m",
    summary: "Engram's usage events are not flushed",
    description:
      "The oldest usage event has waited {{ $value | humanizeDuration }} in the memory of a gateway; a restart would lose it.",
    runbook: "usage-metering",
  },
  {
    name: "UsageBufferFilling",
    severity: "warning",
    category: "saturation",
    measure: { kind: "gauge-share", part: usageBuffer, whole: usageBufferLimit, of: "highest" },
    when: { above: "80%" },
    for: "2m",
    summary: "Engram's buffer of usage events is filling up",
    description:
      "{{ $value | humanizePercentage }} of a gateway's buffer is in use; a full buffer drops events.",
    runbook: "usage-metering",
  },
  {
    name: "UsageEventsDropped",
    severity: "critical",
    category: "errors",
    measure: { kind: "increase", counter: usageEventsDropped, window: "5m" },
    when: { above: "0" },
    for: "0s",
    summary: "Engram loses usage events",
    description: "About {{ $value | humanize }} usage events were dropped in 5 minutes and cannot be billed.",
    runbook: "usage-metering",
  },
];
