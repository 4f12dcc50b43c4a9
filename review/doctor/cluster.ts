import { z } from "zod";
import type { OperatorContent } from "../../backends/operator/content";
import { API_VERSION, type OperatorObject } from "../../backends/operator/object";
import { installedSpecs } from "../../backends/operator/values";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { OperatorSettings } from "../../plan/platform";
import { groupedBy } from "../../slo/order";
import type { Said } from "./check";
import { schema, unknownFields } from "./schema";

const labels = z.record(z.string(), z.string());
const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(""),
  labels: labels.default({}),
});
const selector = z.object({
  matchLabels: labels.default({}),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
    .default([]),
});
type Selector = z.infer<typeof selector>;

const definition = z.object({
  kind: z.literal("CustomResourceDefinition"),
  spec: z.object({
    group: z.literal("monitoring.coreos.com"),
    names: z.object({ kind: z.string() }),
    versions: z.array(
      z.object({ name: z.string(), served: z.boolean(), schema: z.object({ openAPIV3Schema: schema }) }),
    ),
  }),
});
const namespace = z.object({ kind: z.literal("Namespace"), metadata });
/** What evaluates rules. */
const evaluating = z.object({
  kind: z.enum(["Prometheus", "ThanosRuler"]),
  metadata,
  spec: z.object({
    ruleSelector: selector.optional(),
    ruleNamespaceSelector: selector.optional(),
    podMonitorSelector: selector.optional(),
    podMonitorNamespaceSelector: selector.optional(),
  }),
});
const alertmanager = z.object({
  kind: z.literal("Alertmanager"),
  metadata,
  spec: z.object({ configSecret: z.string().optional() }),
});
const deployment = z.object({
  kind: z.literal("Deployment"),
  metadata,
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(
          z.object({ image: z.string().default(""), args: z.array(z.string()).default([]) }),
        ),
      }),
    }),
  }),
});
const KINDS = { definition, namespace, evaluating, alertmanager, deployment } as const;

/** What a cluster has for monitoring, of all that was read of it. */
export type Cluster = {
  readonly [K in keyof typeof KINDS]: readonly z.infer<(typeof KINDS)[K]>[];
};

/** Takes from objects of a cluster those that are looked at. */
export function clusterOf(objects: readonly unknown[]): Cluster {
  const of = <T>(kind: z.ZodType<T>): readonly T[] =>
    objects.flatMap((one) => {
      const { success, data } = kind.safeParse(one);
      return success ? [data] : [];
    });
  return {
    definition: of(definition),
    namespace: of(namespace),
    evaluating: of(evaluating),
    alertmanager: of(alertmanager),
    deployment: of(deployment),
  };
}

interface Compared {
  readonly plan: MonitoringPlan;
  readonly operator: OperatorSettings;
  readonly content: OperatorContent;
  readonly cluster: Cluster;
}

/** What would become of a plan in a cluster before anything is applied there. */
export function clusterSaid(compared: Compared): readonly Said[] {
  return [...kinds(compared), ...selection(compared), ...routes(compared), ...watching(compared)];
}

function kinds({ plan, operator, content: { objects }, cluster }: Compared): readonly Said[] {
  const needed = installedSpecs(plan, operator);
  const wanted: readonly (readonly [string, readonly object[]])[] = [
    ...[...groupedBy<OperatorObject>(objects, ({ kind }) => kind)].map(
      ([kind, all]) => [kind, all.map(({ spec }) => spec)] as const,
    ),
    ["Prometheus", [needed.prometheus]],
    ["Alertmanager", [needed.alertmanager]],
  ];
  return wanted.flatMap(([kind, specs]) => {
    const path = `cluster.${kind}`;
    const found = cluster.definition
      .find(({ spec }) => spec.names.kind === kind)
      ?.spec.versions.find(({ name, served }) => served && `monitoring.coreos.com/${name}` === API_VERSION);
    if (found === undefined) {
      const message = `its custom resource [${API_VERSION}] is not installed`;
      return [{ path, message, remedy: `${INSTALL} Or the file lacks it: ${LIST}.` }];
    }
    const by = found.schema.openAPIV3Schema;
    const fields = new Set(specs.flatMap((spec) => unknownFields({ spec }, by)));
    return [...fields].sort().map((field) => ({
      path,
      message: `the installed custom resource has no field [${field}], so that it would be lost`,
      remedy: INSTALL,
    }));
  });
}

const INSTALL =
  "Install the operator, or bring its custom resources to the version that is tested, 0.85 or newer.";
const LIST = "`kubectl get crd -o json` writes it";

/** Whether a server selects an object. Source: prometheus-operator, API reference; what is absent selects nothing, or the own namespace. */
function selects(
  server: Cluster["evaluating"][number],
  { kind, metadata: of }: OperatorObject,
  cluster: Cluster,
): boolean {
  const { spec, metadata: own } = server;
  const [byLabels, byNamespace] =
    kind === "PrometheusRule"
      ? [spec.ruleSelector, spec.ruleNamespaceSelector]
      : [spec.podMonitorSelector, spec.podMonitorNamespaceSelector];
  const there = cluster.namespace.find(({ metadata: { name } }) => name === of.namespace)?.metadata.labels;
  const place = { "kubernetes.io/metadata.name": of.namespace, ...there };
  return (
    byLabels !== undefined &&
    matches(byLabels, of.labels) &&
    (byNamespace === undefined ? own.namespace === of.namespace : matches(byNamespace, place))
  );
}

function matches(
  { matchLabels, matchExpressions }: Selector,
  own: Readonly<Record<string, string>>,
): boolean {
  const has = (key: string): boolean => Object.hasOwn(own, key);
  const isOneOf = (key: string, values: readonly string[]): boolean =>
    has(key) && values.includes(own[key] ?? "");
  return (
    Object.entries(matchLabels).every(([key, value]) => isOneOf(key, [value])) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator === "In") return isOneOf(key, values);
      if (operator === "NotIn") return !isOneOf(key, values);
      return operator === "Exists" ? has(key) : !has(key);
    })
  );
}

function selection({ operator, content: { objects }, cluster }: Compared): readonly Said[] {
  const isOurs = ({ kind, metadata: { name, namespace: at } }: Cluster["evaluating"][number]): boolean =>
    kind === "Prometheus" && name === operator.prometheus && at === operator.namespace;
  const ours = cluster.evaluating.find(isOurs);
  const names = cluster.evaluating.map(({ metadata: { name, namespace: at } }) => `${at}/${name}`);
  const found: Said[] =
    ours === undefined
      ? [
          {
            path: "operator.prometheus",
            message: `there is no Prometheus [${operator.namespace}/${operator.prometheus}]; there is [${names.join(", ")}]`,
            remedy: "Write its namespace and name into tocsin:operator.",
          },
        ]
      : [];
  for (const [kind, all] of groupedBy(objects, (one) => one.kind)) {
    const missed = all.filter((one) => ours !== undefined && !selects(ours, one, cluster));
    if (missed.length > 0) {
      found.push({
        path: "operator.labels",
        message: `[${operator.namespace}/${operator.prometheus}] selects ${all.length - missed.length} of ${all.length} objects of kind ${kind}`,
        remedy: `Compare its ${kind === "PrometheusRule" ? "ruleSelector and ruleNamespaceSelector" : "podMonitorSelector and podMonitorNamespaceSelector"} with tocsin:operator.labels and the labels of the namespace [${all[0].metadata.namespace}].`,
      });
    }
    for (const other of ours === undefined ? [] : cluster.evaluating.filter((one) => one !== ours)) {
      const taken = all.filter((one) => selects(other, one, cluster)).length;
      const name = `${other.kind} ${other.metadata.namespace}/${other.metadata.name}`;
      if (taken > 0) {
        found.push({
          path: "operator.labels",
          message: `[${name}] selects ${taken} of ${all.length} objects of kind ${kind} as well, so that ${kind === "PrometheusRule" ? "their alerts come twice" : "targets are scraped twice"}`,
          remedy:
            "Give tocsin:operator.labels a label that only one of them selects by, or let the other select less.",
        });
      }
    }
  }
  return found;
}

function routes({ operator, cluster }: Compared): readonly Said[] {
  const { namespace: at, alertmanager: name, configSecret, routes: whose } = operator;
  const found = cluster.alertmanager.find(({ metadata: own }) => own.name === name && own.namespace === at);
  if (found === undefined) {
    const there = cluster.alertmanager.map(({ metadata: own }) => `${own.namespace}/${own.name}`).join(", ");
    return [
      {
        path: "operator.alertmanager",
        message: `there is no Alertmanager [${at}/${name}]; there is [${there}]`,
        remedy: "Write its name into tocsin:operator.",
      },
    ];
  }
  const secret = found.spec.configSecret ?? `alertmanager-${name}`;
  return whose === "theirs" || secret === configSecret
    ? []
    : [
        {
          path: "operator.configSecret",
          message: `[${at}/${name}] reads its routes from the secret [${secret}], and not from [${configSecret}]`,
          remedy: "Name the same one on both sides, or nobody hears of alerts by routes of this stack.",
        },
      ];
}

/** Operators, by the name of their image, and which of them look into a namespace. Source: prometheus-operator, `cmd/operator/main.go`. */
function watching({ plan, operator, cluster }: Compared): readonly Said[] {
  const operators = cluster.deployment.flatMap(({ metadata: { name, namespace: at }, spec }) =>
    spec.template.spec.containers
      .filter(({ image }) => /(?:^|\/)prometheus-operator(?:[:@]|$)/.test(image))
      .map(({ args }) => ({ name: `${at}/${name}`, looksInto: (space: string) => isWatched(args, space) })),
  );
  if (operators.length === 0) {
    return [
      {
        path: "cluster.operator",
        message:
          "no Deployment runs an image [prometheus-operator], so that nobody makes anything of the objects",
        remedy: "Install it. Or the file lacks it: `kubectl get deployments -A -o json` writes it.",
      },
    ];
  }
  const spaces = [...new Set([plan.platform.kubernetes.namespace, operator.namespace])];
  return spaces.flatMap((space) => {
    const who = operators.filter(({ looksInto }) => looksInto(space)).map(({ name }) => name);
    if (who.length === 1) return [];
    return [
      who.length === 0
        ? {
            path: "kubernetes.namespace",
            message: `no operator watches the namespace [${space}]: not [${operators.map(({ name }) => name).join(", ")}]`,
            remedy: "Add it to `--namespaces` of the operator, or take it out of `--deny-namespaces`.",
          }
        : {
            path: "cluster.operator",
            message: `[${who.join(", ")}] watch the namespace [${space}] at once, and overwrite what the other made`,
            remedy: "Leave one of them, or give each its own `--namespaces`.",
          },
    ];
  });
}

function isWatched(args: readonly string[], space: string): boolean {
  const of = (flag: string): readonly string[] =>
    args.flatMap((arg) => {
      const [, name, value = ""] = /^--?([\w-]+)=(.*)$/.exec(arg) ?? [];
      return name === flag ? value.split(",").filter((one) => one !== "") : [];
    });
  const only = of("namespaces");
  return (only.length === 0 || only.includes(space)) && !of("deny-namespaces").includes(space);
}
