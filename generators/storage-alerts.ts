import type { Alert } from "../slo/alert";
import type { Duration } from "../slo/duration";
import type { Counter } from "../slo/telemetry";
import type { SelfTelemetry } from "./self-telemetry";

const meta = { category: "meta", runbook: "prometheus-storage" } as const;

/** What can be wrong with what Prometheus keeps. @param window the longest window of an SLO */
export function storageAlerts(telemetry: SelfTelemetry, window: string): readonly Alert[] {
  return [retentionTooShort(telemetry, window), ...logAlerts(telemetry), ...blockAlerts(telemetry)];
}

function blockAlerts(telemetry: SelfTelemetry): readonly Alert[] {
  return [
    growing({
      name: "PrometheusSizeRetention",
      severity: "warning",
      counter: telemetry.sizeRetentions,
      window: "3d", // the largest blocks hold 54 hours, so that one is deleted in that time
      moreThan: 0,
      for: "5m",
      summary: "Prometheus forgets early because its disk is too small",
      description:
        "Blocks were deleted for their size, before their time: SLO windows may not be held whole.",
    }),
    growing({
      name: "PrometheusCompactionsFailing",
      severity: "warning",
      counter: telemetry.compactionsFailed,
      window: "3h",
      moreThan: 2,
      for: "15m",
      summary: "A Prometheus cannot write blocks",
      description:
        "{{ $value | humanize }} compactions failed within 3 hours: the log grows until the disk is full.",
    }),
    growing({
      name: "PrometheusBlocksUnreadable",
      severity: "warning",
      counter: telemetry.blockReloadsFailed,
      window: "3h",
      moreThan: 2,
      for: "15m",
      summary: "A Prometheus cannot read its blocks",
      description:
        "{{ $value | humanize }} attempts to read the blocks failed within 3 hours: old data may be missing.",
    }),
  ];
}

/** The write-ahead log: everything is written to it first. */
function logAlerts(telemetry: SelfTelemetry): readonly Alert[] {
  return [
    growing({
      name: "PrometheusCannotStore",
      severity: "critical", // it is blind, and its alerts with it
      counter: telemetry.walWritesFailed,
      window: "5m",
      moreThan: 0,
      for: "2m",
      summary: "A Prometheus cannot write what it scrapes",
      description:
        "{{ $value | humanize }} writes failed within 5 minutes, as they do when the disk is full.",
    }),
    growing({
      name: "PrometheusWalCorrupted",
      severity: "warning",
      counter: telemetry.walCorruptions,
      window: "1d", // it is found at a start, and the last value from before may be hours old
      moreThan: 0,
      for: "1m",
      summary: "A Prometheus has lost samples of its log",
      description: "The write-ahead log was damaged within the last day; what came after the damage is gone.",
    }),
  ];
}

/** What is counted, of which so many are no reason yet. */
interface Growing extends Omit<Alert, keyof typeof meta> {
  readonly counter: Counter;
  readonly window: Duration;
  readonly moreThan: number;
}

function growing({ counter, window, moreThan, ...alert }: Growing): Alert {
  return {
    ...meta,
    ...alert,
    measure: { kind: "increase", counter, window },
    when: { above: String(moreThan) },
  };
}

function retentionTooShort(telemetry: SelfTelemetry, window: string): Alert {
  return {
    ...meta,
    name: "PrometheusRetentionTooShort",
    severity: "warning",
    measure: { kind: "level", gauge: telemetry.retention, of: "min" },
    when: { below: window },
    for: "1h",
    summary: "Prometheus forgets before an SLO window is over",
    description:
      "Samples are kept for {{ $value | humanizeDuration }}, less than the longest SLO window: error budgets come out wrong.",
  };
}
