import Big from "big.js";
import { namespaceIn, type Histogram, type Job, type Metric } from "../telemetry";
import { suggestion } from "../nearest";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { duplicates, own } from "../order";
import { checkDecimal } from "./identifiers";

/** Names as Kubernetes takes them: of namespaces and label values, and of container ports. */
const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const PORT = /^(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?$/;

/** More targets or events than this are a slip; the lab plays them all. */
const MOST = { instances: 10_000, perSecond: 100_000_000 } as const;

/** Every problem of what a service says that it exposes, whoever reads it. */
export function checkExposition({ id, telemetry, environments }: Service): readonly Problem[] {
  const path = `services.${id}.telemetry`;
  const { jobs, metrics } = telemetry;
  return [
    ...duplicates(metrics.map(({ name, job }) => `${name} of ${job.name}`)).map((name) =>
      problem(`${path}.metrics`, `[${name}] is declared twice`, "Keep one of the two."),
    ),
    ...jobs.flatMap((job) => checkJobFields(`${path}.jobs.${job.name}`, job, environments)),
    ...metrics.flatMap((metric) => checkMetric(`${path}.metrics.${metric.name}`, jobs, metric)),
  ];
}

function problem(path: string, message: string, remedy: string): Problem {
  return { code: "telemetry-invalid", path, message, remedy };
}

function checkJobFields(path: string, job: Job, environments: readonly string[]): readonly Problem[] {
  const { name, port, instances, requestsPerSecond } = job;
  const namespaces = environments.map((environment) => namespaceIn(job, environment));
  const [namespace = "none"] = [...namespaces.filter((one) => !NAME.test(one)), ...namespaces];
  const texts = [
    ["name", name, NAME, "a Kubernetes name such as api-gateway"],
    ["namespace", namespace, NAME, "the name of a namespace such as shop-<environment>"],
    ["port", port, PORT, "the name of a container port such as metrics"],
    ["path", job.path, /^\/(?!.*\.\.)[^\s?#]*$/, "a path such as /metrics"],
  ] as const;
  return [
    ...texts
      .filter(([, value, pattern]) => !pattern.test(value))
      .map(([key, value, , form]) =>
        problem(`${path}.${key}`, `[${value}] is not ${form}`, `Write ${form}.`),
      ),
    ...(Number.isInteger(instances) && instances >= 1 && instances <= MOST.instances
      ? []
      : [
          problem(
            `${path}.instances`,
            `[${instances}] is not a number of targets`,
            `Use a whole number from 1 to ${MOST.instances}.`,
          ),
        ]),
    ...(requestsPerSecond === undefined ? [] : checkRate(`${path}.requestsPerSecond`, requestsPerSecond)),
  ];
}

function checkRate(path: string, rate: number): readonly Problem[] {
  return rate >= 0 && rate <= MOST.perSecond
    ? []
    : [
        problem(
          path,
          `[${rate}] is not a rate of events`,
          `Use a number from 0 to ${MOST.perSecond}, or leave it out.`,
        ),
      ];
}

function checkMetric(path: string, jobs: readonly Job[], metric: Metric): readonly Problem[] {
  return [
    ...checkMetricJob(`${path}.job`, jobs, metric.job),
    ...Object.entries(metric.labels).flatMap(([label, values]) =>
      checkLabelValues(`${path}.labels.${label}`, values),
    ),
    ...checkNumbers(path, metric),
  ];
}

/** What the metric says of its job is what its rules are made of, and what the contract says is how it is scraped. */
function checkMetricJob(path: string, jobs: readonly Job[], job: Job): readonly Problem[] {
  const scraped = jobs.find(({ name }) => name === job.name);
  if (scraped === undefined) {
    return [
      problem(
        path,
        `nothing scrapes the job [${job.name}]`,
        `Add it to telemetry.jobs, or name another. ${suggestion(
          job.name,
          jobs.map(({ name }) => name),
        )}`,
      ),
    ];
  }
  const [here = false, there = false] = [job.createdTimestamps, scraped.createdTimestamps];
  return here === there
    ? []
    : [
        problem(
          `${path}.createdTimestamps`,
          `[${here}] is not what telemetry.jobs says of [${job.name}], which is [${there}]`,
          "Use one object for the job in both places.",
        ),
      ];
}

/** A label that is on no series; an empty value among others is a series without the label. */
function checkLabelValues(path: string, values: readonly string[]): readonly Problem[] {
  return [
    ...(values.some((value) => value !== "")
      ? []
      : [
          problem(
            path,
            `[${values.join(", ")}] are not the values of a label`,
            "List those that it can have.",
          ),
        ]),
    ...duplicates(values).map((value) => problem(path, `[${value}] is listed twice`, "Keep one of the two.")),
  ];
}

function checkNumbers(path: string, metric: Metric): readonly Problem[] {
  switch (metric.type) {
    case "counter":
      return [
        ...(metric.perSecond === undefined ? [] : checkRate(`${path}.perSecond`, metric.perSecond)),
        ...Object.entries(metric.usual ?? {}).flatMap(([label, shares]) =>
          checkShares(`${path}.usual.${label}`, own(metric.labels, label) ?? [], shares ?? {}),
        ),
      ];
    case "gauge":
      return Number.isFinite(metric.normal)
        ? []
        : [problem(`${path}.normal`, `[${metric.normal}] is not a value`, "Use a number.")];
    case "histogram":
      return checkHistogram(path, metric);
  }
}

function checkShares(
  path: string,
  values: readonly string[],
  shares: Readonly<Record<string, number>>,
): readonly Problem[] {
  const sum = Object.values(shares).reduce((total, share) => total + share, 0);
  const unheard = Object.keys(shares).filter((value) => !values.includes(value));
  return [
    ...unheard.map((value) =>
      problem(`${path}.${value}`, `[${value}] is not a value of the label`, suggestion(value, values)),
    ),
    ...(Object.values(shares).every((share) => share >= 0) && sum <= 1 + Number.EPSILON * 100
      ? []
      : [problem(path, `[${sum}] is not a share of 1`, "Let shares be 0 or more, and 1 together at most.")]),
  ];
}

/** Buckets are cumulative, so their bounds ascend; Prometheus adds the one without a bound. */
function checkHistogram(path: string, { native, job, bounds, median }: Histogram): readonly Problem[] {
  const unreadable = bounds.flatMap((bound) => checkDecimal(`${path}.bounds`, bound));
  if (unreadable.length > 0) {
    return unreadable;
  }
  const falling = bounds.filter(
    (bound, index) => index > 0 && new Big(bound).lte(bounds[index - 1] ?? bound),
  );
  return [
    ...(bounds.length > 0
      ? []
      : [problem(`${path}.bounds`, "[] are no bounds", "List those of the service.")]),
    ...falling.map((bound) =>
      problem(
        `${path}.bounds`,
        `[${bound}] is not above the bound before it`,
        "List bounds from the lowest to the highest, each once.",
      ),
    ),
    ...(native === true && job.createdTimestamps !== true
      ? [
          problem(
            `${path}.native`,
            "[true] of a job without createdTimestamps, which whatever exposes native histograms has",
            "Say createdTimestamps: true of the job.",
          ),
        ]
      : []),
    ...(median > 0 && Number.isFinite(median)
      ? []
      : [problem(`${path}.median`, `[${median}] is not a median`, "Use a number above 0.")]),
  ];
}
