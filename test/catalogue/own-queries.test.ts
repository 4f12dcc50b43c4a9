import { checkOwnQueries } from "../../generators/own-query-checks";
import { inEachPlace } from "../../generators/own-queries";
import { readPromQl } from "../../generators/promql-reading";
import type { Query } from "../../slo/measure";
import type { Problem } from "../../slo/problem";
import type { Service } from "../../slo/service";
import { counterRatio, type CounterRatioSli, type QueryRatioSli, type Sli } from "../../slo/sli";
import { shapedServices } from "../../slo/validation/shape/check";
import { validateServices } from "../../slo/validation/services";
import { bounced, measuredShop, PLAIN, sent, waitingPerTarget } from "../support/measures";

const shop = measuredShop();

/** Every problem, with where it stands in the service. */
function problemsOf(service: Service): readonly string[] {
  const shaped = shapedServices([service]);
  const problems: readonly Problem[] =
    shaped.problems.length > 0
      ? shaped.problems
      : [...validateServices(shaped.services, ["prod"]), ...checkOwnQueries(shaped.services)];
  return problems.map(({ path, message }) => `${path.replace("services.shop.", "")}: ${message}`);
}

function withSli(sli: unknown): Service {
  return {
    ...shop,
    slos: shop.slos.map((slo) => (slo.id === "queried" ? { ...slo, sli: sli as Sli } : slo)),
  };
}

function withMeasure(change: Partial<Query>): Service {
  return {
    ...shop,
    alerts: shop.alerts.map((alert) =>
      alert.name === "MailsWaiting" && "measure" in alert
        ? { ...alert, measure: { ...waitingPerTarget, ...change } }
        : alert,
    ),
  };
}

const series = 'mails_bounced_total{job="shop-worker"}';
const [example] = PLAIN.queried.examples;
const failing = "sum(increase(mails_rejected_total[$window]))";

describe("an SLI on queries", () => {
  it.each<readonly [says: string, change: Partial<QueryRatioSli>, problem: string]>([
    [
      "is no PromQL",
      { errors: `${failing} + sum(increase(mails_bounced_total[$window])` },
      "errors: is not PromQL at character 90: something is missing",
    ],
    [
      "has no window",
      { total: "sum(increase(mails_tried_total[5m]))" },
      "total: [sum(increase(mails_tried_total[5m]))] has no [$window], and is read over windows of several lengths",
    ],
    [
      "is a rate",
      { total: "sum(rate(mails_tried_total[$window]))" },
      "total: [rate(...)] is a rate per second, and the number of events in the window is needed",
    ],
    [
      "has no place",
      { errors: `${failing} + sum(increase(mails_bounced_total[$window])) or vector(0)` },
      "errors: [vector(...)] has no cluster and no environment, so that its value belongs to no place",
    ],
    [
      "asks for what is absent",
      { total: "sum(increase(mails_tried_total[$window])) unless absent(mails_tried_total)" },
      "total: [absent(...)] has no cluster and no environment, so that its value belongs to no place",
    ],
    [
      "reads what nobody declares",
      { total: "sum(increase(mails_tried[$window])) or sum(increase(mails_tried_total[$window]))" },
      "total: no contract and no rule has [mails_tried]",
    ],
    [
      "picks by a label that is not there",
      { total: 'sum(increase(mails_tried_total{kind="news"}[$window]))' },
      "total: no series of [mails_tried_total] has the label [kind]",
    ],
    [
      "reads another job",
      { total: 'sum(increase(mails_tried_total{job="mailer"}[$window]))' },
      "total: nothing scrapes the job [mailer]",
    ],
    [
      "does not read all that it says",
      { errors: failing },
      "errors: [mails_bounced_total] is declared as read, and the query does not read it",
    ],
    [
      "has more errors than events in an example",
      { examples: [{ ...example, errors: 200 }, example] },
      "examples: [200] errors of [120] events a minute are no share of them",
    ],
    [
      "has no example with bad events",
      { examples: [{ ...example, errors: 0 }] },
      "examples: no example has both good and bad events, so that nothing tells the two queries apart",
    ],
    [
      "has a comment",
      { errors: `${failing} # bad` },
      "errors: a comment is in it, which ends the rule around it",
    ],
    [
      "has a window in a label",
      { total: 'sum(increase(mails_tried_total{job!="$window"}[$window]))' },
      "total: [$window] stands elsewhere than in [[$window]]",
    ],
    [
      "sums over places",
      { total: "sum without (cluster) (increase(mails_tried_total[$window]))" },
      "total: [without] or [ignoring] is in it, by which places would be one",
    ],
    [
      "asks about another time",
      { total: "sum(increase(mails_tried_total[$window] offset 5m))" },
      "total: [@] or [offset] is in it: rules ask about now",
    ],
    [
      "asks for one place",
      { total: 'sum(increase(mails_tried_total{cluster="eu"}[$window]))' },
      "total: it selects one place by [cluster]",
    ],
    [
      "adds a number",
      { total: "sum(increase(mails_tried_total[$window])) + 5" },
      "total: a sum or difference is nothing where one of its sides has no series, and nothing would be no errors",
    ],
    [
      "has an example without series",
      { examples: [example, { ...example, growing: {} }] },
      "examples: [growing] names no series",
    ],
    [
      "has an example that shrinks",
      { examples: [example, { ...example, growing: { [series]: -1 } }] },
      `examples: [-1] a minute is not how [${series}] can grow`,
    ],
    [
      "has an example that is no number",
      { examples: [example, { ...example, growing: { [series]: Number.NaN } }] },
      `examples: [NaN] of [${series}] is not a number`,
    ],
    [
      "has an example of a whole query",
      { examples: [{ ...example, growing: { "sum(mails_bounced_total)": 1 } }] },
      "examples: [sum(mails_bounced_total)] is not a series",
    ],
    [
      "has an example of many series",
      { examples: [{ ...example, growing: { 'mails_bounced_total{job=~"a|b"}': 1 } }] },
      'examples: [mails_bounced_total{job=~"a|b"}] is not a series',
    ],
    [
      "has an example of another metric",
      { examples: [{ ...example, growing: { mails_lost_total: 1 } }] },
      "examples: [mails_lost_total] is not among what is read",
    ],
    [
      "has an example in a place",
      { examples: [{ ...example, growing: { 'mails_bounced_total{cluster="eu"}': 1 } }] },
      'examples: [mails_bounced_total{cluster="eu"}] says where it is: [cluster]',
    ],
  ])("is refused where it %s", (_, change, problem) => {
    expect(problemsOf(withSli({ ...PLAIN.queried, ...change }))).toEqual([`slos.queried.sli.${problem}`]);
  });
});

describe("an SLI on several counters", () => {
  const bad = [{ counter: bounced }] as const;
  const undeclared = { ...bounced, name: "mails_burnt_total" };

  it.each<readonly [says: string, events: unknown, problem: string]>([
    [
      "names one counter twice",
      { total: bad, bad },
      "[mails_bounced_total of shop-worker] is named twice, so that its events would count twice, or against each other",
    ],
    [
      "reads what nobody declares",
      { good: [{ counter: sent }], bad: [{ counter: undeclared }] },
      "metric [mails_burnt_total] of job [shop-worker] is not in the telemetry contract",
    ],
    [
      "picks a value that is not there",
      { good: [{ counter: sent, where: [{ label: "kind", op: "=", value: "spam" }] }], bad },
      '[kind="spam"] is not a value that [mails_sent_total] can have',
    ],
    [
      "says all three",
      { total: bad, good: bad, bad },
      "an object is not one that has two of the keys [total, good, bad] and no other",
    ],
    [
      "says but one",
      { bad },
      "an object is not one that has two of the keys [total, good, bad] and no other",
    ],
    ["has none on a side", { good: [], bad }, "[nothing] is not an object with the keys [counter, where]"],
  ])("is refused where it %s", (_, events, problem) => {
    const [first = "", ...others] = problemsOf(withSli(counterRatio(events as CounterRatioSli["events"])));
    expect([first.slice(first.indexOf(": ") + 2), ...others]).toEqual([problem]);
  });
});

describe("an alert on a query", () => {
  it.each<readonly [says: string, change: Partial<Query>, problem: string]>([
    [
      "has a window for SLIs",
      { query: "sum(increase(mails_waiting[$window]))" },
      "query: [sum(increase(mails_waiting[$window]))] has a [$window], which only SLIs of events are given",
    ],
    [
      "is no PromQL",
      { query: "sum(mails_waiting" },
      "query: is not PromQL at character 18: something is missing",
    ],
    [
      "has no example beyond its limit",
      { examples: [waitingPerTarget.examples[0]] },
      "examples: none of [1] is [> 100]",
    ],
    ["has none within it", { examples: [waitingPerTarget.examples[1]] }, "examples: each of [1] is [> 100]"],
  ])("is refused where it %s", (_, change, problem) => {
    expect(problemsOf(withMeasure(change))).toEqual([`alerts.MailsWaiting.measure.${problem}`]);
  });
});

describe("a query in each place", () => {
  const HERE = [{ label: "cluster", op: "=", value: "eu" }] as const;

  it.each([
    ["sum(a)", "sum by (cluster, environment) (a)"],
    ["sum by (x) (a)", "sum by (cluster, environment, x) (a)"],
    ["sum(a) by (x)", "sum(a) by (cluster, environment, x)"],
    ["max by () (a)", "max by (cluster, environment) (a)"],
    ["sum by (environment, x) (a)", "sum by (cluster, environment, x) (a)"],
    ["sum without (instance) (a)", "sum without (instance) (a)"],
    ["a / on (x) group_left (y) b", "a / on (cluster, environment, x) group_left (y) b"],
    ["a / ignoring (x) b", "a / ignoring (x) b"],
    [
      "sum(rate(a[5m])) / sum(rate(b[5m]))",
      "sum by (cluster, environment) (rate(a[5m])) / sum by (cluster, environment) (rate(b[5m]))",
    ],
    ["topk(3, a)", "topk by (cluster, environment) (3, a)"],
  ])("is told apart by its labels: %s", (query, expected) => {
    const placed = inEachPlace(query);
    expect(placed.replaceAll(/ +/g, " ")).toBe(expected);
    expect(readPromQl(placed).errors).toEqual([]);
  });

  it.each([
    ["a", 'a{cluster="eu"}'],
    ["a{}", 'a{cluster="eu"}'],
    ['a{x="1"}[5m] offset 1m', 'a{cluster="eu",x="1"}[5m] offset 1m'],
    ['{__name__="a"}', '{cluster="eu",__name__="a"}'],
  ])("reads the series of one place: %s", (query, expected) => {
    expect(inEachPlace(query, HERE)).toBe(expected);
    expect(readPromQl(inEachPlace(query, HERE)).errors).toEqual([]);
  });
});
