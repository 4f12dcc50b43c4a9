import { placeOf } from "../../plan/environment";
import { noSlo } from "../../plan/identity";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { InputSeries, RuleTestCase } from "../../plan/rule-test";
import { comparison, limitValue, type Limit, type MeasuredAlert } from "../../slo/alert";
import { durationOf, milliseconds, times } from "../../slo/duration";
import type { Turns } from "../../slo/measure";
import { annotationTests } from "./annotations";
import { activeIn, firesAt, samples } from "./given";
import { firingAlert, seriesNamed } from "./labels";
import { lastCounted } from "./sides";

/** Higher than all that it falls. */
const START = 1_000;
/** When it is asked, in windows after the start. */
const WINDOWS = 3;

const TO_AND_FRO = "to and fro just too often";

/** Changes of a gauge in the window, and in as long a time before it: up and down, the oldest first. */
interface Row {
  /** Names the cluster in which it is told, so that a failure shows it. */
  readonly says: string;
  readonly changes: string;
  /** Where in the window they are. @default - all over it */
  readonly within?: "first half";
  readonly before?: string;
  readonly fires: boolean;
}

/**
 * How often a gauge rose and fell at one moment: just too often and just not, within the window and in more time, and
 * often in one direction alone. Beside it is one that turns as often as it may.
 */
export function turnsTable(
  plan: MonitoringPlan,
  service: string,
  alert: MeasuredAlert,
  measure: Turns,
  when: Limit,
): RuleTestCase {
  const { name: alertname, slo = noSlo(alert.name) } = alert;
  const often = limitValue(comparison(when).limit) + 1;
  const rows = rowsOf(often);
  const place = (cluster: string): Labels => ({ ...placeOf(plan.environment), cluster });
  const at = times(measure.window, WINDOWS);
  // Where it waits, the window has moved on.
  const firing = rows
    .filter(({ says }) => says === TO_AND_FRO && alert.for === "0s")
    .map(({ says }) => ({ ...firingAlert(plan, { alertname, service, slo }, place(says)), value: often }));
  const step = durationOf(milliseconds(measure.window) / samplesOf(often));
  return {
    name: `${alertname}: to and fro`,
    interval: step,
    input_series: rows.flatMap((row) => rowSeries(measure, often, row, { ...place(row.says), service })),
    promql_expr_test: [
      activeIn(
        alertname,
        at,
        rows.filter(({ fires }) => fires).map(({ says }) => says),
      ),
      ...firing.map((one) => firesAt(one, at)),
    ],
    alert_rule_test: annotationTests(plan, firing, at, new Set()),
  };
}

/** Of a window; half of it holds all changes of a row. */
function samplesOf(often: number): number {
  return 60 * Math.ceil((8 * often) / 60);
}

function rowsOf(often: number): readonly Row[] {
  const toAndFro = (count: number): string => "ud".repeat(count);
  const up = "u".repeat(3 * often);
  const down = "d".repeat(3 * often);
  return [
    { says: TO_AND_FRO, changes: toAndFro(often), before: down, fires: true },
    { says: "just not", changes: toAndFro(often - 1), fires: false },
    { says: "in more time than the window", changes: toAndFro(often).slice(1), before: "u", fires: false },
    {
      says: "up, and seldom down",
      changes: `${up}${"d".repeat(often - 1)}`,
      within: "first half",
      before: down,
      fires: false,
    },
    {
      says: "down, and seldom up",
      changes: `${down}${"u".repeat(often - 1)}`,
      within: "first half",
      before: up,
      fires: false,
    },
  ];
}

function rowSeries(measure: Turns, often: number, row: Row, owner: Labels): readonly InputSeries[] {
  const { gauge, where = [] } = measure;
  const window = samplesOf(often);
  const given = (instance: string, steps: ReadonlyMap<number, number>): InputSeries => ({
    series: seriesNamed(gauge.name, {
      ...owner,
      job: gauge.job.name,
      instance,
      ...lastCounted(gauge, where),
    }),
    values: stairs(steps, window * WINDOWS),
  });
  const end = window * WINDOWS;
  const recent = row.within === undefined ? window - 1 : Math.floor(window / 2) - 1;
  return [
    given(
      "a",
      new Map([
        ...placed(row.before ?? "", end - 2 * window + 2, window),
        ...placed(row.changes, end - window + 2, recent),
      ]),
    ),
    given("b", new Map(placed("ud".repeat(often - 1), end - window + 2, window - 1))),
  ];
}

/** Changes over so many samples from one on, the first of them at the first, the last at the last. */
function placed(
  changes: string,
  from: number,
  samples: number,
): readonly (readonly [sample: number, by: number])[] {
  const apart = changes.length > 1 ? (samples - 1) / (changes.length - 1) : 0;
  return changes.split("").map((way, index) => [from + Math.floor(index * apart), way === "u" ? 1 : -1]);
}

/** A gauge that changes at some samples. */
function stairs(changes: ReadonlyMap<number, number>, last: number): string {
  const runs: [value: number, samples: number][] = [[START, 0]];
  for (let sample = 0; sample <= last; sample += 1) {
    const [value] = runs.at(-1) ?? [START];
    const by = changes.get(sample);
    if (by !== undefined) runs.push([value + by, 0]);
    const run = runs.at(-1);
    if (run !== undefined) run[1] += 1;
  }
  return samples(...runs);
}
