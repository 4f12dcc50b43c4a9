import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { backup } from "../../jobs/backup";
import { recordDrill, restoreTest } from "../../jobs/drill";
import { restore } from "../../jobs/restore";
import { readState, writeState } from "../../jobs/state";
import { freePort } from "../../lab/process";
import { alertsOn, holding, squeezed, TENANTS } from "../support/backups";
import { bundleJobs, TestJob, type JobEnd } from "../support/jobs";
import { cuttingProxy, TestObjectStore } from "../support/object-store";
import { ROOT } from "../support/stacks";

const root = mkdtempSync(path.join(tmpdir(), "tocsin-faults-"));
const objects = new TestObjectStore(path.join(root, "store"));
const ROWS = 30;
const HOUR_MS = 3_600_000;
/** A disk of its own for one process, where the machine lets one be mounted. */
const MOUNTS = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
let bundle = "";

/** A store with a good backup of two tenants, to which something happens. */
interface Stage {
  readonly job: TestJob;
  readonly bucket: string;
  readonly folder: string;
  readonly databaseOf: (tenant: string) => string;
  /** The key of the newest backup of acme. */
  readonly key: () => Promise<string>;
}

interface Fault {
  readonly fault: string;
  /** What the job did, in words for the page. */
  readonly did: string;
  readonly alert: readonly string[];
  readonly play: (stage: Stage) => Promise<JobEnd>;
  readonly code: number;
  readonly says: RegExp;
  /** How long after the fault the alerts are asked. @default 0 */
  readonly hoursLater?: number;
  /** What Prometheus gets, "" where nobody answers. @default - what the reporter of the store says */
  readonly page?: (end: JobEnd) => string;
  /** Where the newest backup is not the good one. */
  readonly restoreBefore?: true;
  readonly skipped?: boolean;
}

/** A key that is there once more, under a moment of its own. */
const LATER = "20991231T000000Z_v7.sqlite";
const later = `tenants/acme/db/${LATER}`;

const FAULTS: readonly Fault[] = [
  {
    fault: "An upload is cut off",
    did: "failed, and left no object",
    alert: ["BackupTooOld", "BackupTenantsStale", "RecoverableDataTooOld"],
    code: 1,
    says: /cargo: the object store did not [^;]+ gave no answer \(fetch failed/,
    hoursLater: 2,
    play: async (stage) => {
      addTenant(stage, 3_000_000);
      const { endpoint, server } = await cuttingProxy(objects, 1_000_000);
      const cut = jobOf(stage.folder, stage.bucket, { endpoint });
      const end = await cut.run("writer", "backup");
      server.close();
      return end;
    },
  },
  {
    fault: "An upload in parts is cut off",
    did: "failed, and left no object",
    alert: ["BackupTooOld", "BackupTenantsStale", "RecoverableDataTooOld"],
    code: 1,
    says: /cargo: the object store did not [^;]+ gave no answer \(fetch failed/,
    hoursLater: 2,
    play: async (stage) => {
      addTenant(stage, 20_000_000);
      const { endpoint, server } = await cuttingProxy(objects, 17_500_000);
      const end = await jobOf(stage.folder, stage.bucket, { endpoint }).run("writer", "backup");
      server.close();
      return end;
    },
  },
  {
    fault: "The scratch disk is full",
    did: "refused before it wrote there",
    alert: ["BackupTooOld", "BackupTenantsStale", "RecoverableDataTooOld"],
    code: 1,
    says: /cargo: the disk of \[\S+\] has \[\d+\] bytes left and \[\d+\] are needed/,
    hoursLater: 2,
    skipped: !MOUNTS,
    play: (stage) => {
      addTenant(stage, 3_000_000);
      const disk = stage.job.settings.scratch;
      const below = [
        "unshare",
        "-rm",
        "sh",
        "-c",
        `mount -t tmpfs -o size=1m tmpfs ${disk} && exec "$@"`,
        "sh",
      ];
      return jobOf(stage.folder, stage.bucket).runIn({ below }, "writer", "backup");
    },
  },
  {
    fault: "A backup is not what is known of it, and there is no older version",
    did: "verify found it; a restore of the one before is whole",
    alert: ["BackupChecksumMismatch"],
    code: 1,
    says: /: sha256_mismatch\n1 of 3 backups are not as they should be\n$/,
    restoreBefore: true,
    play: async ({ job, bucket, key }) => {
      const entry = await metadata(bucket, await key());
      await objects.ask("writer", "PUT", `${bucket}/${later}`, { body: "other bytes" });
      await objects.ask("writer", "PUT", `${bucket}/${later}.json`, {
        body: JSON.stringify({ ...entry, ts: "2099-12-31T00:00:00.000Z" }),
      });
      return job.run("reader", "verify");
    },
  },
  {
    fault: "A locked object is written over, and its versions are told to go",
    did: "verify found it; a restore took the locked version",
    alert: ["BackupChecksumMismatch"],
    code: 1,
    says: /: sha256_mismatch\n1 of 2 backups/,
    play: async ({ job, bucket, key }) => {
      const own = await key();
      await objects.ask("writer", "PUT", `${bucket}/${own}`, { body: "ransom" });
      for (const who of ["writer", "reader", "root"] as const) {
        for (const version of await objects.versions(bucket, own)) {
          expect((await objects.try(who, "DELETE", `${bucket}/${own}?versionId=${version}`)).status).toBe(
            403,
          );
        }
      }
      return job.run("reader", "verify");
    },
  },
  {
    fault: "Something is known of a backup that is not there",
    did: "verify found it; a restore of the one before is whole",
    alert: ["BackupChecksumMismatch"],
    code: 1,
    says: /: missing_object\n1 of 3 backups/,
    restoreBefore: true,
    play: async ({ job, bucket, key }) => {
      const entry = await metadata(bucket, await key());
      await objects.ask("writer", "PUT", `${bucket}/${later}.json`, {
        body: JSON.stringify({ ...entry, ts: "2099-12-31T00:00:00.000Z" }),
      });
      return job.run("reader", "verify");
    },
  },
  {
    fault: "A backup of which nothing is known, since a run broke off between the two",
    did: "verify found it; the next backup wrote what the object says of itself",
    alert: ["BackupChecksumMismatch"],
    code: 1,
    says: /: missing_metadata\n1 of 3/,
    play: async ({ job, bucket, key }) => {
      const own = await key();
      const body = await (await objects.ask("root", "GET", `${bucket}/${own}`)).arrayBuffer();
      const { sha256 } = (await metadata(bucket, own)) as { readonly sha256: string };
      const meta = { "x-amz-meta-sha256": sha256 };
      await objects.ask("writer", "PUT", `${bucket}/${later}`, { body, headers: meta });
      const end = await job.run("reader", "verify");
      expect((await job.run("writer", "backup")).said).toContain(
        `${later}.json: written anew, since the object says the same of itself`,
      );
      return end;
    },
  },
  {
    fault: "Two runs at once on one machine",
    did: "one did it, the other refused",
    alert: [],
    code: 1,
    says: /^the run with the process id \[\d+\] is not over/,
    play: async (stage) => {
      addTenant(stage, 20_000_000);
      const { job } = stage;
      const ends = await Promise.all([job.run("writer", "backup"), job.run("writer", "backup")]);
      const [good, refused] = [...ends].sort((one, other) => Number(one.code) - Number(other.code));
      expect(good?.code).toBe(0);
      return refused ?? { code: null, said: "" };
    },
  },
  {
    fault: "Two runs at once on two machines",
    did: "both did it, and neither wrote over what the other wrote",
    alert: [],
    code: 0,
    says: /cargo: (?:\d+ bytes|has a backup)/,
    play: async (stage) => {
      addTenant(stage, 1_000);
      const other = path.join(stage.folder, "other");
      mkdirSync(other);
      const before = await objects.keys(stage.bucket, "tenants/");
      const ends = await Promise.all(
        [stage.job.settings.scratch, other].map((scratch) =>
          jobOf(stage.folder, stage.bucket, { scratch }, path.basename(scratch)).run("writer", "backup"),
        ),
      );
      for (const key of before) expect(await objects.versions(stage.bucket, key)).toHaveLength(1);
      return ends.find(({ code }) => code !== 0) ?? ends[0] ?? { code: null, said: "" };
    },
  },
  {
    fault: "The clock jumps ten minutes ahead",
    did: "refused before anything was written",
    alert: ["BackupTooOld", "RecoverableDataTooOld"],
    code: 1,
    says: /^this machine's clock says \[\S+\] and the object store's \[\S+\]/,
    hoursLater: 2,
    play: (stage) => jumped(stage, 600_000),
  },
  {
    fault: "The clock jumps a year ahead",
    did: "was refused by the object store",
    alert: ["BackupTooOld", "RecoverableDataTooOld"],
    code: 1,
    says: /^the object store refused to list the bucket, which says its clock: 403 RequestTimeTooSkewed; set the clock of this machine/,
    hoursLater: 2,
    play: (stage) => jumped(stage, 365 * 24 * HOUR_MS),
  },
  {
    fault: "A tenant's file is empty, so that a copy of it succeeds",
    did: "did not call it a backup; the other tenants have theirs",
    alert: ["BackupTooOld", "BackupTenantsStale", "RecoverableDataTooOld"],
    code: 1,
    says: /cargo: \[\S+\] is empty\n$/,
    hoursLater: 2,
    play: (stage) => {
      addTenant(stage, 0);
      truncateSync(stage.databaseOf("cargo"), 0);
      return stage.job.run("writer", "backup");
    },
  },
  {
    fault: "A tenant's file is damaged",
    did: "did not call it a backup; the other tenants have theirs",
    alert: ["BackupTooOld", "BackupTenantsStale", "RecoverableDataTooOld"],
    code: 1,
    says: /cargo: .*(?:damaged|malformed)/,
    hoursLater: 2,
    play: (stage) => {
      const file = addTenant(stage, 50_000);
      const bytes = readFileSync(file);
      bytes.fill(0x5a, 4_096, bytes.length - 100);
      writeFileSync(file, bytes);
      return stage.job.run("writer", "backup");
    },
  },
  {
    fault: "A job succeeds with next to nothing of the data",
    did: "backed up what there is",
    alert: ["BackupSizeDropped"],
    code: 0,
    says: /cargo: \d+ bytes/,
    play: async (stage) => {
      const { objects: own } = stage.job.own("writer");
      const state = await readState(own, "backup");
      const at = Math.floor(Date.now() / 1_000);
      const sizes = [3, 2, 1].map((day) => ({ at: at - day * 86_400, bytes: 10_000_000 }));
      await writeState(own, "backup", new Date(), { ...state, sizes });
      addTenant(stage, 1_000);
      return stage.job.run("writer", "backup");
    },
  },
  {
    fault: "A run is killed in the middle",
    did: "the next one took its place, and nothing was left on the disk",
    alert: [],
    code: 0,
    says: /cargo: \d+ bytes/,
    play: async (stage) => {
      const { scratch } = stage.job.settings;
      mkdirSync(path.join(scratch, "snapshot"));
      writeFileSync(path.join(scratch, "snapshot/acme.sqlite"), "half");
      writeFileSync(path.join(scratch, "backup.lock"), String(spawnSync("true").pid));
      addTenant(stage, 1_000);
      const end = await stage.job.run("writer", "backup");
      expect(readdirSync(scratch)).toEqual([]);
      return end;
    },
  },
  {
    fault: "Nobody ever made a backup, or tried a restore",
    did: "said that there is nothing",
    alert: ["BackupNeverReported", "RestoreTestOverdue", "DrDrillOverdue"],
    code: 0,
    says: /^# TYPE backup_expected_interval_seconds/,
    page: ({ said }) => said,
    play: async ({ job, bucket }) => {
      await objects.bucket(`${bucket}-new`);
      return jobOf(job.folder, `${bucket}-new`).run("reader", "metrics");
    },
  },
  {
    fault: "The bucket does not answer",
    did: "said so, and the reporter answers nobody",
    alert: ["BackupMetricsMissing"],
    code: 1,
    says: /^the object store did not list the bucket: \[\S+\] gave no answer \(fetch failed: connect ECONNREFUSED [^)]+\)\. See bucket\.endpoint/,
    page: () => "",
    play: ({ folder, bucket }) =>
      nobodyAt().then((endpoint) => jobOf(folder, bucket, { endpoint }).run("reader", "metrics")),
  },
];

function jobOf(
  folder: string,
  bucket: string,
  { endpoint = objects.endpoint, scratch = path.join(folder, "scratch") } = {},
  name = "store",
): TestJob {
  return new TestJob(
    folder,
    bundle,
    {
      bucket: { endpoint, region: "us-east-1", name: bucket },
      scratch,
      checks: [...TENANTS.store.checks],
    },
    name,
  );
}

async function nobodyAt(): Promise<string> {
  return `http://127.0.0.1:${await freePort(undefined, "")}`;
}

/** A tenant who has no backup yet, and so many bytes. */
function addTenant({ databaseOf }: Stage, bytes: number): string {
  const file = databaseOf("cargo");
  makeTenant(file);
  const database = new DatabaseSync(file);
  database.exec("CREATE TABLE ballast (data BLOB)");
  database.prepare("INSERT INTO ballast VALUES (randomblob(?))").run(bytes);
  database.close();
  return file;
}

function jumped(stage: Stage, milliseconds: number): Promise<JobEnd> {
  const file = path.join(stage.folder, "jump.cjs");
  writeFileSync(
    file,
    `const Real = Date; globalThis.Date = class extends Real { constructor(...args) { super(...(args.length === 0 ? [Real.now() + ${milliseconds}] : args)); } static now() { return Real.now() + ${milliseconds}; } };`,
  );
  return stage.job.runIn({ env: { NODE_OPTIONS: `--require=${file}` } }, "writer", "backup");
}

async function metadata(bucket: string, key: string): Promise<object> {
  return (await (await objects.ask("root", "GET", `${bucket}/${key}.json`)).json()) as object;
}

function makeTenant(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec("PRAGMA user_version = 7; CREATE TABLE memories (id INTEGER PRIMARY KEY, text TEXT)");
  database.exec("BEGIN");
  for (let row = 0; row < ROWS; row += 1) {
    database.exec(`INSERT INTO memories (text) VALUES ('memory ${row}')`);
  }
  database.exec("COMMIT");
  database.close();
}

async function stageOf(name: string): Promise<Stage> {
  const folder = path.join(root, name);
  await objects.bucket(name);
  const job = jobOf(folder, name);
  const databaseOf = (tenant: string): string => path.join(folder, "tenants", tenant, "db.sqlite");
  ["acme", "bolt"].forEach((tenant) => {
    makeTenant(databaseOf(tenant));
  });
  await backup(job.own("writer"));
  await restoreTest(job.own("reader"));
  await recordDrill(job.own("reader"), { scenario: "q1_db", rpo: "60", rto: "600" });
  const key = async (): Promise<string> =>
    (await objects.keys(name, "tenants/acme/")).filter((one) => !one.endsWith(".json")).at(-1) ?? "";
  return { job, bucket: name, folder, databaseOf, key };
}

beforeAll(async () => {
  await objects.start();
  bundle = bundleJobs(root);
});

afterAll(async () => {
  await objects.stop();
  rmSync(root, { recursive: true, force: true });
});

describe("what can go wrong with a backup", () => {
  test.each(FAULTS.map((fault, index) => [fault.fault, { ...fault, index }] as const))(
    "%s",
    async (_, row) => {
      if (row.skipped === true) {
        process.stdout.write(`not played, since no disk can be mounted here: ${row.fault}\n`);
        return;
      }
      const stage = await stageOf(`fault-${row.index}`);
      const good = new Date();
      const end = await row.play(stage);
      expect(end.said).toMatch(row.says);
      expect(end.code).toBe(row.code);
      const page = row.page?.(end) ?? (await stage.job.page());
      const at = new Date(Date.now() + (row.hoursLater ?? 0) * HOUR_MS);
      expect(
        holding(alertsOn(TENANTS), page === "" ? undefined : page, at).map((name) =>
          name.replace(/^Tenants/, ""),
        ),
      ).toEqual(row.alert);
      // Nothing is lost: what was backed up before comes back, whole.
      rmSync(path.dirname(stage.databaseOf("acme")), { recursive: true });
      const before = row.restoreBefore === true ? { before: good } : {};
      await restore(stage.job.own("reader"), { tenant: "acme", ...before });
      const restored = new DatabaseSync(stage.databaseOf("acme"), { readOnly: true });
      expect(restored.prepare("SELECT count(*) AS rows FROM memories").get()).toEqual({ rows: ROWS });
      restored.close();
    },
  );

  test("is a table in the documentation", () => {
    const rows = FAULTS.map(
      ({ fault, did, alert }) =>
        `| ${fault} | ${did} | ${alert.length === 0 ? "none: nothing is amiss" : alert.join(", ")} | nothing |`,
    );
    const table = [
      "| fault | what the job did | what alerted | what was lost |",
      "| --- | --- | --- | --- |",
      ...rows,
    ];
    process.stdout.write(`${table.join("\n")}\n`);
    expect(squeezed(readFileSync(path.join(ROOT, "docs/recovery.md"), "utf8"))).toContain(
      squeezed(table.join("\n")),
    );
  });
});
