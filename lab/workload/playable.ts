import type { MonitoringPlan, PlannedService } from "../../plan/monitoring-plan";
import type { Problem as ContractProblem } from "../../slo/problem";
import type { Service } from "../../slo/service";
import { isCounted, labelSets, type Gauge, type Metric } from "../../slo/telemetry";
import { failsIn } from "./distribution";
import type { ErrorFault, Fault, ServiceIncident, SlowFault } from "../../slo/incident";
import { hasLabels } from "./labels";

/** What an environment has to have for an incident to be played in it. */
type Stage = Pick<MonitoringPlan, "alerts" | "environment" | "services">;

/** The incidents that the services of an environment declare. */
export function declaredIncidents({ services }: Pick<Stage, "services">): readonly ServiceIncident[] {
  return services.flatMap(({ id: service, incidents }) =>
    incidents.map((incident) => ({ ...incident, service })),
  );
}

/** The incidents that can be played in an environment, each with those of its alerts that the environment has. */
export function playableIncidents(stage: Stage): readonly ServiceIncident[] {
  return declaredIncidents(stage)
    .filter((incident) => whatIsMissing(incident, stage).length === 0)
    .map((incident) => ({ ...incident, alerts: alertsHere(incident, stage) }));
}

/**
 * Why an incident cannot be played in an environment, in sentences; none where it can. A fault of what is not there
 * would break nothing, and whoever waits for its page would blame the alerts.
 */
export function whatIsMissing(incident: ServiceIncident, stage: Stage): readonly string[] {
  const service = stage.services.find(({ id }) => id === incident.service);
  if (service === undefined) {
    return [
      `the service [${incident.service}] is not in ${stage.environment.name}, which has ${listed(stage.services.map(({ id }) => id))}`,
    ];
  }
  const alerts = stage.alerts.filter((alert) => alert.service === service.id);
  return [
    ...missingParts(incident.fault, service),
    ...(alertsHere(incident, stage).length > 0
      ? []
      : [
          `none of its alerts ${listed(incident.alerts)} is in ${stage.environment.name}, where [${service.id}] has ${listed(alerts.map(({ alertname }) => alertname))}`,
        ]),
  ];
}

/** Faults of what the contract of their service does not have, such as a job that nothing scrapes; in any environment. */
export function checkIncidents(services: readonly Service[]): readonly ContractProblem[] {
  return services.flatMap(({ id: service, telemetry, incidents = [] }) =>
    incidents.flatMap(({ id, fault }) =>
      missingParts(fault, { id: service, ...telemetry }).map((message) => ({
        code: "incident-unplayable",
        path: `${service}.incidents.${id}`,
        message,
        remedy: "Correct the incident, or declare in the telemetry contract what it breaks.",
      })),
    ),
  );
}

function alertsHere({ service, alerts }: ServiceIncident, stage: Stage): readonly string[] {
  return alerts.filter((name) =>
    stage.alerts.some((alert) => alert.service === service && alert.alertname === name),
  );
}

/** What a fault can be in. */
type Exposing = Pick<PlannedService, "id" | "jobs" | "metrics">;

type Missing = (part: string, there: readonly string[]) => string;

type Problem = string | undefined;

type Need<Kind extends keyof Fault> = (
  part: Required<Fault>[Kind],
  service: Exposing,
  missing: Missing,
) => Problem;

function missingParts(fault: Fault, service: Exposing): readonly string[] {
  const missing: Missing = (part, there) => `[${service.id}] does not have ${part}; it has ${listed(there)}`;
  const ask = <Part>(
    part: Part | undefined,
    need: (part: Part, service: Exposing, missing: Missing) => Problem,
  ): Problem => (part === undefined ? undefined : need(part, service, missing));
  const problems = {
    errors: ask(fault.errors, missingErrors),
    slow: ask(fault.slow, missingSlow),
    targets: ask(fault.targets, missingTargets),
    gauge: ask(fault.gauge, missingGauge),
    counter: ask(fault.counter, missingCounter),
    disagreeing: ask(fault.disagreeing, missingDisagreement),
    swinging: ask(fault.swinging, missingSwing),
    lostBucket: ask(fault.lostBucket, missingBucket),
    renamedLabel: ask(fault.renamedLabel, missingLabel),
    vanished: ask(fault.vanished, missingMetric),
    stray: ask(fault.stray, missingStray),
  } satisfies Record<keyof Fault, Problem>;
  return Object.values(problems).flatMap((problem) => problem ?? []);
}

const missingTargets: Need<"targets"> = ({ job: name, up }, { jobs }, missing) => {
  const job = jobs.find((each) => each.name === name);
  if (job === undefined) {
    return missing(`the job [${name}]`, namesOf(jobs));
  }
  return up === "vanished" || up < job.instances
    ? undefined
    : `the job [${name}] has ${job.instances} targets here, so that ${up} that answer are no fault`;
};

const missingGauge: Need<"gauge"> = ({ name, labels, value }, { metrics }, missing) => {
  const found = metrics.filter(isGauge).filter((metric) => metric.name === name);
  if (!found.some((metric) => labelSets(metric.labels).some((set) => hasLabels(set, labels)))) {
    return missing(`the gauge [${name}${textOf(labels)}]`, namesOf(metrics.filter(isGauge)));
  }
  return found.some(({ normal }) => normal !== value)
    ? undefined
    : `the gauge [${name}] is [${value}] anyway here`;
};

const missingCounter: Need<"counter"> = ({ name }, { metrics }, missing) => {
  const counters = metrics.filter(({ type }) => type === "counter");
  return counters.some((metric) => metric.name === name)
    ? undefined
    : missing(`the counter [${name}]`, namesOf(counters));
};

const missingDisagreement: Need<"disagreeing"> = (name, { metrics }, missing) => {
  const gauge = metrics.filter(isGauge).find((metric) => metric.name === name);
  if (gauge === undefined) {
    return missing(`the gauge [${name}]`, namesOf(metrics.filter(isGauge)));
  }
  return gauge.job.instances > 1
    ? undefined
    : `the job [${gauge.job.name}] has one target here, which cannot disagree with another`;
};

const missingSwing: Need<"swinging"> = (name, { metrics }, missing) =>
  metrics.some((metric) => isGauge(metric) && metric.name === name)
    ? undefined
    : missing(`the gauge [${name}]`, namesOf(metrics.filter(isGauge)));

const missingBucket: Need<"lostBucket"> = ({ histogram, bound }, { metrics }, missing) => {
  const histograms = metrics.filter((metric) => metric.type === "histogram");
  return histograms.some(({ name, bounds }) => name === histogram && bounds.includes(bound))
    ? undefined
    : missing(
        `the bucket [${histogram} ${bound}]`,
        histograms.flatMap(({ name, bounds }) => bounds.map((each) => `${name} ${each}`)),
      );
};

const missingLabel: Need<"renamedLabel"> = ({ metric: name, label }, { metrics }, missing) =>
  metrics.some((metric) => metric.name === name && Object.hasOwn(metric.labels, label))
    ? undefined
    : missing(
        `the label [${name} ${label}]`,
        metrics.flatMap((metric) => Object.keys(metric.labels).map((each) => `${metric.name} ${each}`)),
      );

const missingMetric: Need<"vanished"> = (name, { metrics }, missing) =>
  metrics.some((metric) => metric.name === name)
    ? undefined
    : missing(`the metric [${name}]`, namesOf(metrics));

const missingStray: Need<"stray"> = ({ job }, { jobs }, missing) =>
  jobs.some(({ name }) => name === job) ? undefined : missing(`the job [${job}]`, namesOf(jobs));

function missingErrors(fault: ErrorFault, { jobs, metrics }: Exposing, missing: Missing): Problem {
  if (!jobs.some(({ name }) => name === fault.job)) {
    return missing(`the job [${fault.job}]`, namesOf(jobs));
  }
  const { counter = "", as = {}, among = {} } = fault;
  const counters = metrics.filter(isCounted).filter(({ job }) => job.name === fault.job);
  return counters.some(
    (metric) =>
      failsIn(metric, fault) && labelSets(metric.labels).some((set) => hasLabels(set, { ...as, ...among })),
  )
    ? undefined
    : missing(
        `a metric [${counter}${textOf({ ...as, ...among })}] that counts such events in the job [${fault.job}]`,
        namesOf(counters),
      );
}

function missingSlow(fault: SlowFault, { jobs, metrics }: Exposing, missing: Missing): Problem {
  if (!jobs.some(({ name }) => name === fault.job)) {
    return missing(`the job [${fault.job}]`, namesOf(jobs));
  }
  const { histogram, among = {} } = fault;
  const histograms = metrics.filter(({ type, job }) => type === "histogram" && job.name === fault.job);
  return histograms.some(
    ({ name, labels }) =>
      (histogram === undefined || name === histogram) &&
      labelSets(labels).some((set) => hasLabels(set, among)),
  )
    ? undefined
    : missing(
        `a histogram [${histogram ?? ""}${textOf(among)}] in the job [${fault.job}]`,
        namesOf(histograms),
      );
}

function isGauge(metric: Metric): metric is Gauge {
  return metric.type === "gauge";
}

function namesOf(things: readonly { readonly name: string }[]): readonly string[] {
  return things.map(({ name }) => name);
}

function textOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function listed(names: readonly string[]): string {
  return `[${[...new Set(names)].join(", ")}]`;
}
