import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Argument, Command, InvalidArgumentError } from "commander";
import { format } from "prettier";
import { ROOT } from "../cli/root";
import { ensureSloth, ensureToolchain, ToolchainError } from "../lab/toolchain";
import { slothOf, tocsin, type Subject } from "./bench/contenders";
import { costs } from "./bench/cost";
import { falsePages } from "./bench/false-pages";
import { paging } from "./bench/paging";
import { planCosts } from "./bench/plans";
import { serviceCosts } from "./bench/services";
import { figuresOf } from "./bench/figures";
import { tablesOf, type Report } from "./bench/tables";
import { truth } from "./bench/truth/truth";
import { withSection } from "./marked-section";
import { keepFigure, provenance } from "./proof";

const PAGE = path.join(ROOT, "docs/bench.md");

type Part = keyof Report;

const PARTS: readonly Part[] = ["cost", "truth", "paging", "false-pages", "services", "plans"];

interface Options {
  readonly runs: number;
  readonly json: boolean;
  readonly write: boolean;
}

/** Progress is not the answer: that may be JSON for another program. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Counters that are there from the start are what both sides count alike. */
const SUBJECT: Subject = { id: "api", initialisedToZero: true };

async function measure(parts: readonly Part[], runs: number): Promise<Report> {
  const programs = await ensureToolchain({ report: say });
  const { sloth } = parts.every((part) => ["services", "plans"].includes(part))
    ? { sloth: "" }
    : await ensureSloth({ report: say });
  const { promtool } = programs;
  const theirs = (): ReturnType<typeof slothOf> => slothOf(sloth, SUBJECT);
  const has = (part: Part): boolean => parts.includes(part);
  return {
    ...(has("cost") ? { cost: await costs(programs, sloth, say) } : {}),
    ...(has("truth") ? { truth: await truth(promtool, await theirs(), say) } : {}),
    ...(has("paging") ? { paging: await paging(promtool, [tocsin(SUBJECT), await theirs()], say) } : {}),
    ...(has("false-pages")
      ? { "false-pages": await falsePages(promtool, [tocsin(SUBJECT), await theirs()], runs, say) }
      : {}),
    ...(has("services") ? { services: await serviceCosts(programs, say) } : {}),
    ...(has("plans") ? { plans: await planCosts(say) } : {}),
  };
}

async function write(report: Report, tables: ReadonlyMap<Part, string>): Promise<void> {
  let page = readFileSync(PAGE, "utf8");
  for (const [part, text] of tables) {
    page = withSection(page, part, `${text}\n\nMeasured on ${provenance()}.`, `bench -- ${part} --write`);
  }
  writeFileSync(PAGE, await format(page, { parser: "markdown", printWidth: 120 }));
  for (const [part, figure] of figuresOf(report)) {
    keepFigure(part, figure);
  }
  say(
    `written to ${path.relative(ROOT, PAGE)} and to docs/proof.json, of which \`npm run docs\` makes a page`,
  );
}

async function bench(chosen: readonly Part[], { runs, json, write: isWritten }: Options): Promise<void> {
  const report = await measure(chosen.length === 0 ? PARTS : chosen, runs);
  const tables = tablesOf(report);
  process.stdout.write(
    json ? `${JSON.stringify(report, null, 2)}\n` : `\n${[...tables.values()].join("\n\n")}\n`,
  );
  if (isWritten) {
    await write(report, tables);
  }
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 2) {
    throw new InvalidArgumentError(`[${text}] is not a whole number from 2 on`);
  }
  return value;
}

const command = new Command("bench")
  .description(
    "What an SLO costs and how right it is, beside what Sloth generates for the same SLI, on a real Prometheus.",
  )
  .addArgument(new Argument("[parts...]", "what to measure; all of it where left out").choices(PARTS))
  .option(
    "--runs <number>",
    "months played for each line of false-pages; 2000 tell 0.12 from 0.10",
    whole,
    50,
  )
  .option("--json", "the figures as JSON", false)
  .option("--write", "put the tables of what is measured into docs/bench.md", false)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(bench);

command.parseAsync().catch((error: unknown) => {
  const isKnown = error instanceof ToolchainError || !(error instanceof Error);
  process.stderr.write(`bench: ${isKnown ? String(error) : (error.stack ?? error.message)}\n`);
  process.exitCode = error instanceof ToolchainError ? 1 : 70;
});
