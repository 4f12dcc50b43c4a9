import * as pulumi from "@pulumi/pulumi";
import { checkBackend, checkSound } from "../backends/check";
import { managedPrometheus } from "../backends/gmp/content";
import { grafanaContent } from "../backends/grafana/content";
import { operatorContent } from "../backends/operator/content";
import { grafanaAlerting } from "../backends/grafana-alerting/content";
import { receiversSecret } from "../backends/kubernetes/alertmanager";
import { clusterObjects } from "../backends/kubernetes/cluster";
import { objectStoreSecrets } from "../backends/kubernetes/long-term";
import { digestSecret } from "../backends/kubernetes/digest";
import { writingSecret } from "../backends/kubernetes/prometheus";
import { stackOutputs, type StackOutputs } from "../backends/outputs";
import { backupBucket, backupProvider, metricsBucket } from "../components/bucket";
import { databaseBackup } from "../components/database";
import { Dashboards } from "../components/dashboards";
import type { SecretContent } from "../components/kubernetes-object";
import { GrafanaAlerting } from "../components/grafana-alerting";
import { ManagedPrometheus } from "../components/managed-prometheus";
import { Monitoring } from "../components/monitoring";
import { PrometheusOperator } from "../components/prometheus-operator";
import { grafanaProvider, kubernetesProvider } from "../components/providers";
import { readContent } from "../config/content";
import { accept, readEngineConfig } from "../config/engine";
import { checkPackages } from "../config/packages";
import { completeSecrets } from "../config/secrets";
import { readNeighbours, stackFileName } from "../config/stack-file";
import { planFrom } from "../generators/monitoring-plan";
import type { Backend } from "../plan/backend";
import { receiverSecrets } from "../plan/routing";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Catalogue } from "../slo/catalogue";
import { groupedBy } from "../slo/order";

/**
 * The program of a repository, which `index.ts` exports: the stack of one environment, whose plan becomes resources.
 * Without an engine its argument is null: no cluster is asked.
 */
export function monitoring(catalogue: Catalogue): (root?: string | null) => StackOutputs {
  return (root = catalogue.root) => register(catalogue, root);
}

function register(catalogue: Catalogue, root: string | null): StackOutputs {
  const config = readEngineConfig(catalogue.environments);
  const neighbours = readNeighbours(catalogue, pulumi.getStack());
  const generated = planFrom(config, catalogue, readContent(catalogue.root), neighbours);
  const { plan } = accept(generated, checkSound(generated));
  const complete = completeSecrets(pulumi.getStack(), plan, accept(config).secrets, root);
  const { secrets } = accept(complete, [
    ...checkBackend(plan),
    ...checkPackages(stackFileName(pulumi.getStack()), plan),
  ]);

  const cluster = { providers: [kubernetesProvider(plan.platform.kubernetes, secrets.kubeconfig)] };
  const grafana = grafanaOptions(plan, secrets.grafanaToken);
  const { namespace } = new Monitoring(
    "tocsin",
    {
      platform: plan.platform,
      cluster: clusterObjects(plan),
      receiversSecret: receiversSecret(plan),
      objectStore: objectStoreSecrets(plan, secrets.objectStore),
      receivers: only(secrets.receivers, receiverSecrets(plan.routing)),
      digestSecret: digestSecretOf(plan, secrets.receivers),
      writingSecret: writingSecretOf(plan, secrets.remoteWrite),
    },
    cluster,
  );
  const dashboards =
    plan.platform.operator?.dashboards === "sidecar"
      ? []
      : [new Dashboards("tocsin", grafanaContent(plan), grafana)];
  const needs = { plan, receivers: secrets.receivers, cluster, grafana, namespace, dashboards };
  Object.values(OTHERS).forEach((registerPart) => {
    registerPart(needs);
  });
  registerBuckets(plan);
  plan.databases.forEach(databaseBackup);
  return stackOutputs(plan);
}

/** Buckets of backups, and that of metrics where the stack makes it. */
function registerBuckets(plan: MonitoringPlan): void {
  for (const there of groupedBy(plan.buckets, ({ provider }) => provider).values()) {
    const providers = [backupProvider(there[0])];
    there.forEach((bucket) => backupBucket(bucket, { providers }));
  }
  const { made } = plan.platform.longTerm ?? {};
  if (made !== undefined) {
    metricsBucket(made, { providers: [backupProvider(made)] });
  }
}

function grafanaOptions(
  { platform: { grafana } }: MonitoringPlan,
  token: string | undefined,
): pulumi.ComponentResourceOptions {
  return token === undefined ? {} : { providers: [grafanaProvider(grafana, token)] };
}

function only(
  secrets: Readonly<Record<string, string>>,
  keys: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(secrets).filter(([key]) => keys.includes(key)));
}

function digestSecretOf(
  plan: MonitoringPlan,
  secrets: Readonly<Record<string, string>>,
): SecretContent | undefined {
  const metadata = digestSecret(plan);
  return metadata === undefined || plan.digest === undefined
    ? undefined
    : { metadata, values: only(secrets, [plan.digest.passwordSecret]) };
}

function writingSecretOf(
  plan: MonitoringPlan,
  values: Readonly<Record<string, string>>,
): SecretContent | undefined {
  const metadata = writingSecret(plan);
  return metadata === undefined ? undefined : { metadata, values };
}

/** What the parts of other backends are registered with and after. */
interface Needs {
  readonly plan: MonitoringPlan;
  readonly receivers: Readonly<Record<string, string>>;
  readonly cluster: pulumi.ComponentResourceOptions;
  readonly grafana: pulumi.ComponentResourceOptions;
  readonly namespace: pulumi.Resource;
  readonly dashboards: readonly pulumi.Resource[];
}

/** Every backend but the stack itself, whose part always is: namespace, runbooks and what asks from outside. */
const OTHERS = {
  gmp: ({ plan, receivers, cluster, namespace }) => {
    const content = managedPrometheus(plan, receivers);
    if (content !== undefined) {
      new ManagedPrometheus("tocsin-gmp", { content, after: [namespace] }, cluster);
    }
  },
  grafana: ({ plan, receivers, grafana, dashboards }) => {
    const content = grafanaAlerting(plan);
    if (content !== undefined) {
      new GrafanaAlerting("tocsin-alerts", { content, secrets: receivers, after: dashboards }, grafana);
    }
  },
  operator: ({ plan, receivers, cluster, namespace }) => {
    const content = operatorContent(plan, receivers);
    if (content !== undefined) {
      new PrometheusOperator("tocsin-operator", { content, after: [namespace] }, cluster);
    }
  },
} as const satisfies Readonly<Record<Exclude<Backend, "kubernetes">, (needs: Needs) => void>>;
