import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { NO_ANSWER } from "../../generators/long-term-telemetry";
import { freePort, startProgram, type RunningProgram } from "../../lab/process";
import { ensureThanos } from "../../lab/toolchain";
import { PROGRAMS, RECORDS } from "../../plan/names";
import { eventually } from "../support/lab";
import { BUCKET, planInCluster } from "../support/long-term";
import { TestObjectStore } from "../support/object-store";
import { objectsOfPlan, podProgram } from "../support/pod-programs";
import { removeFolder, temporaryFolder, writeFiles } from "../support/program";
import { ThanosPods, type RunningThanos } from "../support/thanos";
import { toolchain } from "../support/toolchain";

jest.setTimeout(600_000);

/** What is older than a month is there thinned out only. */
const HUB = { clusters: ["prod-us-1"], retention: { raw: "30d", fiveMinutes: "400d" } };
const CLUSTERS = ["prod-eu-1", "prod-us-1"] as const;
type Cluster = (typeof CLUSTERS)[number];

const HOUR = 3_600;
const DAY = 24 * HOUR;
const STEP = 300;
const DAYS = 90;

const plans = {
  "prod-eu-1": planInCluster("prod-eu-1", HUB),
  "prod-us-1": planInCluster("prod-us-1"),
} as const;
const [slo] = plans["prod-eu-1"].slos;
if (slo === undefined) throw new Error("the shop has no SLO");
const SAMPLED = {
  error: RECORDS.sampled("error", "1h", "5m"),
  total: RECORDS.sampled("total", "1h", "5m"),
} as const;

/** The end of the history: every block of it is whole. */
const END = Math.floor(Date.now() / 1_000 / (2 * HOUR)) * 2 * HOUR;
const BEGIN = END - DAYS * DAY;
/** What is younger lies in blocks of two hours, as a server writes them. */
const RECENT = END - 30 * HOUR;

/** Events of a cluster at one moment; in the last fortnight one of them fails much more. */
function eventsOf(cluster: Cluster, time: number): Readonly<Record<"error" | "total", number>> {
  const total = Math.round(1_000 + 400 * Math.sin((2 * Math.PI * time) / DAY));
  const usual = cluster === "prod-eu-1" ? 0.001 : 0.004;
  return { total, error: total * (cluster === "prod-us-1" && time > END - 14 * DAY ? 0.02 : usual) };
}

/** What the objective is over both clusters, from the events alone. */
function truth(days: number): number {
  let [errors, totals] = [0, 0];
  for (let time = BEGIN; time < END; time += STEP) {
    if (time < END - days * DAY) continue;
    for (const cluster of CLUSTERS) {
      const { error, total } = eventsOf(cluster, time);
      errors += error;
      totals += total;
    }
  }
  return errors / totals;
}

/** Each replica was away for a day that the other one knows. */
const AWAY = [10, 20] as const;

/** A history in OpenMetrics, as one replica has it. */
function history(cluster: Cluster, replica: number, from: number, to: number): string {
  const away = END - (AWAY[replica] ?? 0) * DAY;
  const lines = (side: "error" | "total"): string =>
    Array.from({ length: (to - from) / STEP }, (_, index) => from + index * STEP)
      .filter((time) => time < away || time >= away + DAY)
      .map(
        (time) =>
          `${SAMPLED[side]}{cluster="${cluster}",environment="prod",service="shop",slo_id="${slo?.id ?? ""}"} ${eventsOf(cluster, time)[side]} ${time}\n`,
      )
      .join("");
  return (
    (["error", "total"] as const).map((side) => `# TYPE ${SAMPLED[side]} gauge\n${lines(side)}`).join("") +
    "# EOF\n"
  );
}

interface Answer {
  readonly status: string;
  readonly warnings?: readonly string[];
  readonly data: {
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
  };
}

let folder: string;
let store: TestObjectStore;
let pods: ThanosPods;
let programs: Awaited<ReturnType<typeof toolchain>>;

/** A Prometheus with its sidecar. */
interface Replica {
  readonly address: string;
  readonly sidecar: RunningThanos;
  readonly stop: () => Promise<void>;
}
const replicas = new Map<string, Replica>();
let gateway: RunningThanos;
let query: RunningThanos;
let frontend: RunningThanos;

beforeAll(async () => {
  programs = await toolchain();
  const { thanos } = await ensureThanos({ report: (line) => void process.stderr.write(`${line}\n`) });
  folder = temporaryFolder();
  // Each program ends with this process.
  process.setMaxListeners(40);
  store = new TestObjectStore(path.join(folder, "store"));
  await store.start();
  await store.metrics(BUCKET);
  pods = new ThanosPods(thanos, folder, store);
  for (const cluster of CLUSTERS) {
    for (const replica of [0, 1]) replicas.set(`${cluster}/${replica}`, await startReplica(cluster, replica));
  }
  await eventually("every block in the bucket", 120, async () => {
    const [blocks, wanted] = [await blocksIn(), [...replicas.keys()].flatMap((key) => localBlocks(key))];
    return wanted.length > 0 && wanted.every((block) => blocks.includes(block)) ? true : undefined;
  });
  await readAnew();
}, 600_000);

afterAll(async () => {
  await pods.stop();
  await Promise.all([...replicas.values()].map(({ stop }) => stop()));
  await store.stop();
  removeFolder(folder);
});

/** Names of Services are names of no machine here; what they stand for is named instead. */
const ENDPOINTS = [[/^--endpoint=dns\+.*$/, "--endpoint=127.0.0.1:1"]] as const;

function endpoints(): readonly string[] {
  return [gateway, ...[...replicas.values()].map(({ sidecar }) => sidecar)].map(
    ({ grpc }) => `--endpoint=${grpc}`,
  );
}

async function startReplica(cluster: Cluster, replica: number): Promise<Replica> {
  const plan = plans[cluster];
  const objects = objectsOfPlan(plan);
  const root = path.join(folder, `${cluster}-prometheus-${replica}`);
  const web = await freePort(undefined, "");
  const tsdb = path.join(root, "prometheus");
  mkdirSync(tsdb, { recursive: true });
  for (const [from, to, size] of [
    [BEGIN, RECENT, "486h"],
    [RECENT, END, "2h"],
  ] as const) {
    const text = path.join(root, "history.txt");
    writeFileSync(text, history(cluster, replica, from, to));
    execFileSync(
      programs.promtool,
      ["tsdb", "create-blocks-from", `--max-block-duration=${size}`, "openmetrics", text, tsdb],
      { stdio: "ignore" },
    );
  }
  const { args, files } = podProgram(
    objects,
    "prometheus",
    { root, web, mesh: [], number: replica },
    () => "fake",
  );
  writeFiles("/", files);
  const name = `prometheus-${replica}`;
  const program: RunningProgram = startProgram(
    name,
    programs.prometheus,
    args,
    path.join(root, "log"),
    (message) => process.stderr.write(message),
    { POD_NAME: name },
  );
  const address = `http://127.0.0.1:${web}`;
  await ready(address);
  const sidecar = await pods.start(plan, objects, PROGRAMS.sidecar, {
    tsdb,
    replaced: [["http://127.0.0.1:9090", address]],
  });
  return {
    address,
    sidecar,
    stop: async () => {
      await sidecar.program.stop();
      await program.stop();
    },
  };
}

function ready(address: string): Promise<true> {
  return eventually(`${address} that is ready`, 60, async () =>
    (await fetch(`${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
      ? true
      : undefined,
  );
}

/** Blocks of the bucket that are whole. */
async function blocksIn(): Promise<readonly string[]> {
  const keys = await store.keys(BUCKET);
  return keys.flatMap((key) => (key.endsWith("/meta.json") ? [key.split("/")[0] ?? ""] : []));
}

function localBlocks(key: string): readonly string[] {
  const file = path.join(folder, key.replace("/", "-prometheus-"), "prometheus");
  const listed = execFileSync(programs.promtool, ["tsdb", "list", file], { encoding: "utf8" });
  return listed.split("\n").flatMap((line) => /^[0-9A-Z]{26}/.exec(line)?.[0] ?? []);
}

async function ask(
  address: string,
  expr: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const parameters = new URLSearchParams({ query: expr, time: String(END - 1), ...more });
  return (await (await fetch(`${address}/api/v1/query?${parameters.toString()}`)).json()) as Answer;
}

const ratioOver = (days: number): string =>
  `sum(sum_over_time(${SAMPLED.error}{slo_id="${slo.id}"}[${days}d])) / sum(sum_over_time(${SAMPLED.total}{slo_id="${slo.id}"}[${days}d]))`;

async function ratio(days: number, more?: Readonly<Record<string, string>>): Promise<number> {
  const { data } = await ask(frontend.web, ratioOver(days), more);
  return Number(data.result[0]?.value[1]);
}

function within(seen: number, wanted: number): void {
  expect(Math.abs(seen / wanted - 1)).toBeLessThan(0.02);
}

/** What a block says of itself. */
interface Meta {
  readonly minTime: number;
  readonly maxTime: number;
  readonly compaction: { readonly level: number };
  readonly thanos: {
    readonly labels: Readonly<Record<string, string>>;
    readonly downsample: { readonly resolution: number };
  };
}

async function metas(): Promise<readonly Meta[]> {
  const found: Meta[] = [];
  for (const block of await blocksIn()) {
    const answer = await store.try("root", "GET", `${BUCKET}/${block}/meta.json`);
    if (answer.ok) found.push(JSON.parse(await answer.text()) as Meta);
  }
  return found;
}

/** A gateway and a query that know what is in the bucket now. */
async function readAnew(...more: readonly RunningThanos[]): Promise<void> {
  const plan = plans["prod-eu-1"];
  const objects = objectsOfPlan(plan);
  gateway = await pods.start(plan, objects, PROGRAMS.store);
  query = await pods.start(plan, objects, PROGRAMS.query, {
    replaced: ENDPOINTS,
    more: [...endpoints(), ...more.map(({ grpc }) => `--endpoint=${grpc}`)],
  });
  frontend = await pods.start(plan, objects, PROGRAMS.queryFrontend, {
    replaced: [[/http:\/\/thanos-query\.[^/]*$/, query.web]],
  });
  for (const { web } of [gateway, query, frontend]) await ready(web);
}

async function lose(key: string): Promise<void> {
  await replicas.get(key)?.stop();
  replicas.delete(key);
}

/** Names of a program's own metrics. */
async function exposed({ web }: Pick<RunningThanos, "web">): Promise<ReadonlySet<string>> {
  const text = await (await fetch(`${web}/metrics`)).text();
  return new Set(text.split("\n").flatMap((line) => /^[a-z]\w*/.exec(line)?.[0] ?? []));
}

const known = new Map<string, RunningThanos>();

describe("samples of two clusters in one bucket", () => {
  it("are known once each, though each has two replicas that were away in turn", async () => {
    const series = await ask(query.web, `count by (cluster) (${SAMPLED.total})`);
    expect(series.data.result.map(({ metric, value }) => [metric["cluster"], value[1]]).sort()).toEqual([
      ["prod-eu-1", "1"],
      ["prod-us-1", "1"],
    ]);
    const apart = await ask(query.web, `count(${SAMPLED.total})`, { dedup: "false" });
    expect(apart.data.result[0]?.value[1]).toBe("4");
    within(await ratio(28), truth(28));
    within(await ratio(DAYS), truth(DAYS));
    // A mean of the two ratios would be something else.
    expect(Math.abs(truth(28) / truth(DAYS) - 1)).toBeGreaterThan(0.5);
  });

  it("are added up by a ruler, which asks for them and tells nobody", async () => {
    const plan = plans["prod-eu-1"];
    const ruler = await pods.start(plan, objectsOfPlan(plan), PROGRAMS.ruler, {
      replaced: [[/^(--query=).*$/, `$1${query.web}`]],
      edit: (text) => text.replaceAll("interval: 5m", "interval: 1s"),
    });
    known.set(PROGRAMS.ruler, ruler);
    expect(readFileSync(ruler.log, "utf8")).not.toContain("alertmanagers.url");
    await ready(ruler.web);
    await readAnew(ruler);
    const [recorded] = await eventually("a value over all clusters", 60, async () => {
      const name = RECORDS.ratioOfClusters("28d");
      const { data } = await ask(query.web, name, { time: String(Date.now() / 1_000) });
      return data.result.length > 0 ? data.result : undefined;
    });
    expect(recorded?.metric).toMatchObject({ environment: "prod", slo_id: slo.id, ruler: "prod-eu-1" });
    expect(recorded?.metric).not.toHaveProperty("cluster");
    within(Number(recorded?.value[1]), truth(28));
  });

  it("are whole where one replica is lost, and where a whole cluster is", async () => {
    known.set(PROGRAMS.sidecar, [...replicas.values()][0]?.sidecar ?? gateway);
    await lose("prod-us-1/0");
    within(await ratio(28), truth(28));
    await lose("prod-us-1/1");
    await readAnew();
    within(await ratio(28), truth(28));
    within(await ratio(DAYS), truth(DAYS));
  });

  it("are joined and thinned out by the compactor, which alone may delete, and objectives stay what they were", async () => {
    const [block = ""] = await blocksIn();
    for (const who of ["writer", "reader"] as const) {
      const { status } = await store.try(who, "DELETE", `${BUCKET}/${block}/meta.json`);
      expect(status).toBe(403);
    }
    expect((await store.try("reader", "PUT", `${BUCKET}/mine`, { body: "x" })).status).toBe(403);

    const before = await metas();
    const plan = plans["prod-eu-1"];
    const compactor = await pods.start(plan, objectsOfPlan(plan), PROGRAMS.compactor, {
      // In the cluster what is new rests for half an hour, what is marked for two days, and it looks again after 5 minutes.
      replaced: [["--delete-delay=48h", "--delete-delay=0s"]],
      more: ["--consistency-delay=0s", "--wait-interval=5s"],
    });
    known.set(PROGRAMS.compactor, compactor);
    const old = (meta: Meta): boolean => meta.maxTime / 1_000 < END - 31 * DAY;
    const raw = ({ thanos }: Meta): boolean => thanos.downsample.resolution === 0;
    const early = before
      .filter((meta) => old(meta) && raw(meta))
      .map(({ thanos }) => thanos.labels["cluster"]);
    // How many there are hangs on the day: blocks begin at multiples of their length.
    expect(early.filter((cluster) => cluster === CLUSTERS[0])).toHaveLength(early.length / 2);
    expect(new Set(early)).toEqual(new Set(CLUSTERS));
    const after = await eventually("a bucket in order", 400, async () => {
      await sleep(3_000);
      const now = await metas();
      return now.some((meta) => old(meta) && raw(meta)) || now.every(raw) ? undefined : now;
    });
    for (const resolution of [300_000, 3_600_000]) {
      const thinned = after.filter(({ thanos }) => thanos.downsample.resolution === resolution);
      expect(new Set(thinned.map(({ thanos }) => thanos.labels["cluster"]))).toEqual(new Set(CLUSTERS));
    }
    expect(before.every(({ compaction }) => compaction.level === 1)).toBe(true);
    expect(after.some(({ compaction }) => compaction.level > 1)).toBe(true);

    await readAnew();
    within(await ratio(28), truth(28));
    within(await ratio(DAYS), truth(DAYS));
    // Of the samples as they were scraped only the last month is left.
    const scraped = await ask(
      query.web,
      `max(count_over_time(${SAMPLED.total}{cluster="prod-us-1"}[${DAYS}d]))`,
      {
        max_source_resolution: "0s",
      },
    );
    expect(Number(scraped.data.result[0]?.value[1])).toBeLessThan((55 * DAY) / STEP);
  });

  it("expose what the alerts about them read", async () => {
    const self = plans["prod-eu-1"].services.find(({ id }) => id === "tocsin");
    known.set(PROGRAMS.store, gateway);
    known.set(PROGRAMS.query, query);
    const read = (self?.metrics ?? []).filter(({ job }) => known.has(job.name));
    expect(new Set(read.map(({ job }) => job.name)).size).toBe(5);
    for (const { job, name } of read) {
      const program = known.get(job.name);
      const names = program === undefined ? new Set() : await exposed(program);
      expect([job.name, name, names.has(name)]).toEqual([job.name, name, true]);
    }
  });

  it("are missed by name where the store is away, while rules in a cluster go on", async () => {
    const local = replicas.get("prod-eu-1/0")?.address ?? "";
    await store.stop();
    const away = Date.now();
    const { status, warnings } = await ask(query.web, ratioOver(28), { time: String(END - 7 * DAY) });
    expect(status).toBe("success");
    expect(warnings?.join()).toMatch(/receive series from/);
    const failed = await (await fetch(`${query.web}/metrics`)).text();
    expect(failed).toMatch(
      new RegExp(`grpc_client_handled_total\\{grpc_code="(${NO_ANSWER.join("|")})",grpc_method="Series"`),
    );
    const groups = await eventually("rules that are evaluated", 90, async () => {
      const { data } = (await (await fetch(`${local}/api/v1/rules`)).json()) as Rules;
      const paging = data.groups.filter(({ name }) => /:L0$|^heartbeat/.test(name));
      return paging.length > 0 && paging.every(({ lastEvaluation }) => Date.parse(lastEvaluation) > away)
        ? paging
        : undefined;
    });
    expect(groups.flatMap(({ rules }) => rules.filter(({ health }) => health !== "ok"))).toEqual([]);
    expect((await fetch(`${local}/-/ready`)).status).toBe(200);
  });
});

interface Rules {
  readonly data: {
    readonly groups: readonly {
      readonly name: string;
      readonly lastEvaluation: string;
      readonly rules: readonly { readonly health: string }[];
    }[];
  };
}
