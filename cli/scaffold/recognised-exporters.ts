import { namespacesOf } from "../../parts/names";
import type { Family, Sample } from "./exposition";
import {
  boundKept,
  familyNamed,
  foundOne,
  named,
  shown,
  sumOf,
  undecided,
  unsaid,
  valuesOf,
  type Page,
  type Recogniser,
} from "./page";
import { failing, latencyOf } from "./recognised-requests";

/** The one that is called like the service, or the only one. */
function chosen({ service }: Page, names: readonly string[]): string | undefined {
  return names.find((name) => name === service.id) ?? (names.length === 1 ? names[0] : undefined);
}

/** Families of a page by the beginning of their names. */
function called({ families }: Page, ...beginnings: readonly string[]): readonly string[] {
  return families.map(({ name }) => name).filter((name) => beginnings.some((one) => name.startsWith(one)));
}

/** Series that are called like the service, or all of them. */
function ownOf({ service }: Page, samples: readonly Sample[], label: string): readonly Sample[] {
  const own = samples.filter(({ labels }) => labels[label] === service.id);
  return own.length > 0 ? own : samples;
}

const SYSTEM_DATABASES = [
  "template0",
  "template1",
  "postgres",
  "rdsadmin",
  "cloudsqladmin",
  "azure_maintenance",
];

export const postgresOn: Recogniser = (page) => {
  if (familyNamed(page, "pg_up") === undefined) {
    return {};
  }
  const takes = called(page, "pg_");
  const metric = ["pg_stat_database_numbackends", "datname"] as const;
  const all = valuesOf(familyNamed(page, metric[0]), metric[1]);
  const own = all.filter((name) => !SYSTEM_DATABASES.includes(name));
  const database = chosen(page, own.length === 0 && all.includes("postgres") ? ["postgres"] : own);
  if (database === undefined) {
    return undecided(takes, "databases", own.length === 0 ? all : own, metric);
  }
  const isReplica = sumOf(familyNamed(page, "pg_replication_is_replica")?.samples ?? []) > 0;
  return foundOne(
    { part: "postgres", own: { database, ...(isReplica ? { replicationLag: "30s" } : {}) } },
    `pg_up; database [${database}]${isReplica ? ", a replica, which may be 30s behind" : ""}`,
    takes,
  );
};

export const redisOn: Recogniser = (page) => {
  if (familyNamed(page, "redis_up") === undefined) {
    return {};
  }
  const unlimited = sumOf(familyNamed(page, "redis_memory_max_bytes")?.samples ?? []) === 0;
  return foundOne(
    { part: "redis", own: {} },
    `redis_up${unlimited ? "; it has no maxmemory, and without a limit RedisMemoryHigh says nothing" : ""}`,
    called(page, "redis_"),
  );
};

/** More than these are not one team's. */
const MOST_QUEUES = 8;

export const kafkaOn: Recogniser = (page) => {
  const lag = familyNamed(page, "kafka_consumergroup_lag_sum");
  const takes = called(page, "kafka_");
  const all = lag?.samples.filter(({ labels }) => "consumergroup" in labels && "topic" in labels) ?? [];
  const pairs = ownOf(page, all, "consumergroup");
  if (pairs.length > MOST_QUEUES) {
    return undecided(takes, "consumer groups", valuesOf(lag, "consumergroup"), [
      "kafka_consumergroup_lag_sum",
      "consumergroup",
    ]);
  }
  return {
    found: pairs.map(({ labels: { consumergroup: group = "", topic = "" }, value }) => {
      const limit = waiting(value);
      return {
        call: {
          part: "kafkaConsumer",
          own: { ...named(pairs, `${group} ${topic}`), group, topic, lag: limit, objective: "99%" },
        },
        says: `${group} on ${topic}, where ${shown(value)} messages wait and ${limit} may`,
        takes,
      };
    }),
  };
};

/** What may wait where so much does now: ten times that in one figure, a thousand at least. */
function waiting(now: number): string {
  const most = Math.max(1_000, 10 * (Number.isFinite(now) ? now : 0));
  const unit = 10 ** Math.floor(Math.log10(most));
  return String(Math.ceil(most / unit) * unit);
}

export const rabbitmqOn: Recogniser = (page) => {
  const messages = familyNamed(page, "rabbitmq_queue_messages");
  const takes = called(page, "rabbitmq_", "erlang_");
  if (messages === undefined) {
    return {};
  }
  const queues = messages.samples.filter(({ labels }) => "queue" in labels);
  if (queues.length === 0) {
    return unsaid(takes, "adds up all queues of the broker; read /metrics/per-object");
  }
  const ours = ownOf(page, queues, "queue");
  if (ours.length > MOST_QUEUES) {
    return undecided(takes, "queues", valuesOf(messages, "queue"), [messages.name, "queue"]);
  }
  return {
    found: ours.map(({ labels: { queue = "" }, value }) => ({
      call: { part: "rabbitmqQueue", own: { ...named(ours, queue), queue, messages: waiting(value) } },
      says: `the queue ${queue}, where ${shown(value)} messages wait and ${waiting(value)} may`,
      takes,
    })),
  };
};

export const ingressOn: Recogniser = (page) => {
  const requests = familyNamed(page, "nginx_ingress_controller_requests");
  if (requests === undefined) {
    return {};
  }
  const takes = called(page, "nginx_ingress_controller_");
  const all = valuesOf(requests, "ingress");
  const ingress = chosen(page, all);
  if (ingress === undefined) {
    return undecided(takes, "Ingresses", all, [requests.name, "ingress"]);
  }
  const own = (family: Family): Family => ({
    ...family,
    samples: family.samples.filter(({ labels }) => labels["ingress"] === ingress),
  });
  const durations = familyNamed(page, "nginx_ingress_controller_request_duration_seconds");
  const histogram = durations && own(durations);
  const timed = histogram && { histogram, kept: boundKept(histogram, page.promised.latency) };
  const errors = { label: "status", op: "=~", value: "5.*" } as const;
  return foundOne(
    {
      part: "ingressNginx",
      own: {
        ingress,
        availability: page.promised.availability,
        ...latencyOf(page, timed),
        requestsPerSecond: page.requestsPerSecond,
      },
    },
    `the Ingress ${ingress}; ${timed === undefined ? "no latency, since the page has none" : "says" in timed.kept ? timed.kept.says : `no latency: ${timed.kept.why}`}${failing(own(requests), { errors }, page)}`,
    takes,
  );
};

/** Namespaces of the service, and whether a series is of one of them. */
function inNamespaces({ service }: Page): {
  readonly namespaces: readonly string[];
  readonly isOwn: (sample: Sample) => boolean;
} {
  const namespaces = namespacesOf(service);
  return { namespaces, isOwn: ({ labels }) => namespaces.includes(labels["namespace"] ?? "") };
}

export const certManagerOn: Recogniser = (page) => {
  const ends = familyNamed(page, "certmanager_certificate_expiration_timestamp_seconds");
  const { namespaces, isOwn } = inNamespaces(page);
  const takes = called(page, "certmanager_");
  const names = valuesOf(ends, "name", isOwn);
  const why = `has no Certificate in [${namespaces.join(", ")}]; name the service and its --environments so that <id>-<environment> is one`;
  return ends === undefined || names.length > 0
    ? {
        found: names.map((name) => ({
          call: { part: "certificate", own: { ...named(names, name), of: { certManager: name } } },
          says: `the Certificate ${name}`,
          takes,
        })),
      }
    : unsaid(takes, why);
};

export const workloadOn: Recogniser = (page) => {
  const replicas = familyNamed(page, "kube_deployment_spec_replicas");
  if (replicas === undefined) {
    return {};
  }
  const takes = called(page, "kube_");
  const { namespaces, isOwn } = inNamespaces(page);
  const own = (name: string, label: string): readonly string[] =>
    valuesOf(familyNamed(page, name), label, isOwn);
  const deployments = valuesOf(replicas, "deployment", isOwn);
  if (deployments.length === 0) {
    const all = valuesOf(replicas, "namespace").slice(0, 12).join(", ");
    return unsaid(
      takes,
      `has no Deployment in [${namespaces.join(", ")}]: its namespaces are [${all}]; name the service and its --environments so that <id>-<environment> is one`,
    );
  }
  const containers = own("kube_pod_container_info", "container");
  const autoscalers = own("kube_horizontalpodautoscaler_spec_max_replicas", "horizontalpodautoscaler");
  return {
    found: deployments.map((deployment) => ({
      call: {
        part: "kubernetesWorkload",
        own: {
          ...named(deployments, deployment),
          deployment,
          ...(containers.length === 1 ? { container: containers[0] } : {}),
          ...(autoscalers.includes(deployment) ? { autoscaler: deployment } : {}),
          objective: "99.5%",
        },
      },
      says: `the Deployment ${deployment}; what cAdvisor sees of it is a page of its own`,
      takes,
    })),
  };
};

export const probeOn: Recogniser = (page) => {
  if (familyNamed(page, "probe_success") === undefined) {
    return {};
  }
  const takes = called(page, "probe_");
  return page.target === undefined
    ? unsaid(takes, "does not say which address it asked; give the exporter's URL with ?target=")
    : {
        found: [
          {
            call: { part: "blackboxProbe", own: { address: page.target, objective: "99.9%" } },
            says: `probe_success of ${page.target}`,
            takes,
          },
          ...(familyNamed(page, "probe_ssl_earliest_cert_expiry") === undefined
            ? []
            : [
                {
                  call: { part: "certificate" as const, own: { of: { address: page.target } } },
                  says: "the end of its certificate",
                  takes,
                },
              ]),
        ],
      };
};

/** A file system that is one of the machine's own has no type that is made of memory. */
const DISKS = /^(?:btrfs|ext[234]|f2fs|vfat|xfs|zfs)$/;

export const nodeOn: Recogniser = (page) => {
  const size = familyNamed(page, "node_filesystem_size_bytes");
  if (size === undefined) {
    return {};
  }
  const mountpoints = valuesOf(size, "mountpoint", ({ labels }) => DISKS.test(labels["fstype"] ?? "")).filter(
    (path) => !/^\/(?:boot|etc|run|var\/lib\/(?:docker|kubelet))(?:\/|$)/.test(path),
  );
  return foundOne(
    { part: "node", own: { machines: 1, ...(mountpoints.length === 0 ? {} : { mountpoints }) } },
    `a machine with [${mountpoints.length === 0 ? "/" : mountpoints.join(", ")}]; say how many there are`,
    called(page, "node_"),
  );
};
