import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checksSql } from "../../backends/backup-settings";
import { postgresScript } from "../../backends/job-bundle";
import { backupStore } from "../../parts/backup-store";
import { defineService } from "../../parts/define-service";
import { alertsOn, holding, LOGGED, squeezed } from "../support/backups";
import { planWith, SHOP } from "../support/http-shop";
import { bundleJobs, TestJob, type JobEnd } from "../support/jobs";
import { TestObjectStore } from "../support/object-store";
import { Postgres } from "../support/postgres";
import { clientsFolder, PostgresImage } from "../support/postgres-clients";
import { ROOT } from "../support/stacks";

const clients = clientsFolder();
if (clients === undefined) {
  process.stdout.write(
    "no log of PostgreSQL was kept and played: there is no pg_receivewal of version 15 or newer\n",
  );
}

/** Rows of the page's table, each the test of its name. */
const FAULTS = {
  cut: {
    fault: "The log is not received to its end",
    did: "stored what there was, and failed; the next run went on from there",
    alert: ["RecoverableDataTooOld"],
    lost: "nothing",
  },
  slot: {
    fault: "The server has lost its slot, and removed what was not stored",
    did: "said that there is a hole, until a new base ended it",
    alert: ["RecoverableDataTooOld", "BackupChecksumMismatch"],
    lost: "moments within the hole",
  },
  twice: {
    fault: "A run breaks off between storing the log and telling the server",
    did: "the next one stored nothing twice",
    alert: [],
    lost: "nothing",
  },
  killed: {
    fault: "The server is killed",
    did: "failed from then on; the log was played to its end",
    alert: ["RecoverableDataTooOld"],
    lost: "what was committed after the last run: under 15 minutes",
  },
  gone: {
    fault: "A segment of the log is gone from the bucket",
    did: "verify found it, and the drill failed",
    alert: ["BackupChecksumMismatch"],
    lost: "nothing, once there is a new base",
  },
} as const;

(clients === undefined ? describe.skip : describe)("bases and the log of a real PostgreSQL", () => {
  const root = mkdtempSync(path.join(tmpdir(), "tocsin-log-"));
  const objects = new TestObjectStore(path.join(root, "store"));
  const script = postgresScript();
  const BUCKET = "shop-logged";
  const checks = path.join(root, "checks.sql");
  /** Who backs up may do no more than the page says. */
  const BACKUP = { PGUSER: "backup", PGPASSWORD: "fake-password-of-backup" };
  let server: Postgres;
  let postgres: PostgresImage;
  let job: TestJob;
  let drill: TestJob;

  const jobIn = (name: string, more: Partial<TestJob["settings"]> = {}): TestJob => {
    const made = new TestJob(path.join(root, name), path.join(root, "backup.js"), {
      kind: "postgres",
      pointInTime: "archive",
      store: "database",
      rpoSeconds: 900,
      intervalSeconds: 21_600,
      bucket: { endpoint: objects.endpoint, region: "us-east-1", name: BUCKET },
      ...more,
    });
    postgres.scratch(made.settings.scratch);
    return made;
  };

  beforeAll(async () => {
    chmodSync(root, 0o755);
    server = await Postgres.start();
    postgres = new PostgresImage(server, clients ?? "");
    await postgres.sql(
      "CREATE TABLE orders (id serial PRIMARY KEY, what text, created_at timestamptz NOT NULL DEFAULT clock_timestamp())",
    );
    await postgres.sql(`CREATE ROLE backup LOGIN REPLICATION PASSWORD '${BACKUP.PGPASSWORD}'`);
    await postgres.sql("GRANT EXECUTE ON FUNCTION pg_switch_wal() TO backup");
    await objects.start();
    await objects.bucket(BUCKET);
    bundleJobs(root);
    job = jobIn("job");
    drill = jobIn("drill");
    const [planned] = planWith(defineService(SHOP, [backupStore(LOGGED)])).stores;
    if (planned === undefined) throw new Error("no store is planned");
    writeFileSync(checks, checksSql(planned));
  });

  afterAll(async () => {
    await server.stop();
    await objects.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const firing = async (minutesLater = 0): Promise<readonly string[]> =>
    holding(alertsOn(LOGGED), await job.page(), new Date(Date.now() + minutesLater * 60_000))
      .map((name) => name.replace(/^Database/, ""))
      // By the interval of a second, which one of the bases has here.
      .filter((name) => name !== "BackupTenantsStale");
  const metric = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, "m").exec(await job.page())?.[1]);

  async function base(intervalSeconds = 21_600): Promise<void> {
    const { scratch } = job.settings;
    expect(await postgres.script(script, ["base", scratch], BACKUP)).toMatchObject({ code: 0 });
    const fresh = jobIn("job", { intervalSeconds });
    expect(await fresh.run("writer", "backup")).toMatchObject({ code: 0 });
  }

  /** A run of the job that stores the log, as its containers follow each other. @returns how the last one ended */
  async function round(): Promise<JobEnd> {
    const { scratch } = job.settings;
    expect(await postgres.script(script, ["receive", scratch], BACKUP)).toMatchObject({ code: 0 });
    expect(await job.run("writer", "ship")).toMatchObject({ code: 0 });
    return postgres.script(script, ["release", scratch], BACKUP);
  }

  const add = (what: string): Promise<string> =>
    postgres.sql(`INSERT INTO orders (what) VALUES ('${what}') RETURNING extract(epoch FROM created_at)`);
  const logKeys = async (): Promise<readonly string[]> =>
    (await objects.keys(BUCKET, "log/")).filter((key) => key.endsWith(".gz"));

  /** Restores to a moment, starts what came out as a server of its own, and asks it. */
  async function restored(name: string, moment?: string): Promise<string> {
    const own = jobIn(name);
    const { scratch } = own.settings;
    const fetched = await own.run("reader", "fetch", ...(moment === undefined ? [] : ["--before", moment]));
    expect(fetched).toMatchObject({ code: 0 });
    postgres.hand(path.join(scratch, "base.tar.gz"));
    const data = path.join(scratch, "data");
    expect(await postgres.script(script, ["recover", scratch, data])).toEqual({ code: 0, said: "" });
    const here = `-o "-p 5498 -c listen_addresses= -c unix_socket_directories=$1" -D "$2" -w -s`;
    const ask = `pg_ctl ${here} -l "$1/data.log" start && psql -h "$1" -p 5498 -Atqc "SELECT string_agg(what, ' ' ORDER BY id) FROM orders"; pg_ctl -D "$2" -s -m fast -w stop`;
    const { said } = await postgres.script(ask, [scratch, data]);
    return said.includes("could not start")
      ? readFileSync(path.join(scratch, "data.log"), "utf8")
      : said.trim();
  }

  let moment = "";
  let last = 0;

  test("are stored, the log from the first base on, and the server forgets what is stored", async () => {
    await add("first");
    expect(await round()).toEqual({
      code: 1,
      said: "there is no base yet that the log could be played over\n",
    });
    await base();
    expect(await objects.keys(BUCKET, "bases/")).toEqual([
      expect.stringMatching(/^bases\/\d{8}T\d{6}Z_v0\.tar\.gz$/),
      expect.stringMatching(/\.tar\.gz\.json$/),
    ]);
    expect(await round()).toEqual({ code: 0, said: "" });
    const [stored = ""] = (await logKeys()).slice(-1);
    const kept = await postgres.sql("SELECT pg_walfile_name(restart_lsn + 1) FROM pg_replication_slots");
    expect(kept.trim() > path.basename(stored, ".gz")).toBe(true);
    expect(await job.run("reader", "verify")).toMatchObject({ code: 0 });
    expect(await firing()).toEqual(["RestoreTestOverdue", "DrDrillOverdue"]);
  });

  test("need no new segment where nothing was written, and say that all is stored all the same", async () => {
    const before = await metric("recoverable_point_timestamp_seconds");
    await round();
    const keys = await logKeys();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await round()).toEqual({ code: 0, said: "" });
    expect((await logKeys()).length - keys.length).toBeLessThanOrEqual(1);
    expect(await metric("recoverable_point_timestamp_seconds")).toBeGreaterThan(before);
  });

  test(FAULTS.cut.fault, async () => {
    const { scratch } = job.settings;
    const cut = script.replace("if pg_receivewal", "if false && pg_receivewal");
    expect((await postgres.script(cut, ["receive", scratch], BACKUP)).code).toBe(0);
    expect((await job.run("writer", "ship")).code).toBe(0);
    expect(await postgres.script(script, ["release", scratch], BACKUP)).toEqual({
      code: 1,
      said: "the log was not received to its end: see what pg_receivewal says, and the room on the scratch disk\n",
    });
    expect(await firing(16)).toEqual(expect.arrayContaining([...FAULTS.cut.alert]));
    expect(await round()).toEqual({ code: 0, said: "" });
    expect(await firing()).not.toContain("RecoverableDataTooOld");
  });

  test(FAULTS.slot.fault, async () => {
    const before = await metric("recoverable_point_timestamp_seconds");
    await postgres.sql("SELECT pg_drop_replication_slot('tocsin_backup')");
    for (const what of ["one", "two"]) {
      await postgres.sql(`CREATE TABLE ${what} (); DROP TABLE ${what}`);
      await postgres.sql("SELECT pg_switch_wal()");
    }
    await postgres.sql("CHECKPOINT");
    expect(await round()).toEqual({
      code: 1,
      said: expect.stringMatching(/^the log has a hole: \d segments before \[/) as string,
    });
    expect(await metric("recoverable_point_timestamp_seconds")).toBe(before);
    const [tooOld, mismatch] = FAULTS.slot.alert;
    expect(await firing(16)).toContain(tooOld);
    expect(await firing()).not.toContain(mismatch);
    // Two within half of an interval would be one.
    await base(1);
    expect(await round()).toEqual({ code: 0, said: "" });
    expect(await metric("recoverable_point_timestamp_seconds")).toBeGreaterThan(before);
    // Said once more, since who reads this looks for a moment in it, and then never again.
    for (const fires of [true, false]) {
      expect((await job.run("reader", "verify")).said).toMatch(/the log has a hole/);
      expect((await firing()).includes(mismatch)).toBe(fires);
    }
  });

  test(FAULTS.twice.fault, async () => {
    await add("second");
    const { scratch } = job.settings;
    await postgres.script(script, ["receive", scratch], BACKUP);
    expect((await job.run("writer", "ship")).code).toBe(0);
    const before = await logKeys();
    expect(await round()).toEqual({ code: 0, said: "" });
    for (const key of before) expect(await objects.versions(BUCKET, key)).toHaveLength(1);
    expect(await firing()).toEqual(["RestoreTestOverdue", "DrDrillOverdue", ...FAULTS.twice.alert]);
  });

  test(FAULTS.killed.fault, async () => {
    moment = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await add("mistake");
    last = Number(await add("stored"));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await round()).toEqual({ code: 0, said: "" });
    const lost = Number(await add("lost"));
    await server.kill();
    expect(await restored("whole")).toBe("first second mistake stored");
    const rpo = lost - last;
    process.stdout.write(`lost: what was committed in ${rpo.toFixed(1)} s; promised are 900 s\n`);
    expect(rpo).toBeLessThan(900);
    const { scratch } = job.settings;
    expect((await postgres.script(script, ["receive", scratch], BACKUP)).code).not.toBe(0);
    expect(await firing(16)).toEqual(expect.arrayContaining([...FAULTS.killed.alert]));
  });

  test("bring back a moment, and none that they do not reach", async () => {
    expect(await restored("moment", moment)).toBe("first second");
    // After which nothing was committed that is stored.
    const end = new Date((await metric("backup_log_stored_timestamp_seconds")) * 1_000).toISOString();
    expect(await restored("end", end)).toBe("first second mistake stored");
    const { code, said } = await drill.run("reader", "fetch", "--before", "2099-01-01T00:00:00Z");
    expect(said).toMatch(
      /\[2099-01-01T00:00:00\.000Z\] is later than what is stored, which reaches to \[20\d\d-/,
    );
    expect(code).toBe(1);
  });

  test("are restored into a sandbox each week, where every check passes, and the age is that of the log", async () => {
    const { scratch } = drill.settings;
    expect((await drill.run("reader", "fetch")).code).toBe(0);
    postgres.hand(path.join(scratch, "base.tar.gz"));
    expect(await postgres.script(script, ["try", scratch, checks])).toMatchObject({ code: 0 });
    expect(readFileSync(path.join(scratch, "checks.txt"), "utf8")).toBe(
      "schema_version 1\nintegrity 1\nrow_count 1\nsmoke 1\n",
    );
    expect(existsSync(path.join(scratch, "sandbox"))).toBe(false);
    const { code, said } = await drill.run("reader", "judge");
    expect(said).toMatch(/all checks passed\n$/);
    expect(code).toBe(0);
    const reach = await metric("recoverable_point_timestamp_seconds");
    expect(
      Math.abs(Date.now() / 1_000 - reach - (await metric("restore_test_last_data_age_seconds"))),
    ).toBeLessThan(60);
    expect(await firing()).toEqual(["DrDrillOverdue"]);
  });

  test(FAULTS.gone.fault, async () => {
    const [gone = ""] = (await logKeys()).slice(-2);
    for (const key of [gone, `${gone}.json`]) await objects.ask("root", "DELETE", `${BUCKET}/${key}`);
    const { code, said } = await job.run("reader", "verify");
    expect(said).toMatch(/the log has a hole: 1 segments before \[[0-9A-F]{24}\] are not stored/);
    expect(code).toBe(1);
    expect(await firing()).toEqual([...FAULTS.gone.alert, "DrDrillOverdue"]);
    const failed = await drill.run("reader", "fetch");
    expect(failed.said).toMatch(/failed: integrity, schema_version, row_count, smoke: the log has a hole/);
    expect(failed.code).toBe(1);
  });
});

test("what can go wrong with the log is a table in the documentation", () => {
  const rows = Object.values(FAULTS).map(
    ({ fault, did, alert, lost }) =>
      `| ${fault} | ${did} | ${alert.length === 0 ? "none: nothing is amiss" : alert.join(", ")} | ${lost} |`,
  );
  expect(squeezed(readFileSync(path.join(ROOT, "docs/recovery.md"), "utf8"))).toContain(
    squeezed(rows.join("\n")),
  );
});
