import path from "node:path";
import { ruleFiles } from "../../backends/prometheus/rules";
import { declaredAlerts } from "../../generators/declared-alerts";
import { liveRecords } from "../../generators/recording-rules";
import { burnAlerts } from "../../generators/slo-alerts";
import { recordedSeries, sloContext, type SloContext } from "../../generators/slo-context";
import { toYaml } from "../../backends/file-set";
import type { Toolchain } from "../../lab/toolchain";
import type { RuleGroup } from "../../plan/monitoring-plan";
import { services } from "../fixture/services";
import { milliseconds, type Duration } from "../../slo/duration";
import type { Period } from "../../slo/burn-rate";
import type { Service } from "../../slo/service";
import { shop } from "../support/kinds";
import { toolchain } from "../support/toolchain";
import { removeFolder, runProgram, temporaryFolder, writeFiles, type Ended } from "../support/program";

const TEN_MINUTES = 600_000;

let programs: Toolchain;
let folder: string;

beforeAll(async () => {
  programs = await toolchain();
  folder = temporaryFolder();
}, TEN_MINUTES);

afterAll(() => {
  removeFolder(folder);
});

interface Series {
  readonly series: string;
  readonly values: string;
}

/** A scrape interval and a window, with what notation needs of them: `m(5)` is scrapes in 5 minutes. */
interface Setting {
  readonly interval: Duration;
  readonly window: Period;
  readonly m: (minutes: number) => number;
}

function setting(interval: Duration, window: Period): Setting {
  return { interval, window, m: (minutes) => (minutes * 60_000) / milliseconds(interval) };
}

function named(name: string, labels: Readonly<Record<string, string>>, values: string): Series {
  const all = { environment: "prod", job: "shop-api", service: "shop", instance: "a", ...labels };
  const pairs = Object.entries(all).map(([label, value]) => `${label}="${value}"`);
  return { series: `${name}{${pairs.join(",")}}`, values };
}

const up = (values: string, more = {}): Series => named("up", more, values);
const good = (values: string, more = {}): Series =>
  named("http_requests_total", { route: "/cart", method: "GET", status: "200", ...more }, values);
const bad = (values: string, more = {}): Series =>
  named("http_requests_total", { route: "/cart", method: "GET", status: "500", ...more }, values);
const durations = (method: string, count: string, fast: string): readonly Series[] => [
  named("http_request_duration_seconds_count", { method }, count),
  named("http_request_duration_seconds_bucket", { method, le: "0.2" }, fast),
];

/** A counter that stands still, is not exposed for a while and comes back. */
const back = (m: Setting["m"], value: number, away: number, then = value): string =>
  `${value}+0x${m(20)} stale _x${m(away) - 1} ${then}+0x${m(120)}`;

interface Case {
  readonly sentence: string;
  readonly slo?: "latency-0-2";
  readonly series: (m: Setting["m"]) => readonly Series[];
  /** Minutes after the start at which the events of the counted window are asked for, and how many they are. */
  readonly at: number;
  readonly errors: number;
}

/** What was there before counts its growth; 50 requests a second are 1,500 in a scrape of 30 s. */
const RETURNS: readonly Case[] = [
  {
    sentence: "a counter of 5,000 that comes back with one more has counted one",
    series: (m) => [bad(back(m, 5_000, 8, 5_001))],
    at: 31,
    errors: 1,
  },
  {
    sentence: "fewer than a target counts in a scrape are no errors when they come back after an hour",
    series: (m) => [bad(back(m, 37, 70))],
    at: 92,
    errors: 0,
  },
  {
    sentence: "more than it counts are none either",
    series: (m) => [bad(back(m, 2_500, 70))],
    at: 92,
    errors: 0,
  },
  {
    sentence: "one missed sample of a counter at 20,000 is no error",
    series: (m) => [bad(`20000+0x${m(20)} stale 20000+0x${m(60)}`)],
    at: 23,
    errors: 0,
  },
  {
    sentence: "counters that come and go are no errors",
    series: (m) =>
      ["GET", "PUT"].map((method, index) =>
        bad(
          `${200 + index}+0x${m(10)} ${`stale _x${m(6 + index) - 1} ${200 + index}+0x${m(3)} `.repeat(5)}`,
          {
            method,
          },
        ),
      ),
    at: 60,
    errors: 0,
  },
  {
    sentence: "a counter that nobody saw before and that holds more than its target counts is none",
    series: (m) => [bad(`_x${m(20)} 9000+0x${m(60)}`)],
    at: 23,
    errors: 0,
  },
  {
    sentence: "a live target whose series get another label has no errors",
    series: (m) => [bad(`150+0x${m(20)} stale`), bad(`_x${m(20) + 1} 150+0x${m(60)}`, { version: "2" })],
    at: 23,
    errors: 0,
  },
  {
    sentence: "what a target had counted before it was scraped is none",
    series: (m) => [
      up(`_x${m(20)} 1x${m(60)}`, { instance: "b" }),
      bad(`_x${m(20)} 900+0x${m(60)}`, { instance: "b" }),
    ],
    at: 23,
    errors: 0,
  },
  {
    sentence: "a histogram that comes back has counted what is slow among its growth",
    slo: "latency-0-2",
    series: (m) => [
      ...durations("GET", `0+1500x${m(200)}`, `0+1500x${m(200)}`),
      ...durations("PUT", back(m, 900, 70, 910), back(m, 400, 70, 404)),
    ],
    at: 92,
    errors: 6,
  },
];

/** What was not there before counts whole. */
const BIRTHS: readonly Case[] = [
  {
    sentence: "the first errors of a route count from the first one",
    series: (m) => [bad(`_x${m(20)} 3+0x${m(60)}`)],
    at: 23,
    errors: 3,
  },
  {
    sentence: "so do those that came with a restart in place, whatever was counted before it",
    series: (m) => [
      good(`0+1500x${m(20)} 0+1500x${m(60)}`, { method: "PUT", instance: "c" }),
      up(`1x${m(90)}`, { instance: "c" }),
      bad(`2+0x${m(20)} stale _x${m(6)} 2+0x${m(60)}`, { instance: "c" }),
    ],
    at: 30,
    errors: 2,
  },
  {
    sentence: "so do those of a histogram that began with slow requests",
    slo: "latency-0-2",
    series: (m) => [
      ...durations("GET", `0+1500x${m(200)}`, `0+1500x${m(200)}`),
      ...durations("PUT", `_x${m(20)} 10+0x${m(60)}`, `_x${m(20)} 4+0x${m(60)}`),
    ],
    at: 23,
    errors: 6,
  },
];

/** Records and page of an SLO without the samples of weeks, which would be all that promtool is busy with. */
function groupOf(context: SloContext): RuleGroup {
  const pages = burnAlerts(context).map(
    ({ name, expr }) =>
      ({ kind: "alert", alert: name, expr, for: "0s", labels: {}, annotations: {} }) as const,
  );
  const { id, interval } = context;
  return { name: id, file: id, interval, rules: [...liveRecords(context), ...pages] };
}

/** What promtool says of a case: the events of the counted window, and that nobody was paged up to then. */
async function judged(number: number, { interval, window, m }: Setting, story: Case): Promise<Ended> {
  const slo = shop.slos.find(({ id }) => id === (story.slo ?? "availability"));
  if (slo === undefined) {
    throw new RangeError(`[${String(story.slo)}] is no SLO of the shop`);
  }
  const context = sloContext(shop, { ...slo, window }, "prod", interval);
  const group = groupOf(context);
  const counted = recordedSeries(context).increase("error");
  const file = path.join(`${interval}-${number}`, "test.yml");
  const test = {
    rule_files: [`rules/${context.id}.yml`],
    evaluation_interval: interval,
    group_eval_order: [group.name],
    tests: [
      {
        interval,
        input_series: [up(`1x${m(200)}`), good(`0+1500x${m(200)}`), ...story.series(m)],
        promql_expr_test: [
          {
            expr: `round(${counted})`,
            eval_time: `${story.at}m`,
            exp_samples: [
              { labels: `{environment="prod",service="shop",slo_id="${context.id}"}`, value: story.errors },
            ],
          },
          { expr: `count_over_time(ALERTS{alertstate="firing"}[${story.at}m])`, eval_time: `${story.at}m` },
        ],
      },
    ],
  };
  writeFiles(
    path.join(folder, path.dirname(file)),
    new Map([...ruleFiles({ ruleGroups: [group] }), ["test.yml", toYaml(test)]]),
  );
  return runProgram(programs.promtool, ["test", "rules", path.join(folder, file)]);
}

/** Services in which some objects have more fields, wherever they stand. */
function withFields<T>(data: T, isOne: (object: object) => boolean, more: object): T {
  const changed = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(changed);
    }
    if (typeof value !== "object" || value === null) {
      return value;
    }
    const fields = Object.entries(value).map(([key, part]) => [key, changed(part)] as const);
    return { ...Object.fromEntries(fields), ...(isOne(value) ? more : {}) };
  };
  return changed(data) as T;
}

const PLACE = { cluster: "eu", environment: "prod" } as const;

describe("a job with created timestamps", () => {
  const created = withFields(services, (object) => "instances" in object && "port" in object, {
    createdTimestamps: true,
  });
  const initialised = withFields(services, (object) => "initialisedToZero" in object, {
    initialisedToZero: true,
  });

  it("has the rules of counters that are initialised to 0, in every service", () => {
    const rulesOf = (declared: readonly Service[]): readonly unknown[] =>
      declared.flatMap((service) => [
        ...service.slos.flatMap((slo) => liveRecords(sloContext(service, slo, "prod", "30s"))),
        ...declaredAlerts(service, PLACE, "30s").alerts,
      ]);
    expect(rulesOf(services)).not.toEqual(rulesOf(initialised));
    expect(rulesOf(created)).toEqual(rulesOf(initialised));
  });
});

const SUCCESS = { code: 0, output: expect.stringContaining("SUCCESS") as string };

describe("a first sample, scraped every 30 s", () => {
  const usual = setting("30s", "28d");

  it.each([...RETURNS, ...BIRTHS].map((story, number) => ({ ...story, number })))(
    "of a return counts its growth, of a birth all: $sentence",
    async ({ number, ...story }) => {
      expect(await judged(number, usual, story)).toEqual(SUCCESS);
    },
    TEN_MINUTES,
  );
});

describe("a first sample, scraped every 15 s for a window of 7 days", () => {
  const short = setting("15s", "7d");

  it.each(
    [...RETURNS.slice(0, 1), ...RETURNS.slice(3, 4), ...BIRTHS.slice(0, 1)].map((story, number) => ({
      ...story,
      number,
    })),
  )(
    "of a return counts its growth, of a birth all: $sentence",
    async ({ number, ...story }) => {
      expect(await judged(number, short, story)).toEqual(SUCCESS);
    },
    TEN_MINUTES,
  );
});
