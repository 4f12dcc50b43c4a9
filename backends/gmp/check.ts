import type { AlertingRule, MonitoringPlan, RecordingRule, ScrapeJob } from "../../plan/monitoring-plan";
import type { Problem } from "../../slo/problem";
import { jobsOn, rulesOn, servicesOn } from "../binding";
import { toYaml } from "../file-set";
import { LARGEST_FILE } from "../kubernetes/rule-files";
import { selectsWithoutName } from "./promql";
import { gmpRules } from "./rules";

type Rule = AlertingRule | RecordingRule;

/** What Google Managed Prometheus refuses. Source: its documentation, "PromQL differences", and `Rules`. */
export function checkManagedPrometheus(plan: MonitoringPlan, limit = LARGEST_FILE): readonly Problem[] {
  const unnamed = rulesOn(plan, "gmp").flatMap(({ name, rules }) =>
    rules
      .filter(({ expr }) => selectsWithoutName(expr))
      .map((rule) => ({
        code: "backend-unable" as const,
        path: `gmp.ruleGroups.${name}.${nameOf(rule)}`,
        message: "it does not select series by one exact name of a metric, and Google refuses anything else",
        remedy: "Name the metric, or bind the service to another backend.",
      })),
  );
  const large = gmpRules(plan).flatMap((object) => {
    const size = Buffer.byteLength(toYaml(object));
    return size <= limit
      ? []
      : [
          {
            code: "backend-unable" as const,
            path: `gmp.${object.metadata.name}`,
            message: `the rules take [${size}] bytes, and one object holds ${limit}`,
            remedy: "Split the service, or shorten what its alerts say.",
          },
        ];
  });
  return [...unnamed, ...jobsOn(plan, "gmp").flatMap(checkJob), ...large];
}

/** What the settings of its scraping cannot say. */
function checkJob({ job, probe, createdTimestamps }: ScrapeJob): readonly Problem[] {
  return [
    ...(probe === undefined
      ? []
      : [
          {
            code: "backend-unable" as const,
            path: `gmp.jobs.${job}`,
            message: `[${job}] is asked from outside, and Google scrapes pods only`,
            remedy: "Bind its service to another backend, or let its probes belong to one that is not bound.",
          },
        ]),
    ...(createdTimestamps === undefined
      ? []
      : [
          {
            code: "backend-unable" as const,
            path: `gmp.jobs.${job}.createdTimestamps`,
            message: `the first events of [${job}] count by created timestamps, which Google cannot be told to store`,
            remedy: "Leave createdTimestamps out of the job, or bind its service to another backend.",
          },
        ]),
  ];
}

function nameOf(rule: Rule): string {
  return rule.kind === "record" ? rule.record : rule.alert;
}

/** Series that were not there a while ago: first samples and ends look different without stale markers. */
function comparesWithThePast({ expr }: Rule): boolean {
  return /\bunless\b[\s\S]*\boffset\b/.test(expr);
}

/** What is different from Prometheus for a service that Google scrapes and records. */
export function managedPrometheusNotices(plan: MonitoringPlan): readonly Problem[] {
  return servicesOn(plan, "gmp").flatMap(({ id }) => {
    const rules = rulesOn(plan, "gmp")
      .filter(({ file }) => file === id)
      .flatMap((group) => group.rules);
    const limits = [...LIMITS, ...writingLimit(plan), ...bornLimit(rules), ...alertLimits(rules)];
    return limits.map(({ what, ...said }) => ({
      code: "backend-differs" as const,
      path: `services.${id}.gmp.${what}`,
      ...said,
    }));
  });
}

interface Limit extends Pick<Problem, "message" | "remedy"> {
  readonly what: string;
}

const LIMITS: readonly Limit[] = [
  {
    what: "staleness",
    message: "a series that ended stays visible for up to 5 minutes, so that its loss is noticed later",
    remedy: "Expect alerts about what is missing to come and to end up to 5 minutes late.",
  },
  {
    what: "extrapolation",
    message: "rate and increase differ a little from Prometheus, and so do counts near a threshold",
    remedy: "Compare the SLO's ratio with the service's own count after the first week.",
  },
  {
    what: "retention",
    message:
      "Google keeps samples for 24 months and thins them out; tocsin:prometheus.retention says nothing there",
    remedy: "Nothing is to be done, unless a window is longer than 6 weeks.",
  },
  {
    what: "targets",
    message:
      "PodMonitoring scrapes pods; what runs on Cloud Run is scraped by Google's sidecar, which is no part of this",
    remedy: "Give the sidecar the job's name and the labels cluster and environment, or run the job as pods.",
  },
  {
    what: "overview",
    message: "the page of all SLOs and the alerts about the monitoring read the stack's own Prometheus",
    remedy: "Open the service's own dashboard, which reads Google's data source.",
  },
];

function writingLimit({ platform: { remoteWrite = [] } }: MonitoringPlan): readonly Limit[] {
  return remoteWrite.length === 0
    ? []
    : [
        {
          what: "remoteWrite",
          message: `the stack's own Prometheus writes to [${remoteWrite.map(({ name }) => name).join(", ")}], and has no series of this service`,
          remedy: "Read them from Google, or bind the service to the stack's Prometheus.",
        },
      ];
}

function bornLimit(rules: readonly Rule[]): readonly Limit[] {
  const born = rules.filter(comparesWithThePast).map(nameOf);
  const [example] = born;
  return example === undefined
    ? []
    : [
        {
          what: "born",
          message: `[${born.length}] rules compare with \`unless ... offset\`, such as ${example}: untested there`,
          remedy:
            "Initialise counters to 0, which needs no such rule, or test it there before it pages anybody.",
        },
      ];
}

function alertLimits(rules: readonly Rule[]): readonly Limit[] {
  return rules.every(({ kind }) => kind === "record")
    ? []
    : [
        {
          what: "alertmanager",
          message: "the managed Alertmanager is one pod that forgets silences when it restarts",
          remedy: "Silence again after a restart, or let Grafana evaluate the alerts.",
        },
        {
          what: "heartbeat",
          message:
            "no dead man's switch notices when Google stops evaluating; the Watchdog speaks for Prometheus",
          remedy: "Watch the rule evaluator's own metrics in Cloud Monitoring.",
        },
      ];
}
