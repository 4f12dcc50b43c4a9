import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import type { KubernetesObject } from "../../backends/kubernetes/object";
import { Alertmanager } from "../../components/alertmanager";
import { Autoscaler } from "../../components/autoscaler";
import { registerObject } from "../../components/kubernetes-object";
import { Monitoring, type MonitoringArgs } from "../../components/monitoring";
import { MonitoringNamespace } from "../../components/monitoring-namespace";
import { Prometheus } from "../../components/prometheus";
import { planWith, shopOf } from "../support/http-shop";
import { byName, one, register } from "../support/registered";

jest.setTimeout(60_000);

const named = (name: string): KubernetesObject["metadata"] => ({
  name,
  namespace: "here",
  labels: { app: "test" },
});

/** One object of every kind, as small as its type lets it be. */
const OBJECTS: { readonly [Kind in KubernetesObject["kind"]]: KubernetesObject & { readonly kind: Kind } } = {
  ConfigMap: { apiVersion: "v1", kind: "ConfigMap", metadata: named("files"), data: { "a.yml": "a: 1" } },
  CronJob: {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: named("nightly"),
    spec: { schedule: "0 2 * * *", jobTemplate: {} },
  },
  Deployment: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: named("site"),
    spec: { selector: {}, template: {} },
  },
  HorizontalPodAutoscaler: {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: named("scaled"),
    spec: { scaleTargetRef: { kind: "Deployment", name: "scaled" }, maxReplicas: 3 },
  },
  Ingress: {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: named("site"),
    spec: { ingressClassName: "public" },
  },
  Namespace: { apiVersion: "v1", kind: "Namespace", metadata: { name: "here", labels: { app: "test" } } },
  NetworkPolicy: {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: named("policy"),
    spec: { podSelector: {} },
  },
  PodDisruptionBudget: {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: named("scaled"),
    spec: { maxUnavailable: 1 },
  },
  Role: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: named("role"),
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
  },
  RoleBinding: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: named("role"),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "role" },
  },
  Service: { apiVersion: "v1", kind: "Service", metadata: named("server"), spec: { clusterIP: "None" } },
  ServiceAccount: { apiVersion: "v1", kind: "ServiceAccount", metadata: named("server") },
  StatefulSet: {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: named("server"),
    spec: { serviceName: "server", selector: {}, template: {} },
  },
};

const provider = (): Provider => new Provider("kubernetes", { kubeconfig: "~/.kube/config" });

describe("an object", () => {
  it.each(Object.values(OBJECTS).map((object) => [object.kind, object] as const))(
    "of the kind %s is registered as it is",
    async (kind, object) => {
      const [registered, ...others] = await register(() => registerObject("name", object, {}));
      expect(others).toEqual([]);
      const group = object.apiVersion.includes("/") ? object.apiVersion : `core/${object.apiVersion}`;
      expect(registered?.type).toBe(`kubernetes:${group}:${kind}`);
      expect(registered?.name).toBe("name");
      expect(registered?.props).toEqual(object);
    },
  );
});

describe("Prometheus", () => {
  const program = (objects: readonly KubernetesObject[]) => (): Prometheus => {
    const providers = [provider()];
    const before = new ConfigMap("before", {}, { provider: providers[0] as Provider });
    return new Prometheus("p", { objects, address: "https://p.example", after: [before] }, { providers });
  };

  it("starts after its files, and both after what was asked for", async () => {
    const objects = [OBJECTS.StatefulSet, OBJECTS.ConfigMap, OBJECTS.ServiceAccount];
    expect(byName(await register(program(objects))).filter(({ name }) => name !== "before")).toEqual([
      {
        type: "StatefulSet",
        name: "p-here-server",
        parent: "Prometheus p",
        after: ["ConfigMap before", "ConfigMap p-here-files", "ServiceAccount p-here-server"],
      },
      { type: "ConfigMap", name: "p-here-files", parent: "Prometheus p", after: ["ConfigMap before"] },
      { type: "ServiceAccount", name: "p-here-server", parent: "Prometheus p", after: ["ConfigMap before"] },
      { type: "Prometheus", name: "p", parent: "-", after: [] },
    ]);
  });

  it("calls an object the same whatever stands beside it", async () => {
    const alone = await register(program([OBJECTS.ConfigMap]));
    const amongOthers = await register(program([OBJECTS.ServiceAccount, OBJECTS.Role, OBJECTS.ConfigMap]));
    const urn = "urn:pulumi:test::tocsin::tocsin:index:Prometheus$kubernetes:core/v1:ConfigMap::p-here-files";
    expect(alone.map((resource) => resource.urn)).toContain(urn);
    expect(amongOthers.map((resource) => resource.urn)).toContain(urn);
  });

  it("has an address that people open", async () => {
    const seen: string[] = [];
    await register(() => seen.push(program([])().address));
    expect(seen).toEqual(["https://p.example"]);
  });
});

describe("Alertmanager", () => {
  const program = (receivers: Readonly<Record<string, string>> | undefined) => (): Alertmanager =>
    new Alertmanager(
      "a",
      {
        objects: [OBJECTS.ConfigMap, OBJECTS.StatefulSet],
        address: "https://a.example",
        after: [],
        ...(receivers === undefined
          ? {}
          : { receivers: { metadata: named("receivers"), values: receivers } }),
      },
      { providers: [provider()] },
    );

  it("starts after the secret of its receivers, which nobody may read in the state", async () => {
    const resources = await register(program({ "slack-alerts": "https://hooks.example/1" }));
    const secret = one(resources, "kubernetes:core/v1:Secret", "a-receivers");
    expect(secret.props).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: named("receivers"),
      type: "Opaque",
      stringData: { "slack-alerts": "https://hooks.example/1" },
    });
    expect(secret.shown["stringData"]).toBe("[secret]");
    expect(byName(resources).find(({ type }) => type === "StatefulSet")?.after).toEqual([
      "ConfigMap a-here-files",
      "Secret a-receivers",
    ]);
  });

  it("makes no secret where somebody else keeps it", async () => {
    const resources = byName(await register(program(undefined)));
    expect(resources.map(({ type }) => type)).toEqual(["StatefulSet", "ConfigMap", "Alertmanager"]);
    expect(resources[0]?.after).toEqual(["ConfigMap a-here-files"]);
  });
});

describe("an autoscaler", () => {
  it("is an autoscaler and a budget under one name", async () => {
    const objects = [OBJECTS.HorizontalPodAutoscaler, OBJECTS.PodDisruptionBudget];
    const program = (): Autoscaler => new Autoscaler("s", { objects }, { providers: [provider()] });
    expect(byName(await register(program))).toEqual([
      { type: "HorizontalPodAutoscaler", name: "s", parent: "Autoscaler s", after: [] },
      { type: "PodDisruptionBudget", name: "s", parent: "Autoscaler s", after: [] },
      { type: "Autoscaler", name: "s", parent: "-", after: [] },
    ]);
  });
});

describe("the namespace", () => {
  it("is what the others wait for", async () => {
    const program = (): void => {
      const providers = [provider()];
      const home = new MonitoringNamespace("n", { object: OBJECTS.Namespace }, { providers });
      new ConfigMap("within", {}, { provider: providers[0] as Provider, dependsOn: [home.namespace] });
    };
    expect(byName(await register(program))).toEqual([
      { type: "ConfigMap", name: "within", parent: "-", after: ["Namespace n"] },
      { type: "Namespace", name: "n", parent: "MonitoringNamespace n", after: [] },
      { type: "MonitoringNamespace", name: "n", parent: "-", after: [] },
    ]);
  });
});

describe("the monitoring of a cluster", () => {
  const args: MonitoringArgs = {
    platform: planWith(shopOf("95%", "28d")).platform,
    cluster: {
      namespace: OBJECTS.Namespace,
      servers: { prometheus: [OBJECTS.StatefulSet], alertmanager: [OBJECTS.StatefulSet] },
      longTerm: [],
      blackbox: [OBJECTS.Deployment],
      runbooks: [OBJECTS.Deployment, OBJECTS.ConfigMap],
      digest: [],
      autoscalers: [
        { name: "here-one", objects: [OBJECTS.HorizontalPodAutoscaler] },
        { name: "there-two", objects: [OBJECTS.PodDisruptionBudget] },
      ],
      stores: [{ name: "shop-tenants", objects: [OBJECTS.CronJob, OBJECTS.ConfigMap] }],
    },
    receiversSecret: named("receivers"),
    receivers: { "slack-alerts": "https://hooks.example/1" },
    objectStore: [],
  };
  const resourcesOf = (changed: Partial<MonitoringArgs>): ReturnType<typeof register> =>
    register(() => new Monitoring("m", { ...args, ...changed }, { providers: [provider()] }));

  it("is one tree, in which all servers wait for the namespace and autoscalers for nobody", async () => {
    expect(byName(await resourcesOf({}))).toEqual([
      {
        type: "StatefulSet",
        name: "m-alertmanager-here-server",
        parent: "Alertmanager m-alertmanager",
        after: ["Namespace m-namespace", "Secret m-alertmanager-receivers"],
      },
      {
        type: "Secret",
        name: "m-alertmanager-receivers",
        parent: "Alertmanager m-alertmanager",
        after: ["Namespace m-namespace"],
      },
      { type: "Alertmanager", name: "m-alertmanager", parent: "Monitoring m", after: [] },
      {
        type: "HorizontalPodAutoscaler",
        name: "m-autoscaler-here-one",
        parent: "Autoscaler m-autoscaler-here-one",
        after: [],
      },
      {
        type: "PodDisruptionBudget",
        name: "m-autoscaler-there-two",
        parent: "Autoscaler m-autoscaler-there-two",
        after: [],
      },
      { type: "Autoscaler", name: "m-autoscaler-here-one", parent: "Monitoring m", after: [] },
      { type: "Autoscaler", name: "m-autoscaler-there-two", parent: "Monitoring m", after: [] },
      {
        type: "CronJob",
        name: "m-backup-shop-tenants-here-nightly",
        parent: "BackupJobs m-backup-shop-tenants",
        after: ["ConfigMap m-backup-shop-tenants-here-files"],
      },
      {
        type: "ConfigMap",
        name: "m-backup-shop-tenants-here-files",
        parent: "BackupJobs m-backup-shop-tenants",
        after: [],
      },
      { type: "BackupJobs", name: "m-backup-shop-tenants", parent: "Monitoring m", after: [] },
      {
        type: "Deployment",
        name: "m-blackbox-here-site",
        parent: "BlackboxExporter m-blackbox",
        after: ["Namespace m-namespace"],
      },
      { type: "BlackboxExporter", name: "m-blackbox", parent: "Monitoring m", after: [] },
      { type: "Namespace", name: "m-namespace", parent: "MonitoringNamespace m-namespace", after: [] },
      { type: "MonitoringNamespace", name: "m-namespace", parent: "Monitoring m", after: [] },
      {
        type: "StatefulSet",
        name: "m-prometheus-here-server",
        parent: "Prometheus m-prometheus",
        after: ["Namespace m-namespace"],
      },
      { type: "Prometheus", name: "m-prometheus", parent: "Monitoring m", after: [] },
      {
        type: "Deployment",
        name: "m-runbooks-here-site",
        parent: "RunbookSite m-runbooks",
        after: ["ConfigMap m-runbooks-here-files", "Namespace m-namespace"],
      },
      {
        type: "ConfigMap",
        name: "m-runbooks-here-files",
        parent: "RunbookSite m-runbooks",
        after: ["Namespace m-namespace"],
      },
      { type: "RunbookSite", name: "m-runbooks", parent: "Monitoring m", after: [] },
      { type: "Monitoring", name: "m", parent: "-", after: [] },
    ]);
  });

  it("has no secret of the receivers where somebody else keeps it", async () => {
    const resources = await resourcesOf({ receiversSecret: undefined, receivers: {} });
    expect(resources.filter(({ type }) => type.endsWith(":Secret"))).toEqual([]);
    expect(resources).toHaveLength(19);
  });

  it("has neither Prometheus nor Alertmanager where an operator runs them", async () => {
    const { servers: _servers, ...cluster } = args.cluster;
    const resources = await resourcesOf({ cluster });
    expect(byName(resources).filter(({ type }) => /Prometheus|Alertmanager|StatefulSet/.test(type))).toEqual(
      [],
    );
  });

  it("has no blackbox exporter where nothing is probed", async () => {
    const resources = await resourcesOf({ cluster: { ...args.cluster, blackbox: [] } });
    expect(resources.filter(({ name }) => name.includes("blackbox"))).toEqual([]);
  });
});
