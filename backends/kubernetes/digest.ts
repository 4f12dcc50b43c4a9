import type { IDeploymentSpec } from "kubernetes-models/apps/v1";
import type { ICronJobSpec } from "kubernetes-models/batch/v1";
import type { IContainer, IPodSpec } from "kubernetes-models/v1";
import {
  DIGEST_SECRETS,
  digestSettings,
  keepsDigestSecret,
  mailJobName,
  sendsReports,
  type MailingPlan,
} from "../../plan/digest";
import { REPORT_PERIODS, type ReportPeriod } from "../../plan/report-period";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { PORTS, PROGRAMS } from "../../plan/names";
import { BUILT_MAILING, jobBundle } from "../job-bundle";
import { checksum, metadata, selector, serviceAccount, type KubernetesObject } from "./object";
import { podDefaults, probes, resourcesOf, restricted, TOKEN_FOLDER } from "./pod";
import { ingressPolicy, prometheusAlone } from "./server";

const NAME = PROGRAMS.digest;
const PROGRAM = `${NAME}-program`;
const SETTINGS = `${NAME}-settings`;
const FOLDER = "/digest";
const SETTINGS_FILE = "settings.json";
const PORT = 9188;

/** `metadata` of the secret with the password of the mail server; undefined where nobody mails, or somebody else keeps it. */
export function digestSecret(plan: MonitoringPlan): KubernetesObject["metadata"] | undefined {
  return keepsDigestSecret(plan)
    ? metadata(`${NAME}-mail`, plan.platform.kubernetes.namespace, NAME)
    : undefined;
}

/** What sends reports by mail, and who tells Prometheus when that last worked; nothing where no mail server is known. */
export function digestObjects(plan: MonitoringPlan): readonly KubernetesObject[] {
  if (!sendsReports(plan)) {
    return [];
  }
  const { namespace } = plan.platform.kubernetes;
  const content = {
    [PROGRAM]: { [BUILT_MAILING]: jobBundle(BUILT_MAILING) },
    [SETTINGS]: { [SETTINGS_FILE]: JSON.stringify(digestSettings(plan, plan.digest)) },
  };
  return [
    serviceAccount(NAME, namespace),
    ...mayReadJobs(namespace),
    ...Object.entries(content).map(([name, data]): KubernetesObject => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata(name, namespace, NAME, "jobs"),
      data,
    })),
    prometheusAlone(plan.platform, { program: NAME, namespace, port: PORTS.metrics }),
    reporter(plan, JSON.stringify(content)),
    ...REPORT_PERIODS.flatMap((period) => [
      // Who sends mail is asked by nobody.
      ingressPolicy({ program: mailJobName(period), namespace }, []),
      cronJob(plan, period),
    ]),
  ];
}

/** The reporter may look at these CronJobs, and at nothing else of the cluster. */
function mayReadJobs(namespace: string): readonly KubernetesObject[] {
  const meta = metadata(NAME, namespace, NAME);
  return [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: meta,
      rules: [
        {
          apiGroups: ["batch"],
          resources: ["cronjobs"],
          resourceNames: REPORT_PERIODS.map(mailJobName),
          verbs: ["get"],
        },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: meta,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: NAME },
      subjects: [{ kind: "ServiceAccount", name: NAME, namespace }],
    },
  ];
}

/** On which days each is sent, in crontab. */
const DAYS = { day: "* * *", week: "* * 1", month: "1 * *" } as const satisfies Readonly<
  Record<ReportPeriod, string>
>;

function cronJob(plan: MailingPlan, period: ReportPeriod): KubernetesObject {
  const { start, end, location } = plan.digest.window;
  const begin = minutesOf(start);
  const window = 60 * (minutesOf(end) - begin);
  const name = mailJobName(period);
  const { namespace } = plan.platform.kubernetes;
  const spec: ICronJobSpec = {
    schedule: `${begin % 60} ${Math.floor(begin / 60)} ${DAYS[period]}`,
    timeZone: location,
    concurrencyPolicy: "Forbid",
    startingDeadlineSeconds: window,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      spec: {
        // A mail server that is away for a moment is asked again; what was sent is not sent twice.
        backoffLimit: 4,
        activeDeadlineSeconds: window,
        template: {
          metadata: { labels: { ...selector(name) } },
          spec: { ...pod(plan, name, period), restartPolicy: "Never" },
        },
      },
    },
  };
  return { apiVersion: "batch/v1", kind: "CronJob", metadata: metadata(name, namespace, name), spec };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return 60 * hours + minutes;
}

function pod(plan: MailingPlan, program: string, command: ReportPeriod | "serve"): IPodSpec {
  const { alertmanager } = plan.platform;
  const isServing = command === "serve";
  const key = plan.digest.passwordSecret;
  const secretName = digestSecret(plan)?.name ?? alertmanager.existingSecret ?? "";
  return {
    ...podDefaults(program),
    serviceAccountName: NAME,
    automountServiceAccountToken: isServing,
    containers: [container(plan, command)],
    volumes: [
      { name: "program", configMap: { name: PROGRAM } },
      { name: "settings", configMap: { name: SETTINGS } },
      ...(isServing
        ? []
        : [{ name: "secrets", secret: { secretName, defaultMode: 0o440, items: [{ key, path: key }] } }]),
    ],
  };
}

function container({ platform }: MailingPlan, command: ReportPeriod | "serve"): IContainer {
  return {
    name: NAME,
    image: platform.backupJobs.image,
    command: ["node", `${FOLDER}/program/${BUILT_MAILING}`],
    args: [command, "--settings", `${FOLDER}/settings/${SETTINGS_FILE}`],
    resources: resourcesOf({ cpu: "50m", memory: "256Mi" }),
    securityContext: restricted(),
    volumeMounts: [
      { name: "program", mountPath: `${FOLDER}/program`, readOnly: true },
      { name: "settings", mountPath: `${FOLDER}/settings`, readOnly: true },
      ...(command === "serve" ? [] : [{ name: "secrets", mountPath: DIGEST_SECRETS, readOnly: true }]),
    ],
  };
}

function reporter(plan: MailingPlan, content: string): KubernetesObject {
  const { namespace } = plan.platform.kubernetes;
  const serving = pod(plan, NAME, "serve");
  const spec: IDeploymentSpec = {
    replicas: 1,
    selector: { matchLabels: selector(NAME) },
    template: {
      metadata: { labels: { ...selector(NAME) }, annotations: checksum(content) },
      spec: {
        ...serving,
        containers: serving.containers.map((one) => ({
          ...one,
          args: [...(one.args ?? []), "--listen", `0.0.0.0:${PORT}`],
          env: [{ name: "NODE_EXTRA_CA_CERTS", value: `${TOKEN_FOLDER}/ca.crt` }],
          ports: [{ name: PORTS.metrics, containerPort: PORT, protocol: "TCP" }],
          ...probes(60, "/-/healthy", PORTS.metrics),
        })),
      },
    },
  };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: metadata(NAME, namespace, NAME), spec };
}
