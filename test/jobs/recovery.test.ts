import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { backup } from "../../jobs/backup";
import { verify } from "../../jobs/verify";
import { TENANTS } from "../support/backups";
import { bundleJobs, TestJob } from "../support/jobs";
import { keysOf, TestObjectStore } from "../support/object-store";
import { ROOT } from "../support/stacks";

const root = mkdtempSync(path.join(tmpdir(), "tocsin-recovery-"));
const objects = new TestObjectStore(path.join(root, "store"));
const BUCKET = "shop-recovery";
const database = path.join(root, "tenants/acme/db.sqlite");

/** The commands of a part of the page, as they stand there. */
function commandsOf(title: string): readonly string[] {
  const page = readFileSync(path.join(ROOT, "docs/recovery.md"), "utf8");
  const part = page.split(/^### /m).find((text) => text.startsWith(title)) ?? "";
  return [...part.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, command = ""]) => command.trim());
}

let moment = "";

/** Runs a command of the page in a shell that has what the page says. */
async function follow(command = ""): Promise<string> {
  const node = path.dirname(process.execPath);
  const { stdout } = await promisify(execFile)("sh", ["-ec", command], {
    env: {
      ...keysOf("reader"),
      PATH: `${node}${path.delimiter}${process.env["PATH"] ?? ""}`,
      NODE_NO_WARNINGS: "1",
      jobs: root,
      tenant: "acme",
      moment,
    },
  });
  return stdout;
}

function rows(): unknown {
  const open = new DatabaseSync(database, { readOnly: true });
  try {
    return open
      .prepare("SELECT text FROM memories")
      .all()
      .map((row) => row["text"]);
  } finally {
    open.close();
  }
}

function write(text: string): void {
  const open = new DatabaseSync(database);
  open.exec("CREATE TABLE IF NOT EXISTS memories (text TEXT)");
  open.prepare("INSERT INTO memories VALUES (?)").run(text);
  open.close();
}

beforeAll(async () => {
  await objects.start();
  await objects.bucket(BUCKET);
  bundleJobs(root);
  mkdirSync(path.dirname(database), { recursive: true });
  const job = new TestJob(root, "", {
    bucket: { endpoint: objects.endpoint, region: "us-east-1", name: BUCKET },
    intervalSeconds: 1,
    checks: [...TENANTS.store.checks],
  });
  write("my first");
  await backup(job.own("writer"));
  moment = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  write("my second");
  await backup(job.own("writer"));
  await verify(job.own("writer"));
});

afterAll(async () => {
  await objects.stop();
  rmSync(root, { recursive: true, force: true });
});

test("the page leads from a database that is gone to checks that are green", async () => {
  rmSync(database);
  const [see] = commandsOf("1. ");
  expect(await follow(see)).toMatch(/^backup_verify_objects\{store="tenants",result="ok"\} 2$/m);
  const [last, before] = commandsOf("3. ");
  expect(await follow(last)).toContain("acme: restored from tenants/acme/db/");
  expect(rows()).toEqual(["my first", "my second"]);
  const [green] = commandsOf("4. ");
  expect(await follow(green)).toMatch(/all checks passed\n$/);
  expect(await follow(before)).toContain(`what was there is ${database}.bak`);
  expect(rows()).toEqual(["my first"]);
});

test("the page keeps what a drill measured", async () => {
  const page = readFileSync(path.join(ROOT, "docs/recovery.md"), "utf8");
  const [drill] = page.match(/^node \$jobs\/backup\.js drill .*$/m) ?? [];
  expect(await follow(drill)).toBe("q1_db: RPO 240 s of 7200, RTO 1500 s of 3600\n");
});

test("the page has the command that writes the report", async () => {
  const page = readFileSync(path.join(ROOT, "docs/recovery.md"), "utf8");
  const [command = ""] = page.match(/^node \$jobs\/backup\.js report .*$/m) ?? [];
  await follow(command.replace("report.md", path.join(root, "report.md")));
  expect(readFileSync(path.join(root, "report.md"), "utf8")).toMatch(/^# Backups of shop in prod: tenants\n/);
});
