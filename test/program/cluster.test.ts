import type { IHorizontalPodAutoscalerSpec } from "kubernetes-models/autoscaling/v2";
import type { IContainer } from "kubernetes-models/v1";
import { parse } from "yaml";
import { rulesOn } from "../../backends/binding";
import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import type { KubernetesObject } from "../../backends/kubernetes/object";
import { PROGRAMS } from "../../plan/names";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { RunbookPage } from "../../plan/runbook";
import type { ProgramResource } from "../../evaluation/evaluate";
import { receiverSecrets } from "../../plan/routing";
import { at, COMMITTED, evaluatedOnce, ofType, VARIANTS, type EvaluatedStack } from "../support/evaluated";
import {
  containerOf,
  filesIn,
  filesOf,
  flag,
  objectsOf,
  ofKind,
  statefulSets,
  workload,
  workloads,
  type Workload,
} from "../support/pods";

const MINUTE = 60_000;

/** Sidecars answer nobody, so nothing asks whether they are ready. */
const SIDECARS = ["config-reloader"];

const textOf = (objects: readonly KubernetesObject[], name: string, key: string): string =>
  ofKind(objects, "ConfigMap").find(({ metadata }) => metadata.name === name)?.data?.[key] ?? "";

/** Whether labels carry everything that a selector asks for; an empty selector would ask for nothing. */
function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  const asked = Object.entries(selector ?? {});
  return asked.length > 0 && asked.every(([label, value]) => labels[label] === value);
}

jest.setTimeout(MINUTE);

/** The managed Alertmanager's configuration lies where Google reads it, and no pod of ours mounts it. */
function isMounted({ props }: ProgramResource): boolean {
  return at(props, "metadata", "namespace") !== "gmp-public";
}

describe.each(VARIANTS)("what $title runs in the cluster", (variant) => {
  let stack: EvaluatedStack;
  let objects: readonly KubernetesObject[];
  let all: readonly Workload[];
  let containers: readonly IContainer[];

  beforeAll(async () => {
    stack = await evaluatedOnce(variant);
    // What backs up stores is in the namespaces of the services, and posted to a real API server.
    const ofStores = new Set(stack.plan.stores.map(({ namespace }) => namespace));
    objects = objectsOf(stack.resources).filter(
      ({ kind, metadata: { name, namespace = "" } }) =>
        !(ofStores.has(namespace) && /backup/.test(name)) || kind === "Role",
    );
    all = workloads(objects);
    containers = all.flatMap(({ pod }) => pod.containers);
  }, MINUTE);

  const chosen = (
    namespace: string | undefined,
    selector: Readonly<Record<string, string>> | undefined,
  ): readonly string[] =>
    all.filter((one) => one.namespace === namespace && selects(selector, one.labels)).map(({ name }) => name);

  it("is Prometheus, Alertmanager, the runbooks and what asks from outside, at exact versions", () => {
    const { alertmanager, blackbox, prometheus, runbookSite } = stack.plan.platform;
    expect(containers.map(({ name, image }) => [name, image])).toEqual([
      ["alertmanager", alertmanager.image],
      ["config-reloader", alertmanager.reloaderImage],
      ["prometheus", prometheus.image],
      ["blackbox-exporter", blackbox.image],
      ["runbooks", runbookSite.image],
    ]);
    expect(containers.filter(({ image = "" }) => !/:v?\d+\.\d+\.\d+(?:-[a-z]+)?$/.test(image))).toEqual([]);
  });

  it("has no privileges and no root", () => {
    expect(all.filter(({ pod }) => pod.initContainers !== undefined)).toEqual([]);
    for (const { pod } of all) {
      expect(pod.securityContext).toEqual({
        runAsNonRoot: true,
        runAsUser: 65_534,
        runAsGroup: 65_534,
        fsGroup: 65_534,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      });
    }
    for (const { securityContext } of containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      });
    }
  });

  it("reserves CPU and memory, and is limited in memory only", () => {
    for (const { resources } of containers) {
      expect(resources).toEqual({
        requests: { cpu: expect.stringMatching(/^\d+m?$/), memory: expect.stringMatching(/^\d+[MG]i$/) },
        limits: { memory: resources?.requests?.["memory"] },
      });
    }
  });

  it("is asked whether it has started, is ready and lives, except for sidecars", () => {
    const probed = containers.filter(({ name }) => !SIDECARS.includes(name));
    expect(probed.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
    for (const { name, ports = [], startupProbe, readinessProbe, livenessProbe } of probed) {
      // The blackbox exporter has no endpoint that says more than this.
      const ready = name === PROGRAMS.blackbox ? "/-/healthy" : "/-/ready";
      expect(startupProbe?.httpGet).toEqual({ path: ready, port: "web" });
      expect(readinessProbe?.httpGet).toEqual({ path: ready, port: "web" });
      expect(livenessProbe?.httpGet).toEqual({ path: "/-/healthy", port: "web" });
      expect(ports.map(({ name }) => name)).toContain("web");
    }
  });

  it("mounts every volume that it has, and has every volume that it mounts", () => {
    const claims = new Map(
      statefulSets(all).map(({ name, object }) => [name, object.spec?.volumeClaimTemplates ?? []]),
    );
    for (const { name: owner, pod } of all) {
      const has = [
        ...(pod.volumes ?? []).map(({ name }) => name),
        ...(claims.get(owner) ?? []).map(({ metadata }) => metadata?.name ?? ""),
      ];
      const mounted = pod.containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
      expect([...new Set(mounted)].sort()).toEqual([...has].sort());
    }
  });

  it("sees a changed file: none is mounted alone, and none can be written", () => {
    for (const { pod } of all) {
      const withFiles = (pod.volumes ?? []).filter((volume) => filesOf(volume).length > 0);
      const names = withFiles.map(({ name }) => name);
      const mounts = pod.containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
      const ofFiles = mounts.filter(({ name }) => names.includes(name));
      expect(ofFiles.length).toBeGreaterThan(0);
      expect(ofFiles.filter(({ subPath, readOnly }) => subPath !== undefined || readOnly !== true)).toEqual(
        [],
      );
    }
  });

  it("mounts keys that the stack's own objects hold", () => {
    const keys = new Set([
      ...ofKind(objects, "ConfigMap").flatMap(({ metadata, data = {} }) =>
        Object.keys(data).map((key) => `ConfigMap ${metadata.name} ${key}`),
      ),
      ...ofType(stack.resources, "kubernetes:core/v1:Secret")
        .filter(isMounted)
        .flatMap(({ props }) => {
          const { metadata, stringData } = props as Record<string, Record<string, string>>;
          return Object.keys(stringData ?? {}).map((key) => `Secret ${metadata?.["name"] ?? ""} ${key}`);
        }),
    ]);
    const mounted = all
      .flatMap(({ pod }) => (pod.volumes ?? []).flatMap(filesOf))
      .map(({ kind, object, key }) => `${kind} ${object} ${key}`);
    const { existingSecret } = stack.plan.platform.alertmanager;
    const ours = mounted.filter((file) => !file.startsWith(`Secret ${existingSecret ?? "of nobody"} `));
    expect(ours.filter((file) => !keys.has(file))).toEqual([]);
    expect([...keys].filter((key) => !ours.includes(key))).toEqual([]);
    expect(mounted.length - ours.length).toBe(
      existingSecret === undefined ? 0 : receiverSecrets(stack.plan.routing).length,
    );
  });

  it("finds every file that alertmanager.yml names", () => {
    const server = workload(objects, "alertmanager");
    const container = containerOf(server);
    const files = filesIn(server, container);
    const configuration = textOf(objects, "alertmanager-config", "alertmanager.yml");
    const read = [...configuration.matchAll(/_file: (\S+)/g)].map((hit) => hit[1] ?? "");
    expect(read.length).toBeGreaterThan(0);
    expect(read.filter((file) => files.get(file)?.kind !== "Secret")).toEqual([]);
    expect(new Set(read).size).toBe([...files.values()].filter(({ kind }) => kind === "Secret").length);
    const { templates } = parse(configuration) as { readonly templates: readonly string[] };
    expect(templates).toEqual(["/etc/alertmanager/templates/*.tmpl"]);
    expect(files.get("/etc/alertmanager/templates/tocsin.tmpl")?.object).toBe("alertmanager-config");
    expect(files.get(flag(container, "config.file") ?? "")?.key).toBe("alertmanager.yml");
  });

  it("reloads Alertmanager when one of its files changes", () => {
    const server = workload(objects, "alertmanager");
    const reloader = server.pod.containers.find(({ name }) => name === "config-reloader");
    const watched = (reloader?.args ?? []).flatMap((arg) => /^--watched-dir=(.+)$/.exec(arg)?.[1] ?? []);
    const folders = (container: IContainer | undefined): readonly string[] =>
      [...filesIn(server, container ?? { name: "" }).entries()]
        .filter(([, { kind }]) => kind === "ConfigMap")
        .map(([file]) => file.slice(0, file.lastIndexOf("/")));
    expect(watched).toEqual(folders(reloader));
    expect(watched).toEqual(folders(containerOf(server)));
    expect(reloader?.args).toContain("--reload-url=http://127.0.0.1:9093/-/reload");
  });

  it("gives Prometheus every rule file that prometheus.yml names, and reads them again by itself", () => {
    const server = workload(objects, "prometheus");
    const container = containerOf(server);
    const { rule_files: globs } = parse(textOf(objects, "prometheus-config", "prometheus.yml")) as {
      readonly rule_files: readonly string[];
    };
    expect(globs).toEqual(["rules/*.yml"]);
    const paths = [...filesIn(server, container).keys()];
    const owners = [...new Set(rulesOn(stack.plan, "kubernetes").map(({ file }) => file))];
    expect(paths).toEqual([
      "/etc/prometheus/config/prometheus.yml",
      ...owners.map((owner) => `/etc/prometheus/config/rules/${owner}.yml`),
    ]);
    expect(flag(container, "config.file")).toBe(paths[0]);
    expect(container.args).toContain("--config.auto-reload");
  });

  it("keeps its data on a volume that outlives it", () => {
    expect(statefulSets(all).map(({ name }) => name)).toEqual(["alertmanager", "prometheus"]);
    for (const one of statefulSets(all)) {
      const { volumeMounts = [], args = [] } = containerOf(one);
      const data = volumeMounts.filter(({ name }) => name === "data").map(({ mountPath }) => mountPath);
      expect(data).toEqual([`/${one.name}`]);
      expect(args.filter((arg) => /^--storage\.(tsdb\.)?path=/.test(arg))).toEqual([
        expect.stringMatching(new RegExp(`=/${one.name}$`)),
      ]);
      expect(one.object.spec?.persistentVolumeClaimRetentionPolicy).toEqual({
        whenDeleted: "Retain",
        whenScaled: "Retain",
      });
    }
  });

  it("is found by its Services, and has a name for each pod", () => {
    for (const { metadata, spec } of ofKind(objects, "Service")) {
      const [name, ...others] = chosen(metadata.namespace, spec?.selector);
      expect(others).toEqual([]);
      const ports = containerOf(workload(objects, name ?? "")).ports ?? [];
      for (const { port, targetPort } of spec?.ports ?? []) {
        expect(ports.find((one) => one.name === targetPort)?.containerPort).toBe(port);
      }
    }
    for (const { object, namespace } of statefulSets(all)) {
      const headless = ofKind(objects, "Service").filter(({ spec }) => spec?.clusterIP === "None");
      expect(headless.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`)).toContain(
        `${namespace}/${object.spec?.serviceName ?? ""}`,
      );
    }
  });

  it("is meant by every policy and budget, but for the budgets of the services' own pods", () => {
    const meant = (object: KubernetesObject): string => {
      const { metadata, spec } = object as { metadata: KubernetesObject["metadata"]; spec?: object };
      const selector = { podSelector: undefined, selector: undefined, ...spec } as Record<
        "podSelector" | "selector",
        { readonly matchLabels?: Readonly<Record<string, string>> } | undefined
      >;
      const labels = (selector.podSelector ?? selector.selector)?.matchLabels;
      return `${object.kind} ${metadata.name}: ${chosen(metadata.namespace, labels).join(", ")}`;
    };
    expect(
      [...ofKind(objects, "NetworkPolicy"), ...ofKind(objects, "PodDisruptionBudget")].map(meant),
    ).toEqual([
      "NetworkPolicy alertmanager: alertmanager",
      "NetworkPolicy blackbox-exporter: blackbox-exporter",
      "NetworkPolicy prometheus: prometheus",
      "NetworkPolicy runbooks: runbooks",
      "PodDisruptionBudget alertmanager: alertmanager",
      "PodDisruptionBudget api-gateway: ",
      "PodDisruptionBudget blackbox-exporter: blackbox-exporter",
      "PodDisruptionBudget prometheus: prometheus",
      "PodDisruptionBudget runbooks: runbooks",
    ]);
  });

  it("can be opened at its own ports only", () => {
    for (const { metadata, spec } of ofKind(objects, "NetworkPolicy")) {
      const { ports = [] } = containerOf(workload(objects, metadata.name));
      const known = new Set(ports.flatMap(({ name, containerPort }) => [name, containerPort]));
      const opened = (spec?.ingress ?? []).flatMap((rule) => rule.ports ?? []).map(({ port }) => port);
      expect(opened.length).toBeGreaterThan(0);
      expect(opened.filter((port) => port === undefined || !known.has(port))).toEqual([]);
      expect(
        (spec?.ingress ?? []).filter(({ from = [], ports: to = [] }) => from.length === 0 || to.length === 0),
      ).toEqual([]);
    }
  });

  it("may list pods where it looks for them, and nothing else", () => {
    const configuration = textOf(objects, "prometheus-config", "prometheus.yml");
    const looked = [...configuration.matchAll(/names:\n\s+- (\S+)/g)].map((hit) => hit[1] ?? "");
    const roles = ofKind(objects, "Role");
    expect(roles.map(({ metadata }) => metadata.namespace).sort()).toEqual([...new Set(looked)].sort());
    expect(roles.map(({ rules }) => rules)).toEqual(
      roles.map(() => [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }]),
    );
    const { namespace, pod } = workload(objects, "prometheus");
    expect(
      ofKind(objects, "RoleBinding").map(({ metadata, roleRef, subjects }) => [
        metadata.namespace,
        roleRef.name,
        subjects,
      ]),
    ).toEqual(
      roles.map(({ metadata }) => [
        metadata.namespace,
        metadata.name,
        [{ kind: "ServiceAccount", name: pod.serviceAccountName, namespace }],
      ]),
    );
    expect(objects.filter(({ kind }) => kind.startsWith("ClusterRole"))).toEqual([]);
  });

  it("runs under accounts of its own, of which only Prometheus holds a token", () => {
    const accounts = ofKind(objects, "ServiceAccount").map(({ metadata }) => metadata.name);
    expect(all.map(({ pod }) => pod.serviceAccountName ?? "").sort()).toEqual([...accounts].sort());
    expect(all.map(({ name, pod }) => [name, pod.automountServiceAccountToken])).toEqual([
      ["alertmanager", false],
      ["prometheus", true],
      ["blackbox-exporter", false],
      ["runbooks", false],
    ]);
  });

  it("lets the runbooks' server open nothing, and lets nobody write to it but itself below /tmp", () => {
    const policy = ofKind(objects, "NetworkPolicy").find(({ metadata }) => metadata.name === "runbooks");
    expect(policy?.spec?.policyTypes).toEqual(["Ingress", "Egress"]);
    expect(policy?.spec?.egress).toEqual([]);
    const { command, args, volumeMounts = [] } = containerOf(workload(objects, "runbooks"));
    expect([command, args]).toEqual([["nginx"], ["-e", "stderr", "-c", "/etc/runbooks/nginx.conf"]]);
    expect(volumeMounts.filter(({ readOnly }) => readOnly !== true)).toEqual([
      { name: "scratch", mountPath: "/tmp" },
    ]);
  });

  it("makes the pods of the runbooks anew when a word of them changes, and only then", () => {
    const sum = (plan: MonitoringPlan): unknown =>
      ofKind(allObjects(clusterObjects(plan)), "Deployment").find(
        ({ metadata }) => metadata.name === "runbooks",
      )?.spec?.template.metadata?.annotations;
    const [first, ...others] = stack.plan.runbooks;
    const changed = { ...(first as RunbookPage), markdown: `${first?.markdown ?? ""}.` };
    expect(sum(stack.plan)).toEqual({ "checksum/content": expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(sum({ ...stack.plan, runbooks: [changed, ...others] })).not.toEqual(sum(stack.plan));
    expect(sum({ ...stack.plan, routing: { ...stack.plan.routing, resolveTimeout: "9m" } })).toEqual(
      sum(stack.plan),
    );
  });

  it("routes the host name of every runbook to their server, over TLS where there is a certificate", () => {
    const { ingress, addresses } = stack.plan.platform.runbookSite;
    const made = ofKind(objects, "Ingress").filter(({ metadata }) => metadata.name === "runbooks");
    const hosts = [...new Set(stack.plan.runbooks.map(({ url }) => new URL(url).hostname))];
    expect(hosts).toEqual([new URL(addresses[0] ?? "").hostname]);
    expect(made.map(({ spec }) => spec)).toEqual(
      ingress === undefined
        ? []
        : [
            {
              ingressClassName: "nginx",
              tls: [{ hosts, secretName: "runbooks-tls" }],
              rules: hosts.map((host) => ({
                host,
                http: {
                  paths: [
                    {
                      path: "/",
                      pathType: "Prefix",
                      backend: { service: { name: "runbooks", port: { name: "web" } } },
                    },
                  ],
                },
              })),
            },
          ],
    );
  });

  it("tells Alertmanager where its peers are", () => {
    const server = workload(objects, "alertmanager");
    const { args = [], ports = [], env } = containerOf(server);
    const { replicas = 0, serviceName = "" } = statefulSets([server])[0]?.object.spec ?? {};
    const peers = args.flatMap((arg) => /^--cluster\.peer=(.+)$/.exec(arg)?.[1] ?? []);
    const names = Array.from({ length: replicas }, (_, index) => `alertmanager-${index}.${serviceName}`);
    expect(peers).toEqual(replicas === 1 ? [] : names.map((name) => `${name}.${server.namespace}.svc:9094`));
    expect(
      ports.filter(({ containerPort }) => containerPort === 9094).map(({ protocol }) => protocol),
    ).toEqual(["TCP", "UDP"]);
    const used = args.some((arg) => arg.includes("$(POD_IP)"));
    expect(env?.map(({ name }) => name)).toEqual(used ? ["POD_IP"] : undefined);
  });
});

/** What the documents and the stack files promise, written down once more by hand. */
interface Facts {
  readonly prometheus: { readonly replicas: number; readonly flags: readonly string[] };
  readonly alertmanager: { readonly replicas: number; readonly cluster: readonly string[] };
  /** Pods of the runbooks, and their host name. */
  readonly runbooks: { readonly replicas: number; readonly host: string };
  readonly autoscaler: { readonly namespace: string; readonly min: number; readonly max: number };
  readonly bucket: { readonly type: string; readonly locked: boolean };
}

const prometheusFlags = (address: string, kilobytes: number): readonly string[] => [
  "--config.file=/etc/prometheus/config/prometheus.yml",
  "--config.auto-reload",
  "--config.auto-reload-interval=30s",
  "--storage.tsdb.path=/prometheus",
  "--storage.tsdb.retention.time=35d",
  `--storage.tsdb.retention.size=${kilobytes}KB`,
  "--query.lookback-delta=5m",
  "--rules.alert.resend-delay=2m",
  "--rules.alert.for-grace-period=1m",
  "--rules.alert.for-outage-tolerance=1h",
  `--web.external-url=${address}`,
  "--web.route-prefix=/",
  "--web.listen-address=:9090",
];

const clusterOf = (replicas: number): readonly string[] => [
  "--cluster.listen-address=0.0.0.0:9094",
  "--cluster.advertise-address=$(POD_IP):9094",
  "--cluster.reconnect-timeout=5m",
  ...Array.from(
    { length: replicas },
    (_, index) => `--cluster.peer=alertmanager-${index}.alertmanager-headless.monitoring.svc:9094`,
  ),
];

/** Four fifths of 20, 40 and 100 GiB. */
const FACTS: Readonly<Record<string, Facts>> = {
  dev: {
    prometheus: { replicas: 1, flags: prometheusFlags("https://prometheus.dev.orders.dev", 16_777_216) },
    alertmanager: { replicas: 1, cluster: ["--cluster.listen-address="] },
    runbooks: { replicas: 1, host: "runbooks.dev.orders.dev" },
    autoscaler: { namespace: "orders-dev", min: 1, max: 2 },
    bucket: { type: "gcp:storage/bucket:Bucket", locked: false },
  },
  staging: {
    prometheus: { replicas: 2, flags: prometheusFlags("https://prometheus.staging.orders.dev", 33_554_432) },
    alertmanager: { replicas: 2, cluster: clusterOf(2) },
    runbooks: { replicas: 2, host: "runbooks.staging.orders.dev" },
    autoscaler: { namespace: "orders-staging", min: 2, max: 4 },
    bucket: { type: "aws:s3/bucket:Bucket", locked: true },
  },
  prod: {
    prometheus: { replicas: 2, flags: prometheusFlags("https://prometheus.orders.dev", 83_886_080) },
    alertmanager: { replicas: 3, cluster: clusterOf(3) },
    runbooks: { replicas: 2, host: "runbooks.orders.dev" },
    autoscaler: { namespace: "orders-prod", min: 3, max: 20 },
    bucket: { type: "aws:s3/bucket:Bucket", locked: true },
  },
};

/** Cpu 70 %, memory 80 %. */
const METRICS: IHorizontalPodAutoscalerSpec["metrics"] = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
  { type: "Resource", resource: { name: "memory", target: { type: "Utilization", averageUtilization: 80 } } },
];

const BEHAVIOR: IHorizontalPodAutoscalerSpec["behavior"] = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 100, periodSeconds: 30 },
      { type: "Pods", value: 4, periodSeconds: 30 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 25, periodSeconds: 60 },
      { type: "Pods", value: 1, periodSeconds: 60 },
    ],
  },
};

describe.each(COMMITTED)("$title", (variant) => {
  const facts = FACTS[variant.title] as Facts;
  let stack: EvaluatedStack;
  let objects: readonly KubernetesObject[];

  beforeAll(async () => {
    stack = await evaluatedOnce(variant);
    objects = objectsOf(stack.resources);
  }, MINUTE);

  it("runs Prometheus with its replicas and flags", () => {
    const server = workload(objects, "prometheus");
    expect(server.object.spec?.replicas).toBe(facts.prometheus.replicas);
    expect(containerOf(server).args).toEqual(facts.prometheus.flags);
  });

  it("runs Alertmanager with its replicas, which know each other", () => {
    const server = workload(objects, "alertmanager");
    expect(server.object.spec?.replicas).toBe(facts.alertmanager.replicas);
    const { args = [] } = containerOf(server);
    expect(args.filter((arg) => arg.startsWith("--cluster."))).toEqual(facts.alertmanager.cluster);
    expect(args.slice(0, 4)).toEqual([
      "--config.file=/etc/alertmanager/config/alertmanager.yml",
      "--storage.path=/alertmanager",
      "--data.retention=120h",
      "--data.maintenance-interval=30s",
    ]);
  });

  it("serves the runbooks under its own host name", () => {
    expect(workload(objects, "runbooks").object.spec?.replicas).toBe(facts.runbooks.replicas);
    expect(
      ofKind(objects, "Ingress").flatMap(({ spec }) => (spec?.rules ?? []).map(({ host }) => host)),
    ).toEqual([facts.runbooks.host]);
  });

  it("scales the API gateway on CPU and memory, down slowly", () => {
    const { namespace, min, max } = facts.autoscaler;
    const of = ({ metadata }: KubernetesObject): boolean => metadata.namespace === namespace;
    expect(
      ofKind(objects, "HorizontalPodAutoscaler")
        .filter(of)
        .map(({ metadata, spec }) => [metadata.name, spec]),
    ).toEqual([
      [
        "api-gateway",
        {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api-gateway" },
          minReplicas: min,
          maxReplicas: max,
          metrics: METRICS,
          behavior: BEHAVIOR,
        },
      ],
    ]);
    expect(
      ofKind(objects, "PodDisruptionBudget")
        .filter(of)
        .map(({ metadata, spec }) => [metadata.name, spec]),
    ).toEqual([
      [
        "api-gateway",
        {
          maxUnavailable: 1,
          selector: { matchLabels: { "app.kubernetes.io/name": "api-gateway" } },
          unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
      ],
    ]);
  });

  it("keeps the backups of each store in one bucket, locked or not", () => {
    const buckets = stack.resources.filter(
      ({ type, name }) => /:Bucket$/.test(type) && !name.endsWith("-log"),
    );
    expect(buckets.map(({ type, retainOnDelete }) => ({ type, locked: retainOnDelete }))).toEqual(
      stack.plan.buckets.map(() => facts.bucket),
    );
    expect(
      ofType(stack.resources, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"),
    ).toHaveLength(facts.bucket.locked ? buckets.length : 0);
  });

  it("is refused privileges by its own namespace, which says whose it is", () => {
    expect(ofKind(objects, "Namespace").map(({ metadata }) => metadata)).toEqual([
      {
        name: "monitoring",
        labels: {
          "app.kubernetes.io/managed-by": "pulumi",
          "app.kubernetes.io/name": "monitoring",
          "app.kubernetes.io/part-of": "tocsin",
          "pod-security.kubernetes.io/enforce": "restricted",
        },
        annotations: { "tocsin/stack": variant.stack },
      },
    ]);
  });
});
