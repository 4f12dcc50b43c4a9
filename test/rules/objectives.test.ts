import { ruleFiles, ruleFileText, ruleGroupText } from "../../backends/prometheus/rules";
import { alertChecks } from "../../generators/contract-alerts";
import { ruleTestFiles } from "../../backends/prometheus/rule-tests";
import { inputSeries } from "../../backends/rule-tests/input-series";
import { partKey } from "../../backends/rule-tests/story";
import { isOutage } from "../../slo/alert";
import { sliKey } from "../../backends/rule-tests/streams";
import { ruleTests } from "../../backends/rule-tests/rule-tests";
import { timeline, type Disturbance, type Phase } from "../../backends/rule-tests/world";
import type { Toolchain } from "../../lab/toolchain";
import { placeOf } from "../../plan/environment";
import type { RuleGroup } from "../../plan/monitoring-plan";
import { ALERTS, SELF } from "../../plan/names";
import type { Duration } from "../../slo/duration";
import { groupedBy } from "../../slo/order";
import { sloId, type Service, type Slo } from "../../slo/service";
import type { EventSli } from "../../slo/sli";
import { toYaml } from "../../backends/file-set";
import { shape } from "../../tools/mutation/mutants";
import { planWith, shopOf } from "../support/http-shop";
import { planOf, servicesOf } from "../support/plan";
import { toolchain } from "../support/toolchain";
import { removeFolder, runProgram, temporaryFolder, writeFiles } from "../support/program";

const TEN_MINUTES = 600_000;
const plan = planOf("prod");

interface Paging {
  readonly id: string;
  readonly service: Service;
  readonly slo: Slo & { readonly sli: EventSli };
}

/** Every SLO that pages and counts events; the time of a gauge passes at every traffic. */
const PAGING: readonly Paging[] = servicesOf("prod").flatMap((service) =>
  service.slos.flatMap((slo) =>
    slo.response === "page" && (slo.sli.kind === "request-ratio" || slo.sli.kind === "latency-ratio")
      ? [{ id: sloId(service, slo), service, slo: { ...slo, sli: slo.sli } }]
      : [],
  ),
);

/** The rules from its counts to its page. */
const pagingRules = ({ id }: Paging): readonly RuleGroup[] =>
  plan.ruleGroups.filter(({ name }) => name === `slo:${id}:L0`);

/** One of those whose rules differ in names alone, which each have their own cases of what they count. */
const DISTINCT = [
  ...groupedBy(PAGING, (paging) =>
    pagingRules(paging)
      .flatMap(({ rules }) => rules.map(shape))
      .join("\n"),
  ).values(),
].flatMap((alike) => alike.slice(0, 1));

let programs: Toolchain;
let folder: string;

beforeAll(async () => {
  programs = await toolchain();
  folder = temporaryFolder();
}, TEN_MINUTES);

afterAll(() => {
  removeFolder(folder);
});

/** One request every 20 minutes, and nothing between. */
function threeAnHour(hours: number, disturbance: Disturbance): readonly Phase[] {
  return Array.from({ length: 3 * hours }, (): readonly Phase[] => [
    { lasts: "30s", ...disturbance, requestsPerSecond: 1 / 30 },
    { lasts: "1170s", ...disturbance, requestsPerSecond: 0 },
  ]).flat();
}

/** Runs the page of an SLO by itself through a story, and expects it to fire or not at some moments. */
async function expectPage(
  paging: Paging,
  phases: readonly Phase[],
  moments: readonly { readonly minute: number; readonly fires: boolean }[],
): Promise<void> {
  const { id, service, slo } = paging;
  const groups = pagingRules(paging);
  const own = { ...service, slos: [slo], alerts: [] };
  const line = timeline(phases, plan.scrape.interval);
  const tests = {
    rule_files: [`${id}.rules.yml`],
    evaluation_interval: plan.scrape.interval,
    tests: [
      {
        interval: plan.scrape.interval,
        input_series: inputSeries(own, placeOf(plan.environment), line),
        promql_expr_test: moments.map(({ minute, fires }) => ({
          expr: `count(ALERTS{alertname="${ALERTS.burn}",alertstate="firing"})`,
          eval_time: `${minute}m` satisfies Duration,
          exp_samples: fires ? [{ labels: "{}", value: 1 }] : [],
        })),
      },
    ],
  };
  writeFiles(
    folder,
    new Map([
      [`${id}.rules.yml`, ruleFileText(groups.map(ruleGroupText))],
      [`${id}.yml`, toYaml(tests)],
    ]),
  );
  const ended = await runProgram(programs.promtool, ["test", "rules", `${folder}/${id}.yml`]);
  expect(ended).toEqual({ code: 0, output: expect.stringContaining("SUCCESS") });
}

const every5 = (from: number, to: number, fires: boolean): { minute: number; fires: boolean }[] =>
  Array.from({ length: Math.floor((to - from) / 5) + 1 }, (_, index) => ({
    minute: from + 5 * index,
    fires,
  }));

describe("at three requests an hour", () => {
  it.each(DISTINCT)(
    "of $id, and of all whose rules are its but for names, eight hours of failures are one page, which is over two hours and a bit after them",
    async (paging) => {
      const failing = { bad: { [sliKey(paging.slo.sli)]: "1" } };
      await expectPage(
        paging,
        [...threeAnHour(2, {}), ...threeAnHour(8, failing), ...threeAnHour(3, {})],
        [...every5(0, 120, false), ...every5(225, 600, true), ...every5(725, 780, false)],
      );
    },
    TEN_MINUTES,
  );
});

describe("an objective that leaves pairs of windows out", () => {
  /** Tests with their rules that have passed with another objective: they know nothing of it. */
  const passed = new Set<string>();

  it.each([
    ["90%", "28d"],
    ["80%", "7d"],
    ["50%", "30d"],
    ["99.9%", "90d"],
  ] as const)(
    "of %s over %s passes the rule tests of its service",
    async (objective, window) => {
      const shop = shopOf(objective, window);
      const own = planWith(shop);
      const tests = ruleTests(own, [shop]);
      const others = tests.filter((test) => !passed.has(JSON.stringify(test)));
      writeFiles(folder, ruleTestFiles(others));
      const files = others.map(({ name }) => `${folder}/tests/${name}.yml`);
      expect(files.length).toBeGreaterThan(6);
      const ended = await runProgram(programs.promtool, ["test", "rules", ...files]);
      expect(ended).toEqual({ code: 0, output: expect.stringContaining("SUCCESS") });
      others.forEach((test) => passed.add(JSON.stringify(test)));
    },
    TEN_MINUTES,
  );
});

/** promtool over the rules of a service, where nothing that `expr` selects may be. */
async function expectNone(
  { id }: Service,
  name: string,
  input: readonly object[],
  expr: string,
  times: readonly Duration[],
): Promise<void> {
  const tests = {
    rule_files: [`${id}.rules.yml`],
    evaluation_interval: "5m",
    group_eval_order: plan.ruleGroups.filter(({ file }) => file === id).map((group) => group.name),
    tests: [
      {
        interval: "1m",
        input_series: input,
        promql_expr_test: times.map((eval_time) => ({ expr, eval_time })),
      },
    ],
  };
  const rules = ruleFiles(plan).get(`rules/${id}.yml`) ?? "";
  writeFiles(
    folder,
    new Map([
      [`${id}.rules.yml`, rules],
      [`${id}.${name}.yml`, toYaml(tests)],
    ]),
  );
  const ended = await runProgram(programs.promtool, ["test", "rules", `${folder}/${id}.${name}.yml`]);
  expect(ended).toEqual({ code: 0, output: expect.stringContaining("SUCCESS") });
}

/** What is normally free, such as processors, is half free: what nobody tells of stands still. */
function halfFree({ alerts }: Service): Readonly<Record<string, string>> {
  return Object.fromEntries(
    alerts.flatMap((alert) =>
      !isOutage(alert) && alert.measure.kind === "counter-share" && alert.measure.free === true
        ? [[partKey(alert.measure.part), "0.5"]]
        : [],
    ),
  );
}

describe("a server that loses its discovery", () => {
  it.each(servicesOf("prod").filter(({ id }) => id !== SELF.service))(
    "of every target at once says nothing of $id, which its heartbeat says for all",
    async (service) => {
      const line = timeline([{ lasts: "60m", bad: halfFree(service) }], "1m");
      const lost = inputSeries(service, placeOf(plan.environment), line);
      const input = lost.map(({ series, values }) => ({ series, values: `${values} stale` }));
      await expectNone(service, "blind", input, `ALERTS{alertstate="firing"}`, ["60m", "75m", "90m", "120m"]);
    },
    TEN_MINUTES,
  );
});

describe("an exporter that shows more than alerts ask for", () => {
  const picked = servicesOf("prod").flatMap((service) => {
    const labels = alertChecks(service).flatMap(([, checks]) =>
      checks.filter((check) => check.picked).map(({ metric, label }) => ({ name: metric.name, label })),
    );
    return labels.length === 0 ? [] : [{ service, id: service.id, labels }];
  });

  it.each(picked)(
    "is within the contract of $id",
    async ({ service, labels }) => {
      const usual = inputSeries(service, placeOf(plan.environment), timeline([{ lasts: "60m" }], "1m"));
      const more = labels.flatMap(({ name, label }) =>
        usual
          .filter(({ series }) => new RegExp(`^${name}(_count)?\\{`).test(series))
          .map(({ series, values }) => ({
            series: series.replace(new RegExp(`([{,]${label}=)"[^"]*"`), '$1"another"'),
            values,
          })),
      );
      const unlike = more.filter(
        ({ series }, index) => more.findIndex((one) => one.series === series) === index,
      );
      expect(unlike.length).toBeGreaterThan(0);
      const expr = `ALERTS{alertstate="firing",alertname="${ALERTS.alertOutsideContract}"}`;
      await expectNone(service, "more", [...usual, ...unlike], expr, ["30m", "60m"]);
    },
    TEN_MINUTES,
  );
});

describe("at usual traffic", () => {
  const [paging] = PAGING;

  it(
    "an hour of 10 % errors pages within 8.5 minutes, and lets go 14 minutes after it",
    async () => {
      expect(paging).toBeDefined();
      if (paging === undefined) {
        return;
      }
      const busy = { requestsPerSecond: 100 };
      const failing = { ...busy, bad: { [sliKey(paging.slo.sli)]: "0.1" } };
      await expectPage(
        paging,
        [
          { lasts: "6h", ...busy },
          { lasts: "1h", ...failing },
          { lasts: "1h", ...busy },
        ],
        [
          ...every5(0, 360, false),
          { minute: 369, fires: true },
          ...every5(370, 430, true),
          { minute: 434, fires: false },
          ...every5(435, 480, false),
        ],
      );
    },
    TEN_MINUTES,
  );
});
