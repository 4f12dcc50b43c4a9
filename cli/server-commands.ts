import { createRequire } from "node:module";
import { type Command, InvalidArgumentError, Option } from "commander";
import type * as Backtest from "./backtest";
import type * as Budget from "./budget";
import type * as Doctor from "./doctor";
import { REPORT_PERIODS } from "../plan/report-period";
import { loadCatalogue } from "./load-catalogue";
import type * as Report from "./report";

const load = createRequire(__filename);

/** Commands that ask a running Prometheus. */
export function addServerCommands(tocsin: Command): void {
  addReport(tocsin);
  tocsin
    .command("budget")
    .description("say whether the error budgets of a service let it be deployed; 1 where they do not")
    .argument("[service]", "its id; every service with objectives where left out")
    .requiredOption("--env <environment>", "a stack, one of the Pulumi.<stack>.yaml here")
    .addOption(
      new Option("--prometheus <url>", "address of the Prometheus that has the records")
        .env("TOCSIN_PROMETHEUS")
        .makeOptionMandatory(),
    )
    .option("--since <time>", "when it was last deployed, such as 2026-11-29T18:05:00Z: what was spent since")
    .option("--json", "as JSON", false)
    .action((service: string | undefined, options: Parameters<typeof Budget.budgetCommand>[2]) =>
      (load("./budget") as typeof Budget).budgetCommand(loadCatalogue(), service, options),
    );
  tocsin
    .command("doctor")
    .description(
      "compare a stack with the Prometheus that runs: settings, rules, targets, metrics; or with an operator's cluster before anything is applied; 1 where it is wrong",
    )
    .argument("<environment>", "a stack, one of the Pulumi.<stack>.yaml here")
    .option("--prometheus <url>", "address of the Prometheus that scrapes and evaluates")
    .option(
      "--cluster <files...>",
      "what `kubectl get crd,namespaces,deployments -A -o json` and `kubectl get prometheuses,alertmanagers,thanosrulers -A -o json` wrote",
    )
    .option("--json", "as JSON", false)
    .action((stack: string, options: Parameters<typeof Doctor.doctorCommand>[2]) =>
      (load("./doctor") as typeof Doctor).doctorCommand(loadCatalogue(), stack, options),
    );
  addBacktest(tocsin);
}

function addReport(tocsin: Command): void {
  tocsin
    .command("report")
    .description(
      "say what became of an environment in a day, a week or a month: objectives, incidents and what they cost, pages, alerts, silences",
    )
    .argument("<environment>", "a stack, one of the Pulumi.<stack>.yaml here")
    .requiredOption("--prometheus <url>", "address of the Prometheus that has the records")
    .option("--alertmanager <url>", "address of the Alertmanager that has the silences")
    .addOption(
      new Option("--period <period>", "24 hours, a week from Monday on, or a calendar month")
        .choices(REPORT_PERIODS)
        .default("month"),
    )
    .option("--month <month>", "such as 2026-11; the last one that is over where left out")
    .option("--at <time>", "as if it were made then, such as 2026-11-29T18:05:00Z; now where left out")
    .option(
      "--zone <zone>",
      "time zone of the days, such as Europe/Berlin; that of tocsin:onCall, or UTC, where left out",
    )
    .option("--html <file>", "as one page, which asks nobody for anything")
    .option("--json", "as JSON", false)
    .action((stack: string, options: Parameters<typeof Report.reportCommand>[2]) =>
      (load("./report") as typeof Report).reportCommand(loadCatalogue(), stack, options),
    );
}

const AGAINST = new Option(
  "--against <rules>",
  "compare it with the alerts of others instead: a rule file, PrometheusRule objects, or a Prometheus that has loaded them; 1 where a difference is not explained",
).conflicts("base");

/** What evaluates the history of a Prometheus. */
function addBacktest(tocsin: Command): void {
  tocsin
    .command("backtest")
    .description(
      "say how often alerts would have fired over the history of a Prometheus, and whom they would have paged; 1 where that is more than a team's budget",
    )
    .argument(
      "[environment]",
      "a stack, one of the Pulumi.<stack>.yaml here; one that wakes people where left out",
    )
    .addOption(
      new Option(
        "--prometheus <url>",
        "address of the Prometheus that has the history, or a folder of its blocks",
      )
        .env("TOCSIN_PROMETHEUS")
        .makeOptionMandatory(),
    )
    .addOption(new Option("--days <n>", "how many days back").argParser(days).default(28))
    .option("--until <time>", "where the days end, such as 2026-11-29T18:05:00Z; now where left out")
    .option("--base <ref>", "what it is compared with: a branch, a tag, a commit, or a folder of renders")
    .addOption(AGAINST)
    .option(
      "--recompute",
      "compute every record anew, also those that the server has by the same rule",
      false,
    )
    .option(
      "--keep <folder>",
      "where results are kept, so that a call goes on where another ended; the cache where left out",
    )
    .option("--json", "as JSON, with every page", false)
    .action((stack: string | undefined, options: Parameters<typeof Backtest.backtestCommand>[2]) =>
      (load("./backtest") as typeof Backtest).backtestCommand(loadCatalogue(), stack, options),
    );
}

/** Days back from now. */
export function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 366) {
    throw new InvalidArgumentError(`[${text}] is not a whole number of days from 1 to 366`);
  }
  return value;
}
