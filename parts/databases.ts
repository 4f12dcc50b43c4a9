import type { Percent } from "../slo/objective";
import { where, type Counter, type Gauge, type Job, type LabelValues } from "../slo/telemetry";
import type { Part } from "./define-service";
import { exporterOf, type Named } from "./names";
import { exporterGone, watch } from "./watch";

/** A database of PostgreSQL. */
export interface Postgres extends Named {
  readonly database: string;
  /** Of the server's connections that may be in use. @default "80%" */
  readonly connections?: Percent;
  /** How many seconds a replica may be behind, as a duration; not asked where it is left out. */
  readonly replicationLag?: string;
  /** What differs from `<id>-postgres-exporter`. */
  readonly job?: Partial<Job>;
}

/** Source: postgres_exporter 0.17 (prometheus-community), its default collectors. */
export function postgres(own: Postgres): Part {
  return (service) => {
    const { connections = "80%", replicationLag } = own;
    const job = exporterOf(service, "postgres-exporter", own.job);
    const gauge = (name: string, help: string, normal: number, labels: LabelValues = {}): Gauge => ({
      type: "gauge",
      name,
      help,
      job,
      labels,
      normal,
    });
    const up = gauge("pg_up", "Whether the exporter reaches the server.", 1);
    const backends = gauge("pg_stat_database_numbackends", "Connections to a database.", 20, {
      datname: [own.database],
    });
    const most = gauge("pg_settings_max_connections", "Connections that the server takes.", 100);
    const lag = gauge("pg_replication_lag_seconds", "How far a replica is behind, in seconds.", 0);
    const deadlocks: Counter = {
      type: "counter",
      name: "pg_stat_database_deadlocks",
      help: "Deadlocks in a database.",
      job,
      labels: { datname: [own.database] },
      initialisedToZero: true,
      perSecond: 0,
    };
    return watch(service, own, [
      {
        name: "DatabaseDown",
        severity: "critical",
        category: "down",
        measure: { kind: "level", gauge: up, of: "max" },
        when: { equals: "0" },
        for: "2m",
        summary: `The database of ${service.title} is down`,
        description: "The exporter runs and does not reach the server.",
        advice: [
          "`pg_isready -h <host>` tells a server that is down from one that refuses: then see its log for a full disk, a recovery that is under way, or all connections in use.",
        ],
      },
      {
        name: "DatabaseConnectionsHigh",
        severity: "warning",
        category: "saturation",
        measure: { kind: "gauge-share", part: backends, whole: most, of: "together" },
        when: { above: connections },
        for: "10m",
        summary: `The database of ${service.title} runs out of connections`,
        description: `{{ $value | humanizePercentage }} of its connections are in use; ${connections} may.`,
        advice: [
          "`SELECT state, application_name, count(*) FROM pg_stat_activity GROUP BY 1, 2 ORDER BY 3 DESC;` says who holds them. Many `idle in transaction`: a client that does not end its transactions; `pg_terminate_backend(pid)` frees one.",
        ],
      },
      {
        name: "DatabaseDeadlocks",
        severity: "warning",
        category: "errors",
        measure: {
          kind: "increase",
          counter: deadlocks,
          where: where(deadlocks, { datname: own.database }),
          window: "15m",
        },
        when: { above: "5" },
        for: "0s",
        summary: `Transactions of ${service.title} block each other`,
        description: "{{ $value | humanize }} deadlocks within 15 minutes.",
        advice: [
          "The server's log has both statements of each deadlock (`log_lock_waits` shows the waits before it).",
        ],
      },
      ...(replicationLag === undefined
        ? []
        : [
            {
              name: "ReplicaBehind",
              severity: "warning",
              category: "saturation",
              measure: { kind: "level", gauge: lag, of: "max" },
              when: { above: replicationLag },
              for: "5m",
              summary: `A replica of ${service.title} is behind`,
              description: "A replica is {{ $value | humanizeDuration }} behind.",
              advice: [
                "`SELECT * FROM pg_stat_replication;` on the primary: `write_lag` is the network, `replay_lag` the replica itself, often a long query on it.",
              ],
            } as const,
          ]),
      exporterGone("PostgresExporterDown", job, "the database"),
    ]);
  };
}

/** A Redis server. */
export interface Redis extends Named {
  /** Of its memory that may be in use. @default "90%" */
  readonly memory?: Percent;
  /** What differs from `<id>-redis-exporter`. */
  readonly job?: Partial<Job>;
}

/** Source: redis_exporter 1.67 (oliver006). Without `maxmemory` the greatest is 0, and the share is never above. */
export function redis(own: Redis = {}): Part {
  return (service) => {
    const { memory = "90%" } = own;
    const job = exporterOf(service, "redis-exporter", own.job);
    const gauge = (name: string, help: string, normal: number): Gauge => ({
      type: "gauge",
      name,
      help,
      job,
      labels: {},
      normal,
    });
    const up = gauge("redis_up", "Whether the exporter reaches the server.", 1);
    const used = gauge("redis_memory_used_bytes", "Memory in use, in bytes.", 600_000_000);
    const most = gauge("redis_memory_max_bytes", "Memory that it may use, in bytes.", 1_000_000_000);
    return watch(service, own, [
      {
        name: "RedisDown",
        severity: "critical",
        category: "down",
        measure: { kind: "level", gauge: up, of: "max" },
        when: { equals: "0" },
        for: "2m",
        summary: `Redis of ${service.title} is down`,
        description: "The exporter runs and does not reach the server.",
        advice: [
          "`redis-cli ping`, then its log: an out-of-memory kill and a failed load of the dump are the usual causes.",
        ],
      },
      {
        name: "RedisMemoryHigh",
        severity: "warning",
        category: "saturation",
        measure: { kind: "gauge-share", part: used, whole: most, of: "highest" },
        when: { above: memory },
        for: "10m",
        summary: `Redis of ${service.title} runs out of memory`,
        description: `{{ $value | humanizePercentage }} of its memory is in use; ${memory} may.`,
        advice: [
          "`redis-cli --bigkeys` finds what fills it; `INFO memory` and `CONFIG GET maxmemory-policy` say whether it evicts or refuses writes when it is full.",
        ],
      },
      exporterGone("RedisExporterDown", job, "Redis"),
    ]);
  };
}
