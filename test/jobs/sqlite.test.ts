import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { restore, type Step } from "../../jobs/restore";
import { bundleJobs, TestJob } from "../support/jobs";
import { TestObjectStore } from "../support/object-store";

const root = mkdtempSync(path.join(tmpdir(), "tocsin-sqlite-"));
const objects = new TestObjectStore(path.join(root, "store"));
const BUCKET = "shop-tenants";
const CHECKS = [
  { name: "row_count" as const, query: "SELECT count(*) FROM memories" },
  { name: "smoke" as const, query: "SELECT count(*) FROM memories WHERE text LIKE 'm%'" },
];
let job: TestJob;

beforeAll(async () => {
  await objects.start();
  await objects.bucket(BUCKET);
  job = new TestJob(root, bundleJobs(root), {
    bucket: { endpoint: objects.endpoint, region: "us-east-1", name: BUCKET },
    checks: CHECKS,
  });
});

afterAll(async () => {
  await objects.stop();
  rmSync(root, { recursive: true, force: true });
});

const databaseOf = (tenant: string): string => path.join(root, "tenants", tenant, "db.sqlite");

/** An open database in WAL mode, as the service has it. */
function tenantDatabase(tenant: string, rows: number): DatabaseSync {
  mkdirSync(path.dirname(databaseOf(tenant)), { recursive: true });
  const database = new DatabaseSync(databaseOf(tenant));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 7");
  database.exec("CREATE TABLE IF NOT EXISTS memories (id INTEGER PRIMARY KEY, text TEXT, created_at TEXT)");
  const insert = database.prepare("INSERT INTO memories (text, created_at) VALUES (?, ?)");
  for (let row = 0; row < rows; row += 1) insert.run(`memory ${row}`, "2026-11-29T12:00:00Z");
  return database;
}

function rowsIn(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Object.values(database.prepare("SELECT count(*) FROM memories").get() ?? {})[0];
  } finally {
    database.close();
  }
}

describe("a backup of every tenant", () => {
  let open: DatabaseSync[] = [];
  beforeAll(() => {
    open = [tenantDatabase("acme", 30), tenantDatabase("bolt", 5)];
  });
  afterAll(() => {
    open.forEach((database) => database.isOpen && database.close());
  });

  test("takes what is only in the log, under the key that says tenant, time and schema version", async () => {
    const { code, said } = await job.run("writer", "backup");
    expect(said).toMatch(/^acme: \d+ bytes as tenants\/acme\/db\/\d{8}T\d{6}Z_v7\.sqlite\nbolt: /);
    expect(code).toBe(0);
    expect(readdirSync(path.join(root, "scratch"))).toEqual([]);
    expect(await job.metric('backup_tenants{store="tenants",state="fresh"}')).toBe(2);
    expect(await job.metric('backup_runs_total{store="tenants",result="error"}')).toBe(0);
    const listed = (await objects.keys(BUCKET, "tenants/")).find((key) => key.endsWith(".json"));
    const entry = (await (await objects.ask("reader", "GET", `${BUCKET}/${listed}`)).json()) as Record<
      string,
      unknown
    >;
    expect(Object.keys(entry)).toEqual(["tenant_id", "ts", "schema_version", "size_bytes", "sha256"]);
  });

  test("does not do again what a run did that broke off", async () => {
    const { code, said } = await job.run("writer", "backup");
    expect(said).toMatch(/^acme: has a backup of \S+ already\nbolt: has a backup of \S+ already\n$/);
    expect(code).toBe(0);
  });

  test("is read again, whole, and found to be what is known of it", async () => {
    expect(await job.run("reader", "verify")).toEqual({ code: 0, said: "2 backups are as they should be\n" });
    expect(await job.metric('backup_verify_objects{store="tenants",result="ok"}')).toBe(2);
  });

  test("is restored into a sandbox, where every check passes, and its time and its age are measured", async () => {
    const { code, said } = await job.run("reader", "test");
    expect(said).toMatch(/: restored in [\d.]+ s, data were \d+ s old; all checks passed\n$/);
    expect(code).toBe(0);
    expect(await job.metric('restore_test_last_duration_seconds{store="tenants"}')).toBeGreaterThan(0);
    expect(await job.metric('restore_test_checks{store="tenants",check="smoke"}')).toBe(1);
  });

  test("is not restored while the service has the database open", async () => {
    const { code, said } = await job.run("reader", "restore", "--tenant", "acme");
    expect(said).toBe(
      `somebody has [${databaseOf("acme")}] open: stop what writes into it, and run this again: database is locked\n`,
    );
    expect(code).toBe(1);
    expect(existsSync(`${databaseOf("acme")}.bak`)).toBe(false);
    expect(rowsIn(databaseOf("acme"))).toBe(30);
  });

  test("takes the place of the database when that is closed, which is kept with what was in its log", async () => {
    const [acme] = open;
    acme?.exec("INSERT INTO memories (text) VALUES ('after the backup')");
    acme?.close();
    const { code, said } = await job.run("reader", "restore", "--tenant", "acme");
    expect(said).toContain(`what was there is ${databaseOf("acme")}.bak`);
    expect(code).toBe(0);
    expect(rowsIn(databaseOf("acme"))).toBe(30);
    expect(rowsIn(`${databaseOf("acme")}.bak`)).toBe(31);
    expect(existsSync(path.join(root, "tenants/acme/maintenance.lock"))).toBe(false);
  });

  test.each<Step>(["locked", "loaded", "set-aside", "replaced", "checked"])(
    "loses nothing when it breaks off after it has %s, and ends well when it is begun again",
    async (broken) => {
      const own = job.own("reader");
      const step = (done: Step): void => {
        if (done === broken) throw new Error("the power went off");
      };
      await expect(restore(own, { tenant: "acme", step })).rejects.toThrow("the power went off");
      const files = readdirSync(path.dirname(databaseOf("acme"))).filter((file) =>
        /\.(sqlite|bak)$/.test(file),
      );
      expect(files.map((file) => rowsIn(path.join(path.dirname(databaseOf("acme")), file)))).toContain(30);
      await restore(own, { tenant: "acme" });
      expect(rowsIn(databaseOf("acme"))).toBe(30);
      expect(rowsIn(`${databaseOf("acme")}.bak`)).toBe(31);
    },
  );

  test("restores a tenant of whom nothing is left", async () => {
    rmSync(path.dirname(databaseOf("acme")), { recursive: true });
    expect((await job.run("reader", "restore", "--tenant", "acme")).code).toBe(0);
    expect(rowsIn(databaseOf("acme"))).toBe(30);
  });

  test("keeps a file that is no database any more, as it is, beside what is restored", async () => {
    writeFileSync(
      databaseOf("acme"),
      "this was a database once, and now it is not even a header of one ".repeat(20),
    );
    expect((await job.run("reader", "restore", "--tenant", "acme")).code).toBe(0);
    expect(rowsIn(databaseOf("acme"))).toBe(30);
    expect(readFileSync(`${databaseOf("acme")}.bak`, "utf8")).toMatch(/^this was a database once/);
  });
});

describe("who writes backups", () => {
  test("deletes none, and who reads them writes none", async () => {
    const [key = ""] = await objects.keys(BUCKET, "tenants/");
    expect((await objects.try("writer", "DELETE", `${BUCKET}/${key}`)).status).toBe(403);
    expect((await objects.try("reader", "DELETE", `${BUCKET}/${key}`)).status).toBe(403);
    expect(
      (await objects.try("reader", "PUT", `${BUCKET}/tenants/acme/db/other.sqlite`, { body: "x" })).status,
    ).toBe(403);
    expect((await fetch(`${objects.endpoint}/${BUCKET}/${key}`)).status).toBe(403);
  });
});

describe("a command that is called wrongly", () => {
  test.each([
    [["restore"], "--tenant is missing; --help says how\n"],
    [
      ["restore", "--tenant", "acme", "--before", "lately"],
      "--before [lately] is no time: write one such as 2026-11-29T19:00:00Z\n",
    ],
    [
      ["drill", "--scenario", "q9", "--rpo", "1", "--rto", "1"],
      "[q9] is no drill: one of q1_db, q2_region, q3_rebuild, q4_chaos\n",
    ],
    [
      ["explode"],
      "[explode] is no command: one of backup, verify, ship, fetch, judge, restore, test, drill, metrics, report, serve, schedule; --help says more\n",
    ],
    [["backup", "--fast"], expect.stringContaining("Unknown option '--fast'")],
  ])("%j ends with 2 and says why", async (args, says) => {
    expect(await job.run("writer", ...args)).toEqual({ code: 2, said: says });
  });

  test("--help of any command says all, and ends well", async () => {
    for (const command of ["backup", "serve", "drill"]) {
      const { code, said } = await job.run("writer", command, "--help");
      expect([code, said]).toEqual([
        0,
        expect.stringContaining("Ends with 0 when all is well, with 1 when it is not"),
      ]);
    }
  });

  test.each([
    [
      "backup",
      /^\[\S+\], the folder of all tenants, cannot be listed: ENOENT.* See that the volume is mounted there/,
    ],
    [
      "judge",
      /^\[\S+begun\.json\], in which fetch says when it began, cannot be read: ENOENT.* Run fetch before judge/,
    ],
  ])("%s on a disk without what it needs says what, and what to do", async (command, says) => {
    const folder = path.join(root, `bare-${command}`);
    const bare = new TestJob(folder, bundleJobs(root), { bucket: job.settings.bucket });
    rmSync(path.join(folder, "tenants"), { recursive: true });
    const { code, said } = await bare.run("writer", command);
    expect([code, said]).toEqual([1, expect.stringMatching(says)]);
  });

  test("without keys", async () => {
    const { code, said } = await job.runIn({ env: { AWS_SECRET_ACCESS_KEY: "" } }, "writer", "backup");
    expect(said).toBe("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set: nobody can ask the bucket.\n");
    expect(code).toBe(2);
  });
});
