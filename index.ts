import * as pulumi from "@pulumi/pulumi";
import { checkBackend } from "./backends/check";
import { grafanaContent } from "./backends/grafana";
import { receiversSecret } from "./backends/kubernetes/alertmanager";
import { clusterObjects } from "./backends/kubernetes/cluster";
import { stackOutputs, type StackOutputs } from "./backends/outputs";
import { backupBucket } from "./components/backup-bucket";
import { Dashboards } from "./components/dashboards";
import { Monitoring } from "./components/monitoring";
import { backupProvider, grafanaProvider, kubernetesProvider } from "./components/providers";
import { readContent } from "./config/content";
import { accept, readEngineConfig, refuse } from "./config/engine";
import { completeSecrets } from "./config/secrets";
import { generatePlan } from "./generators/monitoring-plan";
import { services } from "./services";

/** The stack of one environment: configuration and services become a plan, and the plan becomes resources. */
export = (): StackOutputs => {
  const config = accept(readEngineConfig());
  const { plan } = accept(generatePlan(services, config.environment, readContent(__dirname)));
  refuse(checkBackend(plan));
  const { secrets } = accept(completeSecrets(pulumi.getStack(), plan, config.secrets));

  new Monitoring(
    "tocsin",
    {
      platform: plan.platform,
      cluster: clusterObjects(plan),
      receiversSecret: receiversSecret(plan),
      receivers: secrets.receivers,
    },
    { providers: [kubernetesProvider(plan.platform.kubernetes, secrets.kubeconfig)] },
  );
  new Dashboards("tocsin", grafanaContent(plan), {
    providers: [grafanaProvider(plan.platform.grafana, secrets.grafanaToken)],
  });
  if (config.environment.backups !== undefined) {
    const providers = [backupProvider(config.environment.backups)];
    plan.buckets.forEach((bucket) => backupBucket(bucket, { providers }));
  }
  return stackOutputs(plan);
};
