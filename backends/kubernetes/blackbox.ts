import type { IDeploymentSpec } from "kubernetes-models/apps/v1";
import type { IContainer, IPodSpec } from "kubernetes-models/v1";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { PORTS, PROGRAMS } from "../../plan/names";
import { BLACKBOX_REPLICAS } from "../../plan/platform";
import { blackboxConfig, probesAnything } from "../prometheus/blackbox";
import { checksum, metadata, selector, serviceAccount, type KubernetesObject } from "./object";
import { podDefaults, probes, resourcesOf, restricted } from "./pod";
import { disruptionBudget, prometheusAlone } from "./server";

const NAME = PROGRAMS.blackbox;
const PORT = 9115;
const CONFIG_MAP = `${NAME}-config`;
const CONFIG_FILE = "blackbox.yml";
const CONFIG_FOLDER = "/etc/blackbox";

/** Everything that asks services as a client would; nothing where no job is a probe. */
export function blackboxObjects(plan: MonitoringPlan): readonly KubernetesObject[] {
  if (!probesAnything(plan)) {
    return [];
  }
  const { namespace } = plan.platform.kubernetes;
  const config = blackboxConfig();
  return [
    serviceAccount(NAME, namespace),
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata(CONFIG_MAP, namespace, NAME, "configuration"),
      data: { [CONFIG_FILE]: config },
    },
    disruptionBudget(NAME, namespace),
    // What it asks may be anywhere.
    prometheusAlone(plan.platform, { program: NAME, namespace, port: PORTS.web }),
    deployment(plan, config),
  ];
}

/** A rollout starts the next pod before it ends the last. */
function deployment(plan: MonitoringPlan, content: string): KubernetesObject {
  const meta = metadata(NAME, plan.platform.kubernetes.namespace, NAME);
  const spec: IDeploymentSpec = {
    replicas: BLACKBOX_REPLICAS,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: selector(NAME) },
    template: {
      metadata: { labels: { ...meta.labels }, annotations: checksum(content) },
      spec: pod(plan),
    },
  };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: meta, spec };
}

function pod(plan: MonitoringPlan): IPodSpec {
  return {
    ...podDefaults(NAME),
    serviceAccountName: NAME,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 10,
    containers: [container(plan)],
    volumes: [{ name: "config", configMap: { name: CONFIG_MAP } }],
  };
}

function container({ platform: { blackbox } }: MonitoringPlan): IContainer {
  return {
    name: NAME,
    image: blackbox.image,
    args: [`--config.file=${CONFIG_FOLDER}/${CONFIG_FILE}`, `--web.listen-address=:${PORT}`],
    ports: [{ name: PORTS.web, containerPort: PORT, protocol: "TCP" }],
    ...probes(60, "/-/healthy"),
    resources: resourcesOf(blackbox.resources),
    securityContext: restricted(),
    volumeMounts: [{ name: "config", mountPath: CONFIG_FOLDER, readOnly: true }],
  };
}
