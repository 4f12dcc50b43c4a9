import { MIGRATION_FILE } from "../config/migration";
import { comparisonSays } from "../review/backtest/against-text";
import { forecastSays } from "../review/backtest/text";
import { aligned } from "../slo/aligned";
import type { Catalogue } from "../slo/catalogue";
import { comparisonWith, requireMeant, requireOthers } from "./backtest-against";
import { forecastOf, type PastOptions } from "./backtest-past";
import { planAt } from "./diff-source";
import { interruption } from "./interrupt";
import { say } from "./notice";
import { mainStack, requireStack } from "./stack";

export interface BacktestOptions extends Omit<PastOptions, "signal"> {
  /** What it is compared with. */
  readonly base?: string;
  /** Rules of others that it is compared with instead: a file, or an address. */
  readonly against?: string;
  readonly json: boolean;
}

/**
 * `tocsin backtest`: how often the alerts of a stack would have fired over the history of a server, whom they would have
 * paged and when. Ends with 1 where a team would have had more pages than its budget; against rules of others, where
 * there are differences that nobody has explained.
 */
export async function backtestCommand(
  catalogue: Catalogue,
  stack: string | undefined,
  { base, against, json, ...options }: BacktestOptions,
): Promise<void> {
  const signal = interruption("the history was evaluated; what is done is kept");
  const name = stack ?? mainStack(catalogue);
  const { plan: head } = requireStack(catalogue, name);
  if (against !== undefined) {
    const meant = requireMeant(catalogue.root, name);
    const others = await requireOthers(against, head);
    const found = await comparisonWith(head, others, { ...options, meant, signal });
    say(json ? [JSON.stringify(found, null, 2)] : comparisonSays(found, MIGRATION_FILE, aligned));
    process.exitCode = found.differences.length + found.stale.length > 0 ? 1 : 0;
    return;
  }
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
