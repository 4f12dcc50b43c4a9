import { sliReadings } from "../../slo/measure";
import { appOf, type Metric } from "../../slo/telemetry";
import { alertChecks, checksOf, wrongSeries, type LabelCheck } from "../contract-alerts";
import { aggregate, bucketBound, equals, selector } from "../promql";
import type { SloContext } from "../slo-context";
import { targetCommands } from "./commands";
import { shown } from "./findings";
import { commands, topic, type Part, type Topic } from "./page";
import { seriesCount, type Shown } from "./queries";
import { hereOf, listed, type RunbookSubject } from "./subject";

const TEST_OF_CONTRACT = "A test of the telemetry contract that would have stopped the release is added";
const WRITTEN_DOWN =
  "It is written down from when to when the objective was blind or wrong, and what the logs say of that time";

/** Series that an objective counts are gone, or are not as the contract says. */
export function dataMissingTopic(subject: RunbookSubject, contexts: readonly SloContext[]): Topic {
  const metrics = eachOnce(
    contexts.flatMap(({ slo: { sli } }) => sliReadings(sli).map(({ metric }) => metric)),
  );
  const checks = contexts.flatMap(({ slo: { sli, by } }) =>
    sliReadings(sli).flatMap((reading) => checksOf(reading, by)),
  );
  return topic({
    impact: [
      `Users notice nothing of it. Meanwhile ${listed(contexts.map(({ id }) => `\`${id}\``))} cannot tell whether the budget burns.`,
    ],
    steps: [
      {
        title: "See which series are gone",
        text: [
          ...shown(
            subject,
            metrics.map((metric) => counted(subject, metric)),
          ),
          "Healthy: a number in each answer.",
        ],
      },
      ...strange(subject, checks),
      targetsPart(subject),
    ],
    remedies: ["roll back"],
    options: [repaired(subject, metrics)],
    worked: ["every series is counted again"],
    escalation: [
      `**On the same working day:** somebody of team ${subject.service.team} takes it. At night it may wait while users are served.`,
      "**Prometheus finds no target of any service:** platform on-call, at once.",
    ],
    afterwards: [WRITTEN_DOWN, TEST_OF_CONTRACT],
  });
}

function eachOnce(metrics: readonly Metric[]): readonly Metric[] {
  return [...new Map(metrics.map((metric) => [`${metric.job.name} ${metric.name}`, metric])).values()];
}

function counted(subject: RunbookSubject, metric: Metric): Shown {
  return {
    says: `series of \`${metric.name}\``,
    promql: seriesCount(metric, [], hereOf(subject)),
  };
}

/** Series whose labels are not those of the contract. */
function strange(subject: RunbookSubject, checks: readonly LabelCheck[]): readonly Part[] {
  const queries = new Map(
    checks.map((check): [string, Shown] => {
      const promql = aggregate("count", [check.label], wrongSeries(check));
      return [promql, { says: `\`${check.metric.name}\` by strange \`${check.label}\``, promql }];
    }),
  );
  return queries.size === 0
    ? []
    : [
        {
          title: "See which labels are not those of the contract",
          text: [
            ...shown(subject, [...queries.values()]),
            "Healthy: no line. Without a value a release renamed the label, with another one its values: roll back or repair.",
          ],
        },
      ];
}

function targetsPart(subject: RunbookSubject): Part {
  const { jobs } = subject;
  return {
    title: "See whether targets are known, and what they say",
    text: [
      commands(...targetCommands(subject, jobs)),
      [
        ...jobs.map((job) =>
          job.probe === undefined
            ? `- No target of \`${job.name}\` while its pods run: their label \`app.kubernetes.io/name=${appOf(job)}\` or the port \`${job.port}\` is gone.`
            : `- No target of \`${job.name}\`: nobody asks from outside; the exporter is down.`,
        ),
        "- Up, and the names are missing: a release renamed the metrics.",
        "- Up, and nothing is wrong: nobody uses it. Look in front of the service.",
      ].join("\n"),
    ],
  };
}

function repaired({ service, jobs }: RunbookSubject, metrics: readonly Metric[]): Part {
  const served = jobs.filter(({ probe }) => probe === undefined);
  return {
    title: "Repair the release",
    text: [
      [
        ...served.map(
          ({ name, path, port }) => `Serve \`${path}\` of \`${name}\` on a container port named \`${port}\`.`,
        ),
        `The contract of ${service.id} has ${listed(metrics.map(({ name, labels }) => `\`${name}\`${labelled(Object.keys(labels))}`))}.`,
      ].join(" "),
    ],
  };
}

function labelled(labels: readonly string[]): string {
  return labels.length === 0 ? "" : ` with ${listed(labels.map((label) => `\`${label}\``))}`;
}

/** Series that alerts of the service read are not as the contract says. */
export function contractTopic(subject: RunbookSubject): Topic {
  const checks = alertChecks(subject.service).flatMap(([, all]) => all);
  return topic({
    impact: [
      "Users notice nothing of it. Alerts that read these series may stay silent when they should not.",
    ],
    steps: [...strange(subject, checks), targetsPart(subject)],
    remedies: ["roll back"],
    options: [repaired(subject, eachOnce(checks.map(({ metric }) => metric)))],
    worked: ["no series with a strange label is left"],
    afterwards: [TEST_OF_CONTRACT],
  });
}

/** The bound that an objective of latency counts on is gone. */
export function bucketTopic(subject: RunbookSubject, { id, slo }: SloContext): Topic {
  const { sli } = slo;
  if (sli.kind !== "latency-ratio") {
    return topic({});
  }
  const { histogram, threshold } = sli;
  return topic({
    impact: [
      `Where only some instances lost the bound ${threshold}, all that they serve counts as slow, and the budget of \`${id}\` is spent by a fault of the measurement; where all lost it, the objective has no data.`,
    ],
    steps: [boundsPart(subject, histogram, threshold)],
    remedies: ["roll back"],
    options: [
      {
        title: "Put the bound back in the code",
        text: [
          `The contract has the bounds ${listed(histogram.bounds)} for \`${histogram.name}\`. Finish the release quickly: the objective is wrong while old and new pods run side by side.`,
        ],
      },
      {
        title: "Change the objective, if the new bounds are wanted",
        text: [
          `The owner changes bounds and threshold in the declaration of the service together, by review. Recorded history does not carry over to another threshold.`,
        ],
      },
    ],
    worked: [`every instance has the bound ${threshold}`],
    escalation: [
      `**On the same working day:** somebody of team ${subject.service.team} takes it. At night it may wait while users are served.`,
      "**Not repaired after one working day:** the owner of the service decides whether the bounds or the objective change.",
    ],
    afterwards: [WRITTEN_DOWN, TEST_OF_CONTRACT],
  });
}

function boundsPart(subject: RunbookSubject, histogram: Metric, threshold: string): Part {
  const job = [equals("job", histogram.job.name), ...hereOf(subject)];
  const bucket = (more: readonly ReturnType<typeof bucketBound>[]): string =>
    selector(`${histogram.name}_bucket`, [...job, ...more]);
  const without = `count by (instance) (${selector(`${histogram.name}_count`, job)}) unless on (instance) ${bucket([bucketBound(threshold)])}`;
  return {
    title: `List the bounds of \`${histogram.name}\`, and who lacks ${threshold}`,
    text: [
      ...shown(subject, [
        { says: "series by bound", promql: aggregate("count", ["le"], bucket([])) },
        { says: `instances without ${threshold}`, promql: without },
      ]),
      `Healthy: ${threshold} has as many series as \`+Inf\`, and no instance lacks it. Bounds a thousand times as large: milliseconds. If those that lack it are the pods of the newest replica set, the release is the cause.`,
    ],
  };
}
