import { rootCertificates } from "node:tls";
import { readContent } from "../../config/content";
import { parseConfig, PREFIX } from "../../config/environment";
import { otherKeys, receiverKeys } from "../../config/secrets";
import { readStackEntries, stackFileName } from "../../config/stack-file";
import type { ProgramResource } from "../../evaluation/evaluate";
import { judgeStack, type JudgedStack } from "../../evaluation/stack";
import { planFrom } from "../../generators/monitoring-plan";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { formatProblems } from "../../slo/problem";
import { catalogue } from "../fixture/catalogue";
import { oncePerRunLater } from "./once";
import { OPERATOR_SET } from "./operator-set";
import { secretText } from "./plan";
import { STACKS } from "./stacks";

/** A stack as the program gets it: the file of an environment, with some of its keys changed. */
export interface Variant {
  readonly title: string;
  /** The name of the stack, which need not be that of its file. */
  readonly stack: string;
  readonly file: (typeof STACKS)[number];
  /** Values by key without its prefix, or by `key.field`; undefined takes a key away. */
  readonly set: Readonly<Record<string, unknown>>;
}

/** The program's resources, with the plan that they were made from and the secrets that it was given. */
export interface EvaluatedStack extends JudgedStack {
  readonly plan: MonitoringPlan;
  /** Texts that stand nowhere else, by what they are for. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The stacks as their files say. */
export const COMMITTED: readonly Variant[] = STACKS.map((stack) => ({
  title: stack,
  stack,
  file: stack,
  set: {},
}));

const AWS = { cloud: "aws", prefix: "acme", account: "310000000003", region: "eu-central-1" };
const INGRESS = {
  className: "nginx",
  tlsSecret: "monitoring-tls",
  authentication: { "nginx.ingress.kubernetes.io/auth-url": "https://login.example/oauth2/auth" },
};
const GMP = { address: "https://gmp.example" };
const GCP = { cloud: "gcp", prefix: "acme", project: "acme-prod", location: "EU" };

const THANOS = {
  kind: "thanos",
  bucket: { cloud: "s3", name: "acme-metrics-prod", endpoint: "objects.example.com:443" },
  keys: { writer: "metrics-writer", reader: "metrics-reader", compactor: "metrics-compactor" },
};

/** Stacks that keep samples for years. */
const LONG_TERM_VARIANTS: readonly Variant[] = [
  {
    title: "prod with years of samples of two clusters",
    stack: "prod",
    file: "prod",
    set: {
      "grafana.namespace": "grafana",
      longTerm: {
        ...THANOS,
        hub: { clusters: ["prod-us-1"], endpoints: ["sidecars.prod-us-1.example.com:10901"] },
      },
    },
  },
  ...(
    [
      ["AWS", { cloud: "aws", region: "eu-central-1", make: { account: "310000000003" } }],
      ["Google Cloud", { cloud: "gcp", make: { project: "acme-prod", location: "EU" } }],
    ] as const
  ).map(([cloud, bucket]) => ({
    title: `prod with years of samples in a bucket that it makes on ${cloud}`,
    stack: "prod",
    file: "prod" as const,
    set: { longTerm: { ...THANOS, bucket: { ...bucket, name: "acme-metrics-prod" }, hub: {} } },
  })),
  {
    title: "prod whose samples another cluster reads",
    stack: "prod",
    file: "prod",
    set: { longTerm: { ...THANOS, keys: undefined, bucket: { cloud: "gcp", name: "acme-metrics-prod" } } },
  },
];

/** A stack that writes its samples to others, by every kind of secret. */
const WRITING: Variant = {
  title: "prod that writes to others",
  stack: "prod",
  file: "prod",
  set: {
    remoteWrite: [
      {
        name: "mimir",
        url: "https://mimir.example.com/api/v1/push",
        authorization: { kind: "basic", username: "acme", passwordSecret: "mimir-password" },
        headers: { "X-Scope-OrgID": "acme" },
        keep: ["slo:.*", "ALERTS"],
        queue: { maxShards: 10 },
      },
      {
        name: "archive",
        url: "https://archive.example.com/write",
        authorization: { kind: "bearer", tokenSecret: "archive-token" },
        tls: { client: { certificate: rootCertificates[0], keySecret: "archive-key" } },
      },
      { name: "inside", url: "http://mimir.mimir.svc:8080/api/v1/push" },
    ],
  },
};

/** The stacks, and what their configuration may change about the resources. */
export const VARIANTS: readonly Variant[] = [
  ...COMMITTED,
  WRITING,
  ...LONG_TERM_VARIANTS,
  { title: "dev with backups on AWS", stack: "dev", file: "dev", set: { backups: AWS } },
  { title: "prod with backups on Google Cloud", stack: "prod", file: "prod", set: { backups: GCP } },
  {
    title: "prod with backups on AWS under a key of its own",
    stack: "prod",
    file: "prod",
    set: { backups: { ...AWS, kmsKey: "arn:aws:kms:eu-central-1:310000000003:alias/backups" } },
  },
  {
    title: "prod with backups on Google Cloud under a key of its own",
    stack: "prod",
    file: "prod",
    set: {
      backups: { ...GCP, kmsKey: "projects/acme-prod/locations/eu/keyRings/tocsin/cryptoKeys/backups" },
    },
  },
  {
    title: "prod with backups in two regions",
    stack: "prod",
    file: "prod",
    set: { backups: { ...AWS, replica: { region: "eu-west-1" } } },
  },
  {
    title: "prod with the backups of a service on R2",
    stack: "prod",
    file: "prod",
    set: {
      backupsOf: { orders: { cloud: "r2", prefix: "acme", account: "0123456789abcdef0123456789abcdef" } },
    },
  },
  { title: "prod without backups", stack: "prod", file: "prod", set: { backups: undefined } },
  {
    title: "prod with a receivers' secret that somebody else keeps",
    stack: "prod",
    file: "prod",
    set: { "alertmanager.existingSecret": "receivers-from-vault" },
  },
  {
    title: "prod with its kubeconfig as a secret",
    stack: "prod",
    file: "prod",
    set: { kubeconfig: "text of a kubeconfig: fake-kubeconfig" },
  },
  {
    title: "prod with runbooks that somebody else routes to",
    stack: "prod",
    file: "prod",
    set: { "runbookSite.ingress": undefined },
  },
  {
    title: "prod that people open from outside, with pods before others and Grafana in the cluster",
    stack: "prod",
    file: "prod",
    set: {
      "prometheus.ingress": INGRESS,
      "prometheus.priorityClass": "monitoring",
      "alertmanager.ingress": INGRESS,
      "alertmanager.priorityClass": "monitoring",
      "grafana.namespace": "grafana",
    },
  },
  {
    title: "a second prod in a namespace of another name",
    stack: "prod-eu",
    file: "prod",
    set: {
      cluster: "prod-eu-1",
      "kubernetes.context": "prod-eu-1",
      "kubernetes.namespace": "observability",
      "backups.prefix": "orders-eu",
    },
  },
  {
    title: "prod with a service in Google Managed Prometheus",
    stack: "prod",
    file: "prod",
    set: { backends: { orders: { metrics: "gmp" } }, gmp: GMP },
  },
  {
    title:
      "prod with another one recorded by Google, and its alerts by Grafana with keys that somebody else keeps",
    stack: "prod",
    file: "prod",
    set: {
      backends: { stock: { metrics: "gmp", alerts: "grafana" } },
      gmp: GMP,
      "alertmanager.existingSecret": "receivers-from-vault",
    },
  },
];

/** The same, of stacks whose Prometheus and Alertmanager an operator runs. */
export const OPERATOR_VARIANTS: readonly Variant[] = [
  { title: "prod with a Prometheus operator", stack: "prod", file: "prod", set: OPERATOR_SET },
  {
    title: "prod with a Prometheus operator whose Alertmanager others configure, and dashboards by the API",
    stack: "prod",
    file: "prod",
    set: {
      ...OPERATOR_SET,
      operator: { namespace: "kube-prometheus", routes: "theirs", dashboards: "api" },
    },
  },
];

/** A variant as this run of jest has evaluated it once; whoever judges the evaluation itself asks for one of their own. */
export function evaluatedOnce(variant: Variant): Promise<EvaluatedStack> {
  return oncePerRunLater(`evaluation of ${variant.title}`, () => evaluated(variant));
}

/**
 * Runs the program of a variant with a fake text for every secret that it needs, and the policies over it.
 * @throws Error with every problem of the configuration
 */
export async function evaluated({ stack, file, set }: Variant): Promise<EvaluatedStack> {
  const entries = entriesOf(file, set);
  const planned = planFrom(
    parseConfig(stackFileName(stack), entries, catalogue.environments),
    catalogue,
    readContent(catalogue.root),
  );
  if (!planned.ok) {
    throw new Error(formatProblems(planned.problems));
  }
  const { plan } = planned;
  const receivers = Object.fromEntries([
    ...receiverKeys(plan).map((key) => [key, secretText(plan, key)] as const),
    ...otherKeys(plan).map((key) => [key, keyText(plan, key)] as const),
  ]);
  const grafanaToken = "fake-token-of-grafana";
  const kubeconfig = entries[`${PREFIX}kubeconfig`];
  const judged = await judgeStack(catalogue, stack, {
    ...entries,
    [`${PREFIX}secrets`]: JSON.stringify(receivers),
    [`${PREFIX}grafanaToken`]: grafanaToken,
  });
  return {
    ...judged,
    plan,
    secrets: { ...receivers, grafanaToken, ...(kubeconfig === undefined ? {} : { kubeconfig }) },
  };
}

/** What the object store of a plan could be asked by, and others be written to. */
function keyText({ platform: { longTerm } }: MonitoringPlan, key: string): string {
  const text = `fake-text-of-${key}`;
  return longTerm?.bucket.cloud === "gcp"
    ? JSON.stringify({ private_key: text })
    : `fake-id-of-${key}:${text}`;
}

/** The configuration of a stack as the engine passes it on, with some of its keys changed. */
export function entriesOf(
  file: string,
  set: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const read = readStackEntries(catalogue.root, file);
  if (!read.ok) {
    throw new Error(formatProblems(read.problems));
  }
  const entries = new Map(Object.entries(read.entries));
  for (const [path, value] of Object.entries(set)) {
    const [key = "", field] = path.split(".");
    const name = `${PREFIX}${key}`;
    if (value === undefined) {
      entries.delete(name);
    } else if (field === undefined) {
      entries.set(name, typeof value === "string" ? value : JSON.stringify(value));
    } else {
      const old = JSON.parse(entries.get(name) ?? "{}") as object;
      entries.set(name, JSON.stringify({ ...old, [field]: value }));
    }
  }
  return Object.fromEntries(entries);
}

/** A value inside a resource, by the names on the way to it; undefined where the way ends early. */
export function at(value: unknown, ...way: readonly (string | number)[]): unknown {
  return way.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? (inner as Readonly<Record<string | number, unknown>>)[key]
        : undefined,
    value,
  );
}

/** The resources of a type, `kubernetes:core/v1:ConfigMap`. */
export function ofType(resources: readonly ProgramResource[], type: string): readonly ProgramResource[] {
  return resources.filter((resource) => resource.type === type);
}
