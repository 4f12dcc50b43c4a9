import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checksSql } from "../../backends/backup-settings";
import { postgresScript } from "../../backends/job-bundle";
import { backupStore } from "../../parts/backup-store";
import { defineService } from "../../parts/define-service";
import { alertsOn, DATABASE, holding } from "../support/backups";
import { planWith, SHOP } from "../support/http-shop";
import { bundleJobs, TestJob } from "../support/jobs";
import { TestObjectStore } from "../support/object-store";
import { Postgres } from "../support/postgres";
import { clientsFolder, PostgresImage } from "../support/postgres-clients";

const clients = clientsFolder();
if (clients === undefined) {
  process.stdout.write("no PostgreSQL was dumped and restored: there is no pg_dump of version 15 or newer\n");
}

(clients === undefined ? describe.skip : describe)("dumps of a real PostgreSQL", () => {
  const root = mkdtempSync(path.join(tmpdir(), "tocsin-pg-"));
  const objects = new TestObjectStore(path.join(root, "store"));
  const script = postgresScript();
  const BUCKET = "shop-database";
  let server: Postgres;
  let postgres: PostgresImage;
  let job: TestJob;
  let scratch = "";
  const checks = path.join(root, "checks.sql");

  beforeAll(async () => {
    chmodSync(root, 0o755);
    server = await Postgres.start();
    postgres = new PostgresImage(server, clients ?? "");
    await postgres.sql(
      "CREATE TABLE orders (id int PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now())",
    );
    await postgres.sql("INSERT INTO orders SELECT generate_series(1, 500)");
    await objects.start();
    await objects.bucket(BUCKET);
    job = new TestJob(path.join(root, "job"), bundleJobs(root), {
      kind: "postgres",
      store: "database",
      bucket: { endpoint: objects.endpoint, region: "us-east-1", name: BUCKET },
    });
    ({ scratch } = job.settings);
    postgres.scratch(scratch);
    const [planned] = planWith(defineService(SHOP, [backupStore(DATABASE)])).stores;
    if (planned === undefined) throw new Error("no store is planned");
    writeFileSync(checks, checksSql(planned));
  });

  afterAll(async () => {
    await server.stop();
    await objects.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const firing = async (): Promise<readonly string[]> =>
    holding(alertsOn(DATABASE), await job.page(), new Date());

  test("are made, uploaded, read back and verified", async () => {
    expect(await postgres.script(script, ["dump", scratch])).toEqual({ code: 0, said: "" });
    const { code, said } = await job.run("writer", "backup");
    expect(said).toMatch(/^database: \d+ bytes as dumps\/\d{8}T\d{6}Z_v\d+\.dump\n$/);
    expect(code).toBe(0);
    expect(await job.run("reader", "verify")).toEqual({ code: 0, said: "1 backups are as they should be\n" });
  });

  test("is restored into a server of its own, where every check passes", async () => {
    expect((await job.run("reader", "fetch")).code).toBe(0);
    postgres.hand(path.join(scratch, "restore.dump"));
    expect((await postgres.script(script, ["try", scratch, checks])).code).toBe(0);
    expect(readFileSync(path.join(scratch, "checks.txt"), "utf8")).toBe(
      "schema_version 1\nintegrity 1\nrow_count 1\nsmoke 1\n",
    );
    const { code, said } = await job.run("reader", "judge");
    expect(said).toMatch(/restored in [\d.]+ s, data were \d+ s old; all checks passed\n$/);
    expect(code).toBe(0);
    expect(await firing()).toEqual(["DatabaseDrDrillOverdue"]);
  });

  test("come back into an empty database, and into no other", async () => {
    expect(await postgres.script(script, ["into", scratch])).toEqual({
      code: 1,
      said: "[shop] holds tables: make an empty database, and name it by PGDATABASE\n",
    });
    await postgres.sql("CREATE DATABASE restored");
    expect((await postgres.script(script, ["into", scratch], { PGDATABASE: "restored" })).code).toBe(0);
    expect(await postgres.sql("SELECT count(*) FROM orders", "restored")).toBe("500\n");
  });

  test("fail their drill when the database that they hold has no rows", async () => {
    await postgres.sql("DELETE FROM orders");
    await postgres.script(script, ["dump", scratch]);
    const file = path.join(scratch, "restore.dump");
    writeFileSync(file, readFileSync(path.join(scratch, "database.dump")));
    await postgres.script(script, ["try", scratch, checks]);
    const { code, said } = await job.run("reader", "judge");
    expect(said).toMatch(/; failed: row_count, smoke\n$/);
    expect(code).toBe(1);
  });

  test("fail their drill when what is stored was written over, and no version of it is left", async () => {
    const keys = await objects.keys(BUCKET, "dumps/");
    const [own = ""] = keys;
    const entry = (await (await objects.ask("root", "GET", `${BUCKET}/${own}.json`)).json()) as object;
    const later = "dumps/20991231T000000Z_v15.dump";
    await objects.ask("writer", "PUT", `${BUCKET}/${later}`, { body: "other bytes" });
    await objects.ask("writer", "PUT", `${BUCKET}/${later}.json`, {
      body: JSON.stringify({ ...entry, ts: "2099-12-31T00:00:00.000Z" }),
    });
    const { code, said } = await job.run("reader", "fetch");
    expect(said).toMatch(
      /failed: integrity, schema_version, row_count, smoke: no version of \[\S+\] has the sum/,
    );
    expect(code).toBe(1);
    expect(await job.run("reader", "verify")).toMatchObject({ code: 1 });
    expect(await firing()).toEqual(["DatabaseBackupChecksumMismatch", "DatabaseDrDrillOverdue"]);
  });

  test.each([
    ["is empty and was said to succeed", "", /is no archive of pg_dump/],
    ["holds no table", "PGDMP and next to nothing", /holds no table/],
    ["was cut off", undefined, /there is no \[\S+database\.dump\]: pg_dump did not end well/],
  ])("are no backup when a dump %s", async (_, text, says) => {
    const file = path.join(scratch, "database.dump");
    rmSync(file, { force: true });
    if (text !== undefined) writeFileSync(file, text);
    const fresh = new TestJob(
      job.folder,
      path.join(root, "backup.js"),
      { ...job.settings, intervalSeconds: 1 },
      "fresh",
    );
    const { code, said } = await fresh.run("writer", "backup");
    expect(said).toMatch(says);
    expect(code).toBe(1);
  });
});
