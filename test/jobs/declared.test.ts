import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ICronJobSpec } from "kubernetes-models/batch/v1";
import type { IPodSpec } from "kubernetes-models/v1";
import { jobSettings } from "../../backends/backup-settings";
import type { KubernetesObject } from "../../backends/kubernetes/object";
import { backupObjects } from "../../backends/kubernetes/backups";
import { recordDrill } from "../../jobs/drill";
import { exposition } from "../../jobs/metrics";
import { readSettings } from "../../jobs/settings";
import { backupStore } from "../../parts/backup-store";
import { monitoringState } from "../../parts/monitoring-state";
import type { WatchedBackup } from "../../parts/backup-telemetry";
import { defineService } from "../../parts/define-service";
import { BACKUP_INTERVALS, scheduleOf } from "../../slo/backup";
import { validateServices } from "../../slo/validation/services";
import { alertsOn, DATABASE, holding, LOGGED, TENANTS } from "../support/backups";
import { planWith, SHOP } from "../support/http-shop";
import { TestJob } from "../support/jobs";
import { TestObjectStore, type IdentityName } from "../support/object-store";

const root = mkdtempSync(path.join(tmpdir(), "tocsin-declared-"));

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

type Changed = Readonly<Record<string, unknown>>;

/** What is wrong with a store, in one line each. */
function faultsOf(backup: WatchedBackup, change: Changed, watched = true): readonly string[] {
  const changed = { ...backup, store: { ...backup.store, ...change } } as WatchedBackup;
  const shop = defineService(SHOP, [backupStore(changed)]);
  const own = watched
    ? shop
    : { ...shop, advice: {}, alerts: shop.alerts.filter(({ name }) => !name.endsWith("TooOld")) };
  return validateServices([own], ["prod"]).map(({ path: place, message }) => `${place}: ${message}`);
}

describe("a store that is declared", () => {
  test("is backed up, in a bucket of its own, by jobs that understand what they are told", () => {
    const { stores } = planWith(defineService(SHOP, [backupStore(TENANTS), backupStore(DATABASE)]));
    expect(stores.map(({ backup, schedules }) => [backup, schedules])).toEqual([
      ["database", { backup: "57 */6 * * *", verify: "17 4 * * *", test: "37 5 * * 1" }],
      ["tenants", { backup: "31 * * * *", verify: "51 4 * * *", test: "11 5 * * 1" }],
    ]);
    for (const planned of stores) {
      const file = path.join(root, `${planned.backup}.json`);
      writeFileSync(file, jobSettings(planned, "cluster"));
      const read = readSettings(file);
      expect([read.store, read.bucket.name]).toEqual([planned.backup, planned.bucket.name]);
    }
  });

  test.each([
    [
      "backups are further apart than what may be lost",
      TENANTS,
      { rpo: "30m" },
      "store.rpo: [30m] cannot be kept by a backup every [1h]",
    ],
    [
      "dumps are, and no log is kept",
      DATABASE,
      { pointInTime: undefined },
      "store.rpo: [15m] cannot be kept by a backup every [6h]",
    ],
    [
      "log would have to be stored more often than it can",
      LOGGED,
      { rpo: "9m" },
      "store.rpo: [9m] cannot be kept by a log that is stored every [5m] at best",
    ],
    ["time to restore is none", TENANTS, { rto: "0s" }, "store.rto: [0s] is not a duration above 0"],
    [
      "restore is not checked for rows",
      TENANTS,
      { checks: TENANTS.store.checks.slice(1) },
      "store.checks: no check is a [row_count], so that a restore with nothing in it would pass",
    ],
    [
      "check does more than read",
      TENANTS,
      { checks: [...TENANTS.store.checks, { name: "smoke", query: "DELETE FROM memories" }] },
      "store.checks: [DELETE FROM memories] is not one SELECT",
    ],
    ["folder is none", TENANTS, { folder: "../data" }, "store.folder: [../data] is not the path of a folder"],
    [
      "file is that of a restore",
      TENANTS,
      { file: "restore.sqlite" },
      "store.file: [restore.sqlite] is not the name of a tenant's database",
    ],
    ["disk has no size", DATABASE, { scratch: "much" }, "store.scratch: [much] is not the size of a disk"],
  ] as const)("refuses a store whose %s", (_, backup, change, says) => {
    expect(faultsOf(backup, change)).toEqual([`services.shop.backups.${backup.id}.${says}`]);
  });

  test("refuses one that nobody watches", () => {
    expect(faultsOf(TENANTS, {}, false)).toEqual([
      "services.shop.backups.tenants: no alert reads [backup_last_success_timestamp_seconds, recoverable_point_timestamp_seconds] of this store and the job [shop-backups]",
    ]);
  });

  test.each([
    ["15m", "*/5 * * * *"],
    ["10m", "*/5 * * * *"],
    ["1h", "*/30 * * * *"],
    ["3h", "57 * * * *"],
  ] as const)("has its log stored at least twice in an RPO of %s", (rpo, log) => {
    const logged = { ...LOGGED, store: { ...LOGGED.store, rpo } };
    const [planned] = planWith(defineService(SHOP, [backupStore(logged)])).stores;
    expect(planned?.schedules.log).toBe(log);
  });

  test("has its log stored by three steps, of which only those that ask the server know the way to it", () => {
    const plan = planWith(defineService(SHOP, [backupStore(LOGGED)]));
    const [planned] = plan.stores;
    if (planned === undefined) throw new Error("no store is planned");
    const podOf = (name: string): IPodSpec => {
      const found = backupObjects(plan, [planned]).find(
        ({ kind, metadata }) => kind === "CronJob" && metadata.name === name,
      );
      const { spec } = found as KubernetesObject & { readonly spec: ICronJobSpec };
      return spec.jobTemplate.spec?.template.spec as IPodSpec;
    };
    const steps = (name: string): readonly string[] => {
      const { initContainers = [], containers } = podOf(name);
      return [...initContainers, ...containers].map(
        ({ args, envFrom }) => `${args?.[0]}${envFrom === undefined ? "" : " of the server"}`,
      );
    };
    expect(steps("backup-database")).toEqual(["base of the server", "backup"]);
    expect(steps("backup-log-database")).toEqual(["receive of the server", "ship", "release of the server"]);
    expect(steps("backup-test-database")).toEqual(["fetch", "try", "judge"]);
  });

  test("of the monitoring's own files is read beside the pod that writes them, and by the backup alone", () => {
    const service = defineService(
      SHOP,
      monitoringState({ namespace: "monitoring-<environment>", scratch: "9Gi" }),
    );
    const plan = planWith(service);
    const [first, ...more] = plan.stores;
    if (first === undefined) throw new Error("no store is planned");
    const jobs = backupObjects(plan, [first, ...more]).filter(({ kind }) => kind === "CronJob");
    expect(jobs.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(
      ["alertmanager", "prometheus"].flatMap((id) =>
        ["backup", "backup-verify", "backup-test"].map((work) => `monitoring-prod/${work}-${id}`),
      ),
    );
    const near = jobs.map((job) => {
      const { spec } = job as KubernetesObject & { readonly spec: ICronJobSpec };
      const pod = spec.jobTemplate.spec?.template.spec as IPodSpec;
      const [container] = pod.containers;
      const mount = container?.volumeMounts?.find(({ name }) => name === "server");
      const [term] = pod.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
      return [
        pod.volumes?.find(({ name }) => name === "server")?.persistentVolumeClaim?.claimName,
        mount?.subPath,
        mount?.readOnly,
        term?.labelSelector?.matchLabels?.["statefulset.kubernetes.io/pod-name"],
      ];
    });
    const none = [undefined, undefined, undefined, undefined];
    expect(near).toEqual([
      ["data-alertmanager-0", "alertmanager", true, "alertmanager-0"],
      none,
      none,
      ["data-prometheus-0", "prometheus", true, "prometheus-0"],
      none,
      none,
    ]);
    for (const planned of plan.stores) {
      const file = path.join(root, `${planned.backup}.json`);
      writeFileSync(file, jobSettings(planned, "cluster"));
      expect(readSettings(file)).toMatchObject({ kind: "server", server: planned.backup });
    }
  });

  test("of the monitoring's own files has jobs in one namespace with no other store", () => {
    const parts = [...monitoringState({ namespace: "monitoring", scratch: "9Gi" }), backupStore(TENANTS)];
    const problems = validateServices([defineService(SHOP, parts)], ["prod"]);
    expect(problems.map(({ message }) => message)).toEqual([
      'job [shop-backups] is declared differently by [shop, shop]: namespace ["monitoring", "shop-<environment>"]',
    ]);
  });

  test("has intervals whose schedules leave no longer gap", () => {
    expect(BACKUP_INTERVALS.map((every) => scheduleOf(every, 7))).toEqual([
      ...["*/5 * * * *", "*/10 * * * *", "*/15 * * * *", "*/30 * * * *", "7 * * * *"],
      ...["7 */2 * * *", "7 */4 * * *", "7 */6 * * *", "7 */12 * * *", "7 2 * * *"],
    ]);
  });
});

describe("beside a real object store", () => {
  const objects = new TestObjectStore(path.join(root, "store"));
  const jobOn = (bucket: string): TestJob =>
    new TestJob(path.join(root, bucket), "", {
      bucket: { endpoint: objects.endpoint, region: "us-east-1", name: bucket },
    });

  beforeAll(() => objects.start());
  afterAll(() => objects.stop());

  test.each(["q1_db", "q2_region", "q3_rebuild", "q4_chaos"])(
    "keeps what people measured in a drill of %s",
    async (scenario) => {
      const bucket = `drill-${scenario.replace("_", "-")}`;
      await objects.bucket(bucket);
      const job = jobOn(bucket).own("reader");
      expect(holding(alertsOn(TENANTS), await exposition(job), new Date())).toContain(
        "TenantsDrDrillOverdue",
      );
      await recordDrill(job, { scenario, rpo: "240", rto: "1500" });
      const page = await exposition(job);
      expect(page).toContain(`dr_drill_rpo_seconds{store="tenants",scenario="${scenario}"} 240\n`);
      expect(page).toContain(`dr_drill_rto_seconds{store="tenants",scenario="${scenario}"} 1500\n`);
      expect(holding(alertsOn(TENANTS), page, new Date())).not.toContain("TenantsDrDrillOverdue");
      const later = new Date(Date.now() + 101 * 86_400_000);
      expect(holding(alertsOn(TENANTS), page, later)).toContain("TenantsDrDrillOverdue");
    },
  );

  test("lets each do what its right says, and none delete but the compactor of metrics", async () => {
    await objects.bucket("rights");
    await objects.metrics("blocks");
    const put = async (who: IdentityName, where: string): Promise<number> =>
      (
        await objects.try(who, "PUT", where, {
          body: "x",
        })
      ).status;
    const status = async (who: IdentityName, method: string, where: string): Promise<number> =>
      (await objects.try(who, method, where)).status;
    expect([
      await put("writer", "rights/dumps/a"),
      await put("reader", "rights/dumps/b"),
      await put("reader", "rights/state/c"),
      await status("reader", "GET", "rights/dumps/a"),
    ]).toEqual([200, 403, 200, 200]);
    for (const who of ["writer", "reader"] as const) {
      expect([
        await status(who, "DELETE", "rights/dumps/a"),
        await status(who, "DELETE", "rights?policy"),
        await status(who, "DELETE", "rights"),
      ]).toEqual([403, 403, 403]);
    }
    expect([
      await put("writer", "blocks/a"),
      await put("reader", "blocks/b"),
      await status("writer", "DELETE", "blocks/a"),
      await status("reader", "DELETE", "blocks/a"),
      await status("compactor", "DELETE", "blocks/a"),
    ]).toEqual([200, 403, 403, 403, 204]);
  });

  test("is given up by nobody in compliance mode, and in governance mode by who may bypass it", async () => {
    const bypass = { headers: { "x-amz-bypass-governance-retention": "true" } };
    for (const [mode, expected] of [
      ["GOVERNANCE", 204],
      ["COMPLIANCE", 403],
    ] as const) {
      const bucket = `mode-${mode.toLowerCase()}`;
      await objects.make(bucket);
      await objects.lock(bucket, mode);
      await objects.let(bucket);
      await objects.ask("root", "PUT", `${bucket}/a`, { body: "x" });
      const [version = ""] = await objects.versions(bucket, "a");
      const gone = await objects.try("root", "DELETE", `${bucket}/a?versionId=${version}`, bypass);
      expect([mode, gone.status]).toEqual([mode, expected]);
      expect((await objects.try("writer", "DELETE", `${bucket}/a?versionId=${version}`, bypass)).status).toBe(
        403,
      );
    }
  });

  /** What anybody without a key, and who writes, could do to a bucket that is being made, after each step. */
  async function exposed(bucket: string): Promise<readonly string[]> {
    const body = "x";
    const anonymous = async (method: string, where: string): Promise<boolean> =>
      (await fetch(`${objects.endpoint}/${where}`, { method, ...(method === "PUT" ? { body } : {}) })).ok;
    const written = (await objects.try("root", "PUT", `${bucket}/probe`, { body })).ok;
    const [version] = await objects.versions(bucket, "probe");
    const gone = await objects.try("writer", "DELETE", `${bucket}/probe?versionId=${version ?? ""}`);
    return [
      ...(written ? [] : ["cannot be written"]),
      ...((await anonymous("GET", bucket)) || (await anonymous("GET", `${bucket}/probe`))
        ? ["is read by anybody"]
        : []),
      ...((await anonymous("PUT", `${bucket}/theirs`)) ? ["is written by anybody"] : []),
      ...(gone.ok ? ["loses what its writer deletes"] : []),
    ];
  }

  test("is open to nobody while a bucket is made, whichever step is the last, and its lock outlives its removal", async () => {
    const steps = [
      (name: string) => objects.make(name),
      (name: string) => objects.lock(name),
      (name: string) => objects.let(name),
    ];
    for (let last = 1; last <= steps.length; last += 1) {
      const bucket = `half-${last}`;
      for (const step of steps.slice(0, last)) await step(bucket);
      expect([last, await exposed(bucket)]).toEqual([last, []]);
    }
    // With what is locked in it: not even the owner takes it away, with its rules or one after the other.
    const bucket = "half-3";
    const [version] = await objects.versions(bucket, "probe");
    expect((await objects.try("root", "DELETE", `${bucket}/probe?versionId=${version ?? ""}`)).status).toBe(
      403,
    );
    expect((await objects.try("root", "DELETE", bucket)).status).toBe(409);
    await objects.ask("root", "DELETE", `${bucket}?policy`);
    expect(await exposed(bucket)).toEqual([]);
  });
});
