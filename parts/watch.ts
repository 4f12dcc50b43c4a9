import type { MeasuredAlert, OutageAlert } from "../slo/alert";
import {
  where,
  type Counter,
  type Gauge,
  type Job,
  type LabelMatch,
  type LabelValues,
  type Metric,
} from "../slo/telemetry";
import type { Fragment, ServiceHead } from "./define-service";
import { namesOf, namespacesOf, type Named } from "./names";

/** An alert of a part, and what its runbook says first. */
export interface Watch {
  readonly alert: Omit<MeasuredAlert, "runbook"> | Omit<OutageAlert, "runbook">;
  /** Paragraphs of Markdown. */
  readonly advice: readonly [string, ...string[]];
}

/** Alerts under the names of a part, each with a page of its own. */
export function watch(own: Named, watches: readonly Watch[]): Required<Pick<Fragment, "advice" | "alerts">> {
  const { alert, runbook } = namesOf(own);
  return {
    alerts: watches.map(({ alert: facts }) => ({
      ...facts,
      name: alert(facts.name),
      runbook: runbook(facts.name),
    })),
    advice: Object.fromEntries(watches.map(({ alert: { name }, advice }) => [runbook(name), advice])),
  };
}

/** The exporter is gone: nothing that it reports is known any more. */
export function exporterGone(name: string, job: Job, of: string): Watch {
  return {
    alert: {
      name,
      severity: "warning",
      category: "telemetry",
      outageOf: job,
      for: "5m",
      summary: `Nobody reports on ${of}`,
      description: `No target of ${job.name} answers or none is known: alerts on ${of} are blind.`,
    },
    advice: [
      `${job.name} is the exporter, not ${of} itself. See whether its pods run and whether they may still log in there.`,
    ],
  };
}

/** A gauge of a job. */
export function gaugeOf(
  job: Job,
  name: string,
  help: string,
  normal: number,
  labels: LabelValues = {},
): Gauge {
  return { type: "gauge", name, help, job, labels, normal };
}

/** A counter of an exporter, whose series are there from its start. */
export function counterOf(
  job: Job,
  name: string,
  help: string,
  perSecond: number,
  labels: LabelValues = {},
): Counter {
  return { type: "counter", name, help, job, labels, initialisedToZero: true, perSecond };
}

/** Series that others have as well, of which those of the service are picked by labels and its namespaces. */
export function seen(service: ServiceHead, job: Job, picked: Readonly<Record<string, string>>) {
  const namespace = namespacesOf(service);
  const values = Object.entries(picked).map(([label, value]): [string, readonly string[]] => [
    label,
    [value],
  ]);
  const labels = { namespace, ...Object.fromEntries(values) };
  return {
    gauge: (name: string, help: string, normal: number) => gaugeOf(job, name, help, normal, labels),
    counter: (name: string, help: string, perSecond: number) => counterOf(job, name, help, perSecond, labels),
    own: (metric: Metric): readonly LabelMatch[] =>
      where(metric, { namespace: ["=~", namespace.join("|")], ...picked }),
  };
}
