import { errorBudget, type Percent } from "../../slo/objective";
import Big from "big.js";
import { sloContext, type SloContext } from "../../generators/slo-context";
import { playableGroups, playedRules } from "../../lab/played-rules";
import type { InputSeries } from "../../plan/rule-test";
import { ERROR_SHARES, timesToPage, type TimeToPage } from "../../slo/time-to-page";
import type { Duration } from "../../slo/duration";
import type { Sli } from "../../slo/sli";
import { contextOf, STEP } from "../../tools/bench/contenders";
import { toolchain } from "../support/toolchain";

jest.setTimeout(120_000);

/** Minutes: long windows are full by then, and 1 % of errors page within them. */
const [BEFORE, LASTS] = [6 * 60 + 10, 4 * 60];
const STEPS_PER_MINUTE = 60 / STEP;
const steps = (minutes: number): number => minutes * STEPS_PER_MINUTE;

/** A counter that grows evenly, at another pace once the outage begins. */
function counter(status: string, cluster: number, before: number, during: number): InputSeries {
  // Not from 0 on, below which the server spreads no increase.
  const at = 1_000 + before * steps(BEFORE);
  return {
    series: `requests_total{cluster="${cluster}",environment="prod",job="api",status="${status}"}`,
    values: `1000+${before}x${steps(BEFORE) - 1} ${at}+${during}x${steps(LASTS)}`,
  };
}

/** The minutes after which the server's page fires for each share of errors; -1 where it never does. */
async function measured(
  context: SloContext,
  seriesOf: (percent: number) => readonly InputSeries[],
): Promise<readonly number[]> {
  const { promtool } = await toolchain();
  const end: Duration = `${BEFORE + LASTS}m`;
  const questions = ERROR_SHARES.map((percent) => ({
    expr:
      `min(min_over_time(timestamp(ALERTS{alertstate="firing",alertname="HighErrorBudgetBurnRate",` +
      `cluster="${percent}"})[${end}:${STEP}s])) / 60 - ${BEFORE} or vector(-1)`,
    at: end,
  }));
  return playedRules(promtool, playableGroups(context), STEP, [
    { series: ERROR_SHARES.flatMap(seriesOf), questions },
  ]);
}

const minutes = (times: readonly TimeToPage[]): readonly number[] =>
  times.map(({ after }) => (after === undefined ? -1 : after / 60_000));

function requests(objective: Percent): SloContext {
  const context = contextOf({ id: "api", initialisedToZero: true });
  return sloContext(
    context.service,
    { ...context.slo, objective: { default: objective } },
    "prod",
    `${STEP}s`,
  );
}

describe("the time to page, against the server's own rules", () => {
  it.each<readonly [Percent, number, string]>([
    ["99.9%", 100, "much traffic"],
    ["99.9%", 0.1, "so little that the guard decides"],
    ["99%", 100, "an objective with which 1 and 5 % page by the slow pair or never"],
  ])("of %s at %d requests a second: %s", async (objective, perSecond) => {
    const context = requests(objective);
    const per = perSecond * STEP;
    const server = await measured(context, (percent) => [
      counter("200", percent, per, (per * (100 - percent)) / 100),
      counter("500", percent, 0, (per * percent) / 100),
    ]);
    const { burn, budget, interval, guard } = context;
    const eventsPerHour = new Big(perSecond).times(3_600);
    const model = timesToPage({ burn, budget, interval, guard, eventsPerHour, waits: "0s" });
    expect(minutes(model)).toEqual(server);
    expect(budget).toEqual(errorBudget(objective));
  });

  it("of a probe that fails for good", async () => {
    const { service, slo } = requests("99.9%");
    const job = { name: "api", namespace: "api", port: "metrics", path: "/metrics", instances: 1 };
    const sli = {
      kind: "time",
      measure: {
        kind: "level",
        gauge: { type: "gauge", name: "probe_success", help: "Answered.", job, labels: {}, normal: 1 },
        of: "min",
      },
      bad: { below: "1" },
      minimum: "5m",
    } as const satisfies Sli;
    const context = sloContext(service, { ...slo, sli }, "prod", `${STEP}s`);
    const server = await measured(context, (percent) => [
      {
        series: `probe_success{cluster="${percent}",environment="prod",job="api"}`,
        // A slice is bad or not: only an outage of everything is even.
        values: `1x${steps(BEFORE)} ${percent === 100 ? 0 : 1}x${steps(LASTS)}`,
      },
    ]);
    const { burn, budget, interval, guard } = context;
    const model = timesToPage({ burn, budget, interval, guard, minimum: sli.minimum, waits: "0s" });
    expect(minutes(model).at(-1)).toBe(server.at(-1));
    expect(server).toEqual([-1, -1, -1, -1, 5]);
  });
});
