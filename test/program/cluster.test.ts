import type { IHorizontalPodAutoscalerSpec } from "kubernetes-models/autoscaling/v2";
import type { IContainer } from "kubernetes-models/v1";
import { parse } from "yaml";
import { rulesOn } from "../../backends/binding";
import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import type { KubernetesObject } from "../../backends/kubernetes/object";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { RunbookPage } from "../../plan/runbook";
import type { ProgramResource } from "../../evaluation/evaluate";
import { receiverSecrets } from "../../plan/routing";
import { at, COMMITTED, evaluatedOnce, ofType, VARIANTS, type EvaluatedStack } from "../support/evaluated";
import {
  containerOf,
  cronJobs,
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

/** Where sidecars are asked whether they live. Whether they are ready is nobody's business, or a server would go with them. */
const SIDECARS: Readonly<Record<string, { readonly path: string; readonly port: string }>> = {
  "config-reloader": { path: "/healthz", port: "reloader" },
  "thanos-sidecar": { path: "/-/healthy", port: "sidecar" },
};

/** What stacks run that keep samples for years, by title: beside Prometheus, and on its own. */
const HUB = ["thanos-compactor", "thanos-query", "thanos-query-frontend", "thanos-store"];
const LONG_TERM: Readonly<Record<string, readonly string[]>> = {
  "prod with years of samples of two clusters": [...HUB, "thanos-ruler"],
  "prod with years of samples in a bucket that it makes on AWS": HUB,
  "prod with years of samples in a bucket that it makes on Google Cloud": HUB,
  "prod whose samples another cluster reads": [],
};

/** What each program of Thanos asks the bucket by; the others do not ask it. */
const STORE_KEYS = {
  "thanos-compactor": "thanos-objstore-compactor",
  "thanos-ruler": "thanos-objstore-writer",
  "thanos-store": "thanos-objstore-reader",
} as const;

/** Where Kubernetes mounts the token of a pod. */
const TOKEN_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Who sends reports, where people are paged. */
const MAILS = ["digest-day", "digest-month", "digest-week"];

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
  const thanos = LONG_TERM[variant.title] ?? [];
  const hasSidecar = variant.title in LONG_TERM;
  const mails = variant.file === "prod" ? MAILS : [];
  const reporter = variant.file === "prod" ? ["digest"] : [];
  const having = (...names: readonly string[]): readonly string[] =>
    names.filter((name) => thanos.includes(name));
  let stack: EvaluatedStack;
  let objects: readonly KubernetesObject[];
  let all: readonly Workload[];
  /** Those that serve, and those that send reports. */
  let pods: readonly Workload<unknown>[];
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
    pods = [...all, ...cronJobs(objects)];
    containers = pods.flatMap(({ pod }) => pod.containers);
  }, MINUTE);

  const chosen = (
    namespace: string | undefined,
    selector: Readonly<Record<string, string>> | undefined,
  ): readonly string[] =>
    pods
      .filter((one) => one.namespace === namespace && selects(selector, one.labels))
      .map(({ name }) => name);

  it("is Prometheus, Alertmanager, the runbooks, what asks from outside, what mails and Thanos, at exact versions", () => {
    const { alertmanager, backupJobs, blackbox, longTerm, prometheus, runbookSite } = stack.plan.platform;
    const names = [...thanos, ...(hasSidecar ? ["thanos-sidecar"] : [])];
    expect(containers.map(({ name, image = "" }) => `${name} ${image}`).sort()).toEqual(
      [
        `alertmanager ${alertmanager.image}`,
        `blackbox-exporter ${blackbox.image}`,
        `config-reloader ${alertmanager.reloaderImage}`,
        `prometheus ${prometheus.image}`,
        `runbooks ${runbookSite.image}`,
        ...[...reporter, ...mails].map(() => `digest ${backupJobs.image}`),
        ...names.map((name) => `${name} ${longTerm?.image ?? "of nobody"}`),
      ].sort(),
    );
    expect(containers.filter(({ image = "" }) => !/:v?\d+\.\d+\.\d+(?:-[a-z]+)?$/.test(image))).toEqual([]);
  });

  it("has no privileges and no root", () => {
    expect(pods.filter(({ pod }) => pod.initContainers !== undefined)).toEqual([]);
    for (const { pod } of pods) {
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

  it("is asked whether it has started, is ready and lives", () => {
    const probed = all.flatMap(({ pod }) => pod.containers).filter(({ name }) => !(name in SIDECARS));
    expect(probed.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
    for (const { name, ports = [], startupProbe, readinessProbe, livenessProbe } of probed) {
      // These two have no endpoint that says more than this.
      const ready = ["blackbox-exporter", "digest"].includes(name) ? "/-/healthy" : "/-/ready";
      const port = name === "digest" ? "metrics" : "web";
      expect(startupProbe?.httpGet).toEqual({ path: ready, port });
      expect(readinessProbe?.httpGet).toEqual({ path: ready, port });
      expect(livenessProbe?.httpGet).toEqual({ path: "/-/healthy", port });
      expect(ports.map(({ name }) => name)).toContain(port);
    }
  });

  it("has sidecars that are asked whether they live alone, and jobs that are asked nothing", () => {
    const sidecars = containers.filter(({ name }) => name in SIDECARS);
    expect(sidecars.map(({ name }) => name)).toEqual([
      "config-reloader",
      ...(hasSidecar ? ["thanos-sidecar"] : []),
    ]);
    for (const { name, ports = [], startupProbe, readinessProbe, livenessProbe } of sidecars) {
      expect([livenessProbe?.httpGet, readinessProbe]).toEqual([SIDECARS[name], undefined]);
      expect(startupProbe?.httpGet).toEqual(name === "thanos-sidecar" ? SIDECARS[name] : undefined);
      expect(ports.map(({ name }) => name)).toContain(SIDECARS[name]?.port);
    }
    for (const { pod } of cronJobs(objects)) {
      expect(
        pod.containers.map(({ ports, startupProbe, readinessProbe, livenessProbe }) => [
          ports,
          startupProbe,
          readinessProbe,
          livenessProbe,
        ]),
      ).toEqual([[undefined, undefined, undefined, undefined]]);
    }
  });

  it("mounts every volume that it has, and has every volume that it mounts", () => {
    const claims = new Map(
      statefulSets(all).map(({ name, object }) => [name, object.spec?.volumeClaimTemplates ?? []]),
    );
    for (const { name: owner, pod } of pods) {
      const has = [
        ...(pod.volumes ?? []).map(({ name }) => name),
        ...(claims.get(owner) ?? []).map(({ metadata }) => metadata?.name ?? ""),
      ];
      const mounted = pod.containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
      expect([...new Set(mounted)].sort()).toEqual([...has].sort());
    }
  });

  it("sees a changed file: none is mounted alone, and none can be written", () => {
    const volumesOf = ({ pod }: Workload<unknown>): readonly string[] =>
      (pod.volumes ?? []).filter((volume) => filesOf(volume).length > 0).map(({ name }) => name);
    const without = pods.filter((one) => volumesOf(one).length === 0).map(({ name }) => name);
    // These are told all by flags.
    expect(without.sort()).toEqual(having("thanos-query", "thanos-query-frontend"));
    for (const one of pods) {
      const mounts = one.pod.containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
      const ofFiles = mounts.filter(({ name }) => volumesOf(one).includes(name));
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
    const mounted = pods
      .flatMap(({ pod }) => (pod.volumes ?? []).flatMap(filesOf))
      .map(({ kind, object, key }) => `${kind} ${object} ${key}`);
    const { existingSecret } = stack.plan.platform.alertmanager;
    const ours = mounted.filter((file) => !file.startsWith(`Secret ${existingSecret ?? "of nobody"} `));
    expect(ours.filter((file) => !keys.has(file))).toEqual([]);
    expect([...keys].filter((key) => !ours.includes(key))).toEqual([]);
    expect(mounted.length - ours.length).toBe(
      existingSecret === undefined ? 0 : receiverSecrets(stack.plan.routing).length + mails.length,
    );
  });

  it("gives each secret to the containers that need it, and shows it to nobody but their user", () => {
    const { existingSecret } = stack.plan.platform.alertmanager;
    const given = pods.flatMap((one) =>
      one.pod.containers.flatMap((container) =>
        [...new Set([...filesIn(one, container).values()].filter(({ kind }) => kind === "Secret"))].map(
          ({ object }) => `${one.name}/${container.name} ${object}`,
        ),
      ),
    );
    expect([...new Set(given)].sort()).toEqual(
      [
        `alertmanager/alertmanager ${existingSecret ?? "alertmanager-receivers"}`,
        ...mails.map((name) => `${name}/digest ${existingSecret ?? "digest-mail"}`),
        ...(hasSidecar ? ["prometheus/thanos-sidecar thanos-objstore-writer"] : []),
        ...(stack.plan.platform.remoteWrite === undefined
          ? []
          : ["prometheus/prometheus prometheus-remote-write"]),
        ...Object.entries(STORE_KEYS)
          .filter(([name]) => thanos.includes(name))
          .map(([name, secret]) => `${name}/${name} ${secret}`),
      ].sort(),
    );
    const secrets = pods.flatMap(({ pod }) => (pod.volumes ?? []).flatMap(({ secret }) => secret ?? []));
    expect(secrets.filter(({ defaultMode }) => defaultMode !== 0o440)).toEqual([]);
    expect(pods.flatMap(({ pod }) => pod.containers).filter(({ envFrom }) => envFrom !== undefined)).toEqual(
      [],
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
    const paths = [...filesIn(server, container)].flatMap(([file, { kind }]) =>
      kind === "Secret" ? [] : [file],
    );
    const owners = [...new Set(rulesOn(stack.plan, "kubernetes").map(({ file }) => file))];
    expect(paths).toEqual([
      "/etc/prometheus/config/prometheus.yml",
      ...owners.map((owner) => `/etc/prometheus/config/rules/${owner}.yml`),
    ]);
    expect(flag(container, "config.file")).toBe(paths[0]);
    expect(container.args).toContain("--config.auto-reload");
  });

  it("gives Prometheus every secret that prometheus.yml names, and no other", () => {
    const server = workload(objects, "prometheus");
    const text = textOf(objects, "prometheus-config", "prometheus.yml");
    const read = [...text.matchAll(/_file: (\S+)/g)].map((hit) => hit[1] ?? "");
    const files = [...filesIn(server, containerOf(server))].flatMap(([file, { kind }]) =>
      kind === "Secret" ? [file] : [],
    );
    expect(files.sort()).toEqual(read.sort());
    expect(files).toHaveLength(variant.title === "prod that writes to others" ? 3 : 0);
  });

  it("keeps its data on a volume that outlives it", () => {
    const lasting = statefulSets(all).filter(({ object }) => object.spec?.volumeClaimTemplates !== undefined);
    expect(lasting.map(({ name }) => name)).toEqual(["alertmanager", "prometheus"]);
    for (const one of lasting) {
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

  it("keeps what is in the bucket as well on disks that are made and go with their pods", () => {
    const made = pods.filter(({ pod }) =>
      (pod.volumes ?? []).some(({ ephemeral }) => ephemeral !== undefined),
    );
    expect(made.map(({ name }) => name).sort()).toEqual(
      having("thanos-compactor", "thanos-ruler", "thanos-store"),
    );
    for (const one of made) {
      const container = containerOf(one);
      const data = (container.volumeMounts ?? []).filter(({ name }) => name === "data");
      expect(data).toEqual([{ name: "data", mountPath: flag(container, "data-dir") }]);
    }
  });

  it("is there once at the most where it deletes or records", () => {
    expect(
      statefulSets(all)
        .filter(({ name }) => name.startsWith("thanos"))
        .map(({ name, object }) => [name, object.spec?.replicas]),
    ).toEqual(having("thanos-compactor", "thanos-ruler").map((name) => [name, 1]));
  });

  it("is found by its Services, and has a name for each pod", () => {
    for (const { metadata, spec } of ofKind(objects, "Service")) {
      const [name, ...others] = chosen(metadata.namespace, spec?.selector);
      expect(others).toEqual([]);
      const ports = workload(objects, name ?? "").pod.containers.flatMap(({ ports = [] }) => ports);
      expect(new Set(ports.map(({ name }) => name)).size).toBe(ports.length);
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

  it("is meant by every policy and budget, each pod by a policy of its own, but for the services' own pods", () => {
    const meant = (object: KubernetesObject): string => {
      const { metadata, spec } = object as { metadata: KubernetesObject["metadata"]; spec?: object };
      const selector = { podSelector: undefined, selector: undefined, ...spec } as Record<
        "podSelector" | "selector",
        { readonly matchLabels?: Readonly<Record<string, string>> } | undefined
      >;
      const labels = (selector.podSelector ?? selector.selector)?.matchLabels;
      return `${object.kind} ${metadata.name}: ${chosen(metadata.namespace, labels).join(", ")}`;
    };
    expect(ofKind(objects, "NetworkPolicy").map(meant).sort()).toEqual(
      pods.map(({ name }) => `NetworkPolicy ${name}: ${name}`).sort(),
    );
    // What reports is one pod, and what a node takes away is there again before an alert is due.
    const budgets = ["alertmanager", "blackbox-exporter", "prometheus", "runbooks", ...thanos];
    expect(ofKind(objects, "PodDisruptionBudget").map(meant).sort()).toEqual(
      [
        "PodDisruptionBudget api-gateway: ",
        ...budgets.map((name) => `PodDisruptionBudget ${name}: ${name}`),
      ].sort(),
    );
  });

  it("can be opened at its own ports only", () => {
    const policies = ofKind(objects, "NetworkPolicy");
    const closed = policies.filter(({ spec }) => spec?.ingress?.length === 0);
    expect(closed.map(({ metadata }) => metadata.name).sort()).toEqual(mails);
    for (const { metadata, spec } of policies.filter((policy) => !closed.includes(policy))) {
      const ports = workload(objects, metadata.name).pod.containers.flatMap(({ ports = [] }) => ports);
      const known = new Set(ports.flatMap(({ name, containerPort }) => [name, containerPort]));
      const opened = (spec?.ingress ?? []).flatMap((rule) => rule.ports ?? []).map(({ port }) => port);
      expect(opened.length).toBeGreaterThan(0);
      expect(opened.filter((port) => port === undefined || !known.has(port))).toEqual([]);
      expect(
        (spec?.ingress ?? []).filter(({ from = [], ports: to = [] }) => from.length === 0 || to.length === 0),
      ).toEqual([]);
    }
  });

  it("can be opened by those who have to ask it, and by nobody else", () => {
    const { clientNamespaces } = stack.plan.platform.kubernetes;
    const { namespace: grafana } = stack.plan.platform.grafana;
    const people = [
      "any pod",
      ...new Set([...clientNamespaces, ...(grafana === undefined ? [] : [grafana])]),
    ];
    const asked: Readonly<Record<string, readonly (readonly [string, readonly string[]])[]>> = {
      digest: [["metrics", ["prometheus"]]],
      "thanos-compactor": [["web", ["prometheus"]]],
      "thanos-query": [["web", ["prometheus", "thanos-query-frontend", ...having("thanos-ruler")]]],
      "thanos-query-frontend": [["web", people]],
      "thanos-ruler": [
        ["web", ["prometheus"]],
        ["grpc", ["thanos-query"]],
      ],
      "thanos-store": [
        ["web", ["prometheus"]],
        ["grpc", ["thanos-query"]],
      ],
    };
    const policies = ofKind(objects, "NetworkPolicy").filter(({ metadata }) => metadata.name in asked);
    expect(policies.map(({ metadata }) => metadata.name).sort()).toEqual([...reporter, ...thanos].sort());
    for (const { metadata, spec } of policies) {
      expect(
        spec?.ingress?.map(({ from = [], ports = [] }) => [
          ports.map(({ port }) => port).join(),
          from.map(
            ({ podSelector, namespaceSelector }) =>
              namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"] ??
              podSelector?.matchLabels?.["app.kubernetes.io/name"] ??
              "any pod",
          ),
        ]),
      ).toEqual(asked[metadata.name]);
    }
  });

  it("may list pods where it looks for them and read when reports were sent, and nothing else", () => {
    const configuration = textOf(objects, "prometheus-config", "prometheus.yml");
    const looked = [...configuration.matchAll(/names:\n\s+- (\S+)/g)].map((hit) => hit[1] ?? "");
    const own = ofKind(objects, "Role");
    expect(
      own
        .filter(({ metadata }) => metadata.name === "digest")
        .map(({ metadata, rules }) => [metadata.namespace, rules]),
    ).toEqual(
      reporter.map(() => [
        stack.plan.platform.kubernetes.namespace,
        [
          {
            apiGroups: ["batch"],
            resources: ["cronjobs"],
            resourceNames: ["digest-day", "digest-week", "digest-month"],
            verbs: ["get"],
          },
        ],
      ]),
    );
    const roles = own.filter(({ metadata }) => metadata.name !== "digest");
    expect(roles.map(({ metadata }) => metadata.namespace).sort()).toEqual([...new Set(looked)].sort());
    expect(roles.map(({ rules }) => rules)).toEqual(
      roles.map(() => [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }]),
    );
    const { namespace } = workload(objects, "prometheus");
    expect(
      ofKind(objects, "RoleBinding").map(({ metadata, roleRef, subjects }) => [
        metadata.namespace,
        roleRef.name,
        subjects,
      ]),
    ).toEqual(
      own.map(({ metadata }) => [
        metadata.namespace,
        metadata.name,
        [{ kind: "ServiceAccount", name: metadata.name === "digest" ? "digest" : "prometheus", namespace }],
      ]),
    );
    expect(objects.filter(({ kind }) => kind.startsWith("ClusterRole"))).toEqual([]);
  });

  it("runs under accounts of its own, of which only Prometheus and what reads the jobs hold a token", () => {
    const accounts = ofKind(objects, "ServiceAccount");
    expect(accounts.filter((account) => account.automountServiceAccountToken !== false)).toEqual([]);
    expect(all.map(({ name, pod }) => [name, pod.serviceAccountName])).toEqual(
      all.map(({ name }) => [name, name]),
    );
    expect(accounts.map(({ metadata }) => metadata.name).sort()).toEqual(all.map(({ name }) => name).sort());
    expect(cronJobs(objects).map(({ pod }) => pod.serviceAccountName)).toEqual(mails.map(() => "digest"));
    expect(pods.map(({ name, pod }) => `${name} ${pod.automountServiceAccountToken}`).sort()).toEqual(
      [
        "alertmanager false",
        "blackbox-exporter false",
        "prometheus true",
        "runbooks false",
        ...reporter.map((name) => `${name} true`),
        ...[...mails, ...thanos].map((name) => `${name} false`),
      ].sort(),
    );
    // Kubernetes mounts it in every container that has nothing at its place.
    const holding = pods
      .filter(({ pod }) => pod.automountServiceAccountToken === true)
      .flatMap(({ pod }) => pod.containers)
      .filter(({ volumeMounts = [] }) => !volumeMounts.some(({ mountPath }) => mountPath === TOKEN_FOLDER));
    expect(holding.map(({ name }) => name)).toEqual(["prometheus", ...reporter]);
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
  /** When each report is sent, in crontab. */
  readonly reports: Readonly<Record<string, string>>;
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
    reports: {},
    autoscaler: { namespace: "orders-dev", min: 1, max: 2 },
    bucket: { type: "gcp:storage/bucket:Bucket", locked: false },
  },
  staging: {
    prometheus: { replicas: 2, flags: prometheusFlags("https://prometheus.staging.orders.dev", 33_554_432) },
    alertmanager: { replicas: 2, cluster: clusterOf(2) },
    runbooks: { replicas: 2, host: "runbooks.staging.orders.dev" },
    reports: {},
    autoscaler: { namespace: "orders-staging", min: 2, max: 4 },
    bucket: { type: "aws:s3/bucket:Bucket", locked: true },
  },
  prod: {
    prometheus: { replicas: 2, flags: prometheusFlags("https://prometheus.orders.dev", 83_886_080) },
    alertmanager: { replicas: 3, cluster: clusterOf(3) },
    runbooks: { replicas: 2, host: "runbooks.orders.dev" },
    reports: { "digest-day": "0 8 * * *", "digest-week": "0 8 * * 1", "digest-month": "0 8 1 * *" },
    autoscaler: { namespace: "orders-prod", min: 3, max: 20 },
    bucket: { type: "aws:s3/bucket:Bucket", locked: true },
  },
};

/** Cpu 70 %, memory 80 %. */
const METRICS: IHorizontalPodAutoscalerSpec["metrics"] = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
  { type: "Resource", resource: { name: "memory", target: { type: "Utilization", averageUtilization: 80 } } },
  {
    type: "Pods",
    pods: {
      metric: { name: "http_requests_per_second" },
      target: { type: "AverageValue", averageValue: "100" },
    },
  },
  {
    type: "External",
    external: {
      metric: { name: "rabbitmq_queue_messages", selector: { matchLabels: { queue: "executions" } } },
      target: { type: "AverageValue", averageValue: "50" },
    },
  },
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

  it("sends its reports at eight in Berlin, never two at once, and gives up after the quarter of an hour", () => {
    const jobs = cronJobs(objects).filter(({ name }) => name.startsWith("digest"));
    expect(Object.fromEntries(jobs.map(({ name, object }) => [name, object.spec?.schedule]))).toEqual(
      facts.reports,
    );
    for (const { name, object, pod } of jobs) {
      expect(object.spec).toMatchObject({
        timeZone: "Europe/Berlin",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 900,
        jobTemplate: { spec: { backoffLimit: 4, activeDeadlineSeconds: 900 } },
      });
      expect(pod.restartPolicy).toBe("Never");
      expect(pod.containers.map(({ command, args }) => [command, args])).toEqual([
        [
          ["node", "/digest/program/mailing.js"],
          [name.replace("digest-", ""), "--settings", "/digest/settings/settings.json"],
        ],
      ]);
    }
  });

  it("scales the API gateway on CPU, memory and two metrics of its own, down slowly", () => {
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
