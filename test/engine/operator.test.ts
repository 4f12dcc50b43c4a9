import { createServer, type Server } from "node:http";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { parse, stringify } from "yaml";
import { alertRoutes } from "../../backends/alertmanager/routes";
import { operatorContent, type OperatorContent } from "../../backends/operator/content";
import { freePort, startProgram, type RunningProgram } from "../../lab/process";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { receiverSecrets, type Route } from "../../plan/routing";
import { clusterOf, clusterSaid } from "../../review/doctor/cluster";
import { runProgram } from "../../lab/program";
import { removeFolder, temporaryFolder } from "../support/program";
import { operatorPlan } from "../support/operator";
import { planOf, secretText } from "../support/plan";
import { toolchain } from "../support/toolchain";
import type { KubernetesObject } from "./api-server";
import { InstalledOperator } from "./installed-operator";

const NAME = "kube-prometheus-stack";
const plan = operatorPlan();

interface Rules {
  readonly groups: readonly {
    readonly name: string;
    readonly interval: string;
    readonly rules: readonly Readonly<Record<string, unknown>>[];
  }[];
}

interface Config {
  readonly global: object;
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly kubernetes_sd_configs: readonly object[];
  }[];
}

function contentOf(of: MonitoringPlan): OperatorContent {
  const secrets = Object.fromEntries(receiverSecrets(of.routing).map((key) => [key, secretText(of, key)]));
  const content = operatorContent(of, secrets);
  if (content === undefined) throw new Error("the plan has no operator");
  return content;
}

/** The pods of all jobs, one of each program, whose metrics are on a port of this machine. */
function podsOf({ scrape }: MonitoringPlan, port: number): readonly KubernetesObject[] {
  const pods = scrape.jobs.flatMap(({ job, discovery }) => {
    if (discovery.kind !== "kubernetes") return [];
    const { app, namespace } = discovery;
    const isServer = job === "prometheus" || job === "alertmanager";
    const labels = {
      "app.kubernetes.io/name": app,
      ...(isServer ? { "app.kubernetes.io/instance": `${NAME}-${job}` } : {}),
    };
    const ports = [{ name: discovery.port, containerPort: port }];
    const spec = {
      automountServiceAccountToken: false,
      containers: [{ name: "main", image: "main:1", ports }],
    };
    const metadata = { name: `${app}-0`, namespace, labels };
    return [[`${namespace}/${app}`, { apiVersion: "v1", kind: "Pod", metadata, spec }] as const];
  });
  return [...new Map(pods).values()];
}

describe("the real operator, with all of prod", () => {
  let installed: InstalledOperator;
  let folder: string;
  let config: Config;
  let rules: Rules;
  let routes: string;
  const started: RunningProgram[] = [];
  let metrics: Server | undefined;

  beforeAll(async () => {
    installed = await InstalledOperator.start(plan);
    await installed.deploy(contentOf(plan));
    folder = temporaryFolder();
    await installed.server.until(async () => {
      const text = await installed.unpacked(`prometheus-${NAME}-prometheus`, "prometheus.yaml.gz");
      config = parse(text ?? "{}") as Config;
      const map = await installed.held("configmaps", `prometheus-${NAME}-prometheus-rulefiles-0`);
      rules = { groups: Object.values(map?.data ?? {}).flatMap((file) => (parse(file) as Rules).groups) };
      routes =
        (await installed.unpacked(`alertmanager-${NAME}-alertmanager-generated`, "alertmanager.yaml.gz")) ??
        "";
      return (
        (config.scrape_configs as unknown[] | undefined)?.length === plan.scrape.jobs.length &&
        rules.groups.length === plan.ruleGroups.length &&
        routes.includes("unrouted")
      );
    }, "the operator has not written all that is deployed");
    writeFileSync(path.join(folder, "alertmanager.yaml"), routes);
    writeFileSync(path.join(folder, "rules.yaml"), stringify(rules));
  }, 300_000);

  afterAll(async () => {
    for (const program of started) await program.stop();
    metrics?.close();
    await installed.server.stop();
    removeFolder(folder);
  });

  test("loads every rule, to the last label and letter", () => {
    const sorted = (groups: Rules["groups"]): Rules["groups"] =>
      [...groups].sort((a, b) => (a.name < b.name ? -1 : 1));
    const own = planOf("prod").ruleGroups;
    expect(own.map(({ name }) => name).sort()).toEqual(rules.groups.map(({ name }) => name).sort());
    expect(sorted(rules.groups)).toEqual(
      sorted(
        plan.ruleGroups.map(({ name, interval, rules: planned }) => ({
          name,
          interval,
          // Of labels that are none nothing is left.
          rules: planned.map(({ kind: _kind, labels, ...rule }) => ({
            ...rule,
            ...(Object.keys(labels).length === 0 ? {} : { labels }),
          })),
        })),
      ),
    );
    expect(own.flatMap((group) => group.rules.map(({ expr }) => expr)).sort()).toEqual(
      rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)).sort(),
    );
  });

  test("loads no rule into a Prometheus whose selector names other labels, and says nothing of it", async () => {
    const other = await installed.held("configmaps", "prometheus-other-rulefiles-0");
    expect(other?.data ?? {}).toEqual({});
  });

  test("starts servers that monitors of ours find, on the port that they name", async () => {
    for (const server of ["prometheus", "alertmanager"] as const) {
      const set = await installed.statefulSet(`${server}-${NAME}-${server}`);
      const monitor = contentOf(plan).objects.find(({ metadata }) => metadata.name === server);
      if (monitor?.kind !== "PodMonitor") throw new Error(`no monitor of ${server}`);
      const [endpoint] = monitor.spec.podMetricsEndpoints;
      expect(set).toMatchObject({
        spec: { template: { metadata: { labels: monitor.spec.selector.matchLabels } } },
      });
      expect(JSON.stringify(set)).toContain(`"name":"${endpoint?.port ?? ""}"`);
    }
  });

  test("scrapes every job with the labels of the stack's own Prometheus, of a real one that runs", async () => {
    const { prometheus, promtool } = await toolchain();
    const exposing = createServer((_, response) => {
      response.setHeader("content-type", "text/plain; version=0.0.4");
      response.end('# TYPE seen gauge\nseen{endpoint="of the program",pod="of the program"} 1\n');
    });
    metrics = exposing;
    await new Promise<void>((resolve) => exposing.listen(0, "127.0.0.1", resolve));
    const { port } = exposing.address() as AddressInfo;
    for (const made of podsOf(plan, port)) {
      const pod = await installed.server.make(made, "pods");
      const at = `/api/v1/namespaces/${pod.metadata.namespace ?? ""}/pods/${pod.metadata.name}/status`;
      const status = { phase: "Running", podIP: "127.0.0.1", podIPs: [{ ip: "127.0.0.1" }] };
      expect(await installed.server.ask("PUT", at, { ...pod, status })).toMatchObject({ status: 200 });
    }
    const kubeconfig_file = installed.server.kubeconfig();
    const served = {
      ...config,
      rule_files: ["rules.yaml"],
      alerting: {},
      scrape_configs: config.scrape_configs.map((scrape) => ({
        ...scrape,
        // In the cluster it would ask as its own account, and no target waits half a minute for its first scrape.
        ...{ scrape_interval: "2s", scrape_timeout: "2s" },
        kubernetes_sd_configs: scrape.kubernetes_sd_configs.map((found) => ({ ...found, kubeconfig_file })),
      })),
    };
    const file = path.join(folder, "prometheus.yml");
    // The sidecar puts in what the pod knows of itself.
    writeFileSync(
      file,
      stringify(served).replaceAll("$(SHARD)", "0").replaceAll("$(POD_NAME)", `${NAME}-prometheus-0`),
    );
    expect(await runProgram(promtool, ["check", "config", file])).toMatchObject({ code: 0 });

    const listen = `127.0.0.1:${await freePort(undefined, "")}`;
    started.push(
      startProgram(
        "prometheus",
        prometheus,
        [
          `--config.file=${file}`,
          `--storage.tsdb.path=${path.join(folder, "data")}`,
          `--web.listen-address=${listen}`,
        ],
        path.join(folder, "prometheus.log"),
        () => undefined,
      ),
    );
    const ask = async (question: string): Promise<unknown> =>
      (
        (await fetch(`http://${listen}/api/v1/${question}`)
          .then((answer) => answer.json())
          .catch(() => ({}))) as {
          readonly data?: unknown;
        }
      ).data;
    type Targets =
      { readonly activeTargets: readonly { readonly labels: object; readonly health: string }[] } | undefined;
    let targets: Targets;
    await installed.server.until(async () => {
      targets = (await ask("targets?state=active")) as Targets;
      const all = targets?.activeTargets ?? [];
      return all.length === plan.scrape.jobs.length && all.every(({ health }) => health === "up");
    }, "not every job is scraped");
    expect(
      targets?.activeTargets.map(({ labels }) => JSON.stringify(Object.entries(labels).sort())).sort(),
    ).toEqual(
      plan.scrape.jobs
        .map(({ job, labels, probe, discovery }) =>
          JSON.stringify(
            Object.entries({
              instance: probe?.address ?? `${"app" in discovery ? discovery.app : ""}-0`,
              job,
              ...labels,
            }).sort(),
          ),
        )
        .sort(),
    );
    // A label that a program has by the same name as one of the operator's stays what it is.
    const seen = (await ask(`query?query=${encodeURIComponent("count by (endpoint, pod) (seen)")}`)) as {
      readonly result: readonly { readonly metric: object }[];
    };
    expect(seen.result.map(({ metric }) => metric)).toEqual([
      { endpoint: "of the program", pod: "of the program" },
    ]);
  });

  test("sends every alert to the receivers of the stack's own Alertmanager", async () => {
    const { amtool } = await toolchain();
    const file = path.join(folder, "alertmanager.yaml");
    expect(await runProgram(amtool, ["check-config", file])).toMatchObject({ code: 0 });
    const named = new Set(
      JSON.stringify(plan.routing.root).match(/(?<="label":"alertname","op":"=","value":")[^"]+/g),
    );
    const distinct = new Map(
      alertRoutes(planOf("prod")).map(({ labels, receivers }) => {
        const { alertname = "", slo = "", ...rest } = labels;
        const key = JSON.stringify([rest, slo === "", named.has(alertname) ? alertname : ""]);
        return [key, { labels, receivers }] as const;
      }),
    );
    expect(distinct.size).toBeGreaterThan(20);
    for (const { labels, receivers } of distinct.values()) {
      expect(await routed(amtool, file, labels)).toEqual({ code: 0, output: `${receivers.join(",")}\n` });
    }
    const depth = (route: Route): number => 1 + Math.max(0, ...route.routes.map(depth));
    expect(depth(plan.routing.root)).toBeGreaterThan(2);
  });

  test("lets a route of others hear alerts of its own namespace besides, and none of ours", async () => {
    const { amtool } = await toolchain();
    const spec = {
      route: { receiver: "theirs", groupBy: ["alertname"] },
      receivers: [{ name: "theirs" }],
    };
    await installed.server.make(
      {
        apiVersion: "monitoring.coreos.com/v1alpha1",
        kind: "AlertmanagerConfig",
        metadata: { name: "team", namespace: plan.platform.kubernetes.namespace },
        ...{ spec },
      },
      "alertmanagerconfigs",
    );
    const file = path.join(folder, "merged.yaml");
    await installed.server.until(async () => {
      const text = await installed.unpacked(
        `alertmanager-${NAME}-alertmanager-generated`,
        "alertmanager.yaml.gz",
      );
      writeFileSync(file, text ?? "");
      return text?.includes("/team/theirs") === true;
    }, "the operator has not merged the configuration of others");
    const [ours] = alertRoutes(plan).filter(({ labels }) => labels["severity"] === "critical");
    if (ours === undefined) throw new Error("nobody is paged");
    const receivers = ours.receivers.join(",");
    expect((await routed(amtool, file, ours.labels)).output).toBe(`${receivers}\n`);
    expect(
      (await routed(amtool, file, { ...ours.labels, namespace: plan.platform.kubernetes.namespace })).output,
    ).toBe(`${plan.platform.kubernetes.namespace}/team/theirs,${receivers}\n`);
  });

  test("loads rules by hand beside ours, and ours to the letter once the old ones are gone", async () => {
    const { promtool } = await toolchain();
    const { namespace } = plan.platform.operator ?? {};
    const where = `/apis/monitoring.coreos.com/v1/namespaces/${namespace ?? ""}/prometheusrules/shop-by-hand`;
    const loaded = async (): Promise<Readonly<Record<string, string>>> =>
      (await installed.held("configmaps", `prometheus-${NAME}-prometheus-rulefiles-0`))?.data ?? {};
    const before = await loaded();
    const alert = { alert: "ShopDown", expr: "up == 0", for: "5m", labels: { severity: "critical" } };
    await installed.server.make(
      {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: {
          name: "shop-by-hand",
          ...(namespace === undefined ? {} : { namespace }),
          ...{ labels: plan.platform.operator?.labels },
        },
        ...{ spec: { groups: [{ name: "shop", rules: [alert] }] } },
      },
      "prometheusrules",
    );
    const isThere = (files: object): boolean => JSON.stringify(files).includes("ShopDown");
    await installed.server.until(
      async () => isThere(await loaded()),
      "the old rules are not loaded beside ours",
    );
    const both = await loaded();
    expect(both).toMatchObject(before);
    expect(Object.keys(both)).toHaveLength(Object.keys(before).length + 1);
    const files = Object.entries(both).map(([name, text]) => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    });
    expect(await runProgram(promtool, ["check", "rules", "--lint=none", ...files])).toMatchObject({
      code: 0,
    });

    expect(await installed.server.ask("DELETE", where)).toMatchObject({ status: 200 });
    await installed.server.until(async () => !isThere(await loaded()), "the old rules are still loaded");
    expect(await loaded()).toEqual(before);
  });

  describe("what a cluster would do with it, before anything is applied", () => {
    const { operator } = plan.platform;
    if (operator === undefined) throw new Error("the plan has no operator");
    const said = (objects: readonly unknown[], of = operator): readonly string[] =>
      clusterSaid({ plan, operator: of, content: contentOf(plan), cluster: clusterOf(objects) }).map(
        ({ path: at, message }) => `${at}: ${message}`,
      );
    const runs = (name: string, args: readonly string[]): object => ({
      kind: "Deployment",
      metadata: { name, namespace: "operators" },
      spec: {
        template: {
          spec: {
            containers: [{ image: "quay.example/prometheus-operator/prometheus-operator:v0.85.0", args }],
          },
        },
      },
    });
    const one = runs("one", ["--kubelet-service=kube-system/kubelet", "--deny-namespaces=kube-public"]);
    let there: readonly KubernetesObject[];
    beforeAll(async () => {
      there = await installed.objects();
    });

    test("is nothing wrong where all of it is as the rendered values say", () => {
      expect(there.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(["CustomResourceDefinition", "Namespace", "Prometheus", "Alertmanager"]),
      );
      expect(said([...there, one])).toEqual([]);
    });

    test("names kinds and servers that are not there", () => {
      expect(said([])).toEqual([
        ...["PodMonitor", "PrometheusRule", "Prometheus", "Alertmanager"].map(
          (kind) => `cluster.${kind}: its custom resource [monitoring.coreos.com/v1] is not installed`,
        ),
        `operator.prometheus: there is no Prometheus [kube-prometheus/${NAME}-prometheus]; there is []`,
        `operator.alertmanager: there is no Alertmanager [kube-prometheus/${NAME}-alertmanager]; there is []`,
        "cluster.operator: no Deployment runs an image [prometheus-operator], so that nobody makes anything of the objects",
      ]);
    });

    test.each<readonly [what: string, set: Partial<typeof operator>, message: string]>([
      ["labels", { labels: { release: "mine" } }, ""],
      [
        "a name",
        { prometheus: "k8s" },
        "operator.prometheus: there is no Prometheus [kube-prometheus/k8s]; there is [",
      ],
      ["a secret", { configSecret: "mine" }, "and not from [mine]"],
    ])("names %s that nothing there has", (_, set, message) => {
      const changed = { ...plan, platform: { ...plan.platform, operator: { ...operator, ...set } } };
      const found = clusterSaid({
        plan: changed,
        operator: { ...operator, ...set },
        content: contentOf(changed),
        cluster: clusterOf([...there, one]),
      }).map(({ path: at, message: text }) => `${at}: ${text}`);
      expect(found).toEqual(
        message === ""
          ? ["PodMonitor", "PrometheusRule"].map(
              (kind) =>
                expect.stringMatching(
                  new RegExp(
                    `^operator.labels: \\[kube-prometheus/${NAME}-prometheus\\] selects 0 of \\d+ objects of kind ${kind}$`,
                  ),
                ) as string,
            )
          : [expect.stringContaining(message)],
      );
    });

    test("names another server that takes it all, and one that takes it by its namespace", () => {
      const other = (kind: string, spec: object): object => ({
        kind,
        metadata: { name: "all", namespace: "x" },
        spec,
      });
      const all = { ruleSelector: {}, ruleNamespaceSelector: {} };
      const found = said([...there, one, other("ThanosRuler", all)]);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(
        /^operator.labels: \[ThanosRuler x\/all\] selects (\d+) of \1 objects of kind PrometheusRule as well, so that their alerts come twice$/,
      );
      const values = [plan.platform.kubernetes.namespace];
      const by = (operation: string) => ({
        podMonitorSelector: { matchExpressions: [{ key: "app.kubernetes.io/name", operator: "Exists" }] },
        podMonitorNamespaceSelector: {
          matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: operation, values }],
        },
      });
      expect(said([...there, one, other("Prometheus", by("In"))])).toEqual([
        expect.stringContaining("targets are scraped twice"),
      ]);
      expect(said([...there, one, other("Prometheus", by("NotIn"))])).toEqual([]);
      expect(said([...there, one, other("Prometheus", { ruleSelector: {} })])).toEqual([]);
    });

    test.each<readonly [what: string, operators: readonly object[], messages: readonly string[]]>([
      [
        "nobody watches",
        [runs("one", ["--namespaces=a,kube-prometheus"])],
        [
          `kubernetes.namespace: no operator watches the namespace [${plan.platform.kubernetes.namespace}]: not [operators/one]`,
        ],
      ],
      [
        "somebody was told not to watch",
        [runs("one", ["--deny-namespaces=kube-prometheus"])],
        ["kubernetes.namespace: no operator watches the namespace [kube-prometheus]: not [operators/one]"],
      ],
      [
        "two watch",
        [one, runs("two", ["--namespaces=kube-prometheus"])],
        [
          "cluster.operator: [operators/one, operators/two] watch the namespace [kube-prometheus] at once, and overwrite what the other made",
        ],
      ],
      ["two share", [runs("one", ["--deny-namespaces=x"]), runs("two", ["--namespaces=x"])], []],
    ])("names a namespace that %s", (_, operators, messages) => {
      expect(said([...there, ...operators])).toEqual(messages);
    });

    test("names the fields that an older custom resource has not, which the server itself refuses or loses", async () => {
      const at = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/podmonitors.monitoring.coreos.com";
      const { text } = await installed.server.ask("GET", at);
      const older = text
        .replaceAll('"params":{', '"parameters":{')
        .replaceAll('"scrapeTimeout":{', '"timeout":{');
      expect(older).not.toBe(text);
      expect(await installed.server.ask("PUT", at, JSON.parse(older) as object)).toMatchObject({
        status: 200,
      });
      expect(said([...(await installed.objects()), one])).toEqual(
        ["params", "scrapeTimeout"].map(
          (field) =>
            `cluster.PodMonitor: the installed custom resource has no field [spec.podMetricsEndpoints.${field}], so that it would be lost`,
        ),
      );
      const monitor = contentOf(plan).objects.find(
        ({ kind, spec }) => kind === "PodMonitor" && JSON.stringify(spec).includes("params"),
      );
      if (monitor === undefined) throw new Error("no monitor has parameters");
      const again = { ...monitor, metadata: { ...monitor.metadata, name: "again" } };
      await installed.server.until(
        () =>
          installed.server
            .make({ ...again, metadata: { ...again.metadata, name: `again-${Date.now()}` } }, "podmonitors")
            .then(
              () => false,
              (error: unknown) =>
                String(error).includes('unknown field \\"spec.podMetricsEndpoints[0].params\\"'),
            ),
        "the server still knows the field",
      );
    });
  });
});

function routed(
  amtool: string,
  file: string,
  labels: Readonly<Record<string, string>>,
): ReturnType<typeof runProgram> {
  const given = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return runProgram(amtool, ["config", "routes", "test", `--config.file=${file}`, ...given]);
}
