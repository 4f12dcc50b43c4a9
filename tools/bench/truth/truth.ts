import type { RuleGroup } from "../../../plan/monitoring-plan";
import { recordedSeries } from "../../../generators/slo-context";
import { ratioOf } from "../../../slo/duration";
import { STEP, BUDGET, contextOf, tocsin, type Contender } from "../contenders";
import type { Question } from "../../../lab/played-rules";
import { played } from "../promtool";
import { playDay, type DayKind, type PlayedDay } from "./day";
import { SCENARIOS, type Scenario } from "./scenarios";

const SEED = 7;

/** The ratio over four weeks of a service whose every event is known, and the share of the budget that is left by it. */
export interface Truth {
  readonly scenario: string;
  readonly says: string;
  readonly ratio: number;
  /** Relative errors of the ratio. */
  readonly off: { readonly Tocsin: number; readonly Sloth: number };
  readonly left: { readonly truth: number; readonly Tocsin: number; readonly Sloth: number };
}

/** What a ratio over a long window is divided of; both parts of four weeks are sums over their days. */
interface Operands {
  readonly above: number;
  readonly below: number;
}

const END_OF_DAY = "86370s";

/** The records of a contender that its long ratio is summed from, and the operands of that ratio over one day. */
interface Measure {
  readonly groups: readonly RuleGroup[];
  readonly questions: readonly [above: Question, below: Question];
}

function measureOf(contender: Contender, scenario: Scenario): Measure {
  const asked = (above: string, below: string): Measure["questions"] => [
    { expr: above, at: END_OF_DAY },
    { expr: below, at: END_OF_DAY },
  ];
  if (contender.name === "Tocsin") {
    const context = contextOf(subjectOf(scenario));
    const { increase } = recordedSeries(context);
    const { sampling, windows } = context.burn;
    // The samples of the counted hour, one in five minutes.
    const day = (side: "error" | "total"): string =>
      `sum_over_time(${increase(side)}[1d:${sampling}]) / ${ratioOf(windows[0].long, sampling)}`;
    return { groups: liveRecordsOf(contender, /:L0$/), questions: asked(day("error"), day("total")) };
  }
  // Its rule over four weeks is the same over 28 times as long. It records nothing of a day before the first error,
  // and no number before the first request, which here is the beginning of the day.
  const ratio = "slo:sli_error:ratio_rate5m";
  return {
    groups: liveRecordsOf(contender, /^sloth-slo-sli-recordings/, ratio),
    questions: asked(
      `sum_over_time((${ratio} >= 0)[1d:${STEP}s]) or vector(0)`,
      `count_over_time((${ratio} >= 0)[1d:${STEP}s]) or vector(0)`,
    ),
  };
}

function liveRecordsOf({ groups }: Contender, name: RegExp, record?: string): readonly RuleGroup[] {
  return groups
    .filter((group) => name.test(group.name))
    .map((group) => ({
      ...group,
      rules: group.rules.filter(
        (rule) => rule.kind === "record" && (record === undefined || rule.record === record),
      ),
    }));
}

function subjectOf({ initialisedToZero }: Scenario): Parameters<typeof contextOf>[0] {
  return { id: "api", initialisedToZero };
}

/** Four weeks, of which one day has the incident where there is one. */
function daysOf({ incident }: Scenario): readonly (readonly [DayKind, number])[] {
  return incident === undefined
    ? [["ordinary", 28]]
    : [
        ["incident", 1],
        ["ordinary", 27],
      ];
}

async function judged(
  promtool: string,
  days: readonly (readonly [PlayedDay, number])[],
  { groups, questions }: Measure,
): Promise<number> {
  const sum = { above: 0, below: 0 };
  for (const [day, times] of days) {
    const [above = 0, below = 0] = await played(promtool, groups, day.series, questions);
    sum.above += times * above;
    sum.below += times * below;
  }
  return ratio(sum);
}

function ratio({ above, below }: Operands): number {
  return above / below;
}

/** How far the ratio over four weeks, and the budget that is left by it, are from what happened. */
export async function truth(
  promtool: string,
  sloth: Contender,
  say: (line: string) => void,
): Promise<readonly Truth[]> {
  const all: Truth[] = [];
  for (const scenario of SCENARIOS) {
    say(`truth: ${scenario.name}`);
    const days = daysOf(scenario).map(([kind, times]) => [playDay(scenario, kind, SEED), times] as const);
    const happened = ratio({
      above: days.reduce((sum, [{ errors }, times]) => sum + times * errors, 0),
      below: days.reduce((sum, [{ total }, times]) => sum + times * total, 0),
    });
    const [ours, theirs] = [
      await judged(promtool, days, measureOf(tocsin(subjectOf(scenario)), scenario)),
      await judged(promtool, days, measureOf(sloth, scenario)),
    ];
    const left = (of: number): number => 1 - of / BUDGET;
    all.push({
      scenario: scenario.name,
      says: scenario.says,
      ratio: happened,
      off: { Tocsin: ours / happened - 1, Sloth: theirs / happened - 1 },
      left: { truth: left(happened), Tocsin: left(ours), Sloth: left(theirs) },
    });
  }
  return all;
}
