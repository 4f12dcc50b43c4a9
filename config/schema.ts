import { ALERTS_BACKENDS, HOMES, METRICS_BACKENDS } from "../plan/backend";
import * as field from "./fields";
import { list, mapping, mappingWithDefault, oneOf, section } from "./fields";
import { authentication } from "./authentication";
import { backups } from "./backups";
import { managedDatabases } from "./databases";
import { IMAGES } from "./images";
import { longTerm } from "./long-term";
import { maintenance } from "./maintenance";
import { onCall } from "./on-call";
import { resources, storage } from "./pods";
import { receivers } from "./receivers";
import { remoteWrite } from "./remote-write";

const kubernetes = section({
  namespace: field.ownNamespace
    .default("monitoring")
    .describe("namespace of everything that the stack makes"),
  kubeconfig: field.filled
    .default("~/.kube/config")
    .describe("path of the kubeconfig; its text is a secret and goes into `tocsin:kubeconfig`"),
  context: field.filled.describe("context of the kubeconfig"),
  clientNamespaces: list(field.name, "a list of namespaces")
    .default([])
    .describe("other namespaces whose pods may open Prometheus, Alertmanager and the runbooks"),
});

/** More pods than this are a slip: each Prometheus scrapes everything, and Alertmanagers tell each other everything. */
const MOST_REPLICAS = 20;

const serverIngress = section({
  className: field.name.describe("ingress class"),
  tlsSecret: field.name.describe("Kubernetes secret with the certificate of the host name of `address`"),
  authentication: authentication.describe(
    "annotations by which the ingress controller asks who it is; neither server knows users",
  ),
});

const server = {
  replicas: field.count(MOST_REPLICAS).describe("pods of it"),
  address: field.address.describe(
    "the address that people open, used in links; a proxy that adds a path to it has to take it off again",
  ),
  storage: storage.exactOptional().describe("the volume of each pod; required where the stack runs it"),
  priorityClass: field.name
    .exactOptional()
    .describe("PriorityClass of its pods, which has to be there; as important as any pod where absent"),
  ingress: serverIngress
    .exactOptional()
    .describe(
      "makes an Ingress for the host name of `address`, which asks who it is; its controller's namespace is one of `tocsin:kubernetes.clientNamespaces`. Where absent, people reach it by `kubectl port-forward`",
    ),
};

const prometheus = section({
  ...server,
  resources: resources("128Mi")
    .exactOptional()
    .describe("what each pod reserves; required where the stack runs it"),
  image: field.image.default(IMAGES.prometheus).describe("image of Prometheus"),
  retention: field.retention.describe(
    "how long samples are kept; at least the longest SLO window and 7 days, which is checked",
  ),
  scrapeInterval: field.scrapeInterval.describe(
    "time between two scrapes, and between two evaluations of rules",
  ),
});

const alertmanager = section({
  ...server,
  resources: resources("32Mi")
    .exactOptional()
    .describe("what each pod reserves; required where the stack runs it"),
  image: field.image.default(IMAGES.alertmanager).describe("image of Alertmanager"),
  reloaderImage: field.image
    .default(IMAGES.reloader)
    .describe("image of the sidecar that reloads a changed configuration"),
  existingSecret: field.name
    .exactOptional()
    .describe("name of a Kubernetes secret with the receivers' keys that somebody else keeps"),
});

const grafana = section({
  address: field.secureAddress.describe("an existing Grafana; its token goes into `tocsin:grafanaToken`"),
  folder: field.filled.default("Tocsin").describe("title of the folder of the dashboards"),
  editable: field.flag
    .default(false)
    .describe("whether dashboards may be changed there, until the next `up`"),
  namespace: field.name
    .exactOptional()
    .describe(
      "its namespace in the cluster of the stack, from which it asks Prometheus directly; where absent, it asks the address that people open",
    ),
});

const runbookSite = section({
  replicas: field.count(MOST_REPLICAS).default(2).describe("pods of it"),
  image: field.image.default(IMAGES.runbookSite).describe("image with nginx in it"),
  resources: resources("16Mi").default({ cpu: "10m", memory: "32Mi" }).describe("what each pod reserves"),
  ingress: section({
    className: field.name.describe("ingress class"),
    tlsSecret: field.name
      .exactOptional()
      .describe(
        "Kubernetes secret with the certificate of the host names; the controller's own where absent",
      ),
  })
    .exactOptional()
    .describe(
      "makes an Ingress for the host names of `tocsin:runbooks`; somebody else routes them where absent",
    ),
});

const blackbox = section({
  image: field.image.default(IMAGES.blackbox).describe("image of the blackbox exporter"),
  resources: resources("16Mi").default({ cpu: "10m", memory: "32Mi" }).describe("what its pod reserves"),
});

const backupJobs = section({
  image: field.image.default(IMAGES.backupJobs).describe("image with Node 24 or newer"),
  postgresImage: field.image.default(IMAGES.postgres).describe("PostgreSQL, no older than the servers"),
});

const backend = section({
  metrics: oneOf(METRICS_BACKENDS)
    .exactOptional()
    .describe("who scrapes it and evaluates its records; what `tocsin:backend` says where absent"),
  alerts: oneOf(ALERTS_BACKENDS)
    .exactOptional()
    .describe("who evaluates its alerts; where absent, whoever evaluates its records"),
});

/** What the chart kube-prometheus-stack calls its parts, installed under its own name. */
const CHART = "kube-prometheus-stack";

const operator = section({
  namespace: field.name.describe("where its Prometheus and Alertmanager run"),
  prometheus: field.name.default(`${CHART}-prometheus`).describe("name of the Prometheus resource"),
  alertmanager: field.name.default(`${CHART}-alertmanager`).describe("name of the Alertmanager resource"),
  labels: mapping(
    field.labelName,
    field.labelValue.describe("value of this label"),
    "a mapping of labels to values, such as release: prometheus",
  )
    .default({ release: CHART })
    .describe("by which the Prometheus selects rules and monitors (`ruleSelector`, `podMonitorSelector`)"),
  port: field.name.default("http-web").describe("name of the web port of both (`portName`)"),
  externalLabels: mapping(
    field.labelName,
    field.filled.describe("value of this label"),
    "a mapping of labels to values, such as cluster: prod-1",
  )
    .default({})
    .describe("labels that the Prometheus adds to what it sends (`externalLabels`)"),
  createdTimestamps: field.flag
    .default(false)
    .describe("whether the Prometheus has the feature created-timestamp-zero-ingestion (`enableFeatures`)"),
  routes: oneOf(["secret", "theirs"])
    .default("secret")
    .describe(
      "who configures the Alertmanager: the stack, by a secret with the whole of it, or others, from what `tocsin render` writes",
    ),
  configSecret: field.name
    .default("tocsin-alertmanager")
    .describe("the secret that the Alertmanager reads its configuration from (`configSecret`)"),
  matcherStrategy: oneOf(["OnNamespace", "OnNamespaceExceptForAlertmanagerNamespace", "None"])
    .default("OnNamespace")
    .describe("what happens to routes of AlertmanagerConfig objects (`alertmanagerConfigMatcherStrategy`)"),
  dashboards: oneOf(["sidecar", "api"])
    .default("sidecar")
    .describe(
      "how dashboards reach Grafana: as ConfigMaps that its sidecar finds, or by its API, with a token",
    ),
  dataSource: field.filled
    .default("prometheus")
    .describe("name or uid of Grafana's data source that asks the Prometheus"),
});

const gmp = section({
  address: field.address.describe(
    "a Prometheus API in front of Google Managed Prometheus, which Grafana asks",
  ),
});

/** The configuration of a stack, without the prefix `tocsin:`; strict, so that a misspelt key is an error. */
export const stackSchema = section({
  environment: field.environment.describe(
    "which environment of the catalogue this stack is; the stack's name is free",
  ),
  cluster: field.cluster.describe("name of the cluster, on every alert"),
  shard: section({
    teams: list(field.identifier, "a list of teams").default([]).describe("teams whose services it monitors"),
    namespaces: list(field.name, "a list of namespaces")
      .default([])
      .describe("namespaces whose services it monitors"),
  })
    .exactOptional()
    .describe("the part of the environment that this stack monitors; all of it where absent"),
  paging: field.flag.describe(
    "whether a person may be woken; only in an environment with the trait `mayPage`",
  ),
  kubernetes: kubernetes.describe("the cluster, and where in it"),
  prometheus: prometheus.describe("the Prometheus of the stack, or what is known of the operator's"),
  alertmanager: alertmanager.describe("the Alertmanager of the stack, or what is known of the operator's"),
  grafana: grafana.describe("where the dashboards go"),
  backend: oneOf(HOMES)
    .default("kubernetes")
    .describe(
      "who runs Prometheus and Alertmanager: `kubernetes` is self-hosted, by the stack; `operator` is a Prometheus operator that is there already",
    ),
  operator: operator
    .exactOptional()
    .describe("the Prometheus operator and what it runs; required where `tocsin:backend` is `operator`"),
  backends: mapping(
    field.identifier,
    backend.describe("who evaluates the rules of this service"),
    "a mapping of services to backends",
  )
    .prefault({})
    .describe("who evaluates the rules of a service, by its id; what `tocsin:backend` says where absent"),
  gmp: gmp
    .exactOptional()
    .describe("Google Managed Prometheus; required where a service of `tocsin:backends` is bound to it"),
  backups: backups.exactOptional().describe("where backup buckets lie; no buckets where absent"),
  backupsOf: mapping(
    field.identifier,
    backups.describe("where those of this service lie"),
    "a mapping of services to places of backups",
  )
    .default({})
    .describe("services whose backup buckets lie elsewhere"),
  managedDatabases: managedDatabases
    .default({})
    .describe('who keeps the log of stores with `pointInTime: "provider"`, by the ids of service and backup'),
  longTerm: longTerm
    .exactOptional()
    .describe("samples for years, in an object store; what Prometheus keeps is all where absent"),
  remoteWrite: remoteWrite
    .default([])
    .describe("whom every Prometheus of the stack sends what it stores, besides keeping it"),
  objectives: mapping(
    field.identifier,
    field.percent.describe("objective of the SLO with this slo_id"),
    "a mapping of slo_ids to percentages",
  )
    .prefault({})
    .describe("objectives that differ from the service's file, by slo_id such as shop-api-availability"),
  maintenance: maintenance
    .default([])
    .describe(
      "planned work: nobody hears of alerts of these services meanwhile, and what fails is taken out of their error budgets",
    ),
  onCall: onCall
    .exactOptional()
    .describe("the people that are paged, as far as `tocsin backtest` has to know them"),
  runbooks: mappingWithDefault(
    field.address.describe("for services without one of their own"),
    field.address.describe("for this service"),
    "a mapping of services to addresses",
  ).describe(
    "base addresses of runbooks, by service; each host name belongs to one stack, which serves its pages",
  ),
  runbookSite: runbookSite.prefault({}).describe("the web server of the runbooks"),
  backupJobs: backupJobs.prefault({}).describe("what backs up the stores of the services, and proves it"),
  blackbox: blackbox.prefault({}).describe("what asks services from outside; it runs where a job is a probe"),
  receivers: receivers.describe("where alerts go"),
  secrets: field.secrets
    .default({})
    .describe("what receivers, object stores and remote writing need, by key"),
  grafanaToken: field.secret
    .exactOptional()
    .describe("token of a Grafana service account; `pulumi up` needs it"),
  kubeconfig: field.secret
    .exactOptional()
    .describe("text of a kubeconfig, which takes the place of its path"),
});
