import Big from "big.js";
import type { Alert } from "../../slo/alert";
import type { Duration } from "../../slo/duration";
import { exactRatio, type Percent } from "../../slo/objective";
import type { Service } from "../../slo/service";
import type { Counter, Gauge, Job, Metric } from "../../slo/telemetry";
import { slugOf } from "../../slo/slug";

/** Kinds that a scaffold writes; the others are declared by hand, see slo/alert.ts. */
export const ALERT_KINDS = ["gauge", "gauge-down", "increase", "threshold"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** What a new alert compares. */
export type Comparison =
  | { readonly kind: "gauge"; readonly metric: string; readonly limit: string }
  | { readonly kind: "gauge-down"; readonly metric: string }
  | {
      readonly kind: "increase";
      readonly metric: string;
      readonly moreThan: number;
      readonly window: Duration;
    }
  | {
      readonly kind: "threshold";
      readonly metric: string;
      readonly of: string;
      readonly threshold: Percent;
    };

/** A new alert as it was asked for. */
export interface NewAlert {
  readonly name: string;
  readonly severity: Alert["severity"];
  readonly for: Duration;
  readonly comparison: Comparison;
}

/** The metrics that an alert needs, each with what it is like where the contract does not have it. */
export function metricsFor({ comparison }: NewAlert, job: Job): readonly Metric[] {
  const { metric } = comparison;
  switch (comparison.kind) {
    case "gauge":
      return [gauge(metric, job, half(comparison.limit))];
    case "gauge-down":
      return [gauge(metric, job, 1)];
    case "increase":
      return [counter(metric, job)];
    case "threshold":
      return [
        gauge(metric, job, exactRatio(comparison.threshold).times(50).toNumber()),
        gauge(comparison.of, job, 100),
      ];
  }
}

/** Normal operation stays well on the right side. */
function half(limit: string): number {
  return new Big(limit).div(2).toNumber();
}

function gauge(name: string, job: Job, normal: number): Gauge {
  return { type: "gauge", name, help: `${sentence(name)}.`, job, labels: {}, normal, assumed: true };
}

function counter(name: string, job: Job): Counter {
  return {
    type: "counter",
    name,
    help: `${sentence(name)}, since the process began.`,
    job,
    labels: {},
    initialisedToZero: true,
    perSecond: 0,
    assumed: true,
  };
}

function sentence(metric: string): string {
  const words = metric.replace(/_total$/, "").replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/**
 * The alert of these metrics, in the order of `metricsFor`.
 * @throws Error where one is of another type than the kind reads
 */
export function alertOf(service: Service, asked: NewAlert, metrics: readonly Metric[]): Alert {
  const { comparison } = asked;
  const [first, second] = metrics;
  const head = { name: asked.name, severity: asked.severity } as const;
  const tail = { for: asked.for, ...textsOf(service, comparison), runbook: slugOf(asked.name) };
  switch (comparison.kind) {
    case "gauge": {
      const measure = { kind: "level", gauge: gaugeOf(first), of: "max" } as const;
      return { ...head, category: "saturation", measure, when: { above: comparison.limit }, ...tail };
    }
    case "gauge-down": {
      const measure = { kind: "level", gauge: gaugeOf(first), of: "max" } as const;
      return { ...head, category: "down", measure, when: { equals: "0" }, orAbsent: true, ...tail };
    }
    case "increase": {
      const { window, moreThan } = comparison;
      const measure = { kind: "increase", counter: counterOf(first), window } as const;
      return { ...head, category: "errors", measure, when: { above: String(moreThan) }, ...tail };
    }
    case "threshold": {
      const shares = { part: gaugeOf(first), whole: gaugeOf(second), of: "highest" } as const;
      const measure = { kind: "gauge-share", ...shares } as const;
      return { ...head, category: "saturation", measure, when: { above: comparison.threshold }, ...tail };
    }
  }
}

function textsOf(
  { title }: Service,
  comparison: Comparison,
): { readonly summary: string; readonly description: string } {
  const { metric } = comparison;
  switch (comparison.kind) {
    case "gauge":
      return {
        summary: `${metric} of ${title} is above ${comparison.limit}`,
        description: `The highest ${metric} is {{ $value | humanize }}; more than ${comparison.limit} is too much.`,
      };
    case "gauge-down":
      return {
        summary: `${metric} of ${title} is down`,
        description: `${metric} is 0, or no instance reports it.`,
      };
    case "increase":
      return {
        summary: `${metric} of ${title} grows`,
        description: `${metric} grew by {{ $value | humanize }} within ${comparison.window}.`,
      };
    case "threshold":
      return {
        summary: `${metric} of ${title} is near its limit`,
        description: `{{ $value | humanizePercentage }} of ${comparison.of} are in use.`,
      };
  }
}

function gaugeOf(metric: Metric | undefined): Gauge {
  if (metric?.type !== "gauge") {
    throw new Error(`[${metric?.name ?? ""}] is no gauge`);
  }
  return metric;
}

function counterOf(metric: Metric | undefined): Counter {
  if (metric?.type !== "counter") {
    throw new Error(`[${metric?.name ?? ""}] is no counter`);
  }
  return metric;
}
