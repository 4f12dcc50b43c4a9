import type { RemoteWriteTarget } from "../plan/remote-write";
import type { Alert } from "../slo/alert";
import { where, type Counter, type Gauge, type Job, type Metric } from "../slo/telemetry";
import { NO_PART, type SelfPart } from "./self-telemetry";

/** Nobody is woken: what pages is evaluated by Prometheus, over samples of its own. */
const meta = { category: "meta", severity: "warning" } as const;

const LOST = "remote-write-lost";
const BEHIND = "remote-write-behind";

type OfTarget = Readonly<Record<"remote_name" | "url", readonly string[]>>;

/** What Prometheus exposes of its writing to others, as far as alerts look at it. */
interface WritingTelemetry {
  readonly failed: Counter<OfTarget>;
  readonly dropped: Counter<OfTarget & { readonly reason: readonly string[] }>;
  readonly unreadable: Counter<{ readonly consumer: readonly string[] }>;
  readonly sent: Gauge<OfTarget>;
  readonly desired: Gauge<OfTarget>;
  readonly most: Gauge<OfTarget>;
}

/** Reasons for which nobody asked; series that `keep` and `drop` leave out are `dropped_series`. */
const UNASKED = ["too_old", "unintentionally_dropped_series"];

/** What watches that samples are written to others. @param job the Prometheus servers */
export function remoteWriting(job: Job, targets: readonly RemoteWriteTarget[]): SelfPart {
  if (targets.length === 0) {
    return NO_PART;
  }
  const telemetry = writingTelemetry(job, targets);
  return {
    jobs: [],
    metrics: Object.values<Metric>({ ...telemetry }),
    alerts: [...lost(telemetry), behind(telemetry), shardsAtMaximum(telemetry)],
    advice: ADVICE,
  };
}

const remote = (name: string): string => `prometheus_remote_storage_${name}`;

/** Source: Prometheus, `storage/remote/queue_manager.go` and `tsdb/wlog/watcher.go`. */
function writingTelemetry(job: Job, targets: readonly RemoteWriteTarget[]): WritingTelemetry {
  const names = targets.map(({ name }) => name);
  const labels = { remote_name: names, url: [...new Set(targets.map(({ url }) => url))] };
  const stands = { type: "counter", job, perSecond: 0, initialisedToZero: true } as const;
  return {
    failed: {
      ...stands,
      name: remote("samples_failed_total"),
      help: "Samples that the target refused.",
      labels,
    },
    dropped: {
      ...stands,
      name: remote("samples_dropped_total"),
      help: "Samples that were not sent.",
      labels: { ...labels, reason: [...UNASKED, "dropped_series"] },
      initialisedToZero: false,
    },
    unreadable: {
      ...stands,
      name: "prometheus_wal_watcher_record_decode_failures_total",
      help: "Records of the log that could not be read.",
      labels: { consumer: names },
    },
    ...queueGauges({ type: "gauge", job, labels }),
  };
}

function queueGauges(
  gauge: Pick<Gauge<OfTarget>, "job" | "labels" | "type">,
): Pick<WritingTelemetry, "desired" | "most" | "sent"> {
  return {
    sent: {
      ...gauge,
      name: remote("queue_highest_sent_timestamp_seconds"),
      help: "Time of the newest sample that was sent.",
      timestamp: true,
      normal: 30,
    },
    desired: {
      ...gauge,
      name: remote("shards_desired"),
      help: "Requests at a time that are needed.",
      normal: 1,
    },
    most: { ...gauge, name: remote("shards_max"), help: "Most requests at a time.", normal: 50 },
  };
}

function lost({ failed, dropped, unreadable }: WritingTelemetry): readonly Alert[] {
  const growing = { when: { above: "0" }, for: "5m", runbook: LOST } as const;
  return [
    {
      ...meta,
      ...growing,
      name: "RemoteWriteRefused",
      measure: { kind: "increase", counter: failed, window: "15m", by: ["remote_name"] },
      summary: "A target of remote writing refuses samples",
      description:
        "{{ $labels.remote_name }} refused {{ $value | humanize }} samples within 15 minutes. What is refused is not tried again.",
    },
    {
      ...meta,
      ...growing,
      name: "RemoteWriteDropped",
      measure: {
        kind: "increase",
        counter: dropped,
        where: where(dropped, { reason: ["=~", UNASKED.join("|")] }),
        window: "15m",
        by: ["remote_name"],
      },
      summary: "Samples are dropped before they are written",
      description:
        "{{ $value | humanize }} samples for {{ $labels.remote_name }} were dropped within 15 minutes, being too old or of series that nobody knows.",
    },
    {
      ...meta,
      ...growing,
      name: "RemoteWriteLogUnreadable",
      measure: { kind: "increase", counter: unreadable, window: "1h", by: ["consumer"] },
      summary: "Remote writing cannot read the log",
      description:
        "{{ $value | humanize }} records of the log could not be read for {{ $labels.consumer }} within an hour; it never gets what they hold.",
    },
  ];
}

/** Some rules record every five minutes, and a target may be told of nothing else. */
function behind({ sent }: WritingTelemetry): Alert {
  return {
    ...meta,
    name: "RemoteWriteBehind",
    measure: { kind: "age", gauge: sent, of: "oldest", by: ["remote_name"] },
    when: { above: "10m" },
    for: "5m",
    summary: "A target of remote writing is behind",
    description:
      "The newest sample that {{ $labels.remote_name }} has of some Prometheus is {{ $value | humanizeDuration }} old. After two hours the log forgets what was not sent.",
    runbook: BEHIND,
  };
}

function shardsAtMaximum({ desired, most }: WritingTelemetry): Alert {
  return {
    ...meta,
    name: "RemoteWriteShardsAtMaximum",
    measure: { kind: "gauge-share", part: desired, whole: most, of: "highest" },
    when: { above: "99%" },
    for: "15m",
    summary: "Remote writing needs more requests at a time than it may have",
    description:
      "It needs {{ $value | humanizePercentage }} of the requests at a time that it may have: a target falls behind, or will.",
    runbook: BEHIND,
  };
}

const ADVICE: Readonly<Record<string, readonly string[]>> = {
  [BEHIND]: [
    "The log of Prometheus says what the target answers: `kubectl logs` of the pod, lines with `remote_name=`. An address that is not there, a certificate that has expired and an answer of 5xx are all tried again.",
    "Nothing is lost for two hours, unless Prometheus restarts: it sends what is younger than its start. So do not restart it; mend the target.",
    "A target that answers slowly: raise `queue.maxSamplesPerSend` first, then `queue.maxShards`. One that keeps only what is seldom recorded looks as if it were behind: give `keep` something that is scraped.",
  ],
  [LOST]: [
    "The log of Prometheus has the answer: `kubectl logs` of the pod, lines with `remote_name=`. 401 and 403 are the secret, 404 is the address, 400 are samples that the target does not take (too old, out of order, a limit of the tenant).",
    "429 is tried again only with `queue.retryOnRateLimit`.",
    "What was lost there is still in Prometheus, and pages do not depend on the target.",
  ],
};
