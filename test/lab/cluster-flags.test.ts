import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fastify, { type FastifyInstance } from "fastify";
import { toYaml } from "../../backends/file-set";
import { freePort, startProgram, type RunningProgram } from "../../lab/process";
import { query } from "../../lab/prometheus-api";
import { ALERTMANAGERS, toLab } from "../../lab/to-lab";
import type { Toolchain } from "../../lab/toolchain";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { RECORDS } from "../../plan/names";
import { planWith, shopOf } from "../support/http-shop";
import { eventually } from "../support/lab";
import { planOf } from "../support/plan";
import { STACKS } from "../support/stacks";
import { toolchain } from "../support/toolchain";
import { objectsOfPlan, podProgram } from "../support/pod-programs";
import { removeFolder, temporaryFolder, writeFiles } from "../support/program";

const TEN_MINUTES = 600_000;

jest.setTimeout(300_000);

let programs: Toolchain;
let folder: string;
const running: RunningProgram[] = [];

beforeAll(async () => {
  programs = await toolchain();
  folder = temporaryFolder();
}, TEN_MINUTES);

afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.stop()));
});

afterAll(() => {
  removeFolder(folder);
});

/** A container of a pod, outside of its pod. */
interface Started {
  readonly address: string;
  /** What the program said when it ended by itself. */
  readonly ended: () => string | undefined;
}

/** Starts the server of one pod with the flags and the files that it has in the cluster. */
async function startPod(
  plan: MonitoringPlan,
  name: "alertmanager" | "prometheus",
  mesh: readonly number[],
  number: number,
  more: readonly string[] = [],
): Promise<Started> {
  const root = path.join(folder, `${plan.environment.stack}-${name}-${number}-${running.length}`);
  const web = await freePort(undefined, "");
  const objects = objectsOfPlan(plan);
  const { args, files } = podProgram(objects, name, { root, web, mesh, number }, () => "fake");
  writeFiles("/", files);
  mkdirSync(path.join(root, name), { recursive: true });
  let message: string | undefined;
  const log = path.join(root, "log");
  const changed = more.map((flag) => `${flag.split("=")[0] ?? flag}=`);
  const rest = args.filter((arg) => !changed.some((flag) => arg.startsWith(flag)));
  running.push(
    startProgram(name, programs[name], [...rest, ...more], log, () => {
      message = readFileSync(log, "utf8");
    }),
  );
  return { address: `http://127.0.0.1:${web}`, ended: () => message };
}

/** Asks until an answer is as it should be; a program that ended will never give it. */
async function until<T>(
  { address, ended }: Started,
  question: string,
  holds: (answer: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask<T>(`${address}${question}`);
    if (answer !== undefined && holds(answer)) {
      return answer;
    }
    const end = ended();
    if (end !== undefined || Date.now() > deadline) {
      throw new Error(`${question} within a minute: ${JSON.stringify(answer)}; ${end ?? "still running"}`);
    }
    await sleep(100);
  }
}

async function ask<T>(address: string): Promise<T | undefined> {
  try {
    const response = await fetch(address);
    const text = await response.text();
    return response.ok ? ((text.startsWith("{") ? JSON.parse(text) : text) as T) : undefined;
  } catch {
    return undefined;
  }
}

const isReady = (text: string): boolean => text !== "";

interface Status {
  readonly cluster: { readonly status: string; readonly peers: readonly { readonly address: string }[] };
  readonly config: { readonly original: string };
}

describe.each(STACKS)("the real Prometheus with the flags of %s", (stack) => {
  it("takes every flag, and is ready with all rules", async () => {
    const plan = planOf(stack);
    const server = await startPod(plan, "prometheus", [], 0);
    await until<string>(server, "/-/ready", isReady);
    const { data: flags } = await until<{ readonly data: Readonly<Record<string, string>> }>(
      server,
      "/api/v1/status/flags",
      () => true,
    );
    expect(flags).toMatchObject({
      "config.auto-reload": "true",
      "query.lookback-delta": "5m",
      "rules.alert.for-grace-period": "1m",
      "rules.alert.resend-delay": "2m",
      // Prometheus writes 35 days as weeks.
      "storage.tsdb.retention.time": "5w",
      "web.external-url": plan.platform.prometheus.address,
    });
    const { data: rules } = await until<{ readonly data: { readonly groups: readonly { name: string }[] } }>(
      server,
      "/api/v1/rules",
      () => true,
    );
    expect(rules.groups.map(({ name }) => name).sort()).toEqual(
      plan.ruleGroups.map(({ name }) => name).sort(),
    );
    expect(server.ended()).toBeUndefined();
  });
});

describe.each([
  ["dev", 1],
  ["staging", 2],
  ["prod", 3],
])("the real Alertmanager with the flags of %s", (stack, replicas) => {
  it(`takes every flag, and ${replicas} of it know each other`, async () => {
    const mesh: number[] = [];
    for (let number = 0; number < replicas; number += 1) {
      mesh.push(await freePort(undefined, ""));
    }
    const servers: Started[] = [];
    for (const number of mesh.keys()) {
      servers.push(await startPod(planOf(stack), "alertmanager", mesh, number));
    }
    for (const server of servers) {
      await until<string>(server, "/-/ready", isReady);
      const { cluster, config } = await until<Status>(
        server,
        "/api/v2/status",
        (status) => replicas === 1 || status.cluster.peers.length === replicas,
      );
      expect(cluster.peers.map(({ address }) => address).sort()).toEqual(
        replicas === 1 ? [] : mesh.map((port) => `127.0.0.1:${port}`).sort(),
      );
      expect(cluster.status).toMatch(replicas === 1 ? /^disabled$/ : /^(ready|settling)$/);
      expect(config.original).toContain("receiver: unrouted");
    }
    expect(servers.map(({ ended }) => ended())).toEqual(servers.map(() => undefined));
  });
});

describe("an address with a path", () => {
  it.each(["prometheus", "alertmanager"] as const)(
    "leaves the probes of %s where they are, and stands in its links",
    async (name) => {
      const server = await startPod(planOf("dev"), name, [], 0, [
        `--web.external-url=https://a.example/${name}`,
      ]);
      await until<string>(server, "/-/ready", isReady);
      await until<string>(server, "/-/healthy", isReady);
      await until<string>(server, "/metrics", (text) => text.includes("go_goroutines"));
      expect((await fetch(`${server.address}/-/reload`, { method: "POST" })).status).toBe(
        // Prometheus reloads by itself, so nobody may ask it to.
        name === "prometheus" ? 403 : 200,
      );
      expect(server.ended()).toBeUndefined();
    },
  );
});

interface Created {
  readonly at: number;
  readonly value: number;
}

/** A program that exposes one counter, with created timestamps to whoever can read them; and who is to be scraped. */
function exposing(requests: ReadonlyMap<string, Created>): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.get<{ Params: { job: string }; Headers: { host: string } }>("/sd/:job", (request, reply) => {
    const { job } = request.params;
    const labels = { __metrics_path__: `/metrics/${job}`, instance: job };
    return reply.send(job === ALERTMANAGERS ? [] : [{ targets: [request.headers.host], labels }]);
  });
  app.get("/metrics/:job", (request, reply) => {
    const isOpen = (request.headers.accept ?? "").includes("application/openmetrics-text;version=1.0.0");
    const lines = [...requests].flatMap(([status, { at, value }]) => {
      const labels = `{route="/",method="GET",status="${status}"}`;
      const created = isOpen ? [`http_requests_created${labels} ${at}`] : [];
      return [`http_requests_total${labels} ${value}`, ...created];
    });
    const text = ["# TYPE http_requests counter", ...lines, ...(isOpen ? ["# EOF"] : [])].join("\n");
    return reply
      .type(isOpen ? "application/openmetrics-text; version=1.0.0" : "text/plain; version=0.0.4")
      .send(`${text}\n`);
  });
  return app;
}

/** The shop and a neighbour that says nothing of created timestamps, scraped every half second. */
function planOfCreated(address: string): MonitoringPlan {
  const shop = shopOf("95%", "28d", 50, { createdTimestamps: true });
  const plan = planWith(shop);
  return toLab(
    {
      ...plan,
      ruleGroups: plan.ruleGroups.filter(({ file }) => file === shop.id),
      scrape: {
        ...plan.scrape,
        jobs: plan.scrape.jobs.filter(({ job }) => ["shop-api", NEIGHBOUR].includes(job)),
      },
    },
    { speed: 60, address, smtp: "127.0.0.1:1", alertmanager: address },
  );
}

const NEIGHBOUR = "prometheus";

describe("a job whose program says when a series was created", () => {
  const requests = new Map<string, Created>();
  const now = (): number => Date.now() / 1_000;
  const failed = `http_requests_total{status="500",job="shop-api"}`;
  const program = exposing(requests);
  let server: Started;

  const valuesOf = async (expr: string): Promise<readonly number[] | undefined> =>
    (await query(server.address, expr))?.map(({ value }) => value);
  const when = (expr: string, is: readonly number[]): Promise<true> =>
    eventually(
      expr,
      60,
      async () => JSON.stringify(await valuesOf(expr)) === JSON.stringify(is) || undefined,
    );
  /** What the rules count, once extrapolation is below a tenth. */
  const errorsAt = async (value: number): Promise<readonly number[] | undefined> => {
    await when(`min_over_time(${failed}[4s]) and count_over_time(${failed}[4s]) >= 7`, [value]);
    return valuesOf(`round(${RECORDS.increase("error", "1h")}{slo_id="shop-availability"})`);
  };

  afterAll(() => program.close());

  it("counts a birth whole and a return by its growth, without a rule for either", async () => {
    requests.set("200", { at: now() - 7_200, value: 90_000 });
    const plan = planOfCreated(await program.listen({ port: 0, host: "127.0.0.1" }));
    expect(toYaml(plan.ruleGroups)).not.toMatch(/:began|:ended|:born/);
    server = await startPod(plan, "prometheus", [], 0);
    await when(`count(http_requests_total)`, [2]);

    const born = { at: now() - 2, value: 3 };
    requests.set("500", born);
    expect(await errorsAt(3)).toEqual([3]);
    expect(await valuesOf(`sort(min_over_time(http_requests_total{status="500"}[1m]))`)).toEqual([0, 3]);

    requests.delete("500");
    await when(`count(${failed}) or vector(0)`, [0]);
    requests.set("500", { ...born, value: 5 });
    // What nobody saw begin, long ago, is no birth either.
    requests.set("503", { at: now() - 7_200, value: 5_000 });
    expect(await errorsAt(5)).toEqual([5]);
  });
});

describe("a flag that the real program does not know", () => {
  it.each(["prometheus", "alertmanager"] as const)(
    "ends %s, and would fail the tests above",
    async (name) => {
      const server = await startPod(planOf("dev"), name, [], 0, ["--no-such-flag"]);
      await expect(until(server, "/-/ready", isReady)).rejects.toThrow(/unknown long flag '--no-such-flag'/);
    },
  );
});
