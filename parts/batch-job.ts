import { byValue } from "../slo/alert";
import { milliseconds, type Duration } from "../slo/duration";
import type { Age } from "../slo/measure";
import { where, type Gauge, type Job } from "../slo/telemetry";
import type { Part, ServiceHead } from "./define-service";
import { podsOf, type Named } from "./names";
import { watch, type Watch } from "./watch";

/** Work that is done again and again, and says when it last succeeded. */
export interface BatchJob extends Named {
  /** The gauge that says so, in seconds since the epoch, e.g. `report_last_success_timestamp_seconds`. */
  readonly lastSuccess: string;
  /** Labels of its series, e.g. `{ exported_job: "report" }` behind a Pushgateway. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** How often it should succeed. */
  readonly every: Duration;
  /** After how long somebody hears that it did not. */
  readonly late: Duration;
  /** After how long somebody is woken. @default - nobody is */
  readonly overdue?: Duration;
  /** What differs from `<id>-batch`: one pod that answers between its runs, or a Pushgateway. */
  readonly job?: Partial<Job>;
}

/**
 * A batch job is watched by the age of its last success: it catches the run that failed, the one that never began and
 * the one that hangs. Source: Prometheus docs, "Instrumentation", batch jobs; for a CronJob that says nothing itself,
 * kube-state-metrics 2.15 has `kube_cronjob_status_last_successful_time`.
 */
export function batchJob(own: BatchJob): Part {
  return (service) => {
    const job = podsOf(service, "batch", { instances: 1, ...own.job });
    const measure = ageOf(job, own);
    return watch(own, [
      late(service, own, measure, { name: "JobLate", severity: "warning", above: own.late }),
      ...(own.overdue === undefined
        ? []
        : [late(service, own, measure, { name: "JobOverdue", severity: "critical", above: own.overdue })]),
      unreported(service, job),
    ]);
  };
}

function ageOf(job: Job, { lastSuccess, labels = {}, every }: BatchJob): Age {
  const gauge: Gauge = {
    type: "gauge",
    name: lastSuccess,
    help: "When it last succeeded, in seconds since the epoch.",
    job,
    labels: Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, [value]])),
    timestamp: true,
    normal: milliseconds(every) / 2_000,
  };
  return { kind: "age", gauge, where: where(gauge, labels), of: "newest" };
}

function late(
  { title }: ServiceHead,
  { every }: BatchJob,
  measure: Age,
  {
    above,
    ...about
  }: { readonly name: string; readonly severity: "critical" | "warning"; readonly above: Duration },
): Watch {
  return {
    alert: {
      ...about,
      category: "event",
      measure,
      when: { above },
      // A batch that never succeeded has no age.
      ...(about.severity === "warning" ? { orAbsent: true as const } : {}),
      for: "5m",
      summary: `${title} has not succeeded for ${above}`,
      description: `${byValue([[0, "Nobody reports a success"]], "The last success was {{ $value | humanizeDuration }} ago")}; there should be one every ${every}.`,
    },
    advice: [
      "See whether a run is under way, failed, or never began: `kubectl get jobs,pods` and the log of the last pod. A run by hand is `kubectl create job --from=cronjob/<name> <name>-by-hand`.",
    ],
  };
}

function unreported({ title }: ServiceHead, job: Job): Watch {
  return {
    alert: {
      name: "JobUnreported",
      severity: "warning",
      category: "telemetry",
      outageOf: job,
      for: "15m",
      summary: `Nobody says when ${title} last succeeded`,
      description: `No target of ${job.name} answers or none is known.`,
    },
    advice: [
      `${job.name} is what reports the last success. While it is gone, nobody knows whether the job runs.`,
    ],
  };
}
