import { z } from "zod";
import { ENVIRONMENTS, NEVER_PAGES } from "../plan/environment";
import {
  account,
  address,
  bucketPrefix,
  channel,
  duration,
  hostAndPort,
  image,
  name,
  percent,
  region,
  resources,
  secretKey,
  storage,
  timeOfDay,
} from "./fields";

/** Versions that are known to work together; the lab plays the same ones. */
export const IMAGES = {
  prometheus: "prom/prometheus:v3.15.0",
  alertmanager: "prom/alertmanager:v0.31.1",
  reloader: "quay.io/prometheus-operator/prometheus-config-reloader:v0.85.0",
} as const;

const chat = z.strictObject({
  channel: channel.describe("Slack channel"),
  webhookSecret: secretKey.describe("key of the secret that holds the channel's webhook address"),
});

const pagerduty = z.strictObject({
  address: address.describe("Events v2 endpoint"),
  routingKeySecrets: z
    .record(z.string(), secretKey)
    .describe("keys of the secrets that hold routing keys, by team, with `default` for the rest"),
});

const digest = z.strictObject({
  to: z.email(),
  from: z.email(),
  smarthost: hostAndPort.describe("SMTP server"),
  username: z.string(),
  passwordSecret: secretKey.describe("key of the secret that holds the SMTP password"),
  requireTls: z.boolean(),
  window: z
    .strictObject({ start: timeOfDay, end: timeOfDay, location: z.string().min(1) })
    .describe("window of the day in which it is sent"),
});

const receivers = z.strictObject({
  unrouted: chat.describe("takes what no route matched"),
  chat: chat.describe("warnings of teams without a channel of their own"),
  quiet: chat.describe("information"),
  teamChat: z.record(z.string(), chat).default({}).describe("channels by team"),
  pagerduty: pagerduty.optional().describe("who is paged"),
  digest: digest.optional().describe("the daily mail"),
  deadMansSwitch: z
    .strictObject({ urlSecret: secretKey.describe("key of the secret that holds the heartbeat address") })
    .optional()
    .describe("a service outside the cluster that pages when the Watchdog falls silent"),
});

const kubernetes = z.strictObject({
  namespace: name.default("monitoring").describe("namespace of everything that the stack makes"),
  kubeconfig: z
    .string()
    .min(1)
    .default("~/.kube/config")
    .describe("path of the kubeconfig; its text as a secret goes into tocsin:kubeconfig"),
  context: z.string().min(1).describe("context of the kubeconfig"),
  clientNamespaces: z
    .array(name)
    .default([])
    .describe("other namespaces whose pods may open Prometheus and Alertmanager"),
});

const server = {
  replicas: z.int().min(1),
  address: address.describe("the address that people open, used in links"),
  resources,
  storage,
};

const prometheus = z.strictObject({
  ...server,
  image: image.default(IMAGES.prometheus),
  retention: duration.describe("how long samples are kept; at least the longest SLO window and 7 days"),
  scrapeInterval: duration,
});

const alertmanager = z.strictObject({
  ...server,
  image: image.default(IMAGES.alertmanager),
  reloaderImage: image.default(IMAGES.reloader).describe("sidecar that reloads a changed configuration"),
  existingSecret: name
    .optional()
    .describe("name of a Kubernetes secret with the receivers' keys that somebody else keeps"),
});

const grafana = z.strictObject({
  address,
  folder: z.string().min(1).default("Tocsin").describe("title of the folder of the dashboards"),
});

const backups = z.discriminatedUnion("cloud", [
  z.strictObject({
    cloud: z.literal("aws"),
    prefix: bucketPrefix,
    account: account.describe("the only account that may be changed"),
    region,
    kmsKey: z.string().startsWith("arn:").optional().describe("ARN of a KMS key"),
  }),
  z.strictObject({
    cloud: z.literal("gcp"),
    prefix: bucketPrefix,
    project: z.string().min(1),
    location: z.string().min(1).describe("region or multi-region, e.g. europe-west3"),
    kmsKey: z.string().startsWith("projects/").optional().describe("resource name of a KMS key"),
  }),
]);

const text = z.string().min(1);

/** The configuration of a stack, without the prefix `tocsin:`; strict, so that a misspelt key is an error. */
export const stackSchema = z
  .strictObject({
    environment: z.enum(ENVIRONMENTS).describe("which environment this stack is; the stack's name is free"),
    cluster: text.describe("name of the cluster, on every alert"),
    paging: z.boolean().describe("whether a person may be woken; never in dev, staging and beta"),
    kubernetes,
    prometheus,
    alertmanager,
    grafana,
    backups: backups.optional().describe("where backup buckets lie; no buckets where absent"),
    objectives: z
      .record(z.string(), percent)
      .default({})
      .describe("objectives that differ from the service's file, by slo_id such as omnihub-api-availability"),
    runbooks: z.record(z.string(), address).describe("base addresses of runbooks by service, with `default`"),
    receivers,
    secrets: z.record(secretKey, text).default({}).describe("secret: what the receivers need, by key"),
    grafanaToken: text.optional().describe("secret: token of a Grafana service account"),
    kubeconfig: text.optional().describe("secret: text of a kubeconfig, instead of its path"),
  })
  .superRefine((stack, context) => {
    for (const { path, message } of contradictions(stack)) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  });

interface Contradiction {
  readonly path: readonly string[];
  readonly message: string;
}

interface Contradictable {
  readonly environment: string;
  readonly paging: boolean;
  readonly runbooks: Readonly<Record<string, string>>;
  readonly receivers: z.infer<typeof receivers>;
}

/** What no single key shows. */
function contradictions({
  environment,
  paging,
  runbooks,
  receivers: to,
}: Contradictable): readonly Contradiction[] {
  const neverPages: readonly string[] = NEVER_PAGES;
  const found: (Contradiction | false)[] = [
    paging &&
      neverPages.includes(environment) && {
        path: ["paging"],
        message: `[true] in [${environment}], which never pages a person; set it to false`,
      },
    paging &&
      to.pagerduty?.routingKeySecrets["default"] === undefined && {
        path: ["receivers", "pagerduty"],
        message:
          "paging is on and there is no [routingKeySecrets.default]; name the secret of the PagerDuty service that takes what no team takes",
      },
    runbooks["default"] === undefined && {
      path: ["runbooks"],
      message: "there is no [default] base address of runbooks",
    },
  ];
  return found.filter((contradiction) => contradiction !== false);
}
