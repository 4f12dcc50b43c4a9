import type { Duration } from "../slo/duration";
import type { Percent } from "../slo/objective";
import { where, type Gauge, type Job } from "../slo/telemetry";
import type { Part, ServiceHead } from "./define-service";
import { exporterOf, type Named } from "./names";
import { counterOf, exporterGone, gaugeOf, watch, type Watch } from "./watch";

/** A database of PostgreSQL. */
export interface Postgres extends Named {
  readonly database: string;
  /** Of the server's connections that may be in use. @default "80%" */
  readonly connections?: Percent;
  /** How far a replica may be behind; not asked where it is left out. */
  readonly replicationLag?: Duration;
  /** What differs from `<id>-postgres-exporter`. */
  readonly job?: Partial<Job>;
}

/** What the exporter says of the server and of one of its databases. @param connected in normal operation */
export function postgresGauges(job: Job, database: string, connected = 20) {
  const of = { datname: [database] };
  return {
    up: gaugeOf(job, "pg_up", "Whether the exporter reaches the server.", 1),
    connections: gaugeOf(job, "pg_stat_database_numbackends", "Connections to a database.", connected, of),
    maxConnections: gaugeOf(job, "pg_settings_max_connections", "Connections that the server takes.", 100),
  } as const;
}

/** Source: postgres_exporter 0.19 (prometheus-community), its default collectors. */
export function postgres(own: Postgres): Part {
  return (service) => {
    const job = exporterOf(service, "postgres-exporter", own.job);
    const gauges = postgresGauges(job, own.database);
    return watch(own, [
      unreachable(service, {
        name: "DatabaseDown",
        gauge: gauges.up,
        what: "The database",
        advice:
          "`pg_isready -h <host>` tells a server that is down from one that refuses: then see its log for a full disk, a recovery that is under way, or all connections in use.",
      }),
      connectionsHigh(service, own, gauges),
      deadlocks(service, own, job),
      ...(own.replicationLag === undefined ? [] : [replicaBehind(service, own.replicationLag, job)]),
      exporterGone("PostgresExporterDown", job, "the database"),
    ]);
  };
}

interface Server {
  readonly name: string;
  readonly gauge: Gauge;
  readonly what: string;
  readonly advice: string;
}

function unreachable({ title }: ServiceHead, { name, gauge, what, advice }: Server): Watch {
  return {
    alert: {
      name,
      severity: "critical",
      category: "down",
      measure: { kind: "level", gauge, of: "max" },
      when: { equals: "0" },
      for: "2m",
      summary: `${what} of ${title} is down`,
      description: "The exporter runs and does not reach the server.",
    },
    advice: [advice],
  };
}

function connectionsHigh(
  { title }: ServiceHead,
  { connections = "80%" }: Postgres,
  { connections: part, maxConnections: whole }: ReturnType<typeof postgresGauges>,
): Watch {
  return {
    alert: {
      name: "DatabaseConnectionsHigh",
      severity: "warning",
      category: "saturation",
      measure: { kind: "gauge-share", part, whole, of: "together" },
      when: { above: connections },
      for: "10m",
      summary: `The database of ${title} runs out of connections`,
      description: `{{ $value | humanizePercentage }} of its connections are in use; ${connections} may.`,
    },
    advice: [
      "`SELECT state, application_name, count(*) FROM pg_stat_activity GROUP BY 1, 2 ORDER BY 3 DESC;` says who holds them. Many `idle in transaction`: a client that does not end its transactions; `pg_terminate_backend(pid)` frees one.",
    ],
  };
}

function deadlocks({ title }: ServiceHead, { database }: Postgres, job: Job): Watch {
  const counter = counterOf(job, "pg_stat_database_deadlocks", "Deadlocks in a database.", 0, {
    datname: [database],
  });
  return {
    alert: {
      name: "DatabaseDeadlocks",
      severity: "warning",
      category: "errors",
      measure: { kind: "increase", counter, where: where(counter, { datname: database }), window: "15m" },
      when: { above: "5" },
      for: "0s",
      summary: `Transactions of ${title} block each other`,
      description: "{{ $value | humanize }} deadlocks within 15 minutes.",
    },
    advice: [
      "The server's log has both statements of each deadlock; `log_lock_waits` shows the waits before it.",
    ],
  };
}

function replicaBehind({ title }: ServiceHead, above: Duration, job: Job): Watch {
  const gauge = gaugeOf(job, "pg_replication_lag_seconds", "How far a replica is behind, in seconds.", 0);
  return {
    alert: {
      name: "ReplicaBehind",
      severity: "warning",
      category: "saturation",
      measure: { kind: "level", gauge, of: "max" },
      when: { above },
      for: "5m",
      summary: `A replica of ${title} is behind`,
      description: `A replica is {{ $value | humanizeDuration }} behind; ${above} may be.`,
    },
    advice: [
      "`SELECT * FROM pg_stat_replication;` on the primary: `write_lag` is the network, `replay_lag` the replica itself, often a long query on it.",
    ],
  };
}

/** A Redis server. */
export interface Redis extends Named {
  /** Of its memory that may be in use; without `maxmemory` its limit is 0, and nothing is said. @default "90%" */
  readonly memory?: Percent;
  /** What differs from `<id>-redis-exporter`. */
  readonly job?: Partial<Job>;
}

/** What the exporter says of the server; a limit of 0 is none. */
export function redisGauges(job: Job) {
  return {
    up: gaugeOf(job, "redis_up", "Whether the exporter reaches the server.", 1),
    memory: gaugeOf(job, "redis_memory_used_bytes", "Memory in use, in bytes.", 600_000_000),
    maxMemory: gaugeOf(job, "redis_memory_max_bytes", "Memory that it may use, in bytes.", 1_000_000_000),
  } as const;
}

/** Source: redis_exporter 1.82 (oliver006). */
export function redis(own: Redis = {}): Part {
  return (service) => {
    const job = exporterOf(service, "redis-exporter", own.job);
    const gauges = redisGauges(job);
    return watch(own, [
      unreachable(service, {
        name: "RedisDown",
        gauge: gauges.up,
        what: "Redis",
        advice:
          "`redis-cli ping`, then its log: an out-of-memory kill and a failed load of the dump are the usual causes.",
      }),
      memoryHigh(service, own, gauges),
      exporterGone("RedisExporterDown", job, "Redis"),
    ]);
  };
}

function memoryHigh(
  { title }: ServiceHead,
  { memory = "90%" }: Redis,
  { memory: part, maxMemory: whole }: ReturnType<typeof redisGauges>,
): Watch {
  return {
    alert: {
      name: "RedisMemoryHigh",
      severity: "warning",
      category: "saturation",
      measure: { kind: "gauge-share", part, whole, of: "highest" },
      when: { above: memory },
      for: "10m",
      summary: `Redis of ${title} runs out of memory`,
      description: `{{ $value | humanizePercentage }} of its memory is in use; ${memory} may.`,
    },
    advice: [
      "`redis-cli --bigkeys` finds what fills it; `INFO memory` and `CONFIG GET maxmemory-policy` say whether it evicts or refuses writes when it is full.",
    ],
  };
}
