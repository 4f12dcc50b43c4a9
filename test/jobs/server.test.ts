import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../../lab/process";
import { monitoringState } from "../../parts/monitoring-state";
import { defineService } from "../../parts/define-service";
import { eventually, Sink } from "../support/alertmanager";
import { holding, squeezed } from "../support/backups";
import { SHOP } from "../support/http-shop";
import { bundleJobs, TestJob } from "../support/jobs";
import { TestObjectStore } from "../support/object-store";
import { ROOT } from "../support/stacks";
import { toolchain } from "../support/toolchain";

const root = mkdtempSync(path.join(tmpdir(), "tocsin-server-"));
const objects = new TestObjectStore(path.join(root, "store"));
const [ALERTMANAGER, PROMETHEUS] = monitoringState({ namespace: "monitoring", scratch: "50Gi" }).map(
  (part) => defineService(SHOP, [part]).alerts,
);

/** Rows of the page's table, each the test of its name. */
const FAULTS = {
  disk: {
    fault: "The disk of a server of the monitoring is empty",
    did: "the files came back, and the server went on from them",
    alert: [],
    lost: "nothing",
  },
  damaged: {
    fault: "A file of a server of the monitoring is damaged",
    did: "did not call it a backup",
    alert: ["BackupTooOld", "RecoverableDataTooOld"],
    lost: "nothing",
  },
  dead: {
    fault: "Nobody writes to the volume of a server of the monitoring",
    did: "did not call it a backup",
    alert: ["BackupTooOld", "RecoverableDataTooOld"],
    lost: "nothing",
  },
} as const;

/** A server of the toolchain on loopback, over a folder of data. */
class Running {
  private process: ChildProcess | undefined;
  address = "";

  constructor(
    private readonly program: string,
    readonly data: string,
    private readonly flags: readonly string[],
  ) {}

  async start(): Promise<void> {
    const port = await freePort(undefined, "");
    this.address = `http://127.0.0.1:${port}`;
    this.process = spawn(this.program, [...this.flags, `--web.listen-address=127.0.0.1:${port}`], {
      stdio: "ignore",
    });
    await eventually("a server that is ready", async () => {
      const answer = await fetch(`${this.address}/-/ready`).catch(() => undefined);
      return answer?.ok === true ? true : undefined;
    });
  }

  async kill(): Promise<void> {
    if (this.process?.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill("SIGKILL");
    await once(this.process, "exit");
  }

  async get(where: string): Promise<unknown> {
    return (await fetch(`${this.address}${where}`)).json();
  }

  async post(where: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${this.address}${where}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.text();
  }
}

async function jobOf(server: "alertmanager" | "prometheus", data: string): Promise<TestJob> {
  const bucket = `shop-${server}-${path.basename(data)}`;
  await objects.bucket(bucket);
  return new TestJob(path.join(root, `job-${bucket}`), path.join(root, "backup.js"), {
    ...{
      kind: "server",
      server,
      folder: data,
      store: server,
      intervalSeconds: server === "alertmanager" ? 3_600 : 21_600,
    },
    bucket: { endpoint: objects.endpoint, region: "us-east-1", name: bucket },
  });
}

async function firing(job: TestJob, hoursLater: number): Promise<readonly string[]> {
  const page = await job.page();
  const alerts = job.settings.store === "alertmanager" ? ALERTMANAGER : PROMETHEUS;
  return holding(alerts ?? [], page, new Date(Date.now() + hoursLater * 3_600_000)).map((name) =>
    name.replace(/^(Alertmanager|Prometheus)/, ""),
  );
}

const sink = new Sink();
let alertmanager: Running;
let prometheus: Running;

beforeAll(async () => {
  await objects.start();
  bundleJobs(root);
  const programs = await toolchain();
  const receiver = await sink.start();
  const [own, samples] = ["am", "prom"].map((name) => path.join(root, name));
  [own, samples].forEach((folder) => mkdirSync(folder ?? ""));
  const configs = {
    am: `route: {receiver: sink, group_wait: 0s, group_interval: 1m, repeat_interval: 4h}\nreceivers: [{name: sink, webhook_configs: [{url: "${receiver}/hook"}]}]\n`,
    prom: `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: self, static_configs: [{targets: ["127.0.0.1:1"]}]}]\n`,
  };
  for (const [name, text] of Object.entries(configs)) writeFileSync(path.join(root, `${name}.yml`), text);
  alertmanager = new Running(programs.alertmanager, own ?? "", [
    ...[`--config.file=${root}/am.yml`, `--storage.path=${own}`, "--data.maintenance-interval=1s"],
    "--cluster.listen-address=",
  ]);
  // A day in the past, as a block.
  const old = Math.floor(Date.now() / 1_000) - 86_400;
  const text = Array.from({ length: 100 }, (_, at) => `kept_total{of="old"} ${at} ${old + at * 15}\n`).join(
    "",
  );
  writeFileSync(path.join(root, "old.om"), `# TYPE kept counter\n${text}# EOF\n`);
  const made = spawnSync(programs.promtool, [
    ...["tsdb", "create-blocks-from", "openmetrics", path.join(root, "old.om"), samples ?? ""],
  ]);
  expect(made.status).toBe(0);
  prometheus = new Running(programs.prometheus, samples ?? "", [
    ...[
      `--config.file=${root}/prom.yml`,
      `--storage.tsdb.path=${samples}`,
      "--storage.tsdb.retention.time=35d",
    ],
  ]);
});

afterAll(async () => {
  await Promise.all([alertmanager.kill(), prometheus.kill()]);
  sink.stop();
  await objects.stop();
  rmSync(root, { recursive: true, force: true });
});

describe(FAULTS.disk.fault, () => {
  const ALERT = [{ labels: { alertname: "Kept", severity: "warning" } }];

  test("of Alertmanager: the silence is there again, and what was sent is not sent again", async () => {
    await alertmanager.start();
    await alertmanager.post("/api/v2/alerts", ALERT);
    await eventually("a notification", () => (sink.received.length > 0 ? true : undefined));
    const [startsAt, endsAt] = [0, 3_600_000].map((later) => new Date(Date.now() + later).toISOString());
    const matchers = [{ name: "alertname", value: "Maintained", isRegex: false, isEqual: true }];
    await alertmanager.post("/api/v2/silences", {
      ...{ matchers, startsAt, endsAt, createdBy: "a person", comment: "until the disk is new" },
    });
    await eventually("files with both", () =>
      ["silences", "nflog"].every((name) => {
        const file = path.join(alertmanager.data, name);
        return existsSync(file) && readFileSync(file).length > 0;
      })
        ? true
        : undefined,
    );
    const job = await jobOf("alertmanager", alertmanager.data);
    expect(await job.run("writer", "backup")).toMatchObject({ code: 0 });
    expect(await job.run("reader", "verify")).toEqual({ code: 0, said: "1 backups are as they should be\n" });
    expect((await job.run("reader", "test")).said).toMatch(/all checks passed\n$/);
    expect(await firing(job, 0)).toEqual(["DrDrillOverdue"]);
    await alertmanager.kill();
    for (const name of readdirSync(alertmanager.data))
      rmSync(path.join(alertmanager.data, name), { recursive: true });
    expect(await job.run("reader", "restore")).toMatchObject({ code: 0 });
    const before = sink.received.length;
    await alertmanager.start();
    expect(await alertmanager.get("/api/v2/silences")).toEqual([
      expect.objectContaining({ comment: "until the disk is new", matchers }),
    ]);
    await alertmanager.post("/api/v2/alerts", ALERT);
    await eventually("the alert", async () =>
      ((await alertmanager.get("/api/v2/alerts")) as readonly unknown[]).length === 1 ? true : undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(sink.received).toHaveLength(before);
  });

  test("of Prometheus: old series answer, and so does what was scraped last", async () => {
    await prometheus.start();
    const value = async (query: string, at: number): Promise<string | undefined> => {
      const answer = (await prometheus.get(
        `/api/v1/query?query=${encodeURIComponent(query)}&time=${at}`,
      )) as { readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] } };
      return answer.data.result[0]?.value[1];
    };
    const old = Math.floor(Date.now() / 1_000) - 86_400 + 600;
    const oldValue = await value("kept_total", old);
    expect(oldValue).toBe("40");
    const scraped = await eventually("a scrape", async () => {
      const now = Date.now() / 1_000;
      return (await value("up", now)) === undefined ? undefined : now;
    });
    const job = await jobOf("prometheus", prometheus.data);
    expect(await job.run("writer", "backup")).toMatchObject({ code: 0 });
    expect((await job.run("reader", "test")).said).toMatch(/all checks passed\n$/);
    await prometheus.kill();
    for (const name of readdirSync(prometheus.data))
      rmSync(path.join(prometheus.data, name), { recursive: true });
    await prometheus.start();
    expect(await value("kept_total", old)).toBeUndefined();
    await prometheus.kill();
    const { code, said } = await job.run("reader", "restore");
    expect(said).toMatch(
      /^restored from archives\/\d{8}T\d{6}Z_v1\.tar\.gz, what was there is \S+before-\S+\n$/,
    );
    expect(code).toBe(0);
    await prometheus.start();
    expect(await value("kept_total", old)).toBe("40");
    // Nobody is at that address, which is a sample like any other.
    expect(await value("up", scraped)).toBe("0");
  });
});

test(FAULTS.damaged.fault, async () => {
  const copy = path.join(root, "damaged");
  mkdirSync(copy);
  for (const name of ["silences", "nflog"])
    writeFileSync(path.join(copy, name), readFileSync(path.join(alertmanager.data, name)));
  const job = await jobOf("alertmanager", copy);
  expect(await job.run("writer", "backup")).toMatchObject({ code: 0 });
  const file = path.join(copy, "silences");
  truncateSync(file, readFileSync(file).length - 1);
  const { code, said } = await (await later(job, copy)).run("writer", "backup");
  expect(said).toMatch(/\[\S+silences\] ends within record \[1\]: it is damaged\n$/);
  expect(code).toBe(1);
  expect(await firing(job, 3)).toEqual(expect.arrayContaining([...FAULTS.damaged.alert]));
});

test(FAULTS.dead.fault, async () => {
  const copy = path.join(root, "dead");
  mkdirSync(path.join(copy, "wal"), { recursive: true });
  writeFileSync(path.join(copy, "wal/00000000"), "log");
  const job = await jobOf("prometheus", copy);
  expect(await job.run("writer", "backup")).toMatchObject({ code: 0 });
  const before = new Date(Date.now() - 2 * 3_600_000);
  for (const name of ["wal/00000000", "wal"]) utimesSync(path.join(copy, name), before, before);
  const { code, said } = await (await later(job, copy)).run("writer", "backup");
  expect(said).toMatch(/nobody has written to \[\S+wal\] since \[20\S+\]: see whether the server runs/);
  expect(code).toBe(1);
  expect(await firing(job, 13)).toEqual(expect.arrayContaining([...FAULTS.dead.alert]));
});

/** The same job when the next backup is due. */
async function later(job: TestJob, folder: string): Promise<TestJob> {
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return new TestJob(
    job.folder,
    path.join(root, "backup.js"),
    { ...job.settings, intervalSeconds: 1, scratch: path.join(job.folder, "scratch") },
    path.basename(folder),
  );
}

test("what can go wrong with the files of a server is a table in the documentation", () => {
  const rows = Object.values(FAULTS).map(
    ({ fault, did, alert, lost }) =>
      `| ${fault} | ${did} | ${alert.length === 0 ? "none: nothing is amiss" : alert.join(", ")} | ${lost} |`,
  );
  expect(squeezed(readFileSync(path.join(ROOT, "docs/recovery.md"), "utf8"))).toContain(
    squeezed(rows.join("\n")),
  );
});
