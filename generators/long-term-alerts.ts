import type { Alert } from "../slo/alert";
import { where, type Counter, type Job } from "../slo/telemetry";
import { missing } from "./program-alerts";
import { NO_ANSWER, SERIES, type ThanosJobs, type ThanosTelemetry } from "./long-term-telemetry";

/** Nobody is woken: what pages is evaluated by Prometheus, over samples of its own. */
const meta = { category: "meta", severity: "warning" } as const;

type HubJobs = NonNullable<ThanosJobs["hub"]>;

/** What can be wrong with what keeps samples for years. */
export function longTermAlerts(telemetry: ThanosTelemetry): readonly Alert[] {
  return [...sidecarAlerts(telemetry), ...hubAlerts(telemetry)];
}

function sidecarAlerts({ jobs, prometheusUp, uploadsFailed }: ThanosTelemetry): readonly Alert[] {
  return [
    gone(
      jobs.sidecar,
      "ThanosSidecarMissing",
      "A sidecar is down",
      "blocks of its Prometheus are not uploaded",
    ),
    {
      ...meta,
      name: "ThanosSidecarCutOff",
      measure: { kind: "level", gauge: prometheusUp, of: "min" },
      when: { below: "1" },
      for: "10m",
      summary: "A sidecar does not reach its Prometheus",
      description: "A sidecar cannot ask the Prometheus beside it: the query misses its last hours.",
      runbook: "thanos-uploads",
    },
    {
      ...meta,
      ...failing(uploadsFailed),
      name: "ThanosUploadsFailing",
      summary: "Blocks are not uploaded",
      description:
        "{{ $value | humanize }} uploads failed within an hour. What is not in the object store when Prometheus forgets it is lost.",
      runbook: "thanos-uploads",
    },
  ];
}

function hubAlerts({ jobs, hub }: ThanosTelemetry): readonly Alert[] {
  return hub === undefined || jobs.hub === undefined
    ? []
    : [
        ...goneFromHub(jobs.hub),
        ...compactorAlerts(hub),
        {
          ...meta,
          ...failing(hub.storeSyncsFailed),
          name: "ThanosStoreSyncFailing",
          summary: "A store gateway cannot read the list of blocks",
          description:
            "{{ $value | humanize }} times within an hour a store gateway could not read the list of blocks: new ones are not seen.",
          runbook: "thanos-queries",
        },
        partial(hub),
        ...(hub.evaluationsFailed === undefined ? [] : [rulesFailing(hub.evaluationsFailed)]),
      ];
}

function goneFromHub({ compactor, query, queryFrontend, ruler, store }: HubJobs): readonly Alert[] {
  const slow = "dashboards over years may be slow or fail";
  return [
    gone(store, "ThanosStoreMissing", "A store gateway is down", "old samples may be missing from queries"),
    gone(
      compactor,
      "ThanosCompactorMissing",
      "The compactor is down",
      "blocks are neither joined nor deleted",
    ),
    gone(query, "ThanosQueryMissing", "A query of Thanos is down", slow),
    gone(queryFrontend, "ThanosQueryFrontendMissing", "A query frontend is down", slow),
    ...(ruler === undefined
      ? []
      : [
          gone(
            ruler,
            "ThanosRulerMissing",
            "The ruler is down",
            "objectives are not counted over all clusters",
          ),
        ]),
  ];
}

function rulesFailing(counter: Counter): Alert {
  return {
    ...meta,
    ...failing(counter),
    name: "ThanosRulesFailing",
    summary: "Rules over all clusters cannot be evaluated",
    description:
      "{{ $value | humanize }} evaluations failed within an hour; a ruler takes no answer that is not whole. Pages do not depend on it.",
    runbook: "thanos-queries",
  };
}

function compactorAlerts(hub: NonNullable<ThanosTelemetry["hub"]>): readonly Alert[] {
  return [
    {
      ...meta,
      name: "ThanosCompactorHalted",
      measure: { kind: "level", gauge: hub.halted, of: "max" },
      when: { above: "0" },
      for: "5m",
      summary: "The compactor has given up",
      description:
        "The compactor has stopped at a block that it does not understand, and waits for somebody: nothing is joined, thinned out or deleted.",
      runbook: "thanos-compactor",
    },
    {
      ...meta,
      ...failing(hub.compactorSyncsFailed),
      name: "ThanosCompactorSyncFailing",
      summary: "The compactor cannot read the list of blocks",
      description:
        "{{ $value | humanize }} times within an hour the compactor could not read the list of blocks: nothing is joined or deleted.",
      runbook: "thanos-compactor",
    },
  ];
}

function partial({ asked }: NonNullable<ThanosTelemetry["hub"]>): Alert {
  return {
    ...meta,
    name: "ThanosQueriesPartial",
    measure: {
      kind: "increase",
      counter: asked,
      where: where(asked, { grpc_method: SERIES, grpc_code: ["=~", NO_ANSWER.join("|")] }),
      window: "15m",
    },
    when: { above: "0" },
    for: "15m",
    summary: "Queries miss samples",
    description:
      "{{ $value | humanize }} times within 15 minutes a store or a sidecar gave no answer. The query says that its result is partial; a graph does not show it.",
    runbook: "thanos-queries",
  };
}

/** More than once within an hour, so that a request which is tried again is no alert. */
function failing(counter: Counter): Pick<Extract<Alert, { measure: unknown }>, "for" | "measure" | "when"> {
  return { measure: { kind: "increase", counter, window: "1h" }, when: { above: "1" }, for: "15m" };
}

function gone(job: Job, name: string, summary: string, effect: string): Alert {
  return missing(job, {
    name,
    summary,
    description: `Only {{ $value | humanizePercentage }} of the pods that are planned answer: ${effect}.`,
    runbook: "thanos-pods",
  });
}

/** What the pages of these alerts say first. */
export const LONG_TERM_ADVICE: Readonly<Record<string, readonly string[]>> = {
  "thanos-compactor": [
    "The last line of its log with `level=error` names the blocks. Two that overlap mean that two servers write with the same external labels: give each cluster its own `tocsin:cluster`, then delete the blocks of the wrong one by `thanos tools bucket mark --marker=deletion-mark.json`.",
    "A lifecycle rule or a lock on the bucket breaks blocks one by one: a bucket of metrics has neither. A second compactor on the bucket does the same.",
    "It starts again by `kubectl rollout restart statefulset/thanos-compactor`. Nothing is lost meanwhile; the bucket only grows.",
  ],
  "thanos-pods": [
    "Pages do not depend on these pods: Prometheus evaluates them over its own samples.",
    "A sidecar is a container of the pod of its Prometheus, `thanos-sidecar`; the others have workloads of their own names.",
  ],
  "thanos-queries": [
    "Ask for the same and read `warnings` in the answer: it names the store that is missing. `/api/v1/stores` of the query lists all of them, with the last error of each.",
    "Pages do not wait for the object store: Prometheus evaluates them over its own samples.",
  ],
  "thanos-uploads": [
    "The log of the container `thanos-sidecar` says what the object store answers: a key that has expired, a bucket that is not there, rights that are missing (put, get and list, for what writes).",
    "There is time until Prometheus forgets: what has not been uploaded is uploaded later, as long as its volume has it.",
  ],
};
