import { parse } from "yaml";
import { formatProblems } from "../../slo/problem";
import {
  added,
  DECRYPTED,
  edited,
  fromEngine,
  fromFile,
  fromTree,
  linesOf,
  places,
  replaced,
  stackText,
  type Tree,
} from "../support/config-sources";

/** A place, what is wrong with it, and what to do; by default the page about the key. */
type Said = readonly [key: string, message: string, remedy?: string];

interface Mistake {
  readonly stack: "dev" | "prod" | "staging";
  readonly text: string;
  /** Everything that is said, in the order in which it is printed. */
  readonly said: readonly Said[];
}

const KINDS = "one of [email, msteams, pagerduty, slack, webhook]";
const KEYS =
  "environment, cluster, shard, paging, kubernetes, prometheus, alertmanager, grafana, backend, operator, backends, gmp, backups, backupsOf, " +
  "managedDatabases, longTerm, remoteWrite, objectives, maintenance, onCall, runbooks, runbookSite, backupJobs, blackbox, receivers, secrets, grafanaToken, kubeconfig";
const INTERVAL =
  "a duration of whole seconds from 10s, the timeout of a scrape, to 5m, which a query looks back";
const INSTANT = "an instant of whole minutes such as 2027-01-09T22:00Z or 2027-01-09T23:00+01:00";
const RETENTION = "is not a duration from 1d to 3650d such as 35d";
const ADDRESS = "an http(s) address such as https://grafana.example.com";
const COUNT = "a whole number from 1 to 20";
const SECURE = "an https address, since a secret is sent there, such as https://grafana.example.com";
const SECRET_NAME =
  "is not the key of a secret such as slack-alerts; it is not shown, since it may be the secret itself";
/** In the form of a real one. */
const ROUTING_KEY = "r0ut1ngk3y0fpag3rduty0123456789a";
const ASKS_NOBODY =
  "asks nobody who they are; have one of [alb.ingress.kubernetes.io/auth-type, haproxy-ingress.github.io/auth-secret, " +
  "haproxy-ingress.github.io/auth-url, haproxy.org/auth-secret with haproxy.org/auth-type, " +
  "nginx.ingress.kubernetes.io/auth-secret with nginx.ingress.kubernetes.io/auth-type, " +
  "nginx.ingress.kubernetes.io/auth-tls-secret, nginx.ingress.kubernetes.io/auth-url, " +
  "traefik.ingress.kubernetes.io/router.middlewares]";
const MISPLACED: readonly [string, string] = [
  "holds a secret, and its value appears in rules, links and logs",
  "Write it in plain text; secrets go into one of [tocsin:grafanaToken, tocsin:kubeconfig, tocsin:secrets].",
];

const FORMERLY =
  'See tocsin:receivers in docs/configuration.md, and "From the keys of older versions" in docs/receivers.md.';

const unknown = (key: string, ...siblings: readonly string[]): readonly [string, string] => [
  `[${key}] is not a key of the configuration`,
  `${key in MEANT ? `Did you mean [${MEANT[key]}]? ` : ""}Use one of [${siblings.join(", ")}].`,
];
/** Keys that are near to one. */
const MEANT: Readonly<Record<string, string>> = {
  clutser: "cluster",
  contxt: "context",
  "grafana-token": "grafanaToken",
};
const plainText = (options: string): readonly [string, string] => [
  "this secret is in plain text",
  `Encrypt it, and replace it where it comes from if others may have read it: pulumi config set --stack dev ${options}`,
];

const RDS = "the ARN of an RDS instance or cluster such as arn:aws:rds:eu-central-1:310000000003:db:shop";
const AWS_KEYS = [
  ...["cloud", "prefix", "lock", "colder", "account", "region", "kmsKey", "replica", "oidcIssuer"],
] as const;

const MISTAKES: Readonly<Record<string, Mistake>> = {
  "an environment that nobody has": {
    stack: "dev",
    text: edited("dev", ["environment: dev", "environment: qa"]),
    said: [
      [
        "environment",
        "[qa] is not one of [beta, dev, prod, staging]",
        "Name one of those, or give `environments` of catalogue.ts another.",
      ],
    ],
  },
  "a key that is not there": {
    stack: "dev",
    text: edited("dev", ["  tocsin:cluster: dev-1\n", ""]),
    said: [["cluster", "is not set; expected the name of a cluster such as prod-1"]],
  },
  "a key with nothing behind it, at the top and below": {
    stack: "dev",
    text: edited("dev", ["cluster: dev-1", "cluster:"], ["replicas: 1", "replicas:"]),
    said: [
      ["cluster", "is empty; expected the name of a cluster such as prod-1"],
      ["prometheus.replicas", `is not set; expected ${COUNT}`],
    ],
  },
  "a section with nothing below it": {
    stack: "dev",
    text: edited("dev", ["tocsin:grafana:\n    address: https://grafana.dev.orders.dev", "tocsin:grafana:"]),
    said: [["grafana", "is empty; expected a mapping with the keys [address, folder, editable, namespace]"]],
  },
  "misspelt keys, at the top and below": {
    stack: "dev",
    text: edited("dev", ["tocsin:cluster:", "tocsin:clutser:"], ["context: dev-1", "contxt: dev-1"]),
    said: [
      ["cluster", "is not set; expected the name of a cluster such as prod-1"],
      ["clutser", ...unknown("clutser", KEYS)],
      ["kubernetes.context", "is not set; expected a text"],
      ["kubernetes.contxt", ...unknown("contxt", "namespace", "kubeconfig", "context", "clientNamespaces")],
    ],
  },
  "a number in words, and one in quotes": {
    stack: "prod",
    text: edited("prod", ["replicas: 2", "replicas: two"], ["replicas: 3", 'replicas: "3"']),
    said: [
      ["alertmanager.replicas", `[3] is a text, not ${COUNT}; leave out the quotes`],
      ["prometheus.replicas", `[two] is not ${COUNT}`],
    ],
  },
  "no replica, and a fraction of one": {
    stack: "prod",
    text: edited("prod", ["replicas: 2", "replicas: 0"], ["replicas: 3", "replicas: 2.5"]),
    said: [
      ["alertmanager.replicas", `[2.5] is not ${COUNT}`],
      ["prometheus.replicas", `[0] is not ${COUNT}`],
    ],
  },
  "flags that are neither true nor false": {
    stack: "prod",
    text: edited("prod", ["paging: true", "paging: sometimes"], ["requireTls: true", 'requireTls: "true"']),
    said: [
      ["paging", "[sometimes] is not true or false"],
      ["receivers.digest.requireTls", "[true] is a text, not true or false; leave out the quotes"],
    ],
  },
  "maintenance without services, on a day that is none, that ends before it begins, and longer than until the next":
    {
      stack: "prod",
      text: added(
        "prod",
        `tocsin:maintenance:
    - { services: [], reason: a, from: 2027-02-30T22:00Z, to: 2027-03-01 }
    - { services: [orders], reason: b, from: 2027-03-01T22:00Z, to: 2027-03-01T22:00+01:00 }
    - { services: [orders], reason: c, from: 2027-03-01T22:00Z, to: 2027-03-02T21:50Z, every: 1d }
    - { services: [orders, orders], reason: "", from: 22:00, to: 2027-03-01T22:00Z, every: 2d, settle: 30s }`,
      ),
      said: [
        ["maintenance[0].from", `[2027-02-30T22:00Z] is not ${INSTANT}`],
        ["maintenance[0].services", "[] names no service; expected a list of services"],
        ["maintenance[0].to", `[2027-03-01] is not ${INSTANT}`],
        ["maintenance[1].to", "[2027-03-01T22:00+01:00] is not after the beginning, [2027-03-01T22:00Z]"],
        [
          "maintenance[2].to",
          "[2027-03-02T21:50Z] is, with [15m] to settle, more than 1d after the beginning, [2027-03-01T22:00Z]",
        ],
        ["maintenance[3].every", "[2d] is not one of [1d, 7d]"],
        ["maintenance[3].from", `[22:00] is not ${INSTANT}`],
        ["maintenance[3].reason", "is empty; expected a text"],
        ["maintenance[3].services", '[["orders","orders"]] lists a value twice'],
        ["maintenance[3].settle", "[30s] is not a duration of whole minutes from 1m to 1d such as 15m"],
      ],
    },
  "durations of other forms": {
    stack: "dev",
    text: edited("dev", ["retention: 35d", "retention: 5w"], ["scrapeInterval: 30s", "scrapeInterval: 0s"]),
    said: [
      ["prometheus.retention", `[5w] ${RETENTION}`],
      ["prometheus.scrapeInterval", `[0s] is not ${INTERVAL}`],
    ],
  },
  "durations that stop Prometheus": {
    stack: "dev",
    text: edited(
      "dev",
      ["retention: 35d", "retention: 106752d"],
      ["scrapeInterval: 30s", "scrapeInterval: 10001ms"],
    ),
    said: [
      ["prometheus.retention", `[106752d] ${RETENTION}`],
      ["prometheus.scrapeInterval", `[10001ms] is not ${INTERVAL}`],
    ],
  },
  "scrapes so rare that every series is stale between them": {
    stack: "dev",
    text: edited("dev", ["scrapeInterval: 30s", "scrapeInterval: 10m"]),
    said: [["prometheus.scrapeInterval", `[10m] is not ${INTERVAL}`]],
  },
  "time zones that only ICU knows": {
    stack: "prod",
    text: edited("prod", ["location: Europe/Berlin", "location: PST"]),
    said: [["receivers.digest.window.location", "[PST] is not a time zone such as Europe/Berlin"]],
  },
  "a time zone in other capitals than its file": {
    stack: "prod",
    text: edited("prod", ["location: Europe/Berlin", "location: europe/berlin"]),
    said: [["receivers.digest.window.location", "[europe/berlin] is not a time zone such as Europe/Berlin"]],
  },
  "an account that YAML reads as a number": {
    stack: "prod",
    text: edited("prod", ['"310000000003"', "310000000003"]),
    said: [["backups.account", "[310000000003] is a number, not a text; put it in quotes"]],
  },
  "backends that there are none of": {
    stack: "dev",
    text: added("dev", "tocsin:backends: { orders: { metrics: mimir, alerts: gmp, rules: grafana } }"),
    said: [
      ["backends.orders.alerts", "[gmp] is not one of [grafana]"],
      ["backends.orders.metrics", "[mimir] is not one of [gmp, kubernetes, operator]"],
      ["backends.orders.rules", ...unknown("rules", "metrics", "alerts")],
    ],
  },
  "a backend for all of them": {
    stack: "dev",
    text: added("dev", "tocsin:backends: grafana"),
    said: [["backends", "[grafana] is not a mapping of services to backends"]],
  },
  "Google Managed Prometheus without its address": {
    stack: "dev",
    text: added("dev", "tocsin:backends: { orders: { metrics: gmp } }"),
    said: [
      [
        "gmp",
        "is not set, and tocsin:backends.orders.metrics is [gmp]",
        "Give the address of a Prometheus API in front of it.",
      ],
    ],
  },
  "a cloud that there is none of": {
    stack: "dev",
    text: edited("dev", ["cloud: gcp", "cloud: azure"]),
    said: [["backups.cloud", "[azure] is not one of [aws, gcp, r2]"]],
  },
  "backups without a cloud": {
    stack: "dev",
    text: edited("dev", ["    cloud: gcp\n", ""]),
    said: [["backups.cloud", "is not set; expected one of [aws, gcp, r2]"]],
  },
  "keys of one cloud under the name of another": {
    stack: "dev",
    text: edited("dev", ["cloud: gcp", "cloud: aws"]),
    said: [
      ["backups.account", "is not set; expected the 12 digits of an AWS account"],
      ["backups.location", ...unknown("location", ...AWS_KEYS)],
      ["backups.project", ...unknown("project", ...AWS_KEYS)],
      ["backups.region", "is not set; expected an AWS region such as eu-central-1"],
    ],
  },
  "addresses that are none, and one with a password": {
    stack: "prod",
    text: edited(
      "prod",
      ["https://grafana.orders.dev", "grafana.orders.dev"],
      ["https://prometheus.orders.dev", "https://me:pass@prometheus.orders.dev"],
      ["to: platform@orders.dev", "to: platform"],
    ),
    said: [
      ["grafana.address", `[grafana.orders.dev] is not ${SECURE}`],
      ["prometheus.address", `[https://…@prometheus.orders.dev] is not ${ADDRESS}`],
      ["receivers.digest.to", "[platform] is not a mail address such as platform@example.com"],
    ],
  },
  "a way from outside that asks nobody who they are": {
    stack: "prod",
    text: edited(
      "prod",
      [
        "    storage: { size: 100Gi, claims: 100Gi }",
        "    storage: { size: 100Gi, claims: 100Gi }\n    ingress: { className: nginx, tlsSecret: tls, authentication: { alb.ingress.kubernetes.io/auth-type: none } }",
      ],
      [
        "    storage: { size: 5Gi, claims: 5Gi }",
        "    storage: { size: 5Gi, claims: 5Gi }\n    ingress: { className: nginx, tlsSecret: tls, authentication: { nginx.ingress.kubernetes.io/auth-secret: users } }",
      ],
    ),
    said: [
      ["alertmanager.ingress.authentication", `[nginx.ingress.kubernetes.io/auth-secret] ${ASKS_NOBODY}`],
      ["prometheus.ingress.authentication", `[alb.ingress.kubernetes.io/auth-type] ${ASKS_NOBODY}`],
    ],
  },
  "a way from outside without the word for it": {
    stack: "prod",
    text: edited("prod", [
      "    storage: { size: 100Gi, claims: 100Gi }",
      "    storage: { size: 100Gi, claims: 100Gi }\n    ingress: { className: nginx, tlsSecret: tls }",
    ]),
    said: [
      [
        "prometheus.ingress.authentication",
        "is not set; expected a mapping of annotations to texts, such as nginx.ingress.kubernetes.io/auth-url: https://...",
      ],
    ],
  },
  "an image that can move": {
    stack: "dev",
    text: edited("dev", ["    retention: 35d", "    image: prom/prometheus:latest\n    retention: 35d"]),
    said: [
      [
        "prometheus.image",
        "[prom/prometheus:latest] is not an image at an exact version or digest such as prom/prometheus:v3.15.0",
      ],
    ],
  },
  "a list in the place of a mapping, and a mapping in the place of a list": {
    stack: "dev",
    text: edited(
      "dev",
      ["[ingress]", "{ ingress: true }"],
      ["storage: { size: 20Gi, claims: 20Gi }", "storage: [20Gi]"],
    ),
    said: [
      ["kubernetes.clientNamespaces", '[{"ingress":true}] is not a list of namespaces'],
      ["prometheus.storage", '[["20Gi"]] is not a mapping with the keys [size, claims, storageClass]'],
    ],
  },
  "an entry of a list": {
    stack: "dev",
    text: edited("dev", ["[ingress]", "[ingress, Ingress_2]"]),
    said: [["kubernetes.clientNamespaces[1]", "[Ingress_2] is not a Kubernetes name such as monitoring"]],
  },
  "a service of a name that no service has": {
    stack: "dev",
    text: added("dev", "tocsin:backends: { Pay Desk: { metrics: kubernetes } }"),
    said: [['backends["Pay Desk"]', "[Pay Desk] is not an identifier such as shop"]],
  },
  "receivers of a kind that there is none of, of no kind, nobody, one where there may be several": {
    stack: "dev",
    text: edited(
      "dev",
      ["unrouted: [{ kind: slack,", "unrouted: [{ kind: slck,"],
      [
        "    warning:\n      default: [",
        "    critical: { default: [], a: [{ channel: '#a' }] }\n    warning:\n      default: [",
      ],
      ["webhookSecret: slack-alerts }]", "webhookSecret: slack-alerts }]\n      b: { kind: msteams }"],
    ),
    said: [
      ["receivers.critical.a[0].kind", `is not set; expected ${KINDS}`],
      [
        "receivers.critical.default",
        "is an empty list, which nobody hears; leave it out, or name a receiver",
      ],
      ["receivers.unrouted[0].kind", `[slck] is not ${KINDS}`],
      [
        "receivers.warning.b",
        '[{"kind":"msteams"}] is not a list of receivers, each with its kind',
        FORMERLY,
      ],
    ],
  },
  "a receiver without its secret, one with a key of another kind, and receivers of an older version": {
    stack: "dev",
    text: edited(
      "dev",
      ["unrouted: [{ kind: slack, ", "unrouted: [{ kind: msteams, "],
      [
        "    warning:\n",
        `${["chat", "pagerduty", "quiet", "teamChat"].map((key) => `    ${key}: { default: {} }\n`).join("")}    warning:\n`,
      ],
      [", webhookSecret: slack-alerts", ""],
    ),
    said: [
      ...[
        ["chat", "[warning.default], a list of receivers"],
        ["pagerduty", "[critical], with { kind: pagerduty, routingKeySecret } in the list of each team"],
        ["quiet", "[info.default], a list of receivers"],
        ["teamChat", "[warning], with a list of receivers for each team"],
      ].map(([key = "", now = ""]): Said => [
        `receivers.${key}`,
        `[${key}] is not a key of the configuration`,
        `It is now ${now}: see "From the keys of older versions" in docs/receivers.md.`,
      ]),
      ["receivers.unrouted[0].channel", ...unknown("channel", "kind", "webhookSecret")],
      [
        "receivers.warning.default[0].webhookSecret",
        "is not set; expected the key of a secret such as slack-alerts",
      ],
    ],
  },
  "a receiver that would hear of everything twice": {
    stack: "dev",
    text: edited("dev", [
      "unrouted: [{",
      "unrouted: [{ kind: webhook, urlSecret: a }, { kind: webhook, urlSecret: a }, {",
    ]),
    said: [
      [
        "receivers.unrouted",
        '[[{"kind":"webhook","urlSecret":"a"},{"kind":"webhook","urlSe…] lists a value twice',
      ],
    ],
  },
  "pages that would wake nobody": {
    stack: "prod",
    text: edited(
      "prod",
      ["        - { kind: pagerduty, routingKeySecret: pagerduty-default }\n", ""],
      ["kind: pagerduty, routingKeySecret: pagerduty-stock", "kind: webhook, urlSecret: pager-stock"],
      ["        - { kind: pagerduty, routingKeySecret: pagerduty-orders }\n", ""],
    ),
    said: ["default", "orders"].map((team) => [
      `receivers.critical.${team}`,
      "has no receiver that wakes somebody, and tocsin:paging is [true]",
      "Add one of kind pagerduty or webhook.",
    ]),
  },
  "nothing for what has none of its own": {
    stack: "prod",
    text: edited(
      "prod",
      [
        `    warning:\n      default: [{ kind: slack, channel: "#alerts", webhookSecret: slack-alerts }]\n`,
        "    warning:\n",
      ],
      ["    default: https://runbooks.orders.dev/\n", ""],
    ),
    said: [
      ["receivers.warning.default", "is not set; expected a list of receivers, each with its kind", FORMERLY],
      ["runbooks.default", `is not set; expected ${ADDRESS}`],
    ],
  },
  "an objective without a percent sign": {
    stack: "prod",
    text: added("prod", "tocsin:objectives: { orders-api-latency: 95 }"),
    said: [
      [
        'objectives["orders-api-latency"]',
        "[95] is not a percentage with at most six decimals such as 99.9%",
      ],
    ],
  },
  "a time zone that there is none of, in a window that ends before it starts": {
    stack: "prod",
    text: edited("prod", ['"08:15", location: Europe/Berlin', '"07:45", location: Europe/Bonn']),
    said: [
      [
        "receivers.digest.window",
        "[08:00] to [07:45] is not a window of one day, which ends after it starts",
      ],
      ["receivers.digest.window.location", "[Europe/Bonn] is not a time zone such as Europe/Berlin"],
    ],
  },
  "pages from an environment that never pages, beside a fault of a single key": {
    stack: "staging",
    text: edited("staging", ["paging: false", "paging: true"], ["replicas: 2", "replicas: two"]),
    said: [
      [
        "paging",
        "[true] in [staging], which never pages a person",
        "Set it to false, or give the environment the trait `mayPage` in catalogue.ts.",
      ],
      ["prometheus.replicas", `[two] is not ${COUNT}`],
      [
        "receivers.critical",
        "is not set, and tocsin:paging is [true]",
        "Say who is paged, or set tocsin:paging to false.",
      ],
    ],
  },
  ...Object.fromEntries(
    (["prod", "staging"] as const).map((stack) => [
      `nobody who would notice that the monitoring of ${stack} has died`,
      {
        stack,
        text: edited(stack, ["    deadMansSwitch: { urlSecret: heartbeat-url }\n", ""]),
        said: [
          [
            "receivers.deadMansSwitch",
            `is not set, and tocsin:environment is [${stack}]`,
            "Name the secret that holds the heartbeat address of a service outside the cluster.",
          ],
        ],
      } satisfies Mistake,
    ]),
  ),
  "amounts that no node has, or nothing starts with": {
    stack: "prod",
    text: edited(
      "prod",
      ['cpu: "1", memory: 4Gi', 'cpu: "0.0", memory: 1Ki'],
      ["cpu: 100m, memory: 128Mi", 'cpu: "999999999", memory: 31Mi'],
      ["size: 100Gi", "size: 99999999999999Ti"],
      ["size: 5Gi", "size: 1Mi"],
      ["retention: 35d", "retention: 999999999d"],
    ),
    said: [
      ["alertmanager.resources.cpu", "[999999999] is not an amount of CPU from 1m to 256 such as 500m or 2"],
      ["alertmanager.resources.memory", "[31Mi] is not an amount of memory from 32Mi to 4Ti such as 512Mi"],
      ["alertmanager.storage.size", "[1Mi] is not an amount of disk from 1Gi to 64Ti such as 50Gi"],
      ["prometheus.resources.cpu", "[0.0] is not an amount of CPU from 1m to 256 such as 500m or 2"],
      ["prometheus.resources.memory", "[1Ki] is not an amount of memory from 128Mi to 4Ti such as 512Mi"],
      ["prometheus.retention", `[999999999d] ${RETENTION}`],
      [
        "prometheus.storage.size",
        "[99999999999999Ti] is not an amount of disk from 1Gi to 64Ti such as 50Gi",
      ],
    ],
  },
  "amounts that are none": {
    stack: "dev",
    text: edited(
      "dev",
      ['cpu: "250m", memory: 1Gi', 'cpu: "0.0005", memory: 1G'],
      ["size: 20Gi", "size: 20"],
    ),
    said: [
      ["prometheus.resources.cpu", "[0.0005] is not an amount of CPU from 1m to 256 such as 500m or 2"],
      ["prometheus.resources.memory", "[1G] is not an amount of memory from 128Mi to 4Ti such as 512Mi"],
      ["prometheus.storage.size", "[20] is a number, not a text; put it in quotes"],
    ],
  },
  "an Ingress whose controller may not reach what it is for": {
    stack: "dev",
    text: edited("dev", ["clientNamespaces: [ingress]", "clientNamespaces: []"]),
    said: [
      [
        "kubernetes.clientNamespaces",
        "[] shuts out the ingress controller, which tocsin:runbookSite.ingress is for",
        "List the namespace that the ingress controller runs in, e.g. ingress-nginx.",
      ],
    ],
  },
  "host names that no machine has, blanks around names, and one namespace twice": {
    stack: "prod",
    text: edited(
      "prod",
      ["https://prometheus.orders.dev", "https://prometheus..dev"],
      ["https://grafana.orders.dev", "https://-"],
      ["smtp.orders.dev:587", "..:587"],
      ["cluster: prod-1", `cluster: ${"p".repeat(101)}`],
      ["context: prod-1", 'context: "prod-1 "'],
      ["[ingress]", "[ingress, ingress]"],
    ),
    said: [
      ["cluster", `[${"p".repeat(60)}…] is not the name of a cluster such as prod-1`],
      ["grafana.address", `[https://-] is not ${SECURE}`],
      ["kubernetes.clientNamespaces", '[["ingress","ingress"]] lists a value twice'],
      ["kubernetes.context", "[prod-1 ] has a blank at its beginning or end, or several lines"],
      ["prometheus.address", `[https://prometheus..dev] is not ${ADDRESS}`],
      ["receivers.digest.smarthost", "[..:587] is not a host and port such as smtp.example.com:587"],
    ],
  },
  "more replicas than anybody needs": {
    stack: "prod",
    text: edited("prod", ["replicas: 2", "replicas: 100000"], ["replicas: 3", "replicas: 1000000000"]),
    said: [
      ["alertmanager.replicas", `[1000000000] is not ${COUNT}`],
      ["prometheus.replicas", `[100000] is not ${COUNT}`],
    ],
  },
  "ports that there are none of": {
    stack: "prod",
    text: edited(
      "prod",
      ["smtp.orders.dev:587", "smtp.orders.dev:99999"],
      ["https://grafana.orders.dev", "https://grafana.orders.dev:0"],
      ["https://prometheus.orders.dev", "https://prometheus.orders.dev:65536"],
      ["https://alertmanager.orders.dev", "https://1.2.3.999"],
    ),
    said: [
      ["alertmanager.address", `[https://1.2.3.999] is not ${ADDRESS}`],
      ["grafana.address", `[https://grafana.orders.dev:0] is not ${SECURE}`],
      ["prometheus.address", `[https://prometheus.orders.dev:65536] is not ${ADDRESS}`],
      [
        "receivers.digest.smarthost",
        "[smtp.orders.dev:99999] is not a host and port such as smtp.example.com:587",
      ],
    ],
  },
  ...Object.fromEntries(
    ["default", "gmp-system", "kube-node-lease", "kube-public", "kube-system"].map((namespace) => [
      `the namespace ${namespace}, which is somebody else's`,
      {
        stack: "dev",
        text: edited("dev", ["    context: dev-1", `    context: dev-1\n    namespace: ${namespace}`]),
        said: [
          [
            "kubernetes.namespace",
            `[${namespace}] is not the name of a namespace of its own such as monitoring`,
          ],
        ],
      } satisfies Mistake,
    ]),
  ),
  "secrets that would be sent in plain text": {
    stack: "prod",
    text: edited(
      "prod",
      [
        "{ kind: pagerduty, routingKeySecret: pagerduty-default",
        "{ kind: pagerduty, address: http://events.pagerduty.com/v2/enqueue, routingKeySecret: pagerduty-default",
      ],
      ["https://grafana.orders.dev", "http://grafana.orders.dev"],
    ),
    said: [
      ["grafana.address", `[http://grafana.orders.dev] is not ${SECURE}`],
      ["receivers.critical.default[0].address", `[http://events.pagerduty.com/v2/enqueue] is not ${SECURE}`],
    ],
  },
  "a part of the day in which no mail may come to be sent": {
    stack: "prod",
    text: edited("prod", ['end: "08:15"', 'end: "08:04"']),
    said: [
      [
        "receivers.digest.window",
        "[08:00] to [08:04] is too short: a mail that fails is tried again in it, so at least 10 minutes",
      ],
    ],
  },
  "regions and accounts that there are none of, and a key of another region": {
    stack: "prod",
    text: edited(
      "prod",
      ["region: eu-central-1", 'region: eu-centrall-1\n    kmsKey: "arn:aws:s3:::backups"'],
      ['"310000000003"', '"31000000000"'],
    ),
    said: [
      ["backups.account", "[31000000000] is not the 12 digits of an AWS account"],
      [
        "backups.kmsKey",
        "[arn:aws:s3:::backups] is not the ARN of a KMS key such as arn:aws:kms:eu-central-1:310000000003:alias/backups",
      ],
      [
        "backups.region",
        "[eu-centrall-1] is not an AWS region such as eu-central-1; did you mean [eu-central-1]?",
      ],
    ],
  },
  "a key of another region than the buckets": {
    stack: "prod",
    text: edited("prod", [
      "region: eu-central-1",
      'region: eu-central-1\n    kmsKey: "arn:aws:kms:eu-west-1:310000000003:alias/backups"',
    ]),
    said: [
      [
        "backups.kmsKey",
        "is a key in [eu-west-1], and the buckets lie in [eu-central-1]",
        "Name a key of the same region.",
      ],
    ],
  },
  "a second region that is the first, and a key that is in neither": {
    stack: "prod",
    text: edited("prod", [
      "region: eu-central-1",
      'region: eu-central-1\n    replica: { region: eu-central-1, kmsKey: "arn:aws:kms:eu-west-1:310000000003:alias/backups" }',
    ]),
    said: [
      [
        "backups.replica.kmsKey",
        "is a key in [eu-west-1], and the buckets lie in [eu-central-1]",
        "Name a key of the same region.",
      ],
      [
        "backups.replica.region",
        "[eu-central-1] is the region of the first bucket, too",
        "Name another region.",
      ],
    ],
  },
  "a service's own place on R2 without an account, and with a key": {
    stack: "prod",
    text: edited("prod", [
      "  tocsin:runbooks:",
      "  tocsin:backupsOf:\n    orders: { cloud: r2, prefix: orders, account: orders, kmsKey: mine }\n  tocsin:runbooks:",
    ]),
    said: [
      ["backupsOf.orders.account", "[orders] is not the 32 hexadecimal digits of a Cloudflare account"],
      [
        "backupsOf.orders.kmsKey",
        ...unknown("kmsKey", "cloud", "prefix", "lock", "colder", "account", "jurisdiction"),
      ],
    ],
  },
  "years of samples whose compactor is the writer": {
    stack: "prod",
    text: added(
      "prod",
      "tocsin:longTerm:",
      "  kind: thanos",
      "  bucket: { cloud: s3, name: acme-metrics, endpoint: objects.example.com:443 }",
      "  keys: { writer: metrics, reader: metrics-reader, compactor: metrics }",
    ),
    said: [
      [
        "longTerm.keys.compactor",
        "[metrics] is the secret of the writer as well",
        "Name a secret for each, of an identity of its own: only the compactor may delete.",
      ],
    ],
  },
  "databases that are none, of no region, with a log for too long, and of a cloud that runs none": {
    stack: "prod",
    text: added(
      "prod",
      "tocsin:managedDatabases:",
      "  orders:",
      '    bucket: { cloud: aws, instance: "arn:aws:s3:::orders", pointInTimeDays: 36 }',
      '    moon: { cloud: aws, instance: "arn:aws:rds:eu-moon-1:310000000003:db:orders" }',
      '    snapshot: { cloud: aws, instance: "arn:aws:rds:eu-central-1:310000000003:snapshot:orders", location: EU }',
      "    google: { cloud: gcp, instance: acme-prod:europe-west3:orders, location: EU }",
      "    r2: { cloud: r2 }",
      "    nobody: { cloud: other }",
      "    arn: arn:aws:rds:eu-central-1:310000000003:db:orders",
    ),
    said: [
      [
        "managedDatabases.orders.arn",
        "[arn:aws:rds:eu-central-1:310000000003:db:orders] is not a mapping with the key [cloud]",
      ],
      ["managedDatabases.orders.bucket.instance", `[arn:aws:s3:::orders] is not ${RDS}`],
      ["managedDatabases.orders.bucket.pointInTimeDays", "[36] is not a whole number from 1 to 35"],
      [
        "managedDatabases.orders.google.instance",
        "[acme-prod:europe-west3:orders] is not the full name of a Cloud SQL instance such as projects/acme-prod/instances/shop",
      ],
      [
        "managedDatabases.orders.google.location",
        "[EU] is not a region of Google Cloud such as europe-west3",
      ],
      [
        "managedDatabases.orders.moon.instance",
        `[arn:aws:rds:eu-moon-1:310000000003:db:orders] is not ${RDS}`,
      ],
      ["managedDatabases.orders.nobody.keptBy", "is not set; expected a text"],
      ["managedDatabases.orders.r2.cloud", "[r2] is not one of [aws, gcp, other]"],
      [
        "managedDatabases.orders.snapshot.instance",
        `[arn:aws:rds:eu-central-1:310000000003:snapshot:orders] is not ${RDS}`,
      ],
      [
        "managedDatabases.orders.snapshot.location",
        ...unknown("location", "cloud", "instance", "kmsKey", "lock", "pointInTimeDays"),
      ],
    ],
  },
  "a location, a project and a prefix that Google does not take": {
    stack: "dev",
    text: edited(
      "dev",
      ["location: europe-west3", "location: europe-west33\n    kmsKey: projects/acme/keys/backups"],
      ["project: orders-dev", "project: Dev"],
      ["prefix: orders", "prefix: goog-orders"],
    ),
    said: [
      [
        "backups.kmsKey",
        "[projects/acme/keys/backups] is not the name of a KMS key such as projects/acme/locations/europe-west3/keyRings/backups/cryptoKeys/tocsin",
      ],
      [
        "backups.location",
        "[europe-west33] is not a location of Cloud Storage such as europe-west3; did you mean [europe-west3]?",
      ],
      ["backups.prefix", "[goog-orders] is not the beginning of bucket names such as acme"],
      ["backups.project", "[Dev] is not the id of a Google Cloud project such as acme-prod"],
    ],
  },
  "secrets themselves where their names belong": {
    stack: "prod",
    text: edited(
      "prod",
      ["routingKeySecret: pagerduty-default", `routingKeySecret: ${ROUTING_KEY}`],
      ["webhookSecret: slack-quiet", "webhookSecret: https://hooks.slack.com/services/T0/B0/hunter2"],
      ['channel: "#alerts"', "channel: https://hooks.slack.com/services/T0/B0/hunter2"],
      ["https://alertmanager.orders.dev", "https://alertmanager.orders.dev?token=hunter2"],
      ["context: prod-1", `context: [{ token: ${ROUTING_KEY} }]`],
    ),
    said: [
      ["alertmanager.address", `[https://alertmanager.orders.dev?…] is not ${ADDRESS}`],
      ["kubernetes.context", '[[{"token":"…"}]] is not a text'],
      ["receivers.critical.default[0].routingKeySecret", SECRET_NAME],
      [
        "receivers.critical.default[1].channel",
        "[https://hooks.slack.com/…] is not a channel such as #alerts, in quotes",
      ],
      ["receivers.info.default[0].webhookSecret", SECRET_NAME],
    ],
  },
  "one secret for two kinds of receiver": {
    stack: "prod",
    text: edited(
      "prod",
      ["urlSecret: heartbeat-url", "urlSecret: slack-alerts"],
      ["passwordSecret: smtp-password", "passwordSecret: pagerduty-default"],
    ),
    said: [
      [
        "receivers.deadMansSwitch.urlSecret",
        "names a secret that is used as the address of a Slack webhook and as the address of the dead man's switch",
        "Give each a secret of its own.",
      ],
      [
        "receivers.digest.passwordSecret",
        "names a secret that is used as a routing key of PagerDuty and as a password of the mail server",
        "Give each a secret of its own.",
      ],
    ],
  },
  "secrets in plain text": {
    stack: "dev",
    text: added(
      "dev",
      "tocsin:secrets: { slack-alerts: hunter2, slack-quiet: 2 }",
      "tocsin:grafanaToken: hunter2",
      "tocsin:kubeconfig: { secure: hunter2, users: [] }",
    ),
    said: [
      ["grafanaToken", ...plainText("--secret 'tocsin:grafanaToken'")],
      ["kubeconfig", ...plainText("--secret 'tocsin:kubeconfig'")],
      ['secrets["slack-alerts"]', ...plainText("--secret --path 'tocsin:secrets[\"slack-alerts\"]'")],
      ['secrets["slack-quiet"]', ...plainText("--secret --path 'tocsin:secrets[\"slack-quiet\"]'")],
    ],
  },
  "all secrets in one text, and no secret where one belongs": {
    stack: "dev",
    text: added("dev", "tocsin:secrets: hunter2", "tocsin:grafanaToken:"),
    said: [
      ["grafanaToken", "is empty; expected a secret"],
      ["secrets", "is not a mapping of keys to secrets, each encrypted"],
    ],
  },
  "secrets of other forms": {
    stack: "dev",
    text: added("dev", "tocsin:secrets: { slack: { text: { secure: v1:abc } }, Slack: { secure: v1:abc } }"),
    said: [
      ["secrets.Slack", SECRET_NAME],
      ["secrets.slack", "is not a text, as every secret is"],
    ],
  },
  "ciphertexts where everybody reads along": {
    stack: "dev",
    text: edited(
      "dev",
      ["cluster: dev-1", "cluster: { secure: v1:abc }"],
      ["environment: dev", "environment: { secure: v1:abc }"],
      ["address: https://grafana.dev.orders.dev", "address: { secure: v1:abc }"],
    ),
    said: [
      ["cluster", ...MISPLACED],
      ["environment", ...MISPLACED],
      ["grafana", ...MISPLACED],
    ],
  },
  "a ciphertext in a section that lacks something else": {
    stack: "staging",
    text: edited(
      "staging",
      ["webhookSecret: slack-alerts", "webhookSecret: { secure: v1:abc }"],
      ["    deadMansSwitch: { urlSecret: heartbeat-url }\n", ""],
    ),
    said: [["receivers", ...MISPLACED]],
  },
  "a ciphertext under a key that there is none of": {
    stack: "dev",
    text: added("dev", "tocsin:grafana-token: { secure: v1:abc }"),
    said: [["grafana-token", ...unknown("grafana-token", KEYS)]],
  },
};

function printed({ stack, said }: Mistake): readonly string[] {
  return said.flatMap(([key, message, remedy]) => [
    `Pulumi.${stack}.yaml: tocsin:${key}: ${message}`,
    `    ${remedy ?? `See tocsin:${/^\w+/.exec(key)?.[0] ?? ""} in docs/configuration.md.`}`,
  ]);
}

describe("a configuration", () => {
  it.each(Object.entries(MISTAKES).map(([sentence, mistake]) => ({ sentence, ...mistake })))(
    "with $sentence is refused alike from the file and from the engine",
    async (mistake) => {
      expect(linesOf(fromFile(mistake.stack, mistake.text))).toEqual(printed(mistake));
      expect(linesOf(await fromEngine(mistake.stack, mistake.text))).toEqual(printed(mistake));
    },
  );

  it("has no secret repeated, encrypted or not", async () => {
    const texts = Object.values(MISTAKES).map(({ text }) => text);
    const said: string[] = [];
    for (const text of texts) {
      said.push(...linesOf(await fromEngine("dev", text)));
    }
    const secrets = ["hunter2", ROUTING_KEY, "pass@", DECRYPTED];
    expect(said.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
    expect(texts.filter((text) => text.includes("hunter2"))).toHaveLength(3);
  });

  it("has what is long cut, and what has several lines put on one", () => {
    const text = edited(
      "prod",
      ["context: prod-1", `context: [${"long ".repeat(20)}]`],
      ["to: platform@orders.dev", 'to: "platform\\nops"'],
    );
    expect(linesOf(fromFile("prod", text))).toEqual([
      `Pulumi.prod.yaml: tocsin:kubernetes.context: [["${"long ".repeat(11)}lon…] is not a text`,
      "    See tocsin:kubernetes in docs/configuration.md.",
      "Pulumi.prod.yaml: tocsin:receivers.digest.to: [platform ops] is not a mail address such as platform@example.com",
      "    See tocsin:receivers in docs/configuration.md.",
    ]);
  });
});

describe("a wrong value at any place of a configuration", () => {
  const { config } = parse(stackText("prod")) as { readonly config: Tree };
  const own = Object.fromEntries(Object.entries(config).filter(([key]) => key.startsWith("tocsin:")));

  it.each([
    { wrong: null, taken: [] },
    { wrong: "", taken: [] },
    { wrong: "§ §", taken: ["tocsin:kubernetes.context", "tocsin:receivers.digest.username"] },
    { wrong: true, taken: ["tocsin:cluster", "tocsin:paging", "tocsin:receivers.digest.requireTls"] },
    { wrong: -7.5, taken: [] },
    { wrong: [[]], taken: [] },
    { wrong: { unheard: {} }, taken: [] },
  ])("such as $wrong is refused there, in our own words", ({ wrong, taken }) => {
    const results = places(own).map((place) => ({
      place: place.join("."),
      result: fromTree("prod", replaced(own, place, wrong)),
    }));
    expect(results.length).toBeGreaterThan(60);
    expect(results.filter(({ result }) => result.ok).map(({ place }) => place)).toEqual(taken);
    const elsewhere = results.flatMap(({ place, result }) =>
      (result.ok ? [] : result.problems).filter(
        ({ path: seen }) =>
          !seen.replaceAll(/\["([^"]*)"\]/g, ".$1").startsWith(`Pulumi.prod.yaml: ${place}`),
      ),
    );
    expect(elsewhere).toEqual([]);
    const words = results.map(({ result }) => (result.ok ? "" : formatProblems(result.problems))).join("\n");
    expect(words).not.toMatch(/Invalid|Too small|received|Unrecognized|undefined|object Object/);
  });
});
