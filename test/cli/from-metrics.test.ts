import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { execFileSync } from "node:child_process";
import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { readMetrics } from "../../cli/metrics-source";
import { readExposition } from "../../cli/scaffold/exposition";
import { declared } from "../../cli/scaffold/service";
import { metricOf } from "../../slo/sli";
import { WRITTEN, proposed, renames, unlike } from "../support/exporters";
import { defineService } from "../../parts/define-service";
import { partOf, type PartCall } from "../../cli/scaffold/part-calls";
import { withSharedJobs } from "../../cli/scaffold/shared-jobs";
import { site } from "../fixture/services/site";
import { validateServices } from "../../slo/validation/services";
import { breaks } from "../../cli/scaffold/page";
import { Checkout } from "../support/checkout";
import { planWith, SHOP as head } from "../support/http-shop";
import { removeFolder, temporaryFolder } from "../support/program";

/** A histogram as a page has it: events up to each bound. */
function histogram(name: string, labels: string, buckets: Readonly<Record<string, number>>): string {
  const all = Math.max(...Object.values(buckets));
  const comma = labels === "" ? "" : ",";
  return [
    `# TYPE ${name} histogram`,
    ...Object.entries(buckets).map(([le, value]) => `${name}_bucket{${labels}${comma}le="${le}"} ${value}`),
    `${name}_bucket{${labels}${comma}le="+Inf"} ${all}`,
    `${name}_sum{${labels}} 1`,
    `${name}_count{${labels}} ${all}`,
    "",
  ].join("\n");
}

const REQUESTS = `# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200",handler="/cart"} 9000
http_requests_total{code="500",handler="/cart"} 3
`;

/** Pages, what is recognised on each, and what becomes objectives and alerts of the service. */
const PAGES: readonly {
  readonly says: string;
  readonly page: string;
  readonly target?: string;
  readonly parts: readonly string[];
  readonly slos: readonly string[];
  readonly alerts?: readonly string[];
}[] = [
  {
    says: "an HTTP server of Prometheus' client libraries",
    page:
      REQUESTS +
      histogram("http_request_duration_seconds", 'handler="/cart"', { "0.1": 10, "0.5": 99, "1": 100 }),
    parts: ["httpServer"],
    slos: ["availability of http_requests_total", "latency of http_request_duration_seconds at 0.5"],
    alerts: ["ServiceDown", "TargetsDown"],
  },
  {
    says: "OpenTelemetry's one histogram",
    page: histogram(
      "http_server_request_duration_seconds",
      'http_route="/a",http_request_method="GET",http_response_status_code="200"',
      { "0.1": 10, "0.5": 99 },
    ),
    parts: ["otelHttpServer"],
    slos: [
      "availability of http_server_request_duration_seconds",
      "latency of http_server_request_duration_seconds at 0.5",
    ],
  },
  {
    says: "Micrometer's summary, whose count is a counter",
    page: '# TYPE http_server_requests_seconds summary\nhttp_server_requests_seconds_count{method="GET",outcome="SUCCESS",status="200",uri="/a"} 5\nhttp_server_requests_seconds_sum{method="GET",outcome="SUCCESS",status="200",uri="/a"} 5\n',
    parts: ["httpServer"],
    slos: ["availability of http_server_requests_seconds_count"],
  },
  {
    says: "a route with somebody's id in it",
    page: Array.from(
      { length: 30 },
      (_, user) => `http_requests_total{code="200",path="/users/${user}"} 1\n`,
    ).join(""),
    parts: ["httpServer"],
    slos: ["availability of http_requests_total"],
  },
  {
    says: "a gRPC server",
    page: `# TYPE grpc_server_handled_total counter
grpc_server_handled_total{grpc_code="OK",grpc_method="Get",grpc_service="shop.Prices",grpc_type="unary"} 7
${histogram("grpc_server_handling_seconds", 'grpc_method="Get",grpc_service="shop.Prices",grpc_type="unary"', { "0.1": 10, "1": 100 })}`,
    parts: ["grpcServer"],
    slos: ["availability of grpc_server_handled_total", "latency of grpc_server_handling_seconds at 1"],
  },
  {
    says: "a gRPC server in Java, whose codes and latencies have other names",
    page: `# TYPE grpc_server_handled_total counter
grpc_server_handled_total{code="CANCELLED",grpc_code="CANCELLED",grpc_method="Get",grpc_service="shop.Prices",grpc_type="UNARY"} 7
${histogram("grpc_server_handled_latency_seconds", 'grpc_method="Get",grpc_service="shop.Prices",grpc_type="UNARY"', { "0.1": 10, "1": 100 })}`,
    parts: ["objective", "objective"],
    slos: [
      "grpc-server-handled-latency of grpc_server_handled_latency_seconds at 1",
      "grpc-server-handled of grpc_server_handled_total",
    ],
    alerts: ["ServiceDown"],
  },
  {
    says: "counters with words, numbers and truths for what went wrong, and what takes time",
    page: `mails_total{result="sent"} 90\nmails_total{result="failed"} 10
calls_total{grpc_status="0"} 5\nsyncs_total{success="true"} 4
${histogram("import_duration_seconds", "", { "0.5": 1, "2.5": 3 })}`,
    parts: ["objective", "objective", "objective", "objective"],
    slos: [
      "mails of mails_total",
      "calls of calls_total",
      "syncs of syncs_total",
      "import-latency of import_duration_seconds at 2.5",
    ],
    alerts: ["ServiceDown"],
  },
  {
    says: "OpenMetrics, with times of creation and an exemplar",
    page: `# TYPE http_requests counter
# UNIT http_requests requests
http_requests_total{status="200"} 5 1700000000.5 # {trace_id="a b"} 1 1700000000
http_requests_created{status="200"} 1700000000
# EOF
`,
    parts: ["httpServer"],
    slos: ["availability of http_requests_total"],
  },
  {
    says: "PostgreSQL",
    page: `pg_up 1\npg_settings_max_connections 100\npg_replication_is_replica 0
pg_stat_database_numbackends{datname="template0"} 0\npg_stat_database_numbackends{datname="orders"} 3
# TYPE pg_stat_database_deadlocks counter\npg_stat_database_deadlocks{datname="orders"} 0\n`,
    parts: ["postgres"],
    slos: [],
    alerts: ["DatabaseDown", "DatabaseConnectionsHigh", "DatabaseDeadlocks", "PostgresExporterDown"],
  },
  {
    says: "Redis",
    page: "redis_up 1\nredis_memory_used_bytes 5\nredis_memory_max_bytes 0\n",
    parts: ["redis"],
    slos: [],
    alerts: ["RedisDown", "RedisMemoryHigh", "RedisExporterDown"],
  },
  {
    says: "two consumers of Kafka",
    page: ["orders", "mails"]
      .map(
        (topic) =>
          `kafka_consumergroup_lag_sum{consumergroup="shop",topic="${topic}"} 300\nkafka_consumergroup_members{consumergroup="shop"} 2\n`,
      )
      .join(""),
    parts: ["kafkaConsumer", "kafkaConsumer"],
    slos: [
      "shop-orders-consumer-lag of kafka_consumergroup_lag_sum",
      "shop-mails-consumer-lag of kafka_consumergroup_lag_sum",
    ],
  },
  {
    says: "a queue of RabbitMQ",
    page: 'rabbitmq_queue_messages{queue="mails"} 3\nrabbitmq_queue_consumers{queue="mails"} 1\n',
    parts: ["rabbitmqQueue"],
    slos: [],
    alerts: ["QueueLong", "QueueWithoutConsumer", "RabbitmqDown"],
  },
  {
    says: "one Ingress of several, which is called like the service",
    page: ["shop", "cart"]
      .map(
        (ingress) => `nginx_ingress_controller_requests{ingress="${ingress}",method="GET",status="200"} 3\n`,
      )
      .join(""),
    parts: ["ingressNginx"],
    slos: ["availability of nginx_ingress_controller_requests"],
  },
  {
    says: "a Deployment in the namespace of the service",
    page: ["shop-prod", "kube-system"]
      .map(
        (namespace) =>
          `kube_deployment_spec_replicas{namespace="${namespace}",deployment="${namespace}-web"} 3\nkube_deployment_status_replicas_available{namespace="${namespace}",deployment="${namespace}-web"} 3\n`,
      )
      .join(""),
    parts: ["kubernetesWorkload"],
    slos: ["replicas of kube_deployment_status_replicas_available"],
  },
  {
    says: "a probe, whose address the page was asked with",
    page: "probe_success 1\nprobe_duration_seconds 0.1\n",
    target: "https://shop.example/",
    parts: ["blackboxProbe"],
    slos: ["reachability of probe_success"],
    alerts: ["ProbeFailing"],
  },
  {
    says: "a probe of what has a certificate",
    page: "probe_success 1\nprobe_ssl_earliest_cert_expiry 1.8e+09\n",
    target: "https://shop.example/",
    parts: ["blackboxProbe", "certificate"],
    slos: ["reachability of probe_success"],
    alerts: ["ProbeFailing", "CertificateEnding", "CertificateEndsSoon"],
  },
  {
    says: "a machine",
    page: ["/", "/data", "/run", "/boot/efi"]
      .map(
        (mountpoint) =>
          `node_filesystem_size_bytes{fstype="${mountpoint === "/run" ? "tmpfs" : "ext4"}",mountpoint="${mountpoint}"} 5\n`,
      )
      .join(""),
    parts: ["node"],
    slos: [],
  },
  {
    says: "a batch behind a Pushgateway, whose label the server renames",
    page: 'report_last_success_timestamp_seconds{job="shop",instance=""} 1.7e+09\n',
    parts: ["batchJob"],
    slos: [],
    alerts: ["JobLate", "JobOverdue", "JobUnreported"],
  },
  {
    says: "gauges whose limit is on the page, or that should be 1",
    page: "process_open_fds 12\nprocess_max_fds 1024\nmysql_up 1\norder_queue_depth 7\ntemperature_celsius 20\n",
    parts: [],
    slos: [],
    alerts: ["ServiceDown", "ProcessOpenFdsHigh", "MysqlDown", "OrderQueueDepthHigh"],
  },
];

describe("a page of metrics", () => {
  it.each(PAGES)(
    "becomes a service that the plan takes, of what is on it: $says",
    ({ page, target, ...expected }) => {
      const { proposed: service, said } = proposed(page, target);
      if (service === undefined) {
        throw new Error(`nothing was recognised: ${said.join("\n")}`);
      }
      const made = declared(service);
      expect(service.calls.map(({ part }) => part)).toEqual(expected.parts);
      expect(
        made.slos.map(
          ({ id, sli }) =>
            `${id} of ${metricOf(sli).name}${sli.kind === "latency-ratio" ? ` at ${sli.threshold}` : ""}`,
        ),
      ).toEqual(expected.slos);
      expect(made.alerts.map(({ name }) => name)).toEqual(
        expected.alerts ?? made.alerts.map(({ name }) => name),
      );
      expect(planWith(made).alerts.some(({ service: of }) => of === "shop")).toBe(true);
    },
  );
});

describe("what is no page of metrics", () => {
  const folder = temporaryFolder();
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  let server: Server;
  let address = "";

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "", "http://here");
      if (pathname === "/nothing") {
        request.socket.destroy();
      } else if (pathname === "/login") {
        response.end(request.headers.authorization === "Basic dTpzZWNyZXQ=" ? "up_time 1\n" : "");
      } else {
        response.writeHead(pathname === "/html" ? 200 : 404).end("<!doctype html><html></html>");
      }
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    removeFolder(folder);
    await new Promise((resolve) => server.close(resolve));
  });

  const REMEDY = "; save the page with curl and name that file, or give the address that Prometheus scrapes";

  it.each([
    ["/html?token=secret", (at: string) => `[http://${at}/html] is a page of HTML${REMEDY}`],
    ["/moon", (at: string) => `[http://${at}/moon] answers 404 Not Found${REMEDY}`],
    ["/nothing", (at: string) => `[http://${at}/nothing] cannot be read (other side closed)${REMEDY}`],
  ])("is said of the address %s, without what may be secret in it", async (at, says) => {
    await expect(readMetrics(`http://${address}${at}`)).rejects.toThrow(new Error(says(address)));
  });

  it("is asked for with the user of its address, who is in no message", async () => {
    expect(await readMetrics(`http://u:secret@${address}/login`)).toMatchObject({
      text: "up_time 1\n",
      path: "/login",
    });
    await expect(readMetrics(`http://u:wrong@${address}/login`)).rejects.toThrow(
      new Error(`[http://${address}/login] is empty${REMEDY}`),
    );
    await expect(readMetrics("ftp://u:secret@moon/x")).rejects.toThrow(
      new Error(`the address of metrics is none of http or https, but [ftp:]${REMEDY}`),
    );
    await expect(readMetrics("http://127.0.0.1:2/metrics")).rejects.toThrow(
      /^\[http:\/\/127\.0\.0\.1:2\/metrics\] cannot be read \(.*ECONNREFUSED.*\)/,
    );
  });

  it.each<[string, string, string | Uint8Array, string]>([
    ["empty", "empty", "\n\n", `is empty${REMEDY}`],
    ["JSON", "page.json", '{"status":"success"}', `is JSON${REMEDY}`],
    ["XML", "page.xml", "<?xml version='1.0'?><a/>", `is XML${REMEDY}`],
    [
      "binary",
      "binary",
      Uint8Array.of(0xff, 0xfe, 0),
      "is binary; ask for the text format, and name a file that holds it",
    ],
    ["NULs", "nul", "a 1\n\0", `is binary${REMEDY}`],
    ["compressed", "page.gz", gzipSync("a 1\n"), "is compressed; unpack it with gunzip, and name that file"],
  ])("is said of a file that is %s", async (_, name, content, says) => {
    const at = file(name, content);
    await expect(readMetrics(at)).rejects.toThrow(new Error(`[${at}] ${says}`));
  });

  it("is said of a pipe that nobody writes to; one that somebody does is read to its end", async () => {
    const pipe = file("pipe", "");
    rmSync(pipe);
    execFileSync("mkfifo", [pipe]);
    await expect(readMetrics(pipe, 20)).rejects.toThrow(
      new Error(
        `[${pipe}] is a pipe, and nothing came of it for 0.02 s; see whether something writes to it, or save the page with curl and name that file, or give the address that Prometheus scrapes`,
      ),
    );
    const read = readMetrics(pipe);
    await writeFile(pipe, "a 1\n");
    await expect(read).resolves.toEqual({ text: "a 1\n" });
  });

  it("is said of 100 MB before they are read, and of a file that is not there", async () => {
    const large = file("large", "");
    truncateSync(large, 100_000_000);
    await expect(readMetrics(large)).rejects.toThrow(
      new Error(
        `[${large}] has more than 50 MB, which a scrape would read every time; save the part of one service, and name that file`,
      ),
    );
    await expect(readMetrics(path.join(folder, "nowhere"))).rejects.toThrow(
      /nowhere\] cannot be read \(ENOENT.*\); save/,
    );
    await expect(readMetrics(folder)).rejects.toThrow(
      new Error(`[${folder}] cannot be read (EISDIR: illegal operation on a directory, read)${REMEDY}`),
    );
  });

  it.each([
    ["a 1\nDB_PASSWORD=hunter2\n", "line 2, column 12: [=] stands where a number should be"],
    ["a{b=1} 1", "line 1, column 5: [1] stands where a value in quotes should be"],
    ['a{b="1"', "line 1, column 8: the line ends where the name of a label should be"],
    ["a", "line 1, column 2: the line ends where a number should be"],
    ["a 1 yesterday", "line 1, column 4: [ ] stands where a timestamp or the end of the line should be"],
    ["key: hunter2", "line 1, column 6: [h] stands where a number should be"],
    ["{} 1", "line 1, column 4: [1] stands where the name of a metric should be"],
  ])("is said of a line that is no sample, by place: %j", (text, says) => {
    expect(() => readExposition(text)).toThrow(new SyntaxError(says));
  });

  it("is said of hundreds of thousands of series, with the metric that has most of them", () => {
    const text = Array.from({ length: 100_001 }, (_, user) => `logins_total{user="${user}"} 1\n`).join("");
    expect(() => readExposition(text)).toThrow(
      new SyntaxError(
        "it has more than 100000 series, [logins_total] alone 100001 of them; take away the label that makes them so many, or save a part of the page and name that file",
      ),
    );
  });
});

/** Pages on which there is something that cannot be said. */
const LEFT: readonly (readonly [page: string, says: string])[] = [
  [
    "rpc_seconds_count 1\n# TYPE rpc_seconds summary\nrpc_seconds_sum 1\n",
    "  rpc_seconds: are summaries, whose quantiles cannot be added up over instances; expose a histogram",
  ],
  ["go_threads 1\n", "  go_threads: are of the runtime, of which no user notices anything"],
  ["app_info 1\n", "  app_info: name versions and the like"],
  [
    "x_total 1\n",
    "  x_total: count without saying which of it was bad; counterRatio takes several counters, queryRatio any query",
  ],
  [
    '{"http.requests"} 1\n',
    "  http.requests: have characters in their names that need quotes in PromQL; a contract takes letters, digits, _ and :",
  ],
  [
    "rabbitmq_queue_messages 1\n",
    "  rabbitmq_queue_messages: adds up all queues of the broker; read /metrics/per-object",
  ],
  [
    "probe_success 1\n",
    "  probe_success: does not say which address it asked; give the exporter's URL with ?target=",
  ],
  [
    ["a", "b"]
      .map((name) => `nginx_ingress_controller_requests{ingress="${name}",status="200"} 1\n`)
      .join(""),
    "  nginx_ingress_controller_requests: has several Ingresses: [a, b]; call the service like the one that it is",
  ],
  [
    'pg_up{server="db:5432"} 1\n',
    "  pg_up: names none of its databases: no series of pg_stat_database_numbackends with [datname] is on the page",
  ],
  [
    '# TYPE a_total counter\na_total{status="200"} 1\n# TYPE a_total gauge\n',
    "  a_total: has its TYPE twice, again in line 3; let the program expose it once",
  ],
  [
    'a_total{status="200",b="c"} 1 1700000000\na_total{b="c",status="200"} 2 1700000000\n',
    "  a_total: has a series twice, again in line 2; let the program expose it once",
  ],
  [
    '# TYPE a_total counter\na_total{status="200"} -1\n',
    "  a_total: counts less than nothing in line 2; what may fall is a gauge, and its TYPE should say so",
  ],
  ...["", '{status="200"}'].map(
    (labels) =>
      [
        `# TYPE a_seconds histogram\na_seconds${labels} {count:12,sum:100.0,schema:0,positive_buckets:[5,7]} # {id="a"} 1\n`,
        "  a_seconds: has native histograms, which no rule here reads; expose it with buckets instead",
      ] as const,
  ),
  [
    'order_queue_depth{severity="low"} 7\n',
    "  order_queue_depth: would be refused: [severity] of [order_queue_depth] is a label that the generated rules set, so that the program's own is lost in them",
  ],
  [
    'a_total{"http.status"="200"} 7\n',
    "  a_total: would be refused: [http.status] is not the name of a label",
  ],
  [
    'kube_deployment_spec_replicas{namespace="other",deployment="web"} 1\n',
    "  kube_deployment_spec_replicas: has no Deployment in [shop-prod]: its namespaces are [other]; name the service and its --environments so that <id>-<environment> is one",
  ],
  [
    "report_last_success_timestamp_seconds 0\n",
    "  report_last_success_timestamp_seconds: is 0: nothing has succeeded yet; read the page again when it has",
  ],
  [
    "report_last_success_timestamp_ms 1.7e12\n",
    "  report_last_success_timestamp_ms: is 1700000000000, which is no time in seconds since the epoch",
  ],
  [
    histogram("slow_seconds", "", { "0.1": 1 }),
    "  slow_seconds: no latency objective: its bounds [0.1] are all below 0.3; choose one with --latency",
  ],
];

describe("what a page has and nothing is made of", () => {
  it.each(LEFT)("is left out, and why is said: %j", (page, says) => {
    expect(proposed(page)).toMatchObject({
      proposed: undefined,
      left: expect.arrayContaining([says]) as unknown,
    });
  });

  it("does not stop the rest, which is said in full", () => {
    const {
      proposed: service,
      said,
      left,
    } = proposed(
      [
        '# TYPE "http.server.requests" counter\n{"http.server.requests","http.status"="200"} 99',
        'http_requests_total{"http.status"="200"} 99\na_requests_total{status="200"} 5',
        histogram("import_duration_seconds", "", { "0.5": 9 }),
        'a_total{result="ok"} 1\na_total{result="ok"} 1\nb_total{result="ok"} 1 1\nb_total{result="error"} 0 2\n',
      ].join("\n"),
    );
    expect(service?.calls.map(({ part }) => part)).toEqual(["httpServer", "objective", "objective"]);
    expect(said[0]).toBe(
      "  httpServer: requests in a_requests_total, their status in [status]; no latency objective on requests, since no histogram of seconds that is called like them is on the page",
    );
    expect(left).toEqual([
      "  http_requests_total: would be refused: [http.status] is not the name of a label",
      "  http.server.requests: have characters in their names that need quotes in PromQL; a contract takes letters, digits, _ and :",
      "  a_total: has a series twice, again in line 12; let the program expose it once",
    ]);
    expect(proposed("order_queue_depth 7\n").said).toContain(
      "  alert ServiceDown: no target of shop-api answers, which wakes somebody",
    );
  });

  it("is what a part knows of its exporter as well, where the page lacks it", () => {
    expect(proposed("redis_up 1\nredis_memory_used_bytes 1\n").said).toContain(
      "  not on the page, and read as well: redis_memory_max_bytes",
    );
  });

  it("has failures of gRPC in both spellings, where nothing but OK says which one it is", () => {
    const errors = (code: string): string | undefined =>
      /"op":"=~","value":"([^"]*)"/.exec(
        JSON.stringify(proposed(`calls_total{grpc_code="${code}"} 5\n`).proposed),
      )?.[1];
    const go = "DataLoss|DeadlineExceeded|Internal|Unavailable|Unimplemented|Unknown";
    const java = "DATA_LOSS|DEADLINE_EXCEEDED|INTERNAL|UNAVAILABLE|UNIMPLEMENTED|UNKNOWN";
    expect([errors("Canceled"), errors("CANCELLED")]).toEqual([go, java]);
    expect(errors("OK")).toBe([...go.split("|"), ...java.split("|")].sort().join("|"));
  });

  it("is no objective that the page breaks without a word", () => {
    expect(
      proposed('http_requests_total{code="500"} 1\nhttp_requests_total{code="200"} 9\n').said[0],
    ).toContain("10 % fail now, which 99.9% does not allow");
    expect([breaks(1, 10, "90%"), breaks(2, 10, "90%")]).toEqual([false, true]);
  });
});

describe("a part of an exporter", () => {
  it.each(WRITTEN)("reads what the exporter prints, and nothing else: $source", ({ page, calls }) => {
    const service = defineService(head, calls.map(partOf));
    expect(unlike(service, page)).toEqual([]);
  });

  it.each(WRITTEN)("is recognised on its page: $source", ({ page, calls }) => {
    const found = proposed(page, "https://shop.example/").proposed?.calls ?? [];
    expect(found).toEqual(calls.map((call) => expect.objectContaining({ part: call.part }) as unknown));
  });

  it.each(WRITTEN)(
    "is found out where any of its labels or names is another one: $source",
    ({ page, calls }) => {
      const service = defineService(head, calls.map(partOf));
      for (const renamed of renames(service, page)) {
        expect(unlike(service, renamed.page)).toContain(renamed.finding);
      }
    },
  );
});

describe("a job that another service declares", () => {
  const calls: readonly PartCall[] = [{ part: "node", own: { machines: 1 } }];
  const problemsOf = (own: readonly PartCall[]): readonly string[] =>
    validateServices([site, defineService(head, own.map(partOf))], ["dev", "staging", "prod"]).map(
      ({ message }) => message,
    );

  it("is refused where the two differ, with where they do", () => {
    expect(problemsOf(calls)).toEqual([
      "job [node-exporter] is declared differently by [site, shop]: instances [3, 1]",
    ]);
  });

  it("is taken as the other says it is, which is said", () => {
    const shared = withSharedJobs(calls, head, [site]);
    expect(shared).toEqual({
      calls: [{ part: "node", own: { machines: 1, job: { instances: 3 } } }],
      said: [
        "  job node-exporter: what [site] says of it; where these are other targets, give [job] a name of its own in services/shop/index.ts",
      ],
    });
    expect(problemsOf(shared.calls)).toEqual([]);
    expect(withSharedJobs(shared.calls, head, [site])).toEqual({ calls: shared.calls, said: [] });
  });
});

describe("tocsin new service --from-metrics", () => {
  const checkout = new Checkout();

  afterAll(() => {
    checkout.dispose();
  });

  it("writes what passes the check, and says what it recognised", async () => {
    writeFileSync(path.join(checkout.folder, "page"), `${PAGES[0]?.page ?? ""}order_queue_depth 7\n`);
    const end = await checkout.tocsin(
      "new",
      "service",
      "shop",
      "--from-metrics",
      "page",
      "--team",
      "default",
    );
    expect([end.stderr, end.code]).toEqual(["", 0]);
    expect(end.stdout).toContain(
      "Of 3 metrics with 9 series it recognised\n  httpServer: requests in http_requests_total",
    );
    const check = await checkout.tocsin("check", "prod");
    expect([check.stdout, check.code]).toEqual([expect.stringMatching(/^✓ prod: 8 SLOs, /m), 0]);
    const again = await checkout.tocsin("new", "service", "shop", "--from-metrics", "page");
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("[shop] is a service already")]);
  }, 120_000);
});
