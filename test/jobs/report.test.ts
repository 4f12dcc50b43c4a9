import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { mkdirSync } from "node:fs";
import { backup } from "../../jobs/backup";
import { recordDrill, restoreTest } from "../../jobs/drill";
import { report } from "../../jobs/report";
import { readState, writeState } from "../../jobs/state";
import { verify } from "../../jobs/verify";
import { TENANTS } from "../support/backups";
import { bundleJobs, TestJob } from "../support/jobs";
import { TestObjectStore } from "../support/object-store";

const root = mkdtempSync(path.join(tmpdir(), "tocsin-report-"));
const objects = new TestObjectStore(path.join(root, "store"));
const BUCKET = "shop-report";
let job: TestJob;

function makeTenant(tenant: string, rows: number): void {
  const file = path.join(root, "tenants", tenant, "db.sqlite");
  mkdirSync(path.dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec("CREATE TABLE memories (text TEXT)");
  for (let row = 0; row < rows; row += 1) database.exec("INSERT INTO memories VALUES ('mine')");
  database.close();
}

beforeAll(async () => {
  await objects.start();
  await objects.bucket(BUCKET);
  job = new TestJob(root, bundleJobs(root), {
    bucket: { endpoint: objects.endpoint, region: "us-east-1", name: BUCKET },
    checks: [...TENANTS.store.checks],
  });
  makeTenant("acme", 3);
  makeTenant("bolt", 0);
  await backup(job.own("writer"));
});

afterAll(async () => {
  await objects.stop();
  rmSync(root, { recursive: true, force: true });
});

const lineOf = (page: string, beginning: string): string | undefined =>
  page.split("\n").find((line) => line.startsWith(beginning));

test("a store of which only a backup is known has missed the rest", async () => {
  const page = await report(job.own("reader"));
  expect(page).toMatch(/^# Backups of shop in prod: tenants\n/);
  expect(lineOf(page, "| age of the last backup")).toMatch(
    /^\| age of the last backup \| 1h 30m \| \d+s \| kept \|$/,
  );
  expect(lineOf(page, "| age of the last restore")).toBe(
    "| age of the last restore that passed | 8d | never | **MISSED** |",
  );
  expect(lineOf(page, "| acme")).toMatch(
    /^\| acme \| 20\d\d-\d\d-\d\d \d\d:\d\d UTC \| not among those below \|$/,
  );
  expect(lineOf(page, "| q1_db")).toBe("| q1_db | never |  |  |");
});

test("what restores and drills came to stands against the promises, whether it keeps them or not", async () => {
  const own = job.own("reader");
  await restoreTest(own, "acme");
  await expect(restoreTest(own, "bolt")).rejects.toThrow(/failed: row_count, smoke$/);
  await recordDrill(own, { scenario: "q1_db", rpo: "240", rto: "5400" });
  const { code, said: page } = await job.run("reader", "report");
  expect(code).toBe(0);
  expect(lineOf(page, "| age of the last restore")).toMatch(/\| 8d \| \d+s \| kept \|$/);
  expect(lineOf(page, "| how long it took")).toMatch(/\| 1h \| \d+s \| kept \|$/);
  expect(lineOf(page, "| acme")).toMatch(/UTC \| 20\d\d-\d\d-\d\d \d\d:\d\d UTC \|$/);
  expect(lineOf(page, "| bolt")).toMatch(/\| not among those below \|$/);
  const tests = page.split("\n").filter((line) => /^\| \d{4}-\S+ \S+ UTC \|/.test(line));
  expect(tests).toEqual([
    expect.stringMatching(/\| bolt \| \d+s of 1h \| \d+s of 2h \| \*\*FAILED\*\*: row_count, smoke \|$/),
    expect.stringMatching(/\| acme \| \d+s of 1h \| \d+s of 2h \| passed \|$/),
  ]);
  expect(lineOf(page, "| q1_db")).toMatch(/UTC \| 1h 30m of 1h \*\*MISSED\*\* \| 4m of 2h \|$/);
});

test("a quarter without a drill was missed, and this one is not over", async () => {
  const own = job.own("reader").objects;
  const today = new Date();
  const monthsAgo = (months: number): number =>
    Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - months, 15) / 1_000;
  const drill = { rpoSeconds: 1, rtoSeconds: 1 };
  await writeState(own, "drill", today, {
    scenarios: {},
    held: [
      { ...drill, scenario: "q2_region", at: monthsAgo(9) },
      { ...drill, scenario: "q3_rebuild", at: monthsAgo(3) },
    ],
  });
  const page = await report(job.own("reader"));
  expect(
    page
      .split("\n")
      .filter((line) => /^\| \d{4} Q/.test(line))
      .map((line) => line.slice(12)),
  ).toEqual(
    [" none yet |", " q3_rebuild |", " **MISSED** |", " q2_region |"].map((text) => text.trimStart()),
  );
});

test("what is seldom written outlives the days after which the bucket forgets", async () => {
  const reader = job.own("reader").objects;
  const before = await objects.keys(BUCKET, "state/drill/");
  await verify(job.own("writer"));
  const after = await objects.keys(BUCKET, "state/drill/");
  expect(after.length).toBe(before.length + 1);
  expect((await readState(reader, "drill")).held.map(({ scenario }) => scenario)).toEqual([
    "q2_region",
    "q3_rebuild",
  ]);
});

test("several stores are one page, and a dump is not held to the promise of the provider's log", async () => {
  const file = path.join(root, "database.json");
  const { folder: _, file: __, runs: ___, ...common } = job.own("reader").settings;
  writeFileSync(
    file,
    JSON.stringify({
      ...common,
      kind: "postgres",
      store: "database",
      rpoSeconds: 900,
      pointInTime: "provider",
    }),
  );
  const { said: page } = await job.run("reader", "report", "--settings", file);
  expect(page.match(/^# .*$/gm)).toEqual([
    "# Backups of shop in prod: database",
    "# Backups of shop in prod: tenants",
  ]);
  expect(lineOf(page, "| could be lost now (RPO), without the provider's log for 15m")).toMatch(
    /\| 1h 30m \| \d+s \| kept \|$/,
  );
});
