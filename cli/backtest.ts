import { forecastSays } from "../review/backtest/text";
import { aligned } from "../slo/aligned";
import type { Catalogue } from "../slo/catalogue";
import { forecastOf, type PastOptions } from "./backtest-past";
import { planAt } from "./diff-source";
import { interruption } from "./interrupt";
import { say } from "./notice";
import { mainStack, requireStack } from "./stack";

export interface BacktestOptions extends Omit<PastOptions, "signal"> {
  /** What it is compared with. */
  readonly base?: string;
  readonly json: boolean;
}

/**
 * `tocsin backtest`: how often the alerts of a stack would have fired over the history of a server, whom they would have
 * paged and when. Ends with 1 where a team would have had more pages than its budget.
 */
export async function backtestCommand(
  catalogue: Catalogue,
  stack: string | undefined,
  { base, json, ...options }: BacktestOptions,
): Promise<void> {
  const signal = interruption("the history was evaluated; what is done is kept");
  const name = stack ?? mainStack(catalogue);
  const { plan: head } = requireStack(catalogue, name);
  const before = base === undefined ? undefined : await planAt(base, name);
  const forecast = await forecastOf(
    { head, ...(before === undefined ? {} : { base: before }) },
    { ...options, signal },
  );
  say(
    json
      ? [JSON.stringify({ ...forecast, baseName: base ?? null }, null, 2)]
      : forecastSays(forecast, base, aligned),
  );
  if (forecast.head.teams.some(({ over }) => over > 0)) {
    process.exitCode = 1;
  }
}
