import { eventsPerMinute, eventsQuery } from "../../cli/scaffold/imported-query";
import { importedService } from "../../cli/scaffold/imported-service";
import { readSloth } from "../../cli/scaffold/sloth";
import { checkOwnQueries } from "../../generators/own-query-checks";
import { ruleTests } from "../../generators/rule-tests/rule-tests";
import { defineService } from "../../parts/define-service";
import { podsOf } from "../../parts/names";
import { objective } from "../../parts/objective";
import { validateServices } from "../../slo/validation/services";
import { testRules } from "../../tools/promtool";
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
  source: "team shop",
} as const;

function imported(): ReturnType<typeof importedService> {
  const read = readSloth(SPEC);
  const [spec] = typeof read === "string" ? [] : read;
  if (spec === undefined) {
    throw new Error(typeof read === "string" ? read : "there is no service in it");
  }
  return importedService(spec, head, podsOf(head, "", { name: "shop" }));
}

describe("a specification of Sloth", () => {
  const { objectives, report, left } = imported();
  const service = defineService(head, objectives.map(objective));

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

  it("says what is another meaning, and what it leaves out", () => {
    expect(report).toContain("  [alerting.labels: tier] is not carried over: routes go by team and severity");
    expect(report).toContain(
      "  its alerts are called HighErrorBudgetBurnRate and ErrorBudgetBurnTicket in place of OrdersFail",
    );
    expect(left).toEqual([
      "[raw] has no error_query and total_query: say in them what its plugin or its ratio counts",
      "[average] is more than sums of counters that are always there: say it with counterRatio, or with queryRatio and an example",
    ]);
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
    ["", "it is empty"],
    ["a: [", "it is no YAML: "],
    ["apiVersion: openslo/v1\nkind: SLO\n", "it is no specification of Sloth: "],
  ])("is refused where it is none: %j", (text, why) => {
    expect(readSloth(text)).toEqual(expect.stringContaining(why));
  });

  it("is read in the format of Kubernetes, several of them in a file", () => {
    const one = (service: string): string =>
      `apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nspec:\n  service: ${service}\n  slos:\n    - {name: a, objective: 99, sli: {events: {errorQuery: x, totalQuery: y}}}\n`;
    expect(readSloth(`${one("first")}---\n${one("Second One")}`)).toMatchObject([
      { id: "first", slos: [{ name: "a", errors: "x", total: "y" }] },
      { id: "second-one" },
    ]);
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
    expect(stderr).toContain("of [checkout] is left out\n[raw] has no error_query");
    expect((await checkout.tocsin("check", "prod")).stdout).toMatch(/^✓ prod: 24 SLOs, /m);
    const again = await checkout.tocsin("import", "sloth", spec);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining("[checkout] is a service already"),
    ]);
  }, 120_000);

  it("says which file is not there", async () => {
    const { code, stderr } = await checkout.tocsin("import", "sloth", "nowhere.yaml");
    expect([code, stderr]).toEqual([1, expect.stringContaining("nowhere.yaml")]);
  });
});
