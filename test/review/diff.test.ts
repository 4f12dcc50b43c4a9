import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AlertingRule, MonitoringPlan, RecordingRule } from "../../plan/monitoring-plan";
import { changedNumbers } from "../../review/expression-words";
import { diffMarkdown, type EnvironmentDiff } from "../../review/markdown";
import { planDiff } from "../../review/plan-diff";
import { policyDiff, type ShownViolation } from "../../review/policy-diff";
import { loadDiff } from "../../review/volume";
import { ratioOf } from "../../slo/duration";
import { resourceDiff } from "../../review/resource-diff";
import { Checkout } from "../support/checkout";
import type { ProcessEnd } from "../support/warm";
import { planOf } from "../support/plan";
import { removeFolder, temporaryFolder, writeFiles } from "../support/program";
import { ROOT } from "../support/stacks";

const prod = planOf("prod");
const NOTHING = { added: [], removed: [], changed: [] } as const;

function isOrders(rule: AlertingRule | RecordingRule, name: string): rule is AlertingRule {
  return rule.kind === "alert" && rule.alert === name && rule.labels["service"] === "orders";
}

function withRule(name: string, change: Partial<AlertingRule>): MonitoringPlan {
  return {
    ...prod,
    ruleGroups: prod.ruleGroups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => (isOrders(rule, name) ? { ...rule, ...change } : rule)),
    })),
  };
}

function ruleOf(name: string): AlertingRule {
  const rule = prod.ruleGroups
    .flatMap((group) => group.rules)
    .find((one): one is AlertingRule => isOrders(one, name));
  if (rule === undefined) {
    throw new Error(`prod has no alert [${name}]`);
  }
  return rule;
}

function withAlert(name: string, change: Partial<MonitoringPlan["alerts"][number]>): MonitoringPlan {
  return {
    ...prod,
    alerts: prod.alerts.map((alert) =>
      alert.alertname === name && alert.service === "orders" ? { ...alert, ...change } : alert,
    ),
  };
}

function withSlo(id: string, change: Partial<MonitoringPlan["slos"][number]>): MonitoringPlan {
  return { ...prod, slos: prod.slos.map((slo) => (slo.id === id ? { ...slo, ...change } : slo)) };
}

function shown(after: MonitoringPlan | undefined, before: MonitoringPlan | undefined = prod): string {
  return diffMarkdown([whole(after, before)], "main", "change");
}

function whole(
  after: MonitoringPlan | undefined,
  before: MonitoringPlan | undefined = prod,
): EnvironmentDiff {
  return { ...planDiff(before, after), resources: NOTHING };
}

describe("numbers of an expression that changed", () => {
  it.each([
    ["a > 0.9", "a > 0.33", [{ before: "0.9", after: "0.33", fires: "more" }]],
    ["a < 5", "a < 3", [{ before: "5", after: "3", fires: "less" }]],
    ["a >= bool 5", "a >= bool 7", [{ before: "5", after: "7", fires: "less" }]],
    ["rate(a[5m]) > 1", "rate(a[10m]) > 1", [{ before: "5m", after: "10m" }]],
    ['a1{b="5.."} > 1', 'a1{b="5.."} > 1', []],
    ["time() - a > 26h", "time() - a > 1d2h", [{ before: "26h", after: "1d2h" }]],
  ])("are told apart from the rest: %s → %s", (before, after, numbers) => {
    expect(changedNumbers(before, after)).toEqual(numbers);
  });

  it.each([
    ["a > 1", "b > 1"],
    ['a{b="5"} > 1', 'a{b="4"} > 1'],
    ["a > 1", "a < 1"],
    ["a > 1", "a > 1 and b > 1"],
    ["p50 > 1", "p99 > 1"],
  ])("are not all that changed: %s → %s", (before, after) => {
    expect(changedNumbers(before, after)).toBeUndefined();
  });
});

describe("a change that a reviewer reads", () => {
  it("is none where both sides are the same", () => {
    expect(shown(planOf("prod"))).toBe(
      "## Monitoring: `main` → `change`\n\nNothing is different in `prod`.\n",
    );
  });

  it("says who is silent when, first", () => {
    const work = {
      services: ["orders"],
      from: "2027-01-09T22:00Z",
      to: "2027-01-09T23:00Z",
      settle: "15m",
    } as const;
    const maintenance = [{ ...work, reason: "a new disk" }];
    const text = shown({ ...prod, maintenance });
    expect(text).toContain("- **prod**: **1 silence planned**\n");
    expect(text).toContain(
      "**Planned maintenance**\n\n- added: `orders from 2027-01-09T22:00Z to 2027-01-09T23:00Z, 15m to settle: a new disk`",
    );
    expect(shown(prod, { ...prod, maintenance })).toContain("- removed: `orders from 2027-01-09T22:00Z");
  });

  it("says that a limit was lowered, and by how much", () => {
    const { expr } = ruleOf("HighDatabaseConnections");
    expect(shown(withRule("HighDatabaseConnections", { expr: expr.replace("> 0.8", "> 0.33") }))).toContain(
      "**Alerts**\n\n- `HighDatabaseConnections (orders)`: 0.8 → 0.33 (fires for more)\n",
    );
  });

  it.each<readonly [says: string, change: Parameters<typeof withAlert>[1], line: string]>([
    ["later", { for: "30m" }, "for: 5m → 30m (fires later)"],
    ["earlier", { for: "1m" }, "for: 5m → 1m (fires earlier)"],
    ["louder", { severity: "critical" }, "severity: warning → critical"],
    ["for another team", { team: "stock" }, "team: orders → stock"],
  ])("says that an alert fires %s", (_, change, line) => {
    expect(shown(withAlert("HighDatabaseConnections", change))).toContain(
      `- \`HighDatabaseConnections (orders)\`: ${line}\n`,
    );
  });

  it("names who hears of an alert now, and who no longer does", () => {
    const text = shown(withAlert("HighDatabaseConnections", { severity: "critical" }));
    expect(text).toContain("- **prod**: **1 alert for somebody else**; alerts ~1\n");
    expect(text).toMatch(
      /\*\*Who hears of it\*\*\n\n- Slack #orders-alerts → PagerDuty \(pagerduty-orders\) and Slack #orders-alerts[^\n]*: `HighDatabaseConnections \(orders\)`\n/,
    );
  });

  it("names nobody where nobody hears of an alert any more", () => {
    const root = JSON.parse(
      JSON.stringify(prod.routing.root).replaceAll(/"page-orders"/g, '"null"'),
    ) as typeof prod.routing.root;
    expect(shown({ ...prod, routing: { ...prod.routing, root } })).toContain("→ **nobody**: ");
  });

  it("says first that a page is gone, and who heard of it", () => {
    const alerts = prod.alerts.filter(
      ({ alertname, service }) => alertname !== "ServiceDown" || service !== "orders",
    );
    const text = shown({ ...prod, alerts });
    expect(text).toContain("- **prod**: **1 page gone**; **1 alert for somebody else**; alerts −1\n");
    expect(text).toMatch(
      /- PagerDuty \(pagerduty-orders\)[^\n]* → \*\*nobody\*\*: `ServiceDown \(orders api-availability\)`\n/,
    );
    expect(text).toContain("**Pages that are gone**\n\n- `ServiceDown (orders api-availability)`\n");
  });

  it("calls a loosened objective by that name, and a tightened one", () => {
    expect(shown(withSlo("orders-api-availability", { objective: "99.5%" }))).toContain(
      "- **prod**: **1 objective loosened**; objectives ~1\n",
    );
    expect(shown(withSlo("orders-api-availability", { objective: "99.95%" }))).toContain(
      "- `orders/api-availability`: objective 99.9% → 99.95% (tightened); nobody is told before: 1 % of errors " +
        "3 h 24 min → 40 min 10 s, 2 % of errors 40 min 10 s → 20 min 10 s, 5 % of errors 16 min 10 s → 8 min 10 s, " +
        "10 % of errors 8 min 10 s → 4 min 10 s, 100 % of errors 1 min 10 s → 40 s\n",
    );
  });

  it("says whose budget begins anew because other values are judged apart", () => {
    const apart = withSlo("orders-api-availability", { by: ["region"] });
    expect(planDiff(prod, apart).history).toEqual([
      "`orders-api-availability` is judged apart by region instead of nothing: its budget begins anew, as no record tells these values apart yet.",
    ]);
    expect(planDiff(apart, prod).history).toEqual([
      "`orders-api-availability` is judged apart by nothing instead of region: its budget goes on from that of these values together, and for 28d more of its window counts as known than is.",
    ]);
    expect(shown(apart)).toContain("- `orders/api-availability`: judged apart by nothing → region\n");
  });

  it("says whose recorded history ends, and whose mixes two meanings", () => {
    expect(planDiff(prod, { ...prod, slos: prod.slos.slice(1) }).history).toEqual([
      "`orders-api-availability` is gone: its records end, and its history of 28d with them. To rename a title keep the id.",
    ]);
    const [, other] = prod.slos;
    const mixed = withSlo("orders-api-availability", other === undefined ? {} : { sli: other.sli });
    expect(planDiff(prod, mixed).history).toEqual([
      "`orders-api-availability` measures something else under the same id: for 28d its budget mixes both. Give it a new id to begin anew.",
    ]);
  });

  it("lists alerts, runbooks and dashboards that come and go", () => {
    const less = {
      ...prod,
      alerts: prod.alerts.filter(
        ({ alertname, service }) => alertname !== "HighDatabaseConnections" || service !== "orders",
      ),
      runbooks: prod.runbooks.filter(
        ({ slug, service }) => slug !== "high-database-connections" || service !== "orders",
      ),
      dashboards: prod.dashboards.slice(1),
    };
    expect(planDiff(prod, less)).toMatchObject({
      alerts: { removed: ["HighDatabaseConnections (orders)"], added: [], changed: [] },
      runbooks: { removed: ["orders/high-database-connections"] },
      dashboards: { removed: [prod.dashboards[0]?.uid] },
    });
    expect(planDiff(less, prod).alerts.added).toEqual(["HighDatabaseConnections (orders)"]);
  });

  it("is a whole environment where one side has none", () => {
    expect(planDiff(undefined, prod).alerts.added).toHaveLength(prod.alerts.length);
    expect(planDiff(prod, undefined).alerts.removed).toHaveLength(prod.alerts.length);
  });

  it("puts where people are woken first, and says once what environments share", () => {
    const change = { severity: "info" } as const;
    const dev = { ...whole(withAlert("HighDatabaseConnections", change)), environment: "dev", pages: false };
    const text = diffMarkdown([dev, whole(withAlert("HighDatabaseConnections", change))], "main", "change");
    expect(text.indexOf("- **prod**")).toBeLessThan(text.indexOf("- **dev**"));
    expect(text).toContain("### dev\n\n**Who hears of it**: as in prod.\n\n**Alerts**: as in prod.\n");
  });

  it("has a forecast behind its story, in few lines", () => {
    const diffs = [whole(withAlert("HighDatabaseConnections", { severity: "info" }))];
    const said = (lines: number): string =>
      diffMarkdown(
        diffs,
        "main",
        "change",
        Array.from({ length: lines }, (_, line) => `line ${line}`),
      );
    expect(said(2)).toContain("\n\n### Forecast\n\n```text\nline 0\nline 1\n```\n\n### prod\n");
    expect(said(42)).toContain("\nline 39\nand 2 lines more\n```\n");
  });

  it("stays what it is whatever names and texts hold", () => {
    const text = shown(withAlert("HighDatabaseConnections", { team: "<script>`x`\n# h @everyone" }));
    expect(text).not.toMatch(/<script>|^# h|@everyone/m);
  });

  it("fits a comment, and says what it left out", () => {
    const runbooks = prod.runbooks.map((page) => ({
      ...page,
      markdown: page.markdown
        .split("\n")
        .map((line) => `${line}.`)
        .join("\n"),
    }));
    const text = shown({ ...prod, runbooks });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/\n\d+ texts are left out; `--json` has all of them\.\n$/);
  });

  it("says how much more a server takes in, and what that costs where a cloud keeps it", () => {
    const managed = {
      ...prod,
      services: prod.services.map((service) => ({
        ...service,
        backend: { metrics: "gmp", alerts: "gmp" } as const,
      })),
    };
    const less = { ...managed, ruleGroups: managed.ruleGroups.slice(1) };
    const price = { gmp: { perMillionSamples: 0.06, currency: "USD" } };
    const { volume, costs = [], unpriced } = loadDiff(less, managed, price);
    const [cost] = costs;
    expect(unpriced).toEqual([]);
    expect((volume?.after.series ?? 0) - (volume?.before.series ?? 0)).toBe(
      prod.ruleGroups[0]?.rules.filter(({ kind }) => kind === "record").length,
    );
    // 0.06 USD a million, of so many a second, in a month of 30.4375 days.
    expect(cost?.after).toBeCloseTo(
      ((volume?.after.samplesPerSecond ?? 0) * 30.4375 * 86_400 * 0.06) / 1e6,
      6,
    );
    const text = (load: ReturnType<typeof loadDiff>): string =>
      diffMarkdown([{ ...whole(managed, less), ...load }], "main", "change");
    expect(text(loadDiff(less, managed, price))).toMatch(
      /\*\*Series and money\*\*\n\n- about \d+ → \d+ series, \d+ → \d+ samples a second, as the contracts declare\n- gmp: \d+\.\d\d → \d+\.\d\d USD a month\n/,
    );
    expect(text(loadDiff(less, managed, {}))).toContain(
      "- gmp: no price in prices.json, so no money is said\n",
    );
    expect(text(loadDiff(managed, managed, price))).not.toContain("Series and money");
  });

  it("counts the series of a metric by its labels, its buckets and its targets", () => {
    const [service] = prod.services;
    const [metric] = service?.metrics ?? [];
    if (service === undefined || metric === undefined) throw new Error("prod has no metric");
    const job = { ...metric.job, name: "alone", instances: 3 };
    const labels = { code: ["200", "500"], method: ["get"] };
    const histogram = {
      type: "histogram",
      name: "h",
      help: "",
      job,
      labels,
      bounds: ["0.1", "1"],
      initialisedToZero: true,
      median: 1,
    } as const;
    const gauge = { type: "gauge", name: "g", help: "", job, labels: {}, normal: 1 } as const;
    const alone = { ...service, jobs: [job], metrics: [histogram, gauge, gauge] };
    const { volume } = loadDiff(undefined, { ...prod, services: [alone], ruleGroups: [] }, {});
    // Two label sets of two buckets, +Inf, sum and count, the gauge once, and five series of each target itself.
    const series = 3 * (2 * 5 + 1) + 3 * 5;
    expect(volume?.after).toEqual({ series, samplesPerSecond: series / ratioOf(prod.scrape.interval, "1s") });
  });

  it("says what the policies have against it, and which exceptions end", () => {
    const violation = (message: string, level = "mandatory"): ShownViolation => ({
      policy: "bucket-is-private-and-encrypted",
      level,
      message: `A bucket is private.\n${message}`,
    });
    const exception = (expires: string): object => ({
      "secret-is-not-inline": { exceptions: [{ resource: "x", owner: "mara", reason: "old", expires }] },
    });
    const policies = policyDiff(
      [
        [violation("Resource [old]: is public.")],
        [violation("Resource [new]: is public."), violation("hm", "advisory")],
      ],
      [exception("2026-12-31"), exception("2026-12-04")] as never,
      "2026-11-29",
    );
    expect(policies).toEqual({
      appeared: [
        "bucket-is-private-and-encrypted (advisory): hm",
        "bucket-is-private-and-encrypted (mandatory): Resource [new]: is public.",
      ],
      mended: ["bucket-is-private-and-encrypted (mandatory): Resource [old]: is public."],
      blocking: 1,
      exceptions: [
        "added: secret-is-not-inline lets x pass until 2026-12-04 (mara: old)",
        "removed: secret-is-not-inline lets x pass until 2026-12-31 (mara: old)",
        "secret-is-not-inline lets x pass until 2026-12-04 (mara: old), ends soon",
      ],
    });
    const text = diffMarkdown([{ ...whole(prod), resources: NOTHING, policies }], "main", "change");
    expect(text).toContain("- **prod**: **the policies block it (1 violation)**; 3 exceptions of policies\n");
    const ended = policyDiff([[], []], [{}, exception("2026-11-28")] as never, "2026-11-29");
    expect(ended.exceptions).toContain(
      "secret-is-not-inline lets x pass until 2026-11-28 (mara: old), has **ended**",
    );
  });

  it("says that resources which hold data are deleted before anything else", () => {
    const bucket = { type: "aws:s3/bucket:Bucket", name: "backups", urn: "u", inputs: {} };
    const map = { type: "kubernetes:core/v1:ConfigMap", name: "rules", urn: "v", inputs: { data: 1 } };
    const resources = resourceDiff([bucket, map], [{ ...map, inputs: { data: 2 } }]);
    expect(resources).toEqual({
      added: [],
      removed: ["Bucket backups"],
      changed: [{ name: "ConfigMap rules", says: ["other data"] }],
    });
    expect(diffMarkdown([{ ...planDiff(prod, prod), resources }], "main", "change")).toContain(
      "- **prod**: **1 resource with data deleted**; resources −1 ~1\n",
    );
  });
});

describe("tocsin diff", () => {
  const checkout = new Checkout();
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example", ...args], {
      cwd: checkout.folder,
      encoding: "utf8",
    });

  beforeAll(() => {
    const source = /^```ts services\/mail\/index\.ts\n([\s\S]*?)^```$/m.exec(
      readFileSync(path.join(ROOT, "docs/telemetry.md"), "utf8"),
    )?.[1];
    checkout.replaceServices(new Map([["mail", source ?? ""]]));
    for (const stack of ["dev", "staging"]) rmSync(path.join(checkout.folder, `Pulumi.${stack}.yaml`));
    writeFiles(checkout.folder, new Map([[".gitignore", "node_modules\n"]]));
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "before");
  });

  afterAll(() => {
    checkout.dispose();
  });

  it("renders a commit with its own engine and the working tree, and leaves nothing behind", async () => {
    checkout.edit("services/mail/index.ts", 'objective: "99.5%"', 'objective: "99%"');
    const { code, stdout, stderr } = await checkout.tocsin("diff", "HEAD");
    expect([code, stderr.includes("rendering [prod] of [HEAD]")]).toEqual([0, true]);
    expect(stdout).toMatch(
      /^## Monitoring: `HEAD` → `working tree`\n\n- \*\*prod\*\*: \*\*1 objective loosened\*\*; alerts ~\d+; objectives ~1; /,
    );
    expect(stdout).toContain(
      "- `mail/delivery`: objective 99.5% → 99% (**loosened**); nobody is told before: 5 % of errors ",
    );
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
  });

  it.each<
    readonly [says: string, prepare: (folder: string) => readonly string[], error: RegExp, code: number]
  >([
    [
      "a commit that is not there",
      () => ["nowhere"],
      /^tocsin: \[nowhere\] is neither a folder here nor a commit of /m,
      2,
    ],
    [
      "an option in place of a commit",
      () => ["--", "--output=x"],
      /\[--output=x\] is neither a folder here nor a commit of /,
      2,
    ],
    [
      "a folder without a render",
      (folder) => [folder],
      /holds no render: neither plan\.json nor folders with one/,
      1,
    ],
    [
      "a render that was broken off",
      (folder) => {
        writeFiles(
          folder,
          new Map([
            ["plan.json", '{"alerts":['],
            ["resources.json", "[]"],
          ]),
        );
        return [folder, folder];
      },
      /plan\.json\] cannot be read \(.*\); render it again/,
      1,
    ],
    [
      "a state that was broken off",
      (folder) => {
        writeFiles(folder, new Map([["state.json", '{"version":3,"deployment":{"resources":[']]));
        return [path.join(folder, "state.json"), folder];
      },
      /state\.json\] cannot be read as a state: it is no JSON, or was not written to its end\. Write it by `pulumi stack export /,
      1,
    ],
    [
      "a render of another program",
      (folder) => {
        writeFiles(
          folder,
          new Map([
            ["plan.json", "{}"],
            ["resources.json", "[]"],
          ]),
        );
        return [folder, folder];
      },
      /has no \[environment, alerts, slos, ruleGroups, routing, dashboards, runbooks, scrape\]/,
      1,
    ],
  ])("refuses %s", async (_, prepare, error, code) => {
    const folder = temporaryFolder();
    const end: ProcessEnd = await checkout.tocsin("diff", ...prepare(folder));
    removeFolder(folder);
    expect(end.code).toBe(code);
    expect(end.stderr).toMatch(error);
  });

  it("says that a shallow clone has to be fetched", async () => {
    const shallow = path.join(checkout.folder, ".git/shallow");
    writeFileSync(shallow, git("rev-parse", "HEAD"));
    const { code, stderr } = await checkout.tocsin("diff", "v1.0.0");
    rmSync(shallow);
    expect(stderr).toContain("This is a shallow clone: fetch it first, e.g. with `fetch-depth: 0`.");
    expect(code).toBe(2);
  });

  it("says which side does not pass its own check, and what is wrong there", async () => {
    checkout.edit("Pulumi.prod.yaml", "retention: 35d", "retention: 35 days");
    git("commit", "--quiet", "--all", "--message", "broken");
    checkout.edit("Pulumi.prod.yaml", "retention: 35 days", "retention: 35d");
    const { code, stdout, stderr } = await checkout.tocsin("diff", "HEAD");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^tocsin: \[prod\] of \[HEAD\] cannot be rendered:\n.*tocsin:prometheus\.retention: \[35 days\] is not a duration/ms,
    );
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
  });
});
