import type { Backend } from "../plan/backend";
import { runsServers, type MonitoringPlan } from "../plan/monitoring-plan";
import type { Integration, Unable } from "../receivers/integration";
import type { Problem } from "../slo/problem";
import type { FileSet } from "./file-set";
import { backupFiles, clusterRuleFiles, monitoringFiles, probeFiles, runbookFiles } from "./files";
import { checkManagedPrometheus, managedPrometheusNotices } from "./gmp/check";
import { managedPrometheusFiles } from "./gmp/files";
import { checkGrafanaAlerting, grafanaNotices } from "./grafana-alerting/check";
import { grafanaAlertingFiles } from "./grafana-alerting/files";
import { checkCluster } from "./kubernetes/check";
import { allObjects, clusterObjects } from "./kubernetes/cluster";
import { kubernetesFiles } from "./kubernetes/files";
import { checkOperator, operatorNotices } from "./operator/check";
import { operatorFiles } from "./operator/files";

/** Whether a backend sends by an integration; `note` says on which condition, and reads on after "it is sent there". */
export type Capability = Unable | { readonly note?: string };

/** Everything that a place to which rules are delivered has to answer. */
interface BackendPart {
  /** Who sends, as a sentence begins. */
  readonly title: string;
  /** What a plan asks of it and it cannot do. @param limit bytes that one file may take */
  readonly check: (plan: MonitoringPlan, limit: number) => readonly Problem[];
  /** What is different from the stack's own Prometheus, though possible. */
  readonly notices: (plan: MonitoringPlan) => readonly Problem[];
  /** What it is told; nothing where no service is bound to it. */
  readonly files: (plan: MonitoringPlan) => FileSet;
  readonly sends: (integration: Integration) => Capability;
  /** Whether it can be told that a job has native histograms. */
  readonly nativeHistograms: Unable | undefined;
}

/** An Alertmanager of which somebody else decides the version. */
function sinceVersion({ alertmanager: { since } }: Integration): Capability {
  return since === undefined ? {} : { note: `where it is Alertmanager ${since} or newer` };
}

/** Every backend of `plan/backend.ts`: one without a row does not compile, nor without its part in `program/`. */
export const BACKENDS = {
  kubernetes: {
    title: "The stack's own Alertmanager",
    check: checkCluster,
    notices: () => [],
    files: (plan) =>
      new Map([
        ...(runsServers(plan) ? monitoringFiles(plan) : []),
        ...clusterRuleFiles(plan),
        ...backupFiles(plan),
        ...probeFiles(plan),
        ...runbookFiles(plan),
        ...kubernetesFiles(allObjects(clusterObjects(plan))),
      ]),
    sends: () => ({}),
    nativeHistograms: undefined,
  },
  operator: {
    title: "The operator's Alertmanager",
    check: checkOperator,
    notices: operatorNotices,
    files: operatorFiles,
    sends: sinceVersion,
    nativeHistograms: { unable: "a PodMonitor of operator 0.85 has no word for it" },
  },
  grafana: {
    title: "Grafana",
    check: checkGrafanaAlerting,
    notices: grafanaNotices,
    files: grafanaAlertingFiles,
    sends: ({ grafana }) => ("unable" in grafana ? grafana : {}),
    // It scrapes nothing.
    nativeHistograms: undefined,
  },
  gmp: {
    title: "Google's managed Alertmanager",
    check: checkManagedPrometheus,
    notices: managedPrometheusNotices,
    files: managedPrometheusFiles,
    sends: sinceVersion,
    nativeHistograms: { unable: "a PodMonitoring has no word for it" },
  },
} as const satisfies Readonly<Record<Backend, BackendPart>>;
