import path from "node:path";
import Big from "big.js";
import { toYaml } from "../../../backends/file-set";
import { ruleFiles } from "../../../backends/prometheus/rules";
import { liveRecords } from "../../../generators/recording-rules";
import { recordedSeries, sloContext, type SloContext } from "../../../generators/slo-context";
import type { Toolchain } from "../../../lab/toolchain";
import type { RuleGroup } from "../../../plan/monitoring-plan";
import { ratioOf } from "../../../slo/duration";
import type { Service } from "../../../slo/service";
import { requestRatio } from "../../../slo/sli";
import { where, type Counter } from "../../../slo/telemetry";
import { removeFolder, runProgram, temporaryFolder, writeFiles } from "../../../test/support/program";
import { catalogue } from "../catalogue";
import { playDay, type DayKind, type PlayedDay } from "./day";
import { SCENARIOS, STEP, type Scenario } from "./scenarios";

const SEED = 7;

/** Of the objective of 99.9 %. */
const BUDGET = "0.001";

/** The rules of the availability of a service whose requests are those of the scenario. */
function contextOf({ initialisedToZero }: Scenario): SloContext {
  const [service] = catalogue(1);
  const slo = service?.slos.find(({ id }) => id === "availability");
  if (service === undefined || slo === undefined) {
    throw new RangeError("the first service of the catalogue has no availability");
  }
  const job = { name: "api", namespace: "api", port: "metrics", path: "/metrics", instances: 20 };
  const requests: Counter<{ route: string[]; status: string[] }> = {
    type: "counter",
    name: "requests_total",
    help: "Requests.",
    job,
    labels: { route: [], status: ["200", "500"] },
    initialisedToZero,
  };
  const own: Service = { ...service, id: "api", slos: [] };
  const sli = requestRatio({ total: requests, errors: where(requests, { status: "500" }) });
  return sloContext(own, { ...slo, sli }, "prod", `${STEP}s`);
}

/** Events of four weeks: as they happened, and as the rules count them. */
interface Judged {
  readonly happened: Counts;
  readonly counted: Counts;
}

interface Counts {
  readonly total: number;
  readonly errors: number;
}

const GOT = /got: .*\} (\S+)/g;

/** What the ratio over four weeks is divided of, on a day by itself: the samples of the counted hour, one in 5 minutes. */
async function countedOn(
  { promtool }: Toolchain,
  folder: string,
  scenario: Scenario,
  day: PlayedDay,
): Promise<Counts> {
  const context = contextOf(scenario);
  const { id, interval, burn } = context;
  const group: RuleGroup = { name: id, file: id, interval, rules: liveRecords(context) };
  const { increase } = recordedSeries(context);
  const overlap = ratioOf(burn.windows[0].long, burn.sampling);
  const asked = (["error", "total"] as const).map((side) => ({
    expr: `sum_over_time(${increase(side)}[1d:${burn.sampling}]) / ${overlap}`,
    eval_time: "23h59m30s",
    exp_samples: [{ labels: "none", value: 0 }],
  }));
  const test = {
    rule_files: [`rules/${id}.yml`],
    evaluation_interval: interval,
    tests: [{ interval, input_series: day.series, promql_expr_test: asked }],
  };
  writeFiles(folder, new Map([...ruleFiles({ ruleGroups: [group] }), ["day.yml", toYaml(test)]]));
  const { output } = await runProgram(promtool, ["test", "rules", path.join(folder, "day.yml")]);
  const [errors, total, ...more] = [...output.matchAll(GOT)].map(([, value]) => Number(value));
  if (errors === undefined || total === undefined || more.length > 0) {
    throw new Error(`promtool says of [${scenario.name}]:\n${output.slice(0, 2_000)}`);
  }
  return { errors, total };
}

/** Four weeks, of which one day has the incident where there is one. */
async function judge(programs: Toolchain, folder: string, scenario: Scenario): Promise<Judged> {
  const kinds: readonly (readonly [DayKind, number])[] =
    scenario.incident === undefined
      ? [["ordinary", 28]]
      : [
          ["incident", 1],
          ["ordinary", 27],
        ];
  const sum = { happened: { errors: 0, total: 0 }, counted: { errors: 0, total: 0 } };
  for (const [kind, days] of kinds) {
    const day = playDay(scenario, kind, SEED);
    const counted = await countedOn(programs, folder, scenario, day);
    for (const side of ["errors", "total"] as const) {
      sum.happened[side] += days * day[side];
      sum.counted[side] += days * counted[side];
    }
  }
  return sum;
}

function percent(value: Big, digits: number): string {
  return `${value.times(100).toFixed(digits)} %`;
}

/** One line: truth, what the rules say, and how far that is off. */
function row({ name, says }: Scenario, { happened, counted }: Judged): string {
  const ratio = (counts: Counts): Big => new Big(counts.errors).div(counts.total);
  const left = (counts: Counts): string => percent(new Big(1).minus(ratio(counts).div(BUDGET)), 2);
  const off = ratio(counted).div(ratio(happened)).minus(1);
  return [
    name.padEnd(10),
    percent(ratio(happened), 4).padStart(9),
    `${off.gt(0) ? "+" : ""}${percent(off, 2)}`.padStart(8),
    left(happened).padStart(9),
    left(counted).padStart(9),
    says,
  ].join("  ");
}

/** How far the ratio over four weeks, and the budget that is left of it, are from what happened. */
export async function truth(programs: Toolchain, say: (line: string) => void): Promise<void> {
  const folder = temporaryFolder();
  say(
    "ratio over 28 days, how far the rules are from it, and the budget that is left in truth and by the rules:",
  );
  try {
    for (const scenario of SCENARIOS) {
      say(`  ${row(scenario, await judge(programs, folder, scenario))}`);
    }
  } finally {
    removeFolder(folder);
  }
}
