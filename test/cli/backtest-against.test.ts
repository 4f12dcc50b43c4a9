import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import type { PastEngine } from "../../lab/backtest/engine";
import { freePort, startProgram, type RunningProgram } from "../../lab/process";
import { isHealthy } from "../../lab/prometheus-api";
import { Checkout } from "../support/checkout";
import { removeFolder, temporaryFolder } from "../support/program";
import { MINUTE, stockServer, withStockAlone } from "../support/stock-past";
import { toolchain } from "../support/toolchain";
import type { ProcessEnd } from "../support/warm";

/** As a team writes them by hand: one that also tells of what is short, one with a record, one of what nobody here reads. */
const RULES = `
groups:
  - name: disks
    interval: 1m
    rules:
      - record: stock:disk:used
        expr: max by (job) (stock_disk_used_ratio)
      - alert: StockDiskFull
        expr: stock:disk:used{job="stock-api"} > 0.9
        for: 2m
        keep_firing_for: 10m
        labels: { severity: page }
      - alert: StockDiskFull
        expr: stock:disk:used > 0.6
        for: 10m
        labels: { severity: ticket }
  - name: nodes
    rules:
      - alert: NodeClockSkew
        expr: node_timex_offset_seconds > 0.05
      - alert: Watchdog
        expr: vector(1)
`;
/** As `kubectl get -o yaml` prints it, with an object that has no rules, and the name of an alert of ours. */
const OBJECTS = `apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: disks }, data: {} }
  - apiVersion: monitoring.coreos.com/v1
    kind: PrometheusRule
    metadata: { name: disks }
    spec:
      groups:
        - name: disks
          rules:
            - { alert: DiskAlmostFull, expr: 'stock_disk_used_ratio{job="stock-api"} > 0.9', for: 5m }
            - { alert: DiskGrowing, expr: 'deriv(stock_disk_used_ratio[1w2d]) > 1', for: 1h30m }
            - { alert: OtherDisk, expr: 'stock_disk_used_ratio{job="another"} > 0.9' }
`;
const UNEXPLAINED = [
  ...["DigestTooOld", "MonthlyReportTooOld", "WeeklyReportTooOld"],
  ...["AlertmanagerTargetMissing", "PrometheusTargetMissing", "RunbookSiteMissing", "SLIDataMissing"],
].map((alert) => ({ difference: "only-ours", alert, reason: "the past has none of these targets" }));

interface Said {
  readonly shared: readonly object[];
  readonly differences: readonly object[];
  readonly short: { readonly theirs: readonly string[] };
  readonly ownGroups: number;
  readonly fresh: readonly string[];
}

describe("the alerts of others beside those of a stack, over a past", () => {
  const checkout = new Checkout();
  const folder = temporaryFolder();
  const servers: RunningProgram[] = [];
  let server: PastEngine;

  beforeAll(async () => {
    ({ server } = await stockServer(folder));
  }, 600_000);
  beforeEach(() => {
    withStockAlone(checkout);
  });
  afterEach(() => checkout.restore());
  afterAll(async () => {
    for (const one of servers) await one.stop();
    await server.stop();
    checkout.dispose();
    removeFolder(folder);
  });

  const against = (rules: string, ...args: readonly string[]): Promise<ProcessEnd> =>
    checkout.tocsin(
      ...["backtest", "prod", "--prometheus", server.address, "--keep", path.join(folder, "kept")],
      ...["--until", "2026-11-25T00:00:00Z", "--days", "2", "--against", rules, ...args],
    );
  /** A Prometheus that has loaded files of rules, and scrapes nothing. */
  const serving = async (files: readonly string[]): Promise<string> => {
    const { prometheus } = await toolchain();
    const address = `127.0.0.1:${await freePort(undefined, "")}`;
    const own = path.join(folder, address);
    mkdirSync(own);
    const config = path.join(own, "prometheus.yml");
    writeFileSync(config, stringify({ rule_files: files }));
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${own}/data`,
      `--web.listen-address=${address}`,
    ];
    let fault: string | undefined;
    servers.push(
      startProgram("prometheus", prometheus, args, path.join(own, "log"), (said) => (fault = said)),
    );
    for (let tries = 0; !(await isHealthy(`http://${address}`)); tries += 1) {
      if (fault !== undefined || tries > 600) throw new Error(fault ?? "the server with rules is not ready");
      await sleep(100);
    }
    return `http://${address}`;
  };
  const meant = (...all: readonly object[]): void => {
    checkout.write("migration.json", JSON.stringify(all.map((one) => ({ stack: "prod", ...one }))));
  };

  it("are named one by one, until each difference is explained", async () => {
    checkout.write("rules.yml", RULES);
    const { code, stdout } = await against("rules.yml");
    expect(stdout).toMatch(
      /^prod, 2026-11-23 00:00 to 2026-11-25 00:00 UTC of 2 days asked: 4 alerting rules of rules\.yml, \d+ here\n/,
    );
    expect(stdout).toMatch(
      /^StockDiskFull +stock +DiskAlmostFull stock\/\S+ +2 +3 min later +10 min earlier$/m,
    );
    expect(stdout).toMatch(/^uncovered +NodeClockSkew +0 +nothing here reads what it reads$/m);
    expect(stdout).toMatch(
      /^only-theirs +StockDiskFull +stock +2 +2026-11-24 12:10 +not told by DiskAlmostFull$/m,
    );
    expect(stdout).toMatch(/^only-ours +RunbookSiteMissing .* nothing of theirs reads what it reads$/m);
    expect(stdout).toContain(
      "✗ 10 differences that nobody has explained. Change the service, or say in migration.json",
    );
    expect(stdout).not.toContain("Watchdog");
    expect(code).toBe(1);

    const own = [
      { difference: "uncovered", alert: "Node*", reason: "others look after nodes" },
      { difference: "only-theirs", alert: "StockDiskFull", reason: "nothing breaks below 90 %" },
      { difference: "late", alert: "StockDiskFull", reason: "of other days" },
    ];
    meant(...own, ...UNEXPLAINED);
    const well = await against("rules.yml");
    expect(well.stdout).toContain("✓ every difference is explained\n");
    expect(well.stdout).toMatch(/^only-theirs +StockDiskFull .* nothing breaks below 90 %$/m);
    expect(well.code).toBe(0);

    const gone = { difference: "only-theirs", alert: "DiskSlow", reason: "it was renamed" };
    meant(...own, { ...gone, stack: "staging" }, gone, { ...own[0], alert: "StockDiskFull" }, ...UNEXPLAINED);
    const stale = await against("rules.yml");
    expect(stale.stdout.match(/^✗ .*$/gm)).toEqual([
      "✗ migration.json has [only-theirs] of [DiskSlow], which is none any more: take it out",
      "✗ migration.json has [uncovered] of [StockDiskFull], which is none any more: take it out",
    ]);
    expect(stale.code).toBe(1);
  }, 300_000);

  it("are those of objects of an operator, of which one has a name of ours and one looks back too far", async () => {
    checkout.write("objects.yml", OBJECTS);
    meant(...UNEXPLAINED);
    const { code, stdout } = await against("objects.yml", "--json");
    const said = JSON.parse(stdout) as Said;
    expect(said.shared).toEqual([
      {
        alert: "DiskAlmostFull",
        service: "stock",
        by: "DiskAlmostFull stock/none-DiskAlmostFull",
        incidents: 2,
        began: [0, 0],
        ended: [0, 0],
      },
    ]);
    expect(said).toMatchObject({ sameNames: ["DiskAlmostFull"], quiet: ["DiskGrowing"], stale: [] });
    expect(said.short.theirs).toEqual(["DiskGrowing"]);
    expect(said.differences).toMatchObject([{ difference: "uncovered", alert: "OtherDisk", incidents: [] }]);
    expect(said.fresh).toContain("RunbookSiteMissing");
    expect(said.fresh).not.toContain("DiskAlmostFull");
    expect(code).toBe(1);
  }, 300_000);

  it("are those of a running server that has ours beside them", async () => {
    checkout.write("rules.yml", RULES);
    meant(...UNEXPLAINED);
    const out = path.join(folder, "out");
    expect(await checkout.tocsin("render", "prod", "--out", out)).toMatchObject({ code: 0 });
    const running = await serving([
      path.join(out, "prometheus", "rules", "*.yml"),
      path.join(checkout.folder, "rules.yml"),
    ]);
    const both = await against(running, "--json");
    const said = JSON.parse(both.stdout) as Said;
    expect(said).toMatchObject({ sameNames: [], rules: { theirs: 4 } });
    expect(said.ownGroups).toBeGreaterThan(5);
    expect(said.shared).toMatchObject([{ alert: "StockDiskFull", began: [3 * MINUTE, 3 * MINUTE] }]);

    const ours = await against(await serving([path.join(out, "prometheus", "rules", "*.yml")]));
    expect(ours.stderr).toContain("has no alerting rule but those that this stack makes itself");
    expect(ours).toMatchObject({ code: 1, stdout: "" });
  }, 300_000);

  it.each<
    readonly [what: string, rules: string | undefined, args: readonly string[], code: number, message: string]
  >([
    ["nothing at all", "", [], 1, "[bad.yml] has no alerting rule: name a rule file"],
    ["no rule", "groups: []\n", [], 1, "[bad.yml] has no alerting rule: name a rule file"],
    [
      "records alone",
      "groups: [{ name: a, rules: [{ record: a:b, expr: up }] }]",
      [],
      1,
      "has no alerting rule",
    ],
    ["no YAML", "groups: [\n", [], 1, "the rules [bad.yml] are no YAML: "],
    [
      "an expression that is none",
      "groups: [{ name: a, rules: [{ alert: A, expr: 'up >' }] }]",
      [],
      1,
      'Prometheus does not take the rules [bad.yml]:\n  group "a", rule 1, "A": could not parse expression: ',
    ],
    [
      "a rule without a name",
      "groups: [{ name: a, rules: [{ expr: up }] }]",
      [],
      1,
      "one of 'record' or 'alert' must be set",
    ],
    [
      "groups that are none",
      "spec: { groups: { a: 1 } }",
      [],
      1,
      "Prometheus does not take the rules [bad.yml]:\n  ",
    ],
    ["no file", undefined, [], 2, "the rules [bad.yml] cannot be read [ENOENT]: name a file, or an address"],
    [
      "nobody there",
      undefined,
      ["--against", "http://127.0.0.1:2"],
      1,
      "[http://127.0.0.1:2] cannot be reached: connection refused",
    ],
    ["a base besides", undefined, ["--base", "main"], 2, "cannot be used with option '--base <ref>'"],
  ])(
    "are not compared, and it is said why: %s",
    async (_, rules, args, code, message) => {
      if (rules !== undefined) checkout.write("bad.yml", rules);
      const ended = await against("bad.yml", ...args);
      expect(ended.stderr).toContain(message);
      expect(ended).toMatchObject({ code, stdout: "" });
    },
    60_000,
  );

  it("are not compared where what is meant cannot be read", async () => {
    checkout.write("rules.yml", RULES);
    meant({ difference: "only-them", alert: "A" });
    const ended = await against("rules.yml");
    expect(ended.stderr).toContain("migration.json: [0].difference");
    expect(ended.stderr).toContain("migration.json: [0].reason");
    expect(ended.code).toBe(1);
  }, 60_000);
});
