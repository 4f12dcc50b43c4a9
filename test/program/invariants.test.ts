import { keepsDigestSecret } from "../../plan/digest";
import { copyName, logName } from "../../plan/bucket";
import { ConfigMap, Namespace } from "@pulumi/kubernetes/core/v1";
import { StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { Folder } from "@pulumiverse/grafana/oss";
import { objectStoreSecrets } from "../../backends/kubernetes/long-term";
import { objectStoreKeys } from "../../config/secrets";
import { compareText } from "../../slo/order";
import { stackOutputs } from "../../backends/outputs";
import { evaluateProgram, type ProgramResource } from "../../evaluation/evaluate";
import { asksGrafana } from "../../plan/monitoring-plan";
import { remoteWriteSecrets } from "../../plan/remote-write";
import {
  at,
  evaluatedOnce,
  ofType,
  OPERATOR_VARIANTS,
  VARIANTS,
  type EvaluatedStack,
} from "../support/evaluated";
import {
  delivered,
  duplicates,
  identityOf,
  kubernetesObjects,
  leaksInto,
  orphans,
  scaledTwice,
  secretIn,
  unfitForChange,
  unknownIn,
  visible,
  withoutLiteralName,
  withoutProvider,
} from "../support/invariants";

const MINUTE = 60_000;

jest.setTimeout(MINUTE);

describe.each([...VARIANTS, ...OPERATOR_VARIANTS])("the program of $title", (variant) => {
  let stack: EvaluatedStack;
  let resources: readonly ProgramResource[];

  beforeAll(async () => {
    stack = await evaluatedOnce(variant);
    resources = stack.resources;
  }, MINUTE);

  it("calls no two resources by one URN", () => {
    expect(duplicates(resources.map(({ urn }) => urn))).toEqual([]);
  });

  it("makes nothing twice under two names", () => {
    expect(duplicates(delivered(resources).map(identityOf))).toEqual([]);
  });

  it("names a provider of its package for every resource", () => {
    expect(withoutProvider(resources)).toEqual([]);
    expect(delivered(resources).length).toBeGreaterThan(20);
  });

  it("puts every resource below a component of its own", () => {
    expect(orphans(resources)).toEqual([]);
  });

  it("names every Kubernetes object and its namespace by a literal", () => {
    expect(withoutLiteralName(resources)).toEqual([]);
  });

  it("leaves nothing to be told by a deployment, so that the policies can judge all of it", () => {
    expect(unknownIn(resources)).toEqual([]);
  });

  it("shows no secret, neither in a resource nor in an output", () => {
    expect(leaksInto([visible(resources), stack.outputs], stack.secrets)).toEqual([]);
  });

  it("hands every secret to the one resource that needs it", () => {
    const { alertmanager, operator } = stack.plan.platform;
    const held = alertmanager.existingSecret === undefined && operator === undefined;
    const asked = asksGrafana(stack.plan);
    const { kubeconfig, grafanaToken, ...others } = stack.secrets;
    const kept = objectStoreSecrets(stack.plan, others);
    const ofStore = objectStoreKeys(stack.plan);
    const ofWriting = remoteWriteSecrets(stack.plan.platform.remoteWrite);
    const writing =
      ofWriting.length === 0 ? [] : [Object.fromEntries(ofWriting.map((key) => [key, others[key]]))];
    const ofMail = keepsDigestSecret(stack.plan) ? [stack.plan.digest.passwordSecret] : [];
    const mail = ofMail.map((key) => ({ [key]: others[key] }));
    const receivers = Object.fromEntries(
      Object.entries(others).filter(([key]) => ![...ofStore, ...ofMail, ...ofWriting].includes(key)),
    );
    const google = stack.plan.services.some(({ backend }) => backend.alerts === "gmp");
    const contactPoints = ofType(resources, "grafana:alerting/contactPoint:ContactPoint");
    const inGrafana = contactPoints.flatMap(({ name }) =>
      secretIn(resources).filter((place) => place.startsWith(`${name}.`)),
    );
    expect(inGrafana.filter((place) => !/\.(?:integrationKey|url)$/.test(place))).toEqual([]);
    const without = contactPoints.filter(
      ({ name }) => !inGrafana.some((place) => place.startsWith(`${name}.`)),
    );
    expect(without).toEqual([]);
    expect(secretIn(resources).filter((place) => !inGrafana.includes(place))).toEqual([
      ...(asked ? ["grafana.auth"] : []),
      ...(kubeconfig === undefined ? [] : ["kubernetes.kubeconfig"]),
      ...(google ? ["tocsin-gmp-alertmanager.stringData"] : []),
      ...(held ? ["tocsin-alertmanager-receivers.stringData"] : []),
      ...mail.map(() => "tocsin-digest-mail.stringData"),
      ...(operator?.routes === "secret" ? ["tocsin-operator-alertmanager.stringData"] : []),
      ...kept.map(({ metadata: { name } }) => `tocsin-long-term-${name}.stringData`).sort(),
      ...writing.map(() => "tocsin-prometheus-remote-write.stringData"),
    ]);
    const [grafana] = ofType(resources, "pulumi:providers:grafana");
    expect(grafana?.props["auth"]).toBe(asked ? grafanaToken : undefined);
    const own = ofType(resources, "kubernetes:core/v1:Secret").filter(
      ({ name }) => !/gmp|operator/.test(name),
    );
    expect(own.map(({ props }) => props["stringData"])).toEqual([
      ...(held ? [receivers] : []),
      ...mail,
      ...writing,
      ...kept.map(({ values }) => values).sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b))),
    ]);
  });

  it("names the cluster, and changes ConfigMaps and Secrets in place", () => {
    const providers = ofType(resources, "pulumi:providers:kubernetes");
    expect(providers.map(({ props }) => props)).toEqual([
      {
        context: variant.set["kubernetes.context"] ?? "prod-1".replace("prod", variant.file),
        enableConfigMapMutable: "true",
        enableSecretMutable: "true",
        kubeconfig: stack.secrets["kubeconfig"] ?? "~/.kube/config",
      },
    ]);
    expect(unfitForChange(resources)).toEqual([]);
  });

  it("says no number of pods where an autoscaler does", () => {
    expect(scaledTwice(resources)).toEqual([]);
    expect(ofType(resources, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler")).toHaveLength(1);
  });

  it("leaves in place all of a locked bucket, and the namespace with its volumes, whatever the engine is told", () => {
    const locked = stack.plan.buckets.filter(({ lockDays }) => lockDays > 0);
    const names = locked
      .flatMap((bucket) => [bucket.name, copyName(bucket)])
      .flatMap((name) => [name, logName({ name })]);
    // But the rights of those who are gone.
    const parts = delivered(resources).filter(
      ({ name, ...one }) =>
        (!/IAMMember/.test(one.type) || name.endsWith("-log")) &&
        names.includes(identityOf({ name, ...one }).split(" ")[1] ?? ""),
    );
    const kept = resources.filter(({ retainOnDelete }) => retainOnDelete);
    expect(kept.map(identityOf).sort()).toEqual(
      [...ofType(resources, "kubernetes:core/v1:Namespace"), ...parts].map(identityOf).sort(),
    );
    // A log is a bucket without a lock. A copy on AWS is the same again, with a rule, a role and its policy.
    const expected = locked.map(({ location }) => {
      const counts = { aws: 16, gcp: 3, r2: 4 };
      return counts[location.cloud] + (location.cloud === "aws" && location.replica !== undefined ? 19 : 0);
    });
    expect(parts).toHaveLength(expected.reduce((sum, count) => sum + count, 0));
  });

  it("makes the namespace before anything that lies in it", () => {
    const [namespace] = ofType(resources, "kubernetes:core/v1:Namespace");
    const name = at(namespace, "props", "metadata", "name");
    expect(name).toBe(stack.plan.platform.kubernetes.namespace);
    const within = kubernetesObjects(resources).filter(
      ({ props }) => at(props, "metadata", "namespace") === name,
    );
    expect(within.length).toBeGreaterThan(10);
    expect(within.filter(({ dependencies }) => !dependencies?.includes(namespace?.urn ?? ""))).toEqual([]);
  });

  it("waits for resources of its own only", () => {
    const known = new Set(resources.map(({ urn }) => urn));
    expect(
      resources.flatMap(({ dependencies = [] }) => dependencies.filter((urn) => !known.has(urn))),
    ).toEqual([]);
  });

  it("has nothing that a policy objects to, but that nobody sees where the heartbeat of a foreign secret goes", () => {
    const isForeign = stack.plan.platform.alertmanager.existingSecret !== undefined;
    const unseen = isForeign ? ["advisory paging-stack-has-dead-mans-switch"] : [];
    const said = stack.violations.map(({ level, policy }) => `${level} ${policy}`);
    expect(said.filter((one) => !unseen.includes(one))).toEqual([]);
  });

  it("tells what a person asks after a deployment", () => {
    expect(stack.outputs).toEqual(stackOutputs(stack.plan));
    expect(JSON.parse(JSON.stringify(stackOutputs(stack.plan)))).toEqual(stackOutputs(stack.plan));
  });
});

/** The resources of a program that breaks a rule. */
async function broken(program: () => unknown): Promise<readonly ProgramResource[]> {
  const { resources } = await evaluateProgram(program, {
    project: "tocsin",
    stack: "dev",
    entries: {},
    secretKeys: [],
  });
  return resources;
}

class Component extends pulumi.ComponentResource {
  constructor(type: string, name: string, opts: pulumi.ComponentResourceOptions = {}) {
    super(type, name, {}, opts);
    this.registerOutputs({});
  }
}

class Thing extends pulumi.CustomResource {
  constructor(name: string) {
    super("acme:index:Thing", name, {});
  }
}

const URN = "urn:pulumi:dev::tocsin::";
const CONFIG_MAP = `${URN}kubernetes:core/v1:ConfigMap::`;

describe("a program that breaks a rule is found out:", () => {
  it("one object under two names", async () => {
    const resources = await broken(() => {
      new ConfigMap("one", { metadata: { name: "same", namespace: "here" } });
      new ConfigMap("two", { metadata: { name: "same", namespace: "here" } });
      new ConfigMap("three", { metadata: { name: "same", namespace: "there" } });
    });
    expect(duplicates(resources.map(identityOf))).toEqual(["v1 ConfigMap here same"]);
  });

  it("a resource of a type of which nobody said what it is", async () => {
    const resources = await broken(() => new Thing("thing"));
    expect(() => resources.map(identityOf)).toThrow(
      new Error("nothing says what makes [acme:index:Thing] the same thing; add it here"),
    );
  });

  it("a resource without a provider, and one with a provider of another package", async () => {
    const resources = await broken(() => {
      const provider = new Provider("kubernetes", { kubeconfig: "~/.kube/config" });
      new ConfigMap("right", {}, { provider });
      new ConfigMap("default");
      new Folder("folder", { title: "Folder" }, { provider });
    });
    expect(withoutProvider(resources)).toEqual([
      `${URN}grafana:oss/folder:Folder::folder`,
      `${CONFIG_MAP}default`,
    ]);
  });

  it("a resource on the stack itself, somebody else's component, and what lies below it", async () => {
    const resources = await broken(() => {
      const ours = new Component("tocsin:index:Monitoring", "ours");
      const theirs = new Component("acme:index:Monitoring", "theirs", { parent: ours });
      new ConfigMap("right", {}, { parent: ours });
      new ConfigMap("theirs", {}, { parent: theirs });
      new ConfigMap("alone");
      new Component("tocsin:index:Prometheus", "alone");
    });
    expect(orphans(resources)).toEqual([
      `${CONFIG_MAP}alone`,
      `${URN}tocsin:index:Monitoring$acme:index:Monitoring$kubernetes:core/v1:ConfigMap::theirs`,
      `${URN}tocsin:index:Monitoring$acme:index:Monitoring::theirs`,
      `${URN}tocsin:index:Prometheus::alone`,
    ]);
  });

  it.each([
    ["no name", { namespace: "here" }],
    ["no namespace", { name: "this" }],
    ["the namespace of nobody", { name: "this", namespace: "default" }],
    ["a name that the cluster ends", { name: "this", namespace: "here", generateName: "this-" }],
  ])("an object with %s", async (_what, metadata) => {
    const resources = await broken(() => {
      new ConfigMap("wrong", { metadata });
      new ConfigMap("right", { metadata: { name: "right", namespace: "here" } });
      new Namespace("right", { metadata: { name: "here" } });
    });
    expect(withoutLiteralName(resources)).toEqual([`${CONFIG_MAP}wrong`]);
  });

  it("a label that only a deployment tells", async () => {
    const resources = await broken(() => {
      const first = new ConfigMap("first", { metadata: { name: "first", namespace: "here" } });
      new ConfigMap("second", {
        metadata: { name: first.metadata.name, namespace: "here", labels: { of: first.id } },
      });
    });
    expect(unknownIn(resources)).toEqual(["second.metadata.labels.of"]);
  });

  it("a secret in plain text, and one that is only encoded", async () => {
    const encoded = Buffer.from("fake-b").toString("base64");
    const resources = await broken(() => {
      new ConfigMap("plain", { data: { text: "it is fake-a" } });
      new ConfigMap("encoded", { data: { text: encoded } });
      new ConfigMap("hidden", { data: { text: pulumi.secret("fake-c") } });
    });
    const secrets = { a: "fake-a", b: "fake-b", c: "fake-c" };
    expect(leaksInto(visible(resources), secrets)).toEqual(["a", "b"]);
    expect(secretIn(resources)).toEqual(["hidden.data.text"]);
  });

  it("a number of pods beside an autoscaler", async () => {
    const scaled = (name: string, replicas: { readonly replicas?: number }): void => {
      const metadata = { name, namespace: "here" };
      const spec = { selector: {}, serviceName: name, template: {} };
      new StatefulSet(name, { metadata, spec: { ...spec, ...replicas } });
      new HorizontalPodAutoscaler(name, {
        metadata,
        spec: { scaleTargetRef: { kind: "StatefulSet", name }, maxReplicas: 3 },
      });
    };
    const resources = await broken(() => {
      scaled("twice", { replicas: 2 });
      scaled("once", {});
    });
    expect(scaledTwice(resources)).toEqual([`${URN}kubernetes:apps/v1:StatefulSet::twice`]);
  });

  it("an object that is too large, and one that cannot be changed", async () => {
    const resources = await broken(() => {
      new ConfigMap("large", { data: { text: "x".repeat(1024 * 1024) } });
      new ConfigMap("fixed", { immutable: true });
      new ConfigMap("right", { data: { text: "x" } });
    });
    expect(unfitForChange(resources)).toEqual([`${CONFIG_MAP}fixed`, `${CONFIG_MAP}large`]);
  });
});
