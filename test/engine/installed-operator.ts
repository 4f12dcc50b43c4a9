import { gunzipSync } from "node:zlib";
import type { OperatorContent } from "../../backends/operator/content";
import { installedSpecs } from "../../backends/operator/values";
import { freePort } from "../../lab/process";
import { ensureOperator } from "../../lab/toolchain";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { ApiServer, type KubernetesObject } from "./api-server";
import { define, operatorDefinitions } from "./operator-crds";

const API = "monitoring.coreos.com/v1";

const PLURALS: Readonly<Record<string, string>> = {
  ConfigMap: "configmaps",
  PodMonitor: "podmonitors",
  PrometheusRule: "prometheusrules",
};

/** A secret or a ConfigMap. */
export interface Held {
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * The real operator on a real API server, with a Prometheus and an Alertmanager that are set as a plan asks for. No
 * kubelet runs what it makes: its configuration, rules and StatefulSets are there to be read.
 */
export class InstalledOperator {
  private constructor(
    readonly server: ApiServer,
    private readonly plan: MonitoringPlan,
  ) {}

  /** The caller stops its server. @throws Error with what could not be made */
  static async start(plan: MonitoringPlan): Promise<InstalledOperator> {
    const { "prometheus-operator": program } = await ensureOperator();
    const server = await ApiServer.start();
    try {
      await define(server, operatorDefinitions());
      const installed = new InstalledOperator(server, plan);
      for (const namespace of installed.namespaces()) await installed.makeNamespace(namespace);
      await installed.makeServers();
      const port = await freePort(undefined, "");
      server.accompany("prometheus-operator", program, [`--web.listen-address=127.0.0.1:${port}`]);
      return installed;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Deploys what a plan is for the operator, as `pulumi up` would. */
  async deploy({ objects, dashboards, alertmanager }: OperatorContent): Promise<void> {
    for (const object of [...objects, ...dashboards]) {
      await this.server.make(object, PLURALS[object.kind] ?? "");
    }
    if (alertmanager !== undefined) {
      const { key, text, metadata } = alertmanager;
      const named = { apiVersion: "v1", kind: "Secret", metadata };
      await this.server.make({ ...named, ...{ type: "Opaque", stringData: { [key]: text } } }, "secrets");
    }
  }

  async held(kind: "configmaps" | "secrets", name: string): Promise<Held | undefined> {
    const { status, text } = await this.server.ask("GET", this.at("api/v1", kind, name));
    return status === 200 ? (JSON.parse(text) as Held) : undefined;
  }

  /** What `kubectl get -o json` says of the cluster, as far as the doctor reads it. */
  async objects(): Promise<readonly KubernetesObject[]> {
    const lists = await Promise.all(
      [
        ["api/v1/namespaces", "Namespace"],
        ["apis/apiextensions.k8s.io/v1/customresourcedefinitions", "CustomResourceDefinition"],
        [`apis/${API}/prometheuses`, "Prometheus"],
        [`apis/${API}/alertmanagers`, "Alertmanager"],
        [`apis/${API}/thanosrulers`, "ThanosRuler"],
      ].map(async ([where = "", kind = ""]) => {
        const { items } = JSON.parse((await this.server.ask("GET", `/${where}`)).text) as {
          readonly items: readonly KubernetesObject[];
        };
        // Only kubectl says it of every object of a list.
        return items.map((one) => ({ ...one, kind }));
      }),
    );
    return lists.flat();
  }

  async statefulSet(name: string): Promise<unknown> {
    return JSON.parse((await this.server.ask("GET", this.at("apis/apps/v1", "statefulsets", name))).text);
  }

  /** A key of a secret, unpacked; undefined while it is not there. */
  async unpacked(secret: string, key: string): Promise<string | undefined> {
    const packed = (await this.held("secrets", secret))?.data?.[key];
    return packed === undefined ? undefined : gunzipSync(Buffer.from(packed, "base64")).toString();
  }

  private get operator(): NonNullable<MonitoringPlan["platform"]["operator"]> {
    const { operator } = this.plan.platform;
    if (operator === undefined) throw new Error("the plan has no operator");
    return operator;
  }

  private at(group: string, plural: string, name: string): string {
    return `/${group}/namespaces/${this.operator.namespace}/${plural}/${name}`;
  }

  private namespaces(): ReadonlySet<string> {
    const { platform, scrape } = this.plan;
    const jobs = scrape.jobs.flatMap(({ discovery }) =>
      discovery.kind === "kubernetes" ? [discovery.namespace] : [],
    );
    return new Set([platform.kubernetes.namespace, this.operator.namespace, ...jobs]);
  }

  /** With the account that pods run under, which a controller would make. */
  private async makeNamespace(name: string): Promise<void> {
    await this.server.make({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, "namespaces");
    const metadata = { name: "default", namespace: name };
    await this.server.make({ apiVersion: "v1", kind: "ServiceAccount", metadata }, "serviceaccounts");
  }

  private async makeServers(): Promise<void> {
    const { namespace, port: portName, prometheus, alertmanager } = this.operator;
    const specs = installedSpecs(this.plan, this.operator);
    const made = (kind: string, name: string, spec: object): Promise<unknown> =>
      this.server.make(
        { apiVersion: API, kind, metadata: { name, namespace }, ...{ spec: { portName, ...spec } } },
        `${kind.toLowerCase()}${kind === "Prometheus" ? "es" : "s"}`,
      );
    await made("Prometheus", prometheus, specs.prometheus);
    await made("Prometheus", "other", { ruleSelector: { matchLabels: { release: "other" } } });
    await made("Alertmanager", alertmanager, {
      ...specs.alertmanager,
      // As the chart has it: configurations of others are merged.
      alertmanagerConfigSelector: {},
      alertmanagerConfigNamespaceSelector: {},
    });
  }
}
