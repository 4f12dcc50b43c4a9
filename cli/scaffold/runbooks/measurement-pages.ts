import { HTTP_RUNBOOKS } from "../../../slo/http-service";
import { sloId } from "../../../slo/service";
import { connect, errorLog, LESSONS, pods, releases, REPORT, rollBack, targets } from "./common";
import { latencyOf } from "./objectives";
import { commands, query, type Page, type Part } from "./page";
import type { HttpSubject } from "./service-pages";

const TEST_OF_CONTRACT = "A test of the telemetry contract that would have stopped the release is added";

/** Series that an objective counts are gone. */
export function dataMissingPage(subject: HttpSubject): Page {
  const { service, job } = subject;
  return {
    slug: HTTP_RUNBOOKS.dataMissing,
    title: "SLI data missing",
    alerts: ["SLIDataMissing", "SLIOutsideContract"],
    severities: ["warning"],
    severity: [
      "**Warning.** It goes to chat and pages nobody. SEV-3 while step 3 shows that users are served; SEV-2 otherwise. While it fires, the burn rate of its SLO is blind.",
    ],
    summary: [
      `SLIDataMissing: for 10 minutes series that an objective of \`${service.id}\` counts, and that were there within its window, have been gone, or instances have answered for half an hour and never had them: \`http_requests_total\` or \`http_request_duration_seconds\` of \`${job.name}\`. ServiceDown holds it back, because it has the same cause. It resolves when the series are back.`,
      "SLIOutsideContract: for 10 minutes such series have lacked a label that the contract declares, or had a value that it does not allow. They are counted as they are, so that a failed request may not count as one.",
    ],
    impact: [
      "Users notice nothing of the alert itself. Errors in this time are neither counted nor announced by the burn rate. ServiceDown still pages when the targets are gone.",
    ],
    steps: dataMissingSteps(subject),
    options: [
      rollBack(subject, "Roll back, if a release changed labels, port or metrics"),
      {
        title: "Repair the release",
        text: [
          `Serve \`${job.path}\` on a container port named \`${job.port}\`, with the names of step 1 and the labels of \`slo/http-service.ts\`.`,
        ],
      },
    ],
    worked: "It worked when step 1 counts both.",
    escalation: [
      `**On the same working day:** somebody of team ${service.team} takes it. At night it may wait while step 3 is healthy.`,
      "**Prometheus finds no target of any service:** platform on-call, at once.",
    ],
    afterwards: [
      "It is written down from when to when the objective was blind, and what the logs say of errors in that time",
      TEST_OF_CONTRACT,
      REPORT,
      LESSONS,
    ],
  };
}

/** How to see what SLIOutsideContract is about. */
function strangeStatuses({ job }: HttpSubject): readonly string[] {
  return [
    "Healthy: a line of each environment in both answers. Then requests whose status the contract does not know, which is healthy without a line; without a status a release renamed the label, with another one its values, Option 1 or 2:",
    commands(
      query(
        `count by (environment, status) (http_requests_total{job="${job.name}", status!~"[1-5][0-9][0-9]"})`,
        [".metric.status"],
      ),
    ),
  ];
}

function dataMissingSteps(subject: HttpSubject): readonly Part[] {
  const { job, namespace } = subject;
  return [
    connect(
      subject,
      "see which series are gone",
      commands(
        query(`count by (environment) (http_requests_total{job="${job.name}"})`),
        query(`count by (environment) (http_request_duration_seconds_count{job="${job.name}"})`),
      ),
      ...strangeStatuses(subject),
    ),
    {
      title: "See whether targets are known, and what they say",
      text: [
        commands(
          ...targets(subject),
          `kubectl -n ${namespace} get pods -l app.kubernetes.io/name=${job.name} -o json |`,
          "  jq -r '.items[] | [.metadata.name, .status.phase, (.spec.containers[].ports // [] | map(.name) | join(\" \"))] | @tsv'",
        ),
        [
          `- No target while pods run: their label \`app.kubernetes.io/name=${job.name}\` or the port \`${job.port}\` is gone. Option 1.`,
          "- Up, and the names are missing: a release renamed the metrics. Option 1 or 2.",
          "- Up, and nothing is wrong: nobody sends requests. Look in front of the service.",
        ].join("\n"),
      ],
    },
    {
      title: "See whether users are served",
      text: [
        commands(pods(subject), ...errorLog(subject, "15m"), ...releases(subject)),
        `Pods that are not ready, or errors: [Service down](${HTTP_RUNBOOKS.down}.md), step 3.`,
      ],
    },
  ];
}

/** The bound that the objective of latency counts on is gone. */
export function bucketMissingPage(subject: HttpSubject): Page {
  const { service, latency } = subject;
  const { bound } = latencyOf(latency);
  return {
    slug: HTTP_RUNBOOKS.bucketMissing,
    title: "SLO bucket missing",
    alerts: ["SLOBucketMissing"],
    severities: ["warning"],
    severity: [
      "**Warning.** It goes to chat and pages nobody. SEV-3: users are not affected, the measurement is.",
    ],
    summary: [
      `For 10 minutes the histogram \`http_request_duration_seconds\` of at least one instance has had no bucket with the bound ${bound}, on which \`${sloId(service, latency)}\` is counted. The usual cause is a release that changed bounds, unit or metrics library. It resolves when every instance has the bound.`,
    ],
    impact: [
      "Where only some instances lost the bound, every request of those counts as slow and the budget is spent by a fault of the measurement; where all lost it, the objective has no data.",
    ],
    steps: bucketMissingSteps(subject),
    options: bucketMissingOptions(subject),
    worked: "It worked when step 2 names no instance.",
    escalation: [
      `**On the same working day:** somebody of team ${service.team} takes it. At night it can wait: availability still pages.`,
      "**Not repaired after one working day:** the owner of the service decides between Option 1 and Option 3.",
    ],
    afterwards: [
      "It is written down from when to when latency was blind or wrong",
      TEST_OF_CONTRACT,
      LESSONS,
    ],
  };
}

function bucketMissingOptions(subject: HttpSubject): readonly Part[] {
  const { service, latency } = subject;
  const { bound } = latencyOf(latency);
  return [
    rollBack(subject, "Roll back, if the release can be taken back"),
    {
      title: "Put the bound back in the code",
      text: [
        `Add ${bound} to the bounds of the histogram, in seconds, and release it. Finish the release quickly: the objective is wrong while old and new pods run side by side.`,
      ],
    },
    {
      title: "Change the objective, if the new bounds are wanted",
      text: [
        `The owner changes \`latency\` in \`services/${service.id}.ts\`, by review. Recorded history does not carry over to another threshold.`,
      ],
    },
  ];
}

function bucketMissingSteps(subject: HttpSubject): readonly Part[] {
  const { job, latency } = subject;
  const { bound } = latencyOf(latency);
  return [
    connect(
      subject,
      "list the bounds",
      commands(
        query(`count by (environment, le) (http_request_duration_seconds_bucket{job="${job.name}"})`, [
          ".metric.le",
        ]),
      ),
      `Healthy: a line with ${bound}, with the same count as \`+Inf\`. Bounds a thousand times as large: milliseconds.`,
    ),
    {
      title: "Find the instances without it, and the release",
      text: [
        commands(
          query(
            `count by (environment, instance) (http_request_duration_seconds_count{job="${job.name}"}) unless on (environment, instance) http_request_duration_seconds_bucket{job="${job.name}", le="${bound}"}`,
            [".metric.instance"],
          ),
          pods(subject),
          ...releases(subject),
        ),
        "If they are the pods of the newest replica set, the release is the cause.",
      ],
    },
  ];
}
