import { writeFileSync } from "node:fs";
import path from "node:path";
import { alertmanagerConfig } from "../../backends/alertmanager/config";
import { alertRoutes, receiversOf } from "../../backends/alertmanager/routes";
import { monitoringFiles } from "../../backends/files";
import type { Toolchain } from "../../lab/toolchain";
import type { Environment } from "../../plan/environment";
import type { Labels } from "../../plan/monitoring-plan";
import type { Matcher, Route, RoutingPlan } from "../../plan/routing";
import { groupedBy } from "../../slo/order";
import { labelSets, matchesValue } from "../../slo/telemetry";
import { routeEdits } from "../../tools/mutation/route-edits";
import { planOf } from "../support/plan";
import { environmentOf, STACKS } from "../support/stacks";
import { toolchain } from "../support/toolchain";
import { removeFolder, runProgram, temporaryFolder, writeFiles } from "../support/program";

const TEN_MINUTES = 600_000;

let programs: Toolchain;
let folder: string;

beforeAll(async () => {
  programs = await toolchain();
  folder = temporaryFolder();
  for (const stack of STACKS) {
    writeFiles(path.join(folder, stack), monitoringFiles(planOf(stack)));
  }
}, TEN_MINUTES);

afterAll(() => {
  removeFolder(folder);
});

/** What the documents promise about an alert, told by its labels and the stack's configuration alone. */
function expectedReceivers(
  labels: Labels,
  { cluster, name, paging, receivers }: Environment,
): readonly string[] {
  const { alertname, environment = "", service, severity = "", team = "" } = labels;
  const isHere = labels["cluster"] === cluster && environment === name;
  if (alertname === "Watchdog" && service === "tocsin" && isHere) {
    return [receivers.deadMansSwitch === undefined ? "null" : "deadman"];
  }
  if (["beta", "dev", "staging"].includes(environment)) {
    return [severity === "info" || severity === "none" ? "null" : "non-production"];
  }
  const paged = receivers.critical?.[team] === undefined ? "default" : team;
  const chat = receivers.warning[team] === undefined ? "default" : team;
  const bySeverity: Readonly<Record<string, readonly string[]>> = {
    critical: [`page-${paged}`],
    warning: [`warning-${chat}`],
    info: ["info-default"],
  };
  if (severity === "none") {
    return ["null"];
  }
  return (paging ? bySeverity[severity] : undefined) ?? ["unrouted"];
}

/** Where the real Alertmanager's configuration sends an alert. */
async function routed(stack: string, labels: Labels): Promise<string> {
  const { output } = await runProgram(programs.amtool, [
    "config",
    "routes",
    "test",
    `--config.file=${path.join(folder, stack, "alertmanager", "alertmanager.yml")}`,
    ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
  ]);
  return output.trim();
}

/** The labels of every alert of a stack as they reach Alertmanager. */
function alertsOf(stack: string): readonly Labels[] {
  return planOf(stack).alerts.map(
    ({ alertname, category, cluster, environment, service, severity, slo, team }) => ({
      alertname,
      category,
      cluster,
      environment,
      service,
      severity,
      slo,
      team,
    }),
  );
}

const ROUTES = new Map(STACKS.map((stack) => [stack, alertRoutes(planOf(stack))]));

/** Where `routes.json` says that an alert goes. */
function writtenRoute(stack: (typeof STACKS)[number], labels: Labels): readonly string[] {
  const found = (ROUTES.get(stack) ?? []).filter(
    (route) => JSON.stringify(route.labels) === JSON.stringify(labels),
  );
  expect(found).toHaveLength(1);
  return found[0]?.receivers ?? [];
}

const ALL = STACKS.flatMap((stack) =>
  alertsOf(stack).map((labels) => ({ stack, labels, alert: labels["alertname"], slo: labels["slo"] })),
);

/** Every condition of a tree of routes. */
function conditionsOf({ matchers, routes }: Route): readonly Matcher[] {
  return [...matchers, ...routes.flatMap(conditionsOf)];
}

/** One of those that satisfy the same conditions, so that no route tells them apart. */
const DISTINCT = [
  ...groupedBy(ALL, ({ stack, labels }) =>
    [
      stack,
      ...conditionsOf(planOf(stack).routing.root).map((one) => matchesValue(one, labels[one.label] ?? "")),
    ].join(),
  ).values(),
].flatMap((alike) => alike.slice(0, 1));

const watchdog = { alertname: "Watchdog", service: "tocsin", severity: "none" };
const orders = { service: "orders", team: "orders", slo: "api-availability" };

const CASES: readonly [string, string, Labels, string][] = [
  [
    "pages the team for a critical alert",
    "prod",
    { ...orders, environment: "prod", severity: "critical" },
    "page-orders",
  ],
  [
    "writes a warning to the team's chat",
    "prod",
    { ...orders, environment: "prod", severity: "warning" },
    "warning-orders",
  ],
  ["keeps information quiet", "prod", { ...orders, environment: "prod", severity: "info" }, "info-default"],
  [
    "pages the default service for a team without its own",
    "prod",
    { environment: "prod", severity: "critical", team: "payments" },
    "page-default",
  ],
  [
    "writes to the default chat for a team without its own",
    "prod",
    { environment: "prod", severity: "warning", team: "payments" },
    "warning-default",
  ],
  [
    "does not lose an alert whose severity it does not know",
    "prod",
    { ...orders, environment: "prod", severity: "page" },
    "unrouted",
  ],
  ["does not lose an alert without labels", "prod", {}, "unrouted"],
  [
    "wakes nobody for staging, even in the Alertmanager of prod",
    "prod",
    { ...orders, environment: "staging", severity: "critical" },
    "non-production",
  ],
  [
    "wakes nobody for beta, even in the Alertmanager of prod",
    "prod",
    { ...orders, environment: "beta", severity: "critical" },
    "non-production",
  ],
  ["wakes nobody from dev", "dev", { ...orders, environment: "dev", severity: "critical" }, "non-production"],
  [
    "wakes nobody from staging",
    "staging",
    { ...orders, environment: "staging", severity: "critical" },
    "non-production",
  ],
  [
    "pages nobody for prod in the Alertmanager of dev",
    "dev",
    { ...orders, environment: "prod", severity: "critical" },
    "unrouted",
  ],
  [
    "drops information outside prod",
    "staging",
    { ...orders, environment: "staging", severity: "info" },
    "null",
  ],
  [
    "feeds the dead man's switch of prod",
    "prod",
    { ...watchdog, cluster: "prod-1", environment: "prod" },
    "deadman",
  ],
  [
    "feeds the dead man's switch of staging",
    "staging",
    { ...watchdog, cluster: "staging-1", environment: "staging" },
    "deadman",
  ],
  [
    "drops the heartbeat where there is no dead man's switch",
    "dev",
    { ...watchdog, cluster: "dev-1", environment: "dev" },
    "null",
  ],
  [
    "keeps the Watchdog of another cluster from the dead man's switch",
    "prod",
    { ...watchdog, cluster: "prod-2", environment: "prod" },
    "null",
  ],
  [
    "keeps a Watchdog of another tool from the dead man's switch",
    "prod",
    { alertname: "Watchdog", severity: "none" },
    "null",
  ],
];

/** Changes that no alert can notice, and why. */
const EQUIVALENT: readonly (readonly [what: RegExp, proof: string])[] = [
  [
    / (?:severity|team)=\w+: (?:continue|after the next)$/,
    "the routes beside it ask for other values of the label",
  ],
  [/ environment=~[\w|]+: continue$/, "where nobody is paged, no route comes after it"],
  [/ slo=: /, "it groups anew, and has the receivers of the routes after it where nobody is paged"],
  [/alertname=Watchdog .*: after the next$/, "without a dead man's switch both drop it"],
  [
    /alertname=KillSwitchEnabled/,
    "the receiver is its team's; that it does not wait, test/contract/orders-alerts holds",
  ],
];

/** Each value that routes ask for, one that they do not, and none, of every label together. */
function combinations(root: Route): readonly Labels[] {
  const values = new Map<string, Set<string>>();
  const collect = ({ matchers, routes }: Route): void => {
    for (const { label, value } of matchers) {
      values.set(label, new Set([...(values.get(label) ?? ["", "other"]), ...value.split("|")]));
    }
    routes.forEach(collect);
  };
  collect(root);
  const all = labelSets(Object.fromEntries([...values].map(([label, some]) => [label, [...some]])));
  // What belongs to a service belongs to its team.
  return all.filter(({ service, team }) => service !== "orders" || team === "orders");
}

describe("routing", () => {
  it.each(ALL)("takes $alert of $slo in $stack to the receivers of its labels", ({ stack, labels }) => {
    expect(writtenRoute(stack, labels)).toEqual(expectedReceivers(labels, environmentOf(stack)));
  });

  it.each(DISTINCT)(
    "of $alert of $slo in $stack, and of all that no route tells from it, is amtool's",
    async ({ stack, labels }) => {
      const receivers = writtenRoute(stack, labels).join(",");
      const ended = await runProgram(programs.amtool, [
        "config",
        "routes",
        "test",
        `--config.file=${path.join(folder, stack, "alertmanager", "alertmanager.yml")}`,
        `--verify.receivers=${receivers}`,
        ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
      ]);
      expect(ended).toEqual({ code: 0, output: `${receivers}\n` });
    },
  );

  it("is checked for every alert of every stack", () => {
    const rules = STACKS.map((stack) =>
      planOf(stack).ruleGroups.flatMap((group) => group.rules.filter((rule) => rule.kind === "alert")),
    );
    const counts = rules.map((alerting) => alerting.length);
    expect(STACKS.map((stack) => ALL.filter((one) => one.stack === stack).length)).toEqual(counts);
    expect(STACKS.map((stack) => ROUTES.get(stack)?.length)).toEqual(counts);
    expect(Math.min(...counts)).toBeGreaterThan(10);
  });

  it("asks only for labels that routes.json lists", () => {
    const conditions = STACKS.flatMap((stack) => conditionsOf(planOf(stack).routing.root));
    const labels = new Set(conditions.map(({ label }) => label));
    const listed = new Set(
      STACKS.flatMap((stack) => ROUTES.get(stack) ?? []).flatMap((route) => Object.keys(route.labels)),
    );
    expect([...labels].filter((label) => !listed.has(label))).toEqual([]);
    expect(labels.size).toBeGreaterThan(2);
  });

  it.each(CASES)("%s (%s)", async (_sentence, stack, labels, receivers) => {
    expect(await routed(stack, labels)).toBe(receivers);
    expect(expectedReceivers(labels, environmentOf(stack)).join(",")).toBe(receivers);
  });

  describe.each(STACKS)("of every combination of the labels that routes of %s ask for", (stack) => {
    const { root } = planOf(stack).routing;
    const asked = combinations(root);
    const expected = asked.map((labels) => expectedReceivers(labels, environmentOf(stack)).join());
    const isExpected = (tree: Route): boolean =>
      asked.every((labels, index) => receiversOf({ root: tree }, labels).join() === expected[index]);

    it("is what its labels promise", () => {
      expect(isExpected(root)).toBe(true);
    });

    it("is another after any small change of the routes", () => {
      const edits = routeEdits(root);
      expect(edits.length).toBeGreaterThan(20);
      const survivors = edits.filter(({ now }) => isExpected(now)).map(({ what }) => what);
      expect(survivors.filter((what) => !EQUIVALENT.some(([edit]) => edit.test(what)))).toEqual([]);
    });
  });

  it("is refused by amtool when the expected receiver is another one", async () => {
    const ended = await runProgram(programs.amtool, [
      "config",
      "routes",
      "test",
      `--config.file=${path.join(folder, "prod", "alertmanager", "alertmanager.yml")}`,
      "--verify.receivers=warning-orders",
      "severity=critical",
      "team=orders",
    ]);
    expect(ended).toEqual({
      code: 1,
      output: expect.stringContaining("Expected receivers did not match resolved receivers"),
    });
  });
});

describe("the receivers that routes.json names", () => {
  const match = (label: string, op: Matcher["op"], value: string): Matcher => ({ label, op, value });

  /** Everything that a tree can do: regular expressions, absent labels, going on, and what children inherit. */
  const tree: RoutingPlan = {
    resolveTimeout: "5m",
    inhibitRules: [],
    silences: [],
    receivers: ["root", "a", "b", "c", "deep", "rest"].map((name) => ({
      name,
      purpose: "alerts",
      integrations: [],
    })),
    root: {
      receiver: "root",
      matchers: [],
      routes: [
        { receiver: "a", matchers: [match("severity", "=", "critical")], continue: true, routes: [] },
        {
          receiver: "b",
          matchers: [match("team", "=~", "ord.*|core")],
          routes: [
            { receiver: "deep", matchers: [match("service", "!=", "")], continue: true, routes: [] },
            { matchers: [match("service", "!~", "shop|store")], routes: [] },
          ],
        },
        { receiver: "c", matchers: [match("quiet", "=", "")], routes: [] },
        { receiver: "rest", matchers: [match("quiet", "=~", ".+")], routes: [] },
      ],
    },
  };

  it.each<[string, Labels, readonly string[]]>([
    ["of a route that does not go on, the first only", { team: "core" }, ["b"]],
    ["of every route that goes on", { team: "core", severity: "critical" }, ["a", "b"]],
    ["of children, one of which inherits", { team: "orders", service: "api" }, ["deep", "b"]],
    ["of a child alone, where the next one does not match", { team: "orders", service: "shop" }, ["deep"]],
    ["of a route that asks for an absent label", { team: "other" }, ["c"]],
    ["of a route that asks for any value", { team: "other", quiet: "yes" }, ["rest"]],
    ["of a whole value, never of its beginning", { team: "coreless", severity: "critical" }, ["a", "c"]],
  ])("are those %s", async (_sentence, labels, receivers) => {
    const file = path.join(folder, "tree.yml");
    writeFileSync(file, alertmanagerConfig(tree, { secrets: "/secrets", templates: "/templates" }));
    const told = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
    const ended = await runProgram(programs.amtool, [
      "config",
      "routes",
      "test",
      `--config.file=${file}`,
      ...told,
    ]);
    expect(ended).toEqual({ code: 0, output: `${receivers.join(",")}\n` });
    expect(receiversOf(tree, labels)).toEqual(receivers);
  });

  it("are the root's where nothing matches", () => {
    const [first] = tree.root.routes;
    const narrow = { root: { ...tree.root, routes: first === undefined ? [] : [first] } };
    expect(receiversOf(narrow, { severity: "info" })).toEqual(["root"]);
  });
});
