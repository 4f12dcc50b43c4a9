import type { PromQl } from "../promql";
import { IS_MANAGED } from "../../plan/backend";
import { WEB_PORTS } from "../../plan/names";
import { prometheusService } from "../../plan/platform";
import { appOf, namespaceIn, type Job } from "../../slo/telemetry";
import { commands, type Part, type Remedy } from "./page";
import type { RunbookSubject } from "./subject";

const LOCAL = `http://127.0.0.1:${WEB_PORTS.prometheus}`;

/** Where the queries of a service go: the Prometheus behind a port-forward, or what answers for Google's. */
function addressOf({ plan, bound }: RunbookSubject): string {
  const managed = IS_MANAGED[bound.metrics] ? plan.platform.gmp?.address : undefined;
  return managed === undefined ? LOCAL : managed.replace(/\/$/, "");
}

/** A query as an argument of the shell: one line, without the quote that would end it. */
function quotedQuery(promql: PromQl): string {
  return `'query=${promql.replaceAll(/\s+/g, " ").replaceAll("'", "\\x27").trim()}'`;
}

/** An instant query, a line for each series. */
export function query(subject: RunbookSubject, promql: PromQl): string {
  return [
    `curl -fsS -G ${addressOf(subject)}/api/v1/query \\`,
    `  --data-urlencode ${quotedQuery(promql)} |`,
    "  jq -c '.data.result[] | [.metric, .value[1]]'",
  ].join("\n");
}

/** A query over the last so many seconds, a line for each point. */
export function history(subject: RunbookSubject, promql: PromQl, seconds: number, step: string): string {
  return [
    `curl -fsS -G ${addressOf(subject)}/api/v1/query_range \\`,
    `  --data-urlencode ${quotedQuery(promql)} \\`,
    `  --data-urlencode "start=$(($(date +%s) - ${seconds}))" --data-urlencode "end=$(date +%s)" --data-urlencode 'step=${step}' |`,
    "  jq -c '.data.result[] | .metric as $m | .values[] | [$m, (.[0] | floor | todate), .[1]]'",
  ].join("\n");
}

/** Opens Prometheus and lists what fires of the service. */
export function connect(subject: RunbookSubject): Part {
  const { service, plan } = subject;
  const forwards = addressOf(subject) === LOCAL;
  const { namespace, service: prometheus } = prometheusService(plan.platform);
  return {
    title: "Connect, and see what fires",
    text: [
      commands(
        ...(forwards
          ? [
              `kubectl -n ${namespace} port-forward svc/${prometheus} ${WEB_PORTS.prometheus} >/tmp/prometheus-port-forward.log 2>&1 &`,
              `curl -fsS --retry 10 --retry-delay 1 --retry-connrefused ${LOCAL}/-/ready`,
            ]
          : []),
        query(subject, `count by (alertname, slo, alertstate) (ALERTS{service="${service.id}"})`),
      ),
      "An alert that says that the service is down, or that pages, comes before all others.",
    ],
  };
}

/** What is asked of the pods of each job. */
function ofEach(
  { deployed, plan }: RunbookSubject,
  lines: (job: Job, namespace: string) => readonly string[],
): readonly string[] {
  return deployed.flatMap((job) => lines(job, namespaceIn(job, plan.environment.name)));
}

/** The pods, what Kubernetes says of them, the last releases, and the errors in the log. */
export function podCommands(subject: RunbookSubject, since: string): readonly string[] {
  const namespaces = [...new Set(ofEach(subject, (_, namespace) => [namespace]))];
  return [
    ...ofEach(subject, (job, namespace) => [
      `kubectl -n ${namespace} get pods -l app.kubernetes.io/name=${appOf(job)} -o wide`,
      `kubectl -n ${namespace} rollout history deployment/${job.name}`,
      `kubectl -n ${namespace} get replicasets -l app.kubernetes.io/name=${appOf(job)} --sort-by=.metadata.creationTimestamp | tail -n 5`,
    ]),
    ...namespaces.map(
      (namespace) =>
        `kubectl -n ${namespace} get events --field-selector type=Warning --sort-by=.lastTimestamp | tail -n 30`,
    ),
    ...ofEach(subject, (job, namespace) => [
      `kubectl -n ${namespace} logs -l app.kubernetes.io/name=${appOf(job)} --since=${since} --tail=5000 --prefix |`,
      "  grep -iE 'ERROR|CRITICAL|FATAL' | cut -c 1-200 | tail -n 30",
    ]),
  ];
}

/** The logs of processes that died, and of those that came after them. */
export function lastWords(subject: RunbookSubject): readonly string[] {
  return ofEach(subject, (job, namespace) => {
    const logs = `kubectl -n ${namespace} logs -l app.kubernetes.io/name=${appOf(job)} --tail=30 --prefix`;
    return [`kubectl -n ${namespace} get deployment ${job.name}`, logs, `${logs} --previous`];
  });
}

/** What Prometheus says of each target; what is asked from outside is asked here as well. */
export function targetCommands(subject: RunbookSubject, jobs: readonly Job[]): readonly string[] {
  return jobs.flatMap((job) =>
    addressOf(subject) === LOCAL
      ? [
          `curl -fsS '${LOCAL}/api/v1/targets?state=active' |`,
          `  jq -r '.data.activeTargets[] | select(.labels.job == "${job.name}") | [.scrapeUrl, .health, .lastError] | @tsv'`,
        ]
      : [query(subject, `up{job="${job.name}"}`)],
  );
}

/** A remedy as an option; nothing where no job of the page has pods. */
export function remedyPart(subject: RunbookSubject, remedy: Remedy): readonly Part[] {
  return subject.deployed.length === 0 ? [] : [REMEDY_PARTS[remedy](subject)];
}

const REMEDY_PARTS: Readonly<Record<Remedy, (subject: RunbookSubject) => Part>> = {
  "roll back": (subject) => ({
    title: "Roll back, if it began with a release",
    text: [
      ...forEach(subject, (job, namespace) => watched(job, namespace, "undo")),
      "Stop the pipeline first, so that it does not deploy the same release again. If the release migrated a database, ask its author whether the old code runs on the new schema. Way back: deploy the release again once it is repaired.",
    ],
  }),
  restart: (subject) => ({
    title: "Restart, if one instance behaves unlike the others or hangs",
    text: [
      "Save the logs before: they go with the pods. The restart is rolling and takes all instances in turn.",
      ...forEach(subject, (job, namespace) => watched(job, namespace, "restart")),
    ],
  }),
  "add instances": (subject) => ({
    title: "Add instances, if the load is the cause",
    text: [
      ...forEach(subject, (job, namespace) => sized(subject, job, namespace, true)),
      "Each instance brings connections of its own to what it depends on. Way back, when the load is over:",
      ...forEach(subject, (job, namespace) => sized(subject, job, namespace, false)),
    ],
  }),
  "bring back": (subject) => ({
    title: "Bring the replicas back, if somebody took them away",
    text: [
      ...forEach(subject, (job, namespace) => scaled(job, namespace, job.instances)),
      "Find out who set 0, and why, before the same thing sets it again.",
    ],
  }),
};

/** A block for each job, with its name above where there are several: nobody wants to roll back all of them. */
function forEach(
  { deployed, plan }: RunbookSubject,
  lines: (job: Job, namespace: string) => readonly string[],
): readonly string[] {
  return deployed.flatMap((job) => [
    ...(deployed.length === 1 ? [] : [`\`${job.name}\`:`]),
    commands(...lines(job, namespaceIn(job, plan.environment.name))),
  ]);
}

function watched(job: Job, namespace: string, verb: "restart" | "undo"): readonly string[] {
  return [`kubectl -n ${namespace} rollout ${verb} deployment/${job.name}`, rolledOut(job, namespace)];
}

function rolledOut({ name }: Job, namespace: string): string {
  return `kubectl -n ${namespace} rollout status deployment/${name} --timeout=5m`;
}

function scaled(job: Job, namespace: string, replicas: number): readonly string[] {
  return [
    `kubectl -n ${namespace} scale deployment/${job.name} --replicas=${replicas}`,
    rolledOut(job, namespace),
  ];
}

/** By its autoscaler where there is one: what is scaled beside it is scaled back. */
function sized(
  { plan, service }: RunbookSubject,
  job: Job,
  namespace: string,
  more: boolean,
): readonly string[] {
  const own = plan.autoscalers.find((one) => one.service === service.id && one.name === job.name);
  if (own === undefined) {
    return scaled(job, namespace, more ? 2 * job.instances : job.instances);
  }
  const minimum = more ? Math.min(2 * own.minReplicas, own.maxReplicas) : own.minReplicas;
  return [
    `kubectl -n ${namespace} patch horizontalpodautoscaler ${job.name} --type merge --patch '{"spec":{"minReplicas":${minimum}}}'`,
  ];
}
