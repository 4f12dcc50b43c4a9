import { existsSync, readdirSync } from "node:fs";
import { compared, type Subject } from "../../cli/comparison/compare";
import { eventsIn, incidentsOf } from "../../cli/comparison/histories";
import { exampleOf } from "../../cli/scaffold/imported-queries";
import { eventsPerMinute, eventsQuery } from "../../cli/scaffold/imported-query";
import { importedService } from "../../cli/scaffold/imported-service";
import type { Specification } from "../../cli/scaffold/specified";
import { readOpenSlo } from "../../cli/scaffold/openslo";
import { readSloth } from "../../cli/scaffold/sloth";
import { checkOwnQueries } from "../../generators/own-query-checks";
import { ruleTests } from "../../backends/rule-tests/rule-tests";
import { defineService } from "../../parts/define-service";
import { podsOf } from "../../parts/names";
import { objective, type Objective } from "../../parts/objective";
import type { Service } from "../../slo/service";
import { slothRules } from "../../lab/sloth-rules";
import { ensureSloth } from "../../lab/toolchain";
import { defaultCacheDir } from "../../lab/toolchain/run";
import { isCounted } from "../../slo/telemetry";
import { validateServices } from "../../slo/validation/services";
import { testRules } from "../../lab/played-rules";
import { Checkout } from "../support/checkout";
import { planWith } from "../support/http-shop";
import { writeFiles } from "../support/program";
import { toolchain } from "../support/toolchain";

/** An objective of each kind, in the format of files. */
const SPEC = `
version: "prometheus/v1"
service: "checkout"
slos:
  - name: "answers"
    objective: 99.9
    description: "Orders that are taken."
    sli:
      events:
        error_query: sum(rate(orders_total{job="shop",code=~"(5..|429)"}[{{.window}}]))
        total_query: sum(rate(orders_total{job="shop"}[{{.window}}]))
    alerting:
      name: OrdersFail
      labels: {tier: "1"}
  - name: "speed"
    objective: 95
    sli:
      events:
        error_query: |
          (
            sum(rate(order_seconds_count{job="shop",verb!="WATCH"}[{{ .window }}]))
            -
            sum(rate(order_seconds_bucket{job="shop",verb!="WATCH",le="0.25"}[{{ .window }}]))
          )
        total_query: sum(rate(order_seconds_count{job="shop",verb!="WATCH"}[{{.window}}]))
    alerting: {page_alert: {disable: true}}
  - name: "mails"
    objective: 99
    sli:
      events:
        error_query: sum(rate(mails_failed_total{job="shop"}[{{.window}}])) OR on() vector(0)
        total_query: sum(rate(mails_failed_total{job="shop"}[{{.window}}])) + sum(rate(mails_sent_total{job="shop"}[{{.window}}]))
  - name: "weighted"
    objective: 99
    sli:
      events:
        error_query: 2 * sum(rate(payments_total{job="shop",state="lost"}[{{.window}}]))
        total_query: 2 * sum(rate(payments_total{job="shop"}[{{.window}}]))
  - name: "raw"
    objective: 99
    sli: {raw: {error_ratio_query: "avg_over_time(bad[{{.window}}])"}}
  - name: "average"
    objective: 99
    sli:
      events:
        error_query: avg(rate(a_total[{{.window}}]))
        total_query: sum(rate(a_total[{{.window}}]))
`;

const head = {
  id: "checkout",
  title: "Checkout",
  team: "shop",
  tier: 2,
  environments: ["prod"],
} as const;

/** The service of a specification, of whose objectives validation says what it says. */
function imported(
  read: Specification | string,
): ReturnType<typeof importedService> & { readonly specification: Specification } {
  const [spec] = typeof read === "string" ? [] : read.services;
  if (typeof read === "string" || spec === undefined) {
    throw new Error(typeof read === "string" ? read : "there is no service in it");
  }
  const made = importedService(spec, podsOf(head, "", { name: "shop" }), (one) =>
    [...validateServices([withObjectives([one])], ["prod"]), ...checkOwnQueries([withObjectives([one])])]
      .map(({ message }) => message)
      .at(0),
  );
  return { ...made, specification: read };
}

function withObjectives(objectives: readonly Objective[]): Service {
  return defineService(head, objectives.map(objective));
}

/** A page that no burn rate could ever send. */
const GENEROUS = `
version: "prometheus/v1"
service: "checkout"
slos:
  - name: "answers"
    objective: 75
    sli:
      events:
        error_query: sum(rate(http_requests_total{job="shop",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total{job="shop"}[{{.window}}]))
    alerting: {page_alert: {}}
`;

describe("a specification of Sloth", () => {
  const { objectives, report, left } = imported(readSloth(SPEC));
  const service = withObjectives(objectives);

  it("becomes the most exact SLI that says the same", () => {
    expect(
      objectives.map(({ id, sli, objective: promised, response = "page" }) => [
        id,
        sli.kind,
        promised,
        response,
      ]),
    ).toEqual([
      ["answers", "request-ratio", "99.9%", "page"],
      ["speed", "latency-ratio", "95%", "ticket"],
      ["mails", "counter-ratio", "99%", "page"],
      ["weighted", "query-ratio", "99%", "page"],
    ]);
    expect(validateServices([service], ["prod"])).toEqual([]);
    expect(checkOwnQueries([service])).toEqual([]);
  });

  it("makes a ticket of a page that could never be sent, and says so", () => {
    const generous = imported(readSloth(GENEROUS));
    expect(generous.objectives.map(({ response }) => response)).toEqual(["ticket"]);
    expect(generous.report.get("answers")).toContain(
      "  a ticket in place of a page: not even a total outage burns the budget of 75% fast enough to page over 28d",
    );
  });

  it("says what is another meaning, and what it leaves out", () => {
    expect(report.get("answers")).toEqual([
      "answers: requests of one counter, first events of each series included",
      "  [alerting.labels: tier] is not carried over: routes go by team and severity",
      "  its alerts are called HighErrorBudgetBurnRate and ErrorBudgetBurnTicket in place of OrdersFail",
    ]);
    expect(left).toEqual([
      "[raw] has no error_query and total_query: say in them what its plugin or its ratio counts",
      "[average] is more than sums of counters: say it with counterRatio, or with queryRatio and an example",
    ]);
  });

  it("keeps the objectives that are sound, and names the others", () => {
    const bad = SPEC.replace("objective: 95\n", "objective: 100\n").replace(
      'name: "weighted"',
      'name: "answers"',
    );
    expect(imported(readSloth(`${bad}---\nkind: Pod\n`)).left).toEqual([
      expect.stringContaining("[speed] would be refused: [100%] is not an objective"),
      "[answers] is the name of two objectives: rename one",
      expect.stringContaining("[raw] "),
      expect.stringContaining("[average] "),
    ]);
  });

  const one = (errors: string, total: string): ReturnType<typeof imported> =>
    imported(
      readSloth(
        `version: prometheus/v1\nservice: shop\nslos:\n  - {name: a, objective: 99, sli: {events: {error_query: '${errors}', total_query: '${total}'}}}\n`,
      ),
    );

  it("counts sums that may have nothing, buckets without a bound, and labels that differ", () => {
    const sum = (selector: string): string => `sum(rate(${selector}[{{.window}}]))`;
    const sliOf = (errors: string, total: string): unknown => one(errors, total).objectives[0]?.sli;
    // The name of one begins with that of the other.
    expect(sliOf(`2 * ${sum('a_failed{kind="x"}')}`, `2 * ${sum("a")}`)).toMatchObject({
      kind: "query-ratio",
      examples: [{ errors: 40, total: 1_800 }],
    });
    expect(sliOf(`${sum("a")} + (${sum("b")} or vector(0))`, sum("c"))).toMatchObject({
      kind: "query-ratio",
      errors:
        "(sum(increase(a[$window])) or 0 * sum(increase(c[$window]))) + (sum(increase(b[$window])) or 0 * sum(increase(c[$window])))",
    });
    const all = sum('s_bucket{le="+Inf"}');
    expect(sliOf(`${all} - ${sum('s_bucket{le="0.5"}')}`, all)).toMatchObject({
      kind: "latency-ratio",
      threshold: "0.5",
    });
    expect(
      sliOf(`${sum("s_count")} - ${sum('s_bucket{le="0.5",code!="500"}')}`, sum("s_count")),
    ).toMatchObject({
      kind: "query-ratio",
      errors:
        'sum(increase(s_count[$window])) - (sum(increase(s_bucket{le="0.5",code!="500"}[$window])) or 0 * sum(increase(s_count[$window])))',
    });
  });

  const rate = (selector: string): string => `rate(${selector}[{{.window}}])`;
  const bad = rate('x{code="500"}');
  const lost = (what: string): string =>
    `  [${what}] is not kept: all are judged as one, in which a bad one of little traffic is not seen`;

  it.each([
    [`sum by(region)(${bad})`, `sum(${rate("x")}) by (region)`, ["region"], ["other"]],
    [`sum by (tier, region) (${bad})`, `sum(${rate("x")}) by (region, tier)`, ["region", "tier"], ["other"]],
  ])("judges apart what all sums tell apart: %s of %s", (errors, total, by, values) => {
    const { objectives, report } = one(errors, total);
    expect(objectives[0]?.by).toEqual(by);
    expect(withObjectives(objectives).telemetry.metrics[0]?.labels["region"]).toEqual(values);
    expect(report.get("a")).toContain(
      `  each value of [${by.join(", ")}] is judged apart, as before: say in the contract which there are, in place of [other]`,
    );
  });

  it.each([
    ["two sums differ", `sum by (region) (${bad})`, `sum(${rate("x")})`, [lost("by (region)")]],
    [
      "values are picked as well",
      `sum by (region) (${rate('x{code="500",region=~"eu|us"}')})`,
      `sum by (region) (${rate('x{region=~"eu|us"}')})`,
      [lost("by (region)")],
    ],
    [
      "it is of the targets",
      `sum by (instance, job) (${bad})`,
      `sum by (job, instance) (${rate("x")})`,
      [lost("by (instance)")],
    ],
    ["each job or place has a row anyway", `sum by (job) (${bad})`, `sum(${rate("x")}) by (cluster)`, []],
    [
      "a rule has the label",
      `sum by (severity) (${bad})`,
      `sum by (severity) (${rate("x")})`,
      [lost("by (severity)")],
    ],
    [
      "nothing is summed",
      bad,
      `sum(${rate("x")})`,
      ["  its queries have no sum, so that each series was judged by itself; here all are one"],
    ],
    [
      "queries of its own have one value",
      `2 * sum by (region) (${bad})`,
      `2 * sum by (region) (${rate("x")})`,
      [lost("by (region)")],
    ],
  ])("says what is not told apart any more, where %s", (_why, errors, total, says) => {
    const { objectives, report } = one(errors, total);
    expect([objectives.map(({ by }) => by), report.get("a")?.slice(1)]).toEqual([[undefined], says]);
  });

  it.each([
    [
      rate("yé"),
      "has a query that is not PromQL at character 11: [é] of [sum(rate(yé[$window]))]: correct it; promtool tells more",
    ],
    ...['{"http.reqs"}', 'x{"a.b"="c"}', '{__name__="x"}'].map((selector): [string, string] => [
      rate(selector),
      `reads what has no name of letters, digits and _ in [sum(increase(${selector}[$window]))]: a contract needs one, and the name of the metric in front of its conditions`,
    ]),
  ])("leaves out what would be read as another query: %s", (read, why) => {
    expect(one(`sum(${bad})`, `sum(${read})`)).toMatchObject({ objectives: [], left: [`[a] ${why}`] });
  });

  it("leaves out what is told apart by all labels but some", () => {
    const { left } = one(`sum without (pod) (${bad})`, `sum without (pod) (${rate("x")})`);
    expect(left).toEqual([expect.stringContaining("[a] would be refused: [without] or [ignoring] is in it")]);
  });

  it("counts what its queries count, as promtool says", async () => {
    const { promtool } = await toolchain();
    const counts = ruleTests(planWith(service), [service]).filter(({ name }) => name.endsWith(".counts"));
    expect(counts).toHaveLength(4);
    for (const test of counts) {
      const { code, output } = await testRules(promtool, test);
      expect(code === 0 ? "" : output).toBe("");
    }
  }, 600_000);

  it.each([
    ["it is empty", ""],
    ["it is no YAML: ", "a: ["],
    ["it is no YAML: it is nested deeper than can be read", `a: ${"[".repeat(9_000)}`],
    [
      "it is no YAML: its aliases stand for more than can be read",
      `a: &a [1]\nb: &b [${"*a,".repeat(99)}]\nc: [${"*b,".repeat(99)}]`,
    ],
    ["it is no specification of Sloth: ", "apiVersion: openslo/v1\nkind: SLO\n"],
  ])("is refused where it is none: %s", (why, text) => {
    expect(readSloth(text)).toEqual(expect.stringContaining(why));
  });

  it("is read in the format of Kubernetes, several of them in a file", () => {
    const one = (service: string): string =>
      `apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nspec:\n  service: ${service}\n  slos:\n    - {name: a, objective: 99, sli: {events: {errorQuery: x, totalQuery: y}}}\n`;
    expect(readSloth(`${one("first")}---\n${one("Second One")}`)).toMatchObject({
      services: [
        { id: "first", slos: [{ name: "a", sli: { kind: "events", errors: "x", total: "y" } }] },
        { id: "second-one" },
      ],
      left: [],
    });
  });
});

/** An SLO of OpenSLO, of what differs. */
function openSlo(
  name: string,
  {
    indicator,
    objectives = "[{target: 0.999}]",
    method = "Occurrences",
    window = "{duration: 4w, isRolling: true}",
    policies = "[]",
  }: Readonly<Record<"indicator", string>> &
    Readonly<Partial<Record<"method" | "objectives" | "policies" | "window", string>>>,
): string {
  return `apiVersion: openslo/v1
kind: SLO
metadata: {name: ${name}, displayName: ${name} of orders}
spec:
  service: checkout
  ${indicator}
  timeWindow: [${window}]
  budgetingMethod: ${method}
  objectives: ${objectives}
  alertPolicies: ${policies}
---
`;
}

const metric = (query: string, type = "Prometheus"): string =>
  `{metricSource: {type: ${type}, spec: {query: '${query}'}}}`;
const inline = (ratio: string): string => `indicator: {spec: {ratioMetric: {counter: true, ${ratio}}}}`;

const ALERTED = "[{alertPolicyRef: burning}]";

const OPEN_SLO = [
  openSlo("answers", {
    indicator: inline(
      `good: ${metric('sum(orders_total{job="shop",code!~"5.."})')}, total: ${metric('sum(orders_total{job="shop"})')}`,
    ),
    objectives: "[{displayName: Fine, target: 0.9995}, {displayName: Contract, targetPercent: 99.5}]",
    policies: ALERTED,
    window:
      "{duration: 1M, isRolling: false, calendar: {startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin}}",
  }),
  openSlo("speed", { indicator: "indicatorRef: fast" }),
  openSlo("mails", {
    indicator: inline(
      `bad: ${metric("sum(rate(mails_failed_total[5m]))")}, total: ${metric("sum(rate(mails_total[5m]))")}`,
    ),
    method: "RatioTimeslices",
    objectives: "[{target: 0.99, timeSliceWindow: 1m}]",
  }),
  openSlo("pairs", {
    indicator: inline(
      `good: ${metric('sum(pays_total{way="card",state="done"})')}, total: ${metric("sum(pays_total)")}`,
    ),
  }),
  openSlo("depth", {
    indicator: `indicator: {spec: {thresholdMetric: ${metric('sum(queue_depth{queue="a"})')}}}`,
    objectives: "[{op: lt, value: 500, target: 0.99}]",
  }),
  openSlo("minutes", {
    indicator: inline(`bad: ${metric('sum(pays_total{state="lost"})')}, total: ${metric("sum(pays_total)")}`),
    method: "Timeslices",
    objectives: "[{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 1m}]",
  }),
  openSlo("divided", {
    indicator: `indicator: {spec: {ratioMetric: {rawType: success, raw: ${metric("min(done_ratio)")}}}}`,
    method: "Timeslices",
    objectives: "[{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 1m}]",
  }),
  openSlo("elsewhere", {
    indicator: inline(`good: ${metric("a", "Datadog")}, total: ${metric("b", "Datadog")}`),
  }),
  openSlo("quantile", {
    indicator: `indicator: {spec: {thresholdMetric: ${metric("histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))")}}}`,
    objectives: "[{op: lte, value: 0.5, target: 0.99}]",
  }),
  openSlo("whole", {
    indicator: inline(`good: ${metric("sum(a_total)")}, total: ${metric("sum(b_total)")}`),
    objectives: "[{target: 1}]",
  }),
  `apiVersion: openslo/v1
kind: SLI
metadata: {name: fast}
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {metricSourceRef: main, spec: {query: 'sum(order_seconds_bucket{le="0.25",instance="a"})'}}}
    total: {metricSource: {metricSourceRef: main, spec: {query: 'sum(order_seconds_bucket{le="+Inf",instance="a"})'}}}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: main}
spec: {type: Prometheus, connectionDetails: {password: hunter2}}
---
apiVersion: openslo/v1
kind: Service
metadata: {name: checkout, displayName: Checkout of orders}
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: burning}
spec:
  conditions:
    - kind: AlertCondition
      metadata: {name: fast-burn}
      spec: {severity: page, condition: {kind: burnrate, op: gte, threshold: 14, lookbackWindow: 1h}}
  notificationTargets: [{targetRef: on-call-mail}]
`,
].join("");

describe("a specification of OpenSLO", () => {
  const made = imported(readOpenSlo(OPEN_SLO));
  const { objectives, report, left, specification } = made;

  it("becomes the most exact SLI that says the same, one for each of its objectives", () => {
    expect(
      objectives.map(({ id, sli, objective: promised, window, response = "page" }) => [
        id,
        sli.kind,
        promised,
        window,
        response,
      ]),
    ).toEqual([
      ["answers-fine", "request-ratio", "99.95%", "30d", "page"],
      ["answers-contract", "request-ratio", "99.5%", "30d", "page"],
      ["speed", "latency-ratio", "99.9%", "28d", "ticket"],
      ["mails", "counter-ratio", "99%", "28d", "ticket"],
      ["pairs", "query-ratio", "99.9%", "28d", "ticket"],
      ["depth", "time", "99%", "28d", "ticket"],
      ["minutes", "time", "99%", "28d", "ticket"],
      ["divided", "time", "99%", "28d", "ticket"],
    ]);
    expect(specification.services.map(({ id, title }) => [id, title])).toEqual([
      ["checkout", "Checkout of orders"],
    ]);
    expect(validateServices([withObjectives(objectives)], ["prod"])).toEqual([]);
  });

  it("says what is another meaning", () => {
    expect(report.get("answers-fine")).toEqual([
      "answers-fine: requests of one counter, first events of each series included",
      "  its calendar window [1M, Europe/Berlin] is a rolling one of 30d: the budget comes back day by day, and never all at once",
      "  the alert condition [fast-burn] (14 over 1h) is not carried over: burn rates over two pairs of windows wake somebody",
      "  [notificationTargets: on-call-mail] are not carried over: routes go by team and severity",
    ]);
    const unalerted =
      "  it has no alert policy: a ticket is its alert, and nobody is woken; `response` says otherwise";
    expect(["speed", "mails", "depth", "minutes", "divided"].map((id) => report.get(id)?.slice(1))).toEqual([
      [unalerted, '  [instance="a"] is not asked for: every target of the job is read'],
      [
        "  windows of its queries are those of the rules",
        "  [RatioTimeslices] weighs every slice alike; here every event weighs alike",
        unalerted,
      ],
      ["  [lt] 500 leaves just 500 out, which is good here", unalerted],
      [
        "  [Timeslices]: what was looked at in its slices is looked at in every evaluation, over its last five minutes",
        unalerted,
      ],
      ["  [Timeslices]: what was looked at in its slices is looked at in every evaluation", unalerted],
    ]);
  });

  it("leaves out what cannot be said, and what would be refused, without the rest", () => {
    expect(left).toEqual([
      "[elsewhere] reads [Datadog], and only what Prometheus has can be read: say its query in PromQL with type Prometheus",
      "[quantile] is more than one gauge, its sum, greatest or least: say it with a measure of kind query and examples",
      "[whole] would be refused: [100%] is not an objective: it leaves no error budget that could be spent or kept",
    ]);
  });

  it("counts what its queries count, as promtool says", async () => {
    const { promtool } = await toolchain();
    const service = withObjectives(objectives);
    const counts = ruleTests(planWith(service), [service]).filter(({ name }) =>
      /\.(counts|slices?)$|examples/.test(name),
    );
    expect(counts.length).toBeGreaterThanOrEqual(6);
    for (const test of counts) {
      const { code, output } = await testRules(promtool, test);
      expect(code === 0 ? "" : output).toBe("");
    }
  }, 600_000);

  it("judges apart what both of its sums tell apart", () => {
    const indicator = inline(
      `bad: ${metric('sum by (region) (orders_total{code="500"})')}, total: ${metric("sum by (region) (orders_total)")}`,
    );
    expect(imported(readOpenSlo(openSlo("one", { indicator }))).objectives).toMatchObject([
      { by: ["region"], sli: { kind: "request-ratio" } },
    ]);
  });

  it("is read in its first version as well", () => {
    const alpha = `apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: answers}
spec:
  service: checkout
  timeWindows: [{unit: Day, count: 7, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - target: 0.99
      ratioMetrics:
        good: {source: prometheus, queryType: promql, query: 'sum(orders_total{code="200"})'}
        total: {source: prometheus, queryType: promql, query: 'sum(orders_total)'}
`;
    expect(imported(readOpenSlo(alpha)).objectives).toMatchObject([
      { id: "answers", objective: "99%", window: "7d", sli: { kind: "request-ratio" } },
    ]);
  });

  it.each([
    ["", "it is empty"],
    ["version: prometheus/v1\n", "it is no specification of OpenSLO: no [apiVersion: openslo/v1]"],
  ])("is refused where it is none: %j", (text, why) => {
    expect(readOpenSlo(text)).toEqual(expect.stringContaining(why));
  });

  it.each([
    ["indicatorRef: nowhere", "reads the SLI [nowhere], which is not in the file: put both into one"],
    ["indicatorRef: ''", "has no indicator: add one"],
    ["indicator: {spec: {}}", "has neither a ratioMetric nor a thresholdMetric: add one"],
    [inline(`total: ${metric("sum(a)")}`), "has no total with a good or a bad beside it: add them"],
    [
      `indicator: {spec: {ratioMetric: {good: ${metric("a")}, total: ${metric("b")}}}}`,
      "counts by gauges [counter: false], which add up to no events: set counter to true if they only grow, or say it as a time SLI of a share of gauges",
    ],
    [
      `indicator: {spec: {thresholdMetric: ${metric("a")}}}`,
      "compares a threshold and has no op of lt, lte, gt, gte with a value: add both",
    ],
    [
      `indicator: {spec: {ratioMetric: {rawType: failure, raw: ${metric("a")}}}}`,
      "is a ratio that was divided already, in which one request at night weighs as much as all at noon: say good and total",
    ],
  ])("says of each objective why it is left out: %s", (indicator, why) => {
    expect(imported(readOpenSlo(openSlo("one", { indicator }))).left).toEqual([`[one] ${why}`]);
  });

  it("says what of a file is none of it, and which object has no objective", () => {
    const text = `${openSlo("one", { indicator: "", objectives: "[]" })}kind: Pod\n`;
    const read = readOpenSlo(text);
    expect(imported(read).left).toEqual(["[one] has no objectives: add one with a target"]);
    expect(read).toMatchObject({ left: ["document 2 is no object of openslo/v1 or openslo/v1alpha"] });
  });

  it.each([
    ["{duration: 4w, isRolling: true}", "28d", []],
    ["{duration: 2w, isRolling: true}", "28d", ["  its window [2w] is 28d"]],
    ["{duration: 5d, isRolling: true}", "7d", ["  its window [5d] is 7d"]],
    [
      "{duration: 1m, isRolling: false, calendar: {timeZone: UTC}}",
      "30d",
      [
        "  its calendar window [1m, UTC] is a rolling one of 30d: the budget comes back day by day, and never all at once",
      ],
    ],
    ["{duration: soon}", "28d", ["  its window [soon] is no duration such as 4w: 28d stands in its place"]],
  ])("has the window %s as %s", (window, expected, says) => {
    const indicator = inline(`bad: ${metric('sum(a{x="1"})')}, total: ${metric("sum(a)")}`);
    const { objectives, report } = imported(
      readOpenSlo(openSlo("one", { indicator, window, policies: ALERTED })),
    );
    expect(objectives.map((one) => one.window)).toEqual([expected]);
    expect(report.get("one")?.filter((line) => line.includes("window ["))).toEqual(says);
  });
});

describe("a query of Sloth", () => {
  it.each([
    ["sum(rate(a[{{.window}}]))", "sum(increase(a[$window]))"],
    ["sum(irate(a[{{ .window }}])) or vector(0)", "sum(increase(a[$window]))"],
    [
      "sum(rate(a[{{.window}}])) + (sum(rate(b[{{.window}}])) or vector(0))",
      "sum(increase(a[$window])) + (sum(increase(b[$window])) or vector(0))",
    ],
    ["sum(rate(rate_total[5m]))", "sum(increase(rate_total[5m]))"],
    ['sum(increase(a{x="rate(1)"}[{{.window}}]))', 'sum(increase(a{x="rate(1)"}[$window]))'],
  ])("counts events within the window: %s", (query, expected) => {
    expect(eventsQuery(query)).toBe(expected);
  });

  it.each([
    ["sum(increase(a[$window]))", 30],
    ['sum(increase(a{x="1"}[$window]))', 10],
    ['2 * sum(increase(a{x!="1"}[$window])) - (sum(increase(a{x="1"}[$window])))', 30],
    ["sum(increase(a[$window])) + 5", undefined],
    ["sum(increase(a[$window])) * sum(increase(a[$window]))", undefined],
    ["sum(increase(a[$window] offset 5m))", undefined],
    ["avg(increase(a[$window]))", undefined],
    ["sum(increase(a[$window])) / 2", undefined],
  ])("is worth so many events a minute: %s", (query, events) => {
    const series = [
      { name: "a", labels: { x: "1" }, perMinute: 10 },
      { name: "a", labels: { x: "2" }, perMinute: 20 },
    ];
    expect(eventsPerMinute(query, series)).toBe(events);
  });
});

/** It is built by `npm run bench`, which takes ten minutes of a processor. */
const CACHE = defaultCacheDir(process.env);
const HAS_SLOTH = existsSync(CACHE) && readdirSync(CACHE).some((name) => name.startsWith("sloth-"));

describe("a comparison with the real Sloth", () => {
  const { specification, objectives } = imported(readSloth(SPEC));
  const service = withObjectives(objectives);
  /** What is compared of an objective. */
  const subjectOf = (id: string): Omit<Subject, "old"> => {
    const specified = specification.services.flatMap(({ slos }) => slos).find((one) => one.id === id);
    const slo = service.slos.find((one) => one.id === id);
    if (slo === undefined || specified?.sli.kind !== "events" || !("errors" in specified.sli)) {
      throw new Error(`${id} is no objective on events`);
    }
    const { errors, total } = specified.sli;
    const series = exampleOf(specified.sli, service.telemetry.metrics.filter(isCounted));
    return { service, slo, errors, total, series, oldName: specified.name };
  };

  it.each([
    ["answers", 1, 1],
    ["speed", 2, 1],
    ["mails", 1, 1],
    ["weighted", 1, 1],
  ])("finds in the queries of %s how many series a good and a bad event are", (id, good, bad) => {
    const { errors, total, series } = subjectOf(id);
    const events = eventsIn(errors, total, series);
    expect([events?.good.length, events?.bad.length]).toEqual([good, bad]);
  });

  (HAS_SLOTH ? it : it.skip)(
    `says when each pages and lets go${HAS_SLOTH ? "" : ", which is skipped: Sloth is not in the cache, npm run bench builds it"}`,
    async () => {
      const [{ promtool }, { sloth }] = await Promise.all([
        toolchain(),
        ensureSloth({ report: () => undefined }),
      ]);
      // Sloth itself wants a name for the alerts of each.
      const sound = SPEC.slice(0, SPEC.indexOf('  - name: "speed"'));
      const old = await slothRules(sloth, sound, { interval: "60s" });
      const [outage, , , , night] = incidentsOf(0.001);
      const result = await compared(
        promtool,
        { ...subjectOf("answers"), old },
        [outage, night].filter((one) => one !== undefined),
      );
      expect(
        typeof result === "string" ? result : result.map(({ old: was, now, why }) => [was, now, why]),
      ).toEqual([
        [
          { after: 1, letsGo: 29 },
          { after: 1, letsGo: 13 },
          "a page ends when the last 10m are within the budget, not when half an hour is",
        ],
        [
          { after: 1, letsGo: 4 },
          undefined,
          "so few bad events are what chance makes of a service that keeps its objective",
        ],
      ]);
    },
    600_000,
  );
});

describe("tocsin import", () => {
  const checkout = new Checkout();

  afterAll(() => {
    checkout.dispose();
  });

  it("writes a service that passes the check, and ends with 1 where something is left out", async () => {
    const spec = "sloth.yaml";
    writeFiles(checkout.folder, new Map([[spec, SPEC]]));
    const { code, stdout, stderr } = await checkout.tocsin("import", "sloth", spec, "--team", "default");
    expect([code, stdout.split("\n").slice(0, 3)]).toEqual([
      1,
      ["+ services/checkout/index.ts", "+ services/checkout/telemetry.ts", "~ services/index.ts"],
    ]);
    expect(stderr).toContain(
      "some of it is left out, and the rest is written\nof [checkout]: [raw] has no error_query",
    );
    expect((await checkout.tocsin("check", "prod")).stdout).toMatch(/^✓ prod: 10 SLOs, /m);
    const again = await checkout.tocsin("import", "sloth", spec);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining("[checkout] is a service already"),
    ]);
  }, 120_000);

  it.each([
    ["nowhere.yaml", "it cannot be read [ENOENT]"],
    ["services", "it cannot be read [EISDIR]"],
    ["/dev/zero", "it is not a regular file"],
  ])("says of %s that %s", async (file, fault) => {
    const { code, stderr } = await checkout.tocsin("import", "sloth", file);
    expect([code, stderr]).toEqual([1, `tocsin: [${file}] cannot be imported: ${fault}\n`]);
  });
});
