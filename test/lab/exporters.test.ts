import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { PartCall } from "../../cli/scaffold/part-calls";
import { partOf } from "../../cli/scaffold/part-calls";
import { freePort, startProgram } from "../../lab/process";
import { ensureExporters, ensureKubernetes } from "../../lab/toolchain";
import { defineService } from "../../parts/define-service";
import { eventually } from "../support/alertmanager";
import { proposed, renames, unlike } from "../support/exporters";
import { SHOP } from "../support/http-shop";
import { Postgres } from "../support/postgres";
import { removeFolder, temporaryFolder } from "../support/program";

type Exporters = Awaited<ReturnType<typeof ensureExporters>>;

/** An exporter that is run here with what it watches, and the parts that read it. */
interface Captured {
  readonly what: string;
  readonly page: (own: Running) => Promise<string>;
  readonly calls: readonly PartCall[];
}

/** What runs for one page, and ends with it. */
class Running {
  readonly folder = temporaryFolder();
  private readonly ends: (() => Promise<unknown>)[] = [];

  constructor(readonly exporters: Exporters) {}

  atEnd(end: () => Promise<unknown>): void {
    this.ends.push(end);
  }

  /** What a program prints at an address once it is up. @param env that no argument shows */
  async pageOf(file: string, args: readonly string[], address: string, env = {}): Promise<string> {
    let ended: string | undefined;
    const log = path.join(this.folder, "log");
    const program = startProgram(path.basename(file), file, args, log, (message) => (ended = message), env);
    this.atEnd(() => program.stop());
    return eventually(`page at ${address}`, () => {
      if (ended !== undefined) throw new Error(ended);
      return textAt(address);
    });
  }

  async stop(): Promise<void> {
    for (const end of [...this.ends].reverse()) await end();
    removeFolder(this.folder);
  }
}

async function textAt(address: string): Promise<string | undefined> {
  try {
    const response = await fetch(address);
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined; // Nobody listens yet.
  }
}

/** What Redis answers to INFO and CONFIG GET, as far as memory goes: no package of it is published for Node or Go. */
async function standInForRedis(own: Running): Promise<number> {
  const info = "# Server\r\nredis_version:7.4.0\r\n# Memory\r\nused_memory:600\r\nmaxmemory:1000\r\n";
  const server: Server = createServer((socket) => {
    socket.on("data", (asked) => {
      const isInfo = /info/i.test(asked.toString());
      socket.write(isInfo ? `$${info.length}\r\n${info}\r\n` : "*2\r\n$9\r\nmaxmemory\r\n$4\r\n1000\r\n");
    });
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  own.atEnd(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** An HTTP server that the SDK of OpenTelemetry watches, as its documentation sets it up, in a process of its own. */
const OTEL_SERVER = `
const { createServer, get } = require("node:http");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { MeterProvider } = require("@opentelemetry/sdk-metrics");
const { PrometheusExporter } = require("@opentelemetry/exporter-prometheus");
const exporter = new PrometheusExporter({ host: "127.0.0.1", port: Number(process.argv[1]) });
new HttpInstrumentation().setMeterProvider(new MeterProvider({ readers: [exporter] }));
const http = require("http");
const server = http.createServer((request, response) => response.end());
server.listen(0, "127.0.0.1", () => {
  http.get({ host: "127.0.0.1", port: server.address().port }, (response) => response.resume());
});
`;

/** The store of an API server, which serves gRPC; over TLS it makes a certificate for itself. */
async function etcd(
  own: Running,
  scheme: "http" | "https",
): Promise<{ readonly clients: string; readonly page: () => Promise<string> }> {
  const { etcd: program } = await ensureKubernetes();
  const ports = [await freePort(undefined, ""), await freePort(undefined, ""), await freePort(undefined, "")];
  const [clients, peers, metrics] = [
    `${scheme}://127.0.0.1:${ports[0]}`,
    `http://127.0.0.1:${ports[1]}`,
    `http://127.0.0.1:${ports[2]}`,
  ];
  const args = [
    ...["--data-dir", path.join(own.folder, "etcd"), "--unsafe-no-fsync", "--metrics", "extensive"],
    ...["--auto-tls", "--listen-client-urls", clients, "--advertise-client-urls", clients],
    ...["--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers],
    ...["--initial-cluster", `default=${peers}`, "--listen-metrics-urls", metrics],
  ];
  return {
    clients,
    page: async () => {
      const health = JSON.stringify({ key: "YQ==" });
      const text = await own.pageOf(program, args, `${metrics}/metrics`);
      if (scheme === "https") return text;
      await eventually("answer of etcd", async () => {
        const answer = await fetch(`${clients}/v3/kv/range`, { method: "POST", body: health }).catch(
          () => undefined,
        );
        return answer?.ok === true ? true : undefined;
      });
      return (await textAt(`${metrics}/metrics`)) ?? text;
    },
  };
}

const TARGET = "https://shop.example/";
const promised = { availability: "99.9%", requestsPerSecond: 50 } as const;
const latency = { threshold: "0.5", objective: "99%" } as const;

const CAPTURED: readonly Captured[] = [
  {
    what: "postgres_exporter with PostgreSQL",
    page: async (own) => {
      const postgres = await Postgres.start();
      own.atEnd(() => postgres.stop());
      const listen = `127.0.0.1:${await freePort(undefined, "")}`;
      return own.pageOf(
        own.exporters.postgres_exporter,
        [`--web.listen-address=${listen}`],
        `http://${listen}/metrics`,
        { DATA_SOURCE_NAME: postgres.url },
      );
    },
    calls: [{ part: "postgres", own: { database: "shop", replicationLag: "30s" } }],
  },
  {
    what: "redis_exporter with a stand-in for Redis",
    page: async (own) => {
      const listen = `127.0.0.1:${await freePort(undefined, "")}`;
      const redis = `redis://127.0.0.1:${await standInForRedis(own)}`;
      return own.pageOf(
        own.exporters.redis_exporter,
        [`--web.listen-address=${listen}`, `--redis.addr=${redis}`],
        `http://${listen}/metrics`,
      );
    },
    calls: [{ part: "redis", own: {} }],
  },
  {
    what: "blackbox_exporter with a page over TLS, that of etcd",
    page: async (own) => {
      const listen = `127.0.0.1:${await freePort(undefined, "")}`;
      const config = path.join(own.folder, "blackbox.json");
      const http = { tls_config: { insecure_skip_verify: true } };
      writeFileSync(config, JSON.stringify({ modules: { tls: { prober: "http", http } } }));
      const { clients, page } = await etcd(own, "https");
      await page();
      return own.pageOf(
        own.exporters.blackbox_exporter,
        [`--web.listen-address=${listen}`, `--config.file=${config}`],
        `http://${listen}/probe?module=tls&target=${clients}/health`,
      );
    },
    calls: [
      { part: "blackboxProbe", own: { address: TARGET, objective: "99.9%" } },
      { part: "certificate", own: { of: { address: TARGET } } },
    ],
  },
  {
    what: "node_exporter",
    page: async (own) => {
      const listen = `127.0.0.1:${await freePort(undefined, "")}`;
      const args = [`--web.listen-address=${listen}`];
      return own.pageOf(own.exporters.node_exporter, args, `http://${listen}/metrics`);
    },
    calls: [{ part: "node", own: { machines: 1, mountpoints: ["/"] } }],
  },
  {
    what: "a server of gRPC in Go, that of etcd",
    page: async (own) => (await etcd(own, "http")).page(),
    calls: [
      {
        part: "grpcServer",
        own: { services: ["etcdserverpb.KV"], methods: ["Range"], ...promised, latency, bounds: ["0.5"] },
      },
    ],
  },
  {
    what: "the SDK of OpenTelemetry for JavaScript with an HTTP server",
    page: async (own) => {
      const port = await freePort(undefined, "");
      const env = { OTEL_SEMCONV_STABILITY_OPT_IN: "http" };
      const address = `http://127.0.0.1:${port}/metrics`;
      await own.pageOf(process.execPath, ["-e", OTEL_SERVER, `${port}`], address, env);
      return eventually("request that was counted", async () => {
        const page = await textAt(address);
        return page?.includes("http_response_status_code") === true ? page : undefined;
      });
    },
    calls: [
      {
        part: "otelHttpServer",
        own: { routes: false, withoutUnit: true, ...promised, latency, bounds: ["0.5"] },
      },
    ],
  },
];

let exporters: Exporters;

beforeAll(async () => {
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  await ensureKubernetes({ report });
  exporters = await ensureExporters({ report });
}, 3_600_000);

describe.each(CAPTURED)("what $what prints", ({ page: capture, calls }) => {
  const service = defineService(SHOP, calls.map(partOf));
  let page: string;

  beforeAll(async () => {
    const own = new Running(exporters);
    try {
      page = await capture(own);
    } finally {
      await own.stop();
    }
  });

  it("is what its parts read", () => {
    expect(unlike(service, page)).toEqual([]);
  });

  it("is recognised, whatever else it becomes objectives of", () => {
    const found = (proposed(page, TARGET).proposed?.calls ?? []).filter(({ part }) => part !== "objective");
    expect(found).toEqual(calls.map((call) => expect.objectContaining({ part: call.part }) as unknown));
  });

  it("would be found out under any other name or label", () => {
    for (const renamed of renames(service, page)) {
      expect(unlike(service, renamed.page)).toContain(renamed.finding);
    }
  });
});
