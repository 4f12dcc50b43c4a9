import type { IDeploymentSpec } from "kubernetes-models/apps/v1";
import type { ICronJobSpec } from "kubernetes-models/batch/v1";
import type { IContainer, IPodSpec, IVolume } from "kubernetes-models/v1";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { PORTS } from "../../plan/names";
import {
  READER_ACCOUNT,
  runsInCluster,
  writerAccount,
  type BackupJobSettings,
  type PlannedStore,
} from "../../plan/store";
import { backupJobName, keepsLog } from "../../slo/backup";
import { milliseconds } from "../../slo/duration";
import { checksSql, jobSettings, SCRATCH, SERVER_FOLDER } from "../backup-settings";
import { BUILT_JOBS, jobBundle, POSTGRES_SCRIPT, postgresScript } from "../job-bundle";
import { checksum, metadata, selector, serviceAccount, type KubernetesObject } from "./object";
import { podDefaults, resourcesOf, restricted } from "./pod";
import { prometheusAlone } from "./server";
import { credentials, tokenMount, tokenVolume } from "./workload-identity";

const JOBS = "/jobs";
const REPORTER_PORT = 9187;

type Work = keyof PlannedStore["schedules"];

/** Who a run is, to the cluster and to the cloud: one makes backups, and another proves them. */
const identityOf = (work: Work, { backup }: PlannedStore): string =>
  work === "backup" || work === "log" ? writerAccount(backup) : READER_ACCOUNT;

/** What backs up the stores of a service, and who tells Prometheus of them; what runs elsewhere is only told of. */
export function backupObjects(
  plan: MonitoringPlan,
  all: readonly [PlannedStore, ...PlannedStore[]],
): readonly KubernetesObject[] {
  const [{ service, namespace }] = all;
  const here = all.filter(({ store }) => runsInCluster(store));
  const data = Object.assign({ [BUILT_JOBS]: jobBundle() }, ...all.map(contentOf)) as Record<string, string>;
  return [
    ...[READER_ACCOUNT, ...here.map((planned) => identityOf("backup", planned))].map((name) =>
      serviceAccount(name, namespace, NAME),
    ),
    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(NAME, namespace, NAME, "jobs"), data },
    prometheusAlone(plan.platform, { program: backupJobName(service), namespace, port: PORTS.metrics }),
    reporter(plan, all, JSON.stringify(data)),
    ...here.flatMap((planned) => WORK.flatMap((work) => cronJob(plan.platform.backupJobs, planned, work))),
  ];
}

/**
 * Of all that stores of a service share. Secrets that the service keeps: for each store of PostgreSQL `backup-<id>-database`
 * and, where identities have keys, `backup-<id>-writer`; `backups-reader` for all.
 */
const NAME = "backups";
const WORK = ["backup", "log", "verify", "test"] as const satisfies readonly Work[];

function contentOf(planned: PlannedStore): Readonly<Record<string, string>> {
  return {
    [settingsOf(planned)]: jobSettings(planned, "cluster"),
    ...(planned.store.kind === "postgres"
      ? { [POSTGRES_SCRIPT]: postgresScript(), [checksOf(planned)]: checksSql(planned) }
      : {}),
  };
}

const settingsOf = ({ backup }: PlannedStore): string => `${backup}.json`;
const checksOf = ({ backup }: PlannedStore): string => `${backup}.sql`;

/** A run is over before the one after the next would begin, and at the latest after half a day. */
const LONGEST_SECONDS = 43_200;

function cronJob(images: BackupJobSettings, planned: PlannedStore, work: Work): readonly KubernetesObject[] {
  const schedule = planned.schedules[work];
  if (schedule === undefined) return [];
  const name = work === "backup" ? `backup-${planned.backup}` : `backup-${work}-${planned.backup}`;
  const interval = milliseconds(planned.store.every) / 1_000;
  const spec: ICronJobSpec = {
    schedule,
    timeZone: "Etc/UTC",
    concurrencyPolicy: "Forbid",
    startingDeadlineSeconds: 300,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      spec: {
        // The next run does what this one has left.
        backoffLimit: 0,
        activeDeadlineSeconds: work === "backup" ? Math.min(2 * interval, LONGEST_SECONDS) : LONGEST_SECONDS,
        template: {
          metadata: { labels: { ...selector(name) } },
          spec: {
            ...pod(name, identityOf(work, planned)),
            ...besideServer(planned, work),
            volumes: volumesOf(planned, work),
            restartPolicy: "Never",
            ...containersOf(images, planned, work),
          },
        },
      },
    },
  };
  return [
    {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: metadata(name, planned.namespace, name),
      spec,
    },
  ];
}

/** Node before or after PostgreSQL's own programs: what these leave on the scratch disk, it takes. */
function containersOf(
  images: BackupJobSettings,
  planned: PlannedStore,
  work: Work,
): Pick<IPodSpec, "containers" | "initContainers"> {
  const node = (command: string): IContainer => {
    const container = nodeContainer(images, [planned], command, identityOf(work, planned));
    return {
      ...container,
      volumeMounts: [...(container.volumeMounts ?? []), ...serverMount(planned, work)],
    };
  };
  const postgres = (...args: readonly string[]): IContainer => postgresContainer(images, planned, args);
  if (planned.store.kind !== "postgres" || work === "verify") return { containers: [node(work)] };
  switch (work) {
    case "backup":
      return {
        initContainers: [postgres(keepsLog(planned.store) ? "base" : "dump", SCRATCH)],
        containers: [node("backup")],
      };
    case "log":
      return {
        initContainers: [postgres("receive", SCRATCH), node("ship")],
        containers: [postgres("release", SCRATCH)],
      };
    case "test":
      return {
        initContainers: [node("fetch"), postgres("try", SCRATCH, `${JOBS}/${checksOf(planned)}`)],
        containers: [node("judge")],
      };
  }
}

function nodeContainer(
  { image }: BackupJobSettings,
  stores: readonly [PlannedStore, ...PlannedStore[]],
  command: string,
  identity: string,
): IContainer {
  return {
    name: command,
    image,
    command: ["node", "--disable-warning=ExperimentalWarning", `${JOBS}/${BUILT_JOBS}`],
    args: [command, ...stores.flatMap((planned) => ["--settings", `${JOBS}/${settingsOf(planned)}`])],
    env: credentials(stores[0], identity),
    resources: resourcesOf({ cpu: "50m", memory: "256Mi" }),
    securityContext: restricted(),
    volumeMounts: [
      { name: "jobs", mountPath: JOBS, readOnly: true },
      { name: "scratch", mountPath: SCRATCH },
      ...tokenMount(stores[0]),
      ...stores.flatMap(({ store }) =>
        store.kind === "sqlite-per-tenant" && store.runs.in === "cluster"
          ? [{ name: "tenants", mountPath: store.folder }]
          : [],
      ),
    ],
  };
}

/** Who it asks, and by which password, stands in a secret that the service keeps. */
function postgresContainer(
  { postgresImage }: BackupJobSettings,
  planned: PlannedStore,
  args: readonly string[],
): IContainer {
  return {
    name: "postgres",
    image: postgresImage,
    command: ["sh", `${JOBS}/${POSTGRES_SCRIPT}`],
    args: [...args],
    // A sandbox knows no way to the server.
    ...(args[0] !== "try" ? { envFrom: [{ secretRef: { name: `backup-${planned.backup}-database` } }] } : {}),
    resources: resourcesOf({ cpu: "100m", memory: "512Mi" }),
    securityContext: restricted(),
    volumeMounts: [
      { name: "jobs", mountPath: JOBS, readOnly: true },
      { name: "scratch", mountPath: SCRATCH },
    ],
  };
}

function pod(program: string, serviceAccountName: string): Omit<IPodSpec, "containers"> {
  return {
    ...podDefaults(program),
    serviceAccountName,
    automountServiceAccountToken: false,
  };
}

/** Only who copies the files of a server needs them. */
function serverMount({ store }: PlannedStore, work: Work): NonNullable<IContainer["volumeMounts"]> {
  if (store.kind !== "server" || work !== "backup") return [];
  const { subPath } = store;
  return [
    {
      ...{ name: "server", mountPath: SERVER_FOLDER, readOnly: true },
      ...(subPath === undefined ? {} : { subPath }),
    },
  ];
}

/** A volume of one writer is mounted a second time on its own node only. */
function besideServer({ store }: PlannedStore, work: Work): Pick<IPodSpec, "affinity"> {
  if (store.kind !== "server" || work !== "backup") return {};
  const labelSelector = { matchLabels: { "statefulset.kubernetes.io/pod-name": store.pod } };
  return {
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector, topologyKey: "kubernetes.io/hostname" },
        ],
      },
    },
  };
}

function volumesOf(planned: PlannedStore, work: Work): IVolume[] {
  const { store } = planned;
  return [
    { name: "jobs", configMap: { name: NAME } },
    ...tokenVolume(planned),
    ...(store.kind === "server" && work === "backup"
      ? [{ name: "server", persistentVolumeClaim: { claimName: store.volumeClaim } }]
      : []),
    store.kind !== "sqlite-per-tenant"
      ? {
          name: "scratch",
          ephemeral: {
            volumeClaimTemplate: {
              spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: store.scratch } } },
            },
          },
        }
      : { name: "scratch", emptyDir: {} },
    ...(store.kind === "sqlite-per-tenant" && store.runs.in === "cluster"
      ? [{ name: "tenants", persistentVolumeClaim: { claimName: store.runs.volumeClaim } }]
      : []),
  ];
}

/** It reads the buckets, wherever the jobs run, and has no disk. */
function reporter(
  plan: MonitoringPlan,
  all: readonly [PlannedStore, ...PlannedStore[]],
  content: string,
): KubernetesObject {
  const [{ service, namespace }] = all;
  const name = backupJobName(service);
  const container = nodeContainer(plan.platform.backupJobs, all, "serve", READER_ACCOUNT);
  const probe = { httpGet: { path: "/-/healthy", port: PORTS.metrics }, timeoutSeconds: 5 };
  const spec: IDeploymentSpec = {
    replicas: 1,
    selector: { matchLabels: selector(name) },
    template: {
      metadata: { labels: { ...selector(name) }, annotations: checksum(content) },
      spec: {
        ...pod(name, READER_ACCOUNT),
        volumes: [{ name: "jobs", configMap: { name: NAME } }, ...tokenVolume(all[0])],
        containers: [
          {
            ...container,
            args: [...(container.args ?? []), "--listen", `0.0.0.0:${REPORTER_PORT}`],
            ports: [{ name: PORTS.metrics, containerPort: REPORTER_PORT, protocol: "TCP" }],
            readinessProbe: probe,
            livenessProbe: probe,
            volumeMounts: [{ name: "jobs", mountPath: JOBS, readOnly: true }, ...tokenMount(all[0])],
          },
        ],
      },
    },
  };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: metadata(name, namespace, name), spec };
}
