import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fastify, { type FastifyInstance } from "fastify";
import { remoteWrite } from "../../config/remote-write";
import { generatePlan } from "../../generators/monitoring-plan";
import { readContent } from "../../config/content";
import { freePort, startProgram, type RunningProgram } from "../../lab/process";
import { query } from "../../lab/prometheus-api";
import { toLab } from "../../lab/to-lab";
import { ensureThanos, type Toolchain } from "../../lab/toolchain";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { formatProblems } from "../../slo/problem";
import { shopOf } from "../support/http-shop";
import { TEST_CERTIFICATE, TEST_KEY } from "../support/certificate";
import { eventually } from "../support/lab";
import { objectsOfPlan, podProgram } from "../support/pod-programs";
import { removeFolder, temporaryFolder, writeFiles } from "../support/program";
import { environmentFor, ROOT } from "../support/stacks";
import { toolchain } from "../support/toolchain";

jest.setTimeout(300_000);

const SPEED = 60;
const USER = "acme";
const PASSWORD = "fake-text-of-mimir-password";
/** The former as Prometheus stores it, by bcrypt. */
const HASH = "$2a$04$3BH6oTDcm.IulLLsoJH7u.6xqNPvxVfNHI7IspJ4f3sfdKjRgkr.K";
const SECRETS: Readonly<Record<string, string>> = {
  "client-key": TEST_KEY,
  right: PASSWORD,
  token: "fake-token-of-gateway",
  wrong: "wrong",
};
/** What the targets are told to keep but for one metric. */
const DROPPED = "prometheus_tsdb_head_series";

let programs: Toolchain;
let thanos: string;
let folder: string;
/** Says whom to scrape, and plays a gateway that asks for a token. */
let discovery: FastifyInstance;
let taken = 0;
let sender: string;
/** Addresses for queries to what each target has. */
let asked: Readonly<Record<"prometheus" | "thanos", string>>;
let ports: Readonly<Record<"prometheus" | "thanos" | "http" | "grpc" | "query" | "sender", number>>;

/** What may be away. */
const receivers: RunningProgram[] = [];
const running: RunningProgram[] = [];

const local = (port: number): string => `127.0.0.1:${port}`;
const log = (name: string): string => path.join(folder, `${name}.log`);
const note = (message: string): void => void process.stderr.write(message);

/** Prometheus' own receiver, which asks for a password, and that of Thanos, for a certificate. Each keeps what it had before. */
async function startReceivers(): Promise<void> {
  const web = path.join(folder, "web.yml");
  writeFiles(
    folder,
    new Map([
      ["web.yml", `basic_auth_users: { ${USER}: "${HASH}" }\n`],
      ["receiver.yml", "{}\n"],
      ["certificate.pem", TEST_CERTIFICATE],
      ["key.pem", TEST_KEY],
    ]),
  );
  receivers.push(
    startProgram(
      "receiver",
      programs.prometheus,
      [
        `--config.file=${path.join(folder, "receiver.yml")}`,
        `--storage.tsdb.path=${path.join(folder, "received-prometheus")}`,
        `--web.config.file=${web}`,
        "--web.enable-remote-write-receiver",
        `--web.listen-address=${local(ports.prometheus)}`,
      ],
      log("receiver"),
      note,
    ),
    startProgram(
      "thanos-receive",
      thanos,
      [
        "receive",
        `--tsdb.path=${path.join(folder, "received-thanos")}`,
        `--remote-write.address=${local(ports.thanos)}`,
        `--remote-write.server-tls-cert=${path.join(folder, "certificate.pem")}`,
        `--remote-write.server-tls-key=${path.join(folder, "key.pem")}`,
        `--remote-write.server-tls-client-ca=${path.join(folder, "certificate.pem")}`,
        `--http-address=${local(ports.http)}`,
        `--grpc-address=${local(ports.grpc)}`,
        '--label=receive="test"',
      ],
      log("thanos-receive"),
      note,
    ),
  );
  await Promise.all(
    [`http://${USER}:${PASSWORD}@${local(ports.prometheus)}`, `http://${local(ports.http)}`].map(ready),
  );
}

async function stopReceivers(): Promise<void> {
  await Promise.all(receivers.splice(0).map((program) => program.stop()));
}

/** As `fetch`, with the name and the password that an address may hold. */
async function get(address: string): Promise<Response> {
  const url = new URL(address);
  const { username, password } = url;
  [url.username, url.password] = ["", ""];
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return fetch(url, { headers: username === "" ? {} : { authorization } });
}

function ready(address: string): Promise<true> {
  return eventually(`${address} that is ready`, 60, async () =>
    (await get(`${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
      ? true
      : undefined,
  );
}

interface Answer {
  readonly data: { readonly result: readonly { readonly metric: Labels; readonly values: Values }[] };
}
type Labels = Readonly<Record<string, string>>;
type Values = readonly (readonly [number, string])[];

/** Every sample that a server has of its own series `up`, between two moments. */
async function samples(address: string, from: number, to: number): Promise<Values> {
  const expr = `up{job="prometheus"}[${Math.ceil(to - from)}s]`;
  const parameters = new URLSearchParams({ query: expr, time: String(to) });
  const { data } = (await (await get(`${address}/api/v1/query?${parameters.toString()}`)).json()) as Answer;
  return data.result.flatMap(({ values }) => values);
}

async function series(address: string, expr: string): Promise<readonly Labels[]> {
  const parameters = new URLSearchParams({ query: expr });
  const answer = await get(`${address}/api/v1/query?${parameters.toString()}`);
  return answer.ok ? ((await answer.json()) as Answer).data.result.map(({ metric }) => metric) : [];
}

function targets(address: string): readonly object[] {
  const write = `http://${local(ports.prometheus)}/api/v1/write`;
  const password = (key: string): object => ({ kind: "basic", username: USER, passwordSecret: key });
  const queue = { batchSendDeadline: "100ms", maxBackoff: "500ms" };
  return [
    { name: "prometheus", url: write, authorization: password("right"), drop: [DROPPED], queue },
    {
      name: "thanos",
      url: `https://${local(ports.thanos)}/api/v1/receive`,
      tls: {
        ca: TEST_CERTIFICATE,
        serverName: "receiver.test",
        client: { certificate: TEST_CERTIFICATE, keySecret: "client-key" },
      },
      headers: { "THANOS-TENANT": "acme" },
      keep: ["up", "ALERTS"],
      queue,
    },
    { name: "refused", url: write, authorization: password("wrong"), queue },
    {
      name: "gateway",
      url: `${address}/write`,
      authorization: { kind: "bearer", tokenSecret: "token" },
      keep: ["up"],
      queue,
    },
  ];
}

/** A prod that writes to them, whose Prometheus scrapes nothing but itself. */
function planWriting(address: string): MonitoringPlan {
  const shop = shopOf("99%", "28d");
  const settings = remoteWrite.parse(targets(address));
  const prod = environmentFor("prod", [shop]);
  const runbooks = readContent(ROOT).runbooks.filter(({ service }) => service === "tocsin");
  const result = generatePlan([shop], { ...prod, remoteWrite: settings }, { runbooks });
  if (!result.ok) throw new Error(formatProblems(result.problems));
  const { plan } = result;
  const lab = toLab(
    { ...plan, scrape: { ...plan.scrape, jobs: plan.scrape.jobs.filter(({ job }) => job === "prometheus") } },
    { speed: SPEED, address, smtp: "127.0.0.1:1", alertmanager: address },
  );
  expect(lab.platform.remoteWrite).toEqual([]);
  return { ...lab, platform: { ...lab.platform, remoteWrite: settings } };
}

async function startSender(): Promise<void> {
  const root = path.join(folder, "sender");
  mkdirSync(path.join(root, "prometheus"), { recursive: true });
  const address = await discovery.listen({ port: 0, host: "127.0.0.1" });
  const { args, files } = podProgram(
    objectsOfPlan(planWriting(address)),
    "prometheus",
    { root, web: ports.sender, mesh: [], number: 0 },
    (key) => SECRETS[key] ?? "",
  );
  writeFiles("/", files);
  running.push(
    startProgram("prometheus", programs.prometheus, args, log("sender"), note, { POD_NAME: "prometheus-0" }),
  );
  await ready(sender);
}

beforeAll(async () => {
  programs = await toolchain();
  ({ thanos } = await ensureThanos({ report: (line) => note(`${line}\n`) }));
  folder = temporaryFolder();
  const free = (): Promise<number> => freePort(undefined, "");
  ports = {
    prometheus: await free(),
    thanos: await free(),
    http: await free(),
    grpc: await free(),
    query: await free(),
    sender: await free(),
  };
  sender = `http://${local(ports.sender)}`;
  asked = {
    prometheus: `http://${USER}:${PASSWORD}@${local(ports.prometheus)}`,
    thanos: `http://${local(ports.query)}`,
  };
  discovery = fastify({ forceCloseConnections: true });
  discovery.get<{ Params: { job: string } }>("/sd/:job", (request, reply) =>
    reply.send(request.params.job === "prometheus" ? [{ targets: [local(ports.sender)], labels: {} }] : []),
  );
  discovery.addContentTypeParser("application/x-protobuf", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  discovery.post("/write", (request, reply) => {
    const isKnown = request.headers.authorization === `Bearer ${SECRETS["token"] ?? ""}`;
    taken += isKnown ? 1 : 0;
    return reply.code(isKnown ? 204 : 401).send();
  });
  await startReceivers();
  running.push(
    startProgram(
      "thanos-query",
      thanos,
      [
        "query",
        `--http-address=${asked.thanos.replace("http://", "")}`,
        `--grpc-address=${local(await free())}`,
        `--endpoint=${local(ports.grpc)}`,
      ],
      log("thanos-query"),
      note,
    ),
  );
  await startSender();
}, 600_000);

afterAll(async () => {
  await stopReceivers();
  await Promise.all(running.splice(0).map((program) => program.stop()));
  await discovery.close();
  removeFolder(folder);
}, 60_000);

/** Targets of which an alert is firing. */
async function firing(alertname: string): Promise<readonly string[]> {
  const found = await query(sender, `ALERTS{alertstate="firing",alertname="${alertname}"}`);
  return (found ?? []).map(({ labels }) => labels["remote_name"] ?? "").sort();
}

function fires(alertname: string, ...names: readonly string[]): Promise<true> {
  return eventually(`${alertname} of [${names.join()}]`, 120, async () => {
    await sleep(300);
    return JSON.stringify(await firing(alertname)) === JSON.stringify(names) || undefined;
  });
}

const now = (): number => Date.now() / 1_000;

describe("samples that are written to others", () => {
  const begun = now();

  it.each(["prometheus", "thanos"] as const)(
    "arrive at %s, with the labels of who writes",
    async (target) => {
      const [labels] = await eventually(`series at ${target}`, 90, async () => {
        const found = await series(asked[target], `up{job="prometheus"}`);
        return found.length > 0 ? found : undefined;
      });
      expect(labels).toMatchObject({ cluster: "prod-1", environment: "prod", replica: "prometheus-0" });
      if (target === "thanos") expect(labels).toMatchObject({ receive: "test", tenant_id: "acme" });
    },
  );

  it("are those that the target is to have, and no others", async () => {
    const names = async (target: keyof typeof asked): Promise<readonly string[]> =>
      (await series(asked[target], `count by (__name__) ({job="prometheus",__name__!="ALERTS"})`)).map(
        ({ __name__: name = "" }) => name,
      );
    const of = {
      prometheus: await eventually("metrics at prometheus", 60, async () => {
        const found = await names("prometheus");
        return found.includes("prometheus_tsdb_head_chunks") ? found : undefined;
      }),
      thanos: await names("thanos"),
    };
    expect(of.prometheus).not.toContain(DROPPED);
    expect(await series(sender, DROPPED)).not.toEqual([]);
    expect(of.thanos).toEqual(["up"]);
  });

  it("are refused where the password is wrong, which an alert says of that target alone", async () => {
    await fires("RemoteWriteRefused", "refused");
  });

  it("come with the token where one is asked for", async () => {
    await eventually("requests at the gateway", 60, async () => {
      await sleep(100);
      return taken > 1 || undefined;
    });
    await fires("RemoteWriteRefused", "refused");
  });

  it("are counted by the names that the alerts read", async () => {
    const exposed = await (await fetch(`${sender}/metrics`)).text();
    const read = [
      ...JSON.stringify(planWriting(sender)).matchAll(/prometheus_(?:remote_storage|wal_watcher)_\w+/g),
    ].map(([name]) => name);
    expect(new Set(read).size).toBe(6);
    for (const name of new Set(read)) {
      expect([
        name,
        new RegExp(`^${name}\\{(?:consumer|[^}]*remote_name)="thanos"`, "m").test(exposed),
      ]).toEqual([name, true]);
    }
  });

  it("wait where their targets are away, which an alert says, and none of them is lost", async () => {
    // What is refused was sent, too.
    await fires("RemoteWriteBehind");
    await stopReceivers();
    await fires("RemoteWriteBehind", "prometheus", "refused", "thanos");
    await startReceivers();
    await fires("RemoteWriteBehind");
    const end = now() - 3;
    const sent = await samples(sender, begun, end);
    expect(sent.length).toBeGreaterThan(25);
    for (const target of ["prometheus", "thanos"] as const) {
      const got = await eventually(`every sample at ${target}`, 60, async () => {
        const values = await samples(asked[target], begun, end);
        return values.length >= sent.length ? values : undefined;
      });
      expect([target, got]).toEqual([target, sent]);
    }
  });
});
