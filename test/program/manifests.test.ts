import path from "node:path";
import { parse } from "yaml";
import { monitoringFiles, probeFiles, runbookFiles } from "../../backends/files";
import { readContent } from "../../config/content";
import { generatePlan } from "../../generators/monitoring-plan";
import { services } from "../fixture/services";
import { formatProblems } from "../../slo/problem";
import { grafanaContent } from "../../backends/grafana/content";
import { BUILT_MAILING, jobBundle } from "../../backends/job-bundle";
import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import { kubernetesFiles } from "../../backends/kubernetes/files";
import type { ProgramResource } from "../../evaluation/evaluate";
import type { KubernetesObject } from "../../backends/kubernetes/object";
import { at, evaluatedOnce, VARIANTS, type EvaluatedStack } from "../support/evaluated";
import { duplicates, kubernetesObjects } from "../support/invariants";
import { digestSettings } from "../../plan/digest";
import { planOf } from "../support/plan";
import { environmentOf, FIXTURE, STACKS } from "../support/stacks";
import { ofKind } from "../support/pods";

const MINUTE = 60_000;

jest.setTimeout(MINUTE);

describe.each(STACKS)("the manifests of %s", (stack) => {
  const objects = allObjects(clusterObjects(planOf(stack)));

  it("are the same after they were written and read", () => {
    const files = [...kubernetesFiles(objects).values()];
    expect(files.map((text) => parse(text) as unknown)).toEqual(objects);
  });

  it("hold every generated file under its own name, byte for byte", () => {
    const plan = planOf(stack);
    const files = [
      ...monitoringFiles(plan),
      ...probeFiles(plan),
      ...runbookFiles(plan),
      ...(plan.digest === undefined
        ? []
        : [
            [BUILT_MAILING, jobBundle(BUILT_MAILING)] as const,
            ["settings.json", JSON.stringify(digestSettings(plan, plan.digest))] as const,
          ]),
    ];
    const maps = ofKind(objects, "ConfigMap");
    const held = maps.flatMap(({ metadata, data = {} }) =>
      Object.entries(data).map(([key, text]) => [metadata.name, key, text] as const),
    );
    const foreign = held.filter(
      ([, key, text]) => !files.some(([file, content]) => path.basename(file) === key && content === text),
    );
    expect(foreign.map(([name, key]) => `${name} ${key}`)).toEqual([]);
    const keys = new Set(held.map(([, key]) => key));
    expect(files.map(([file]) => path.basename(file)).filter((key) => !keys.has(key))).toEqual([]);
  });

  it("have a file each", () => {
    expect(objects.length).toBeGreaterThan(20);
    expect(kubernetesFiles(objects).size).toBe(objects.length);
    expect(
      [...kubernetesFiles(objects).keys()].filter((file) => !/^kubernetes\/[a-z0-9-]+\.yaml$/.test(file)),
    ).toEqual([]);
  });
});

/** Without Google's kinds, which are checked where they are made. */
function ofKubernetes({ resources }: EvaluatedStack): readonly ProgramResource[] {
  return kubernetesObjects(resources).filter(
    ({ type }) => !type.startsWith("kubernetes:monitoring.googleapis"),
  );
}

describe.each(VARIANTS)("what the program of $title sends to the cluster", (variant) => {
  let stack: EvaluatedStack;
  beforeAll(async () => {
    stack = await evaluatedOnce(variant);
  }, MINUTE);

  it("is every manifest of the plan as it stands there, and the secrets of those who send and store", () => {
    const sent = ofKubernetes(stack).map(({ props }) => props);
    const planned = allObjects(clusterObjects(stack.plan));
    const place = ({ metadata, kind }: KubernetesObject): string =>
      `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
    expect(duplicates(planned.map(place))).toEqual([]);
    for (const object of planned) {
      expect(sent).toContainEqual(object);
    }
    const { alertmanager, longTerm, remoteWrite } = stack.plan.platform;
    const google = stack.plan.services.some(({ backend }) => backend.alerts === "gmp");
    const secrets = sent
      .filter(({ kind }) => kind === "Secret")
      .map((secret) => at(secret, "metadata", "name"));
    expect(secrets.sort()).toEqual(
      [
        ...(alertmanager.existingSecret === undefined ? ["alertmanager-receivers"] : []),
        ...(alertmanager.existingSecret === undefined && variant.file === "prod" ? ["digest-mail"] : []),
        ...(google ? ["tocsin-alertmanager"] : []),
        ...(remoteWrite === undefined ? [] : ["prometheus-remote-write"]),
        ...(longTerm === undefined ? [] : ["thanos-objstore-writer"]),
        ...(longTerm?.hub === undefined ? [] : ["thanos-objstore-compactor", "thanos-objstore-reader"]),
      ].sort(),
    );
    expect(sent).toHaveLength(planned.length + secrets.length);
  });
});

describe("two stacks in one cluster, each in a namespace of its own,", () => {
  /** What both make, by kind, namespace and name. */
  function shared(first: string, second: string): readonly string[] {
    const environment = environmentOf(second);
    const kubernetes = { ...environment.kubernetes, namespace: "monitoring-2" };
    const other = generatePlan(services, { ...environment, kubernetes }, readContent(FIXTURE.root));
    if (!other.ok) throw new Error(formatProblems(other.problems));
    return duplicates(
      [planOf(first), other.plan]
        .flatMap((plan) => allObjects(clusterObjects(plan)))
        .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`),
    );
  }

  it.each(
    STACKS.flatMap((first) => STACKS.filter((second) => first < second).map((second) => ({ first, second }))),
  )("$first and $second, make no object twice", ({ first, second }) => {
    expect(shared(first, second)).toEqual([]);
  });

  it("both prod, make nothing twice but what the check refuses: the autoscalers of the same Deployments", () => {
    expect(shared("prod", "prod")).toEqual([
      "HorizontalPodAutoscaler orders-prod/api-gateway",
      "PodDisruptionBudget orders-prod/api-gateway",
    ]);
  });

  it("say on the namespace whose it is, so that a third one that takes its name is a conflict of the cluster", () => {
    expect(STACKS.map((stack) => clusterObjects(planOf(stack)).namespace.metadata.annotations)).toEqual(
      STACKS.map((stack) => ({ "tocsin/stack": stack })),
    );
  });
});

describe("a prod that people open from outside", () => {
  const [outside] = VARIANTS.filter(({ title }) => title.startsWith("prod that people open"));
  let objects: readonly KubernetesObject[] = [];
  let stack: EvaluatedStack;
  beforeAll(async () => {
    if (outside === undefined) throw new Error("the variant is gone");
    stack = await evaluatedOnce(outside);
    objects = allObjects(clusterObjects(stack.plan));
  }, MINUTE);

  it("asks who it is at each of its two servers, over TLS alone", () => {
    const ingresses = ofKind(objects, "Ingress").filter(({ metadata }) => metadata.name !== "runbooks");
    expect(ingresses.map(({ metadata, spec }) => [metadata.name, metadata.annotations, spec])).toEqual(
      (
        [
          ["prometheus", "prometheus.orders.dev"],
          ["alertmanager", "alertmanager.orders.dev"],
        ] as const
      ).map(([name, host]) => [
        name,
        { "nginx.ingress.kubernetes.io/auth-url": "https://login.example/oauth2/auth" },
        {
          ingressClassName: "nginx",
          tls: [{ hosts: [host], secretName: "monitoring-tls" }],
          rules: [
            {
              host,
              http: {
                paths: [
                  { path: "/", pathType: "Prefix", backend: { service: { name, port: { name: "web" } } } },
                ],
              },
            },
          ],
        },
      ]),
    );
  });

  it("lets Grafana ask Prometheus past the Ingress, from its own namespace", () => {
    expect(grafanaContent(stack.plan).dataSource?.url).toBe("http://prometheus.monitoring.svc:9090");
    const policy = ofKind(objects, "NetworkPolicy").find(({ metadata }) => metadata.name === "prometheus");
    const from = policy?.spec?.ingress?.flatMap((rule) => rule.from ?? []) ?? [];
    expect(from).toContainEqual({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "grafana" } },
    });
  });

  it("rolls out pod by pod, each after it has evaluated, before pods that matter less", () => {
    const servers = ofKind(objects, "StatefulSet").map(({ metadata, spec }) => [
      metadata.name,
      spec?.minReadySeconds,
      spec?.template.spec?.priorityClassName,
    ]);
    expect(servers).toEqual([
      ["prometheus", 120, "monitoring"],
      ["alertmanager", 120, "monitoring"],
    ]);
  });

  it("restarts a reloader that hangs, and takes no Alertmanager out of service for it", () => {
    const [, alertmanager] = ofKind(objects, "StatefulSet");
    const [reloader] = (alertmanager?.spec?.template.spec?.containers ?? []).filter(
      ({ name }) => name === "config-reloader",
    );
    expect([reloader?.livenessProbe?.httpGet, reloader?.readinessProbe]).toEqual([
      { path: "/healthz", port: "reloader" },
      undefined,
    ]);
  });

  it("is nothing of a stack that does not ask for it", () => {
    const plain = planOf("prod");
    const own = allObjects(clusterObjects(plain));
    expect(ofKind(own, "Ingress").map(({ metadata }) => metadata.name)).toEqual(["runbooks"]);
    expect(grafanaContent(plain).dataSource?.url).toBe("https://prometheus.orders.dev");
    expect(JSON.stringify(own)).not.toContain("priorityClassName");
  });
});
