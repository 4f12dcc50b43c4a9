import type { Service } from "../../../slo/service";
import { namespaceIn, type Job } from "../../../slo/telemetry";
import { commands, type Part } from "./page";

/** What the commands of a page are about. */
export interface Subject {
  readonly service: Service;
  readonly job: Job;
  /** Of the environment that the commands look at. */
  readonly namespace: string;
}

/** Commands look at production, where the service has it. */
export function subjectOf(service: Service, job: Job): Subject {
  const environment = service.environments.includes("prod") ? "prod" : (service.environments[0] ?? "prod");
  return { service, job, namespace: namespaceIn(job, environment) };
}

/** Opens Prometheus and lists what fires of the service. */
export function connect({ service }: Subject, title: string, ...text: readonly string[]): Part {
  return {
    title: `Connect to Prometheus and ${title}`,
    text: [
      "The commands of this page need kubectl with access to the cluster, curl and jq.",
      commands(
        "kubectl -n monitoring port-forward svc/prometheus 9090 >/tmp/prometheus-port-forward.log 2>&1 &",
        "curl -fsS --retry 10 --retry-delay 1 --retry-connrefused http://127.0.0.1:9090/-/ready",
        "curl -fsS http://127.0.0.1:9090/api/v1/alerts |",
        `  jq -c '.data.alerts[] | select(.labels.service == "${service.id}") | [.labels.alertname, .labels.slo_id, .labels.environment, .state, .activeAt]'`,
      ),
      ...text,
    ],
  };
}

export function pods({ job, namespace }: Subject): string {
  return `kubectl -n ${namespace} get pods -l app.kubernetes.io/name=${job.name} -o wide`;
}

export function events({ namespace }: Subject): string {
  return `kubectl -n ${namespace} get events --field-selector type=Warning --sort-by=.lastTimestamp | tail -n 30`;
}

export function releases({ job, namespace }: Subject): readonly string[] {
  return [
    `kubectl -n ${namespace} rollout history deployment/${job.name}`,
    `kubectl -n ${namespace} get replicasets -l app.kubernetes.io/name=${job.name} --sort-by=.metadata.creationTimestamp | tail -n 5`,
  ];
}

export function errorLog({ job, namespace }: Subject, since: string): readonly string[] {
  return [
    `kubectl -n ${namespace} logs -l app.kubernetes.io/name=${job.name} --since=${since} --tail=5000 --prefix |`,
    "  grep -iE 'ERROR|CRITICAL|FATAL' | cut -c 1-200 | tail -n 30",
  ];
}

/** What Prometheus says of each target. */
export function targets({ job }: Subject): readonly string[] {
  return [
    "curl -fsS 'http://127.0.0.1:9090/api/v1/targets?state=active' |",
    `  jq -r '.data.activeTargets[] | select(.labels.job == "${job.name}") | [.labels.environment, .scrapeUrl, .health, .lastError] | @tsv'`,
  ];
}

function watched({ job, namespace }: Subject, verb: string): string {
  return commands(
    `kubectl -n ${namespace} rollout ${verb} deployment/${job.name}`,
    `kubectl -n ${namespace} rollout status deployment/${job.name} --timeout=5m`,
  );
}

export function rollBack(subject: Subject, title = "Roll back, if it began with a release"): Part {
  return {
    title,
    text: [
      watched(subject, "undo"),
      "Stop the pipeline first, so that it does not deploy the same release again. If the release migrated a database, ask its author whether the old code runs on the new schema. Way back: deploy the release again once it is repaired.",
    ],
  };
}

export function restart(subject: Subject, title: string): Part {
  return {
    title,
    text: [
      "Save the logs before: they go with the pods. The restart is rolling and takes all instances in turn.",
      watched(subject, "restart"),
    ],
  };
}

/** By an autoscaler where there is one: a Deployment that is scaled beside it is scaled back. */
export function moreInstances({ job, namespace }: Subject): Part {
  return {
    title: "Add instances, if the load is the cause",
    text: [
      commands(
        `kubectl -n ${namespace} get horizontalpodautoscalers`,
        `kubectl -n ${namespace} scale deployment/${job.name} --replicas=${2 * job.instances}`,
        `kubectl -n ${namespace} rollout status deployment/${job.name} --timeout=5m`,
      ),
      "Do not scale by hand if the first command names an autoscaler of this Deployment: raise its limit by review instead. Each instance brings connections of its own to what it depends on. Way back, when the load is over:",
      commands(`kubectl -n ${namespace} scale deployment/${job.name} --replicas=${job.instances}`),
    ],
  };
}

/** Whom a page reaches, minute by minute. */
export const PAGE_ESCALATION = (team: string): readonly string[] => [
  "**0 to 5 minutes:** acknowledge the page.",
  "**5 to 15 minutes:** work through the diagnosis, and the option that it points to.",
  `**15 minutes:** for a SEV-1 an incident commander and the secondary of team ${team}.`,
  "**30 minutes:** status update in chat; bring in a senior engineer.",
  "**60 minutes:** manager on-call and, for a SEV-1, the CTO.",
];

/** Whom a warning reaches. */
export const CHAT_ESCALATION = (team: string): readonly string[] => [
  `**Within 30 minutes in working hours:** somebody of team ${team} takes it in the chat thread. At night it waits for the morning, unless a page joins it.`,
  "**When users notice (SEV-2):** the on-call engineer takes over: 0 to 5 minutes acknowledge, 5 to 15 investigate, 30 status update and senior engineer, 60 manager on-call.",
];

export const REPORT =
  "SEV-1 and SEV-2: report in `docs/incidents/`, preliminary within 1 hour, full within 24 hours; SEV-3: a ticket is enough";
export const POSTMORTEM = "Blameless postmortem within one week, for SEV-1 and SEV-2";
export const CAUSE = "The root cause has a ticket with an owner";
export const LESSONS =
  "This runbook has the lessons in it, and the date of the last read-through in `last_review`";
