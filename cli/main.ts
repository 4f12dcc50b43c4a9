import { createRequire } from "node:module";
import { Command, Help, InvalidArgumentError, Option } from "commander";
import { LabError } from "../lab/process";
import { ToolchainError } from "../lab/toolchain/errors";
import type * as Check from "./check";
import type * as Diff from "./diff";
import type * as Init from "./init";
import { endBetweenSteps, endWithoutReader, Interrupted } from "./interrupt";
import { breakCommand, downCommand, inboxCommand, healCommand } from "./lab-commands";
import { statusCommand } from "./status";
import { loadCatalogue } from "./load-catalogue";
import type * as New from "./new-commands";
import type * as Objectives from "./objectives";
import type * as Size from "./size";
import type * as Render from "./render";
import { addServerCommands, days } from "./server-commands";
import type * as Toolchain from "./toolchain";
import type * as Up from "./up";
import { UsageError, UserError } from "./user-error";
import { version } from "./version";
import { addWorkflowCommands } from "./workflow-commands";

/** What makes plans is loaded by the commands that do: others start in a quarter of the time. */
const load = createRequire(__filename);

/** Exit codes: 1 a problem of the user's, 2 a wrong call, 70 a bug of ours, 128 and more a signal. */
const EXIT = { problem: 1, usage: 2, bug: 70 } as const;

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new InvalidArgumentError(`[${text}] is not a port between 1 and 65535`);
  }
  return value;
}

function speed(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 20) {
    throw new InvalidArgumentError(`[${text}] is not a whole speed between 1 and 20`);
  }
  return value;
}

/** Commands that look at a stack and start nothing. */
function addStackCommands(tocsin: Command): void {
  tocsin
    .command("check")
    .description("find what a deployment would refuse, without engine, cluster or credentials")
    .argument("[environment]", "a stack, one of the Pulumi.<stack>.yaml here; all of them where left out")
    .option("--json", "as JSON, with file and line of what is declared", false)
    .option(
      "--state <file>",
      "let the policies judge what `pulumi stack export` wrote, instead of what would be deployed",
    )
    .option(
      "--annotations",
      "also as commands of a GitHub workflow, which show findings beside the code",
      process.env["GITHUB_ACTIONS"] === "true",
    )
    .action((stack: string | undefined, options: Parameters<typeof Check.checkCommand>[2]) =>
      (load("./check") as typeof Check).checkCommand(loadCatalogue(), stack, options),
    );
  tocsin
    .command("render")
    .description("write down everything that an environment gets")
    .argument("<environment>", "a stack, one of the Pulumi.<stack>.yaml here")
    .requiredOption("--out <folder>", "where to; what an earlier render left there is replaced as a whole")
    .action((stack: string, options: Parameters<typeof Render.renderCommand>[2]) =>
      (load("./render") as typeof Render).renderCommand(loadCatalogue(), stack, options),
    );
}

function addSize(tocsin: Command): void {
  tocsin
    .command("size")
    .description(
      "say what an environment takes: series, samples, memory, disk, objects, money; 1 where a Prometheus has too little",
    )
    .argument("<environment>", "a stack, one of the Pulumi.<stack>.yaml here")
    .option("--json", "as JSON; memory and disk in bytes", false)
    .action((stack: string, options: Parameters<typeof Size.sizeCommand>[2]) => {
      (load("./size") as typeof Size).sizeCommand(loadCatalogue(), stack, options);
    });
}

/** Commands that only read what is declared, and say what it means. */
function addReadingCommands(tocsin: Command): void {
  addSize(tocsin);
  tocsin
    .command("objectives")
    .description("say how long errors of each objective last before somebody is told")
    .argument("<environment>", "a stack, one of the Pulumi.<stack>.yaml here")
    .option("--json", "as JSON", false)
    .action((stack: string, options: Parameters<typeof Objectives.objectivesCommand>[2]) => {
      (load("./objectives") as typeof Objectives).objectivesCommand(loadCatalogue(), stack, options);
    });
  tocsin
    .command("diff")
    .description("say what a change makes different: who is paged, objectives, alerts, dashboards, resources")
    .argument(
      "<base>",
      "a branch, a tag or a commit, which is rendered with its own engine; or a folder of renders",
    )
    .argument("[head]", "the same; the working tree where left out")
    .addOption(
      new Option(
        "--prometheus <url>",
        "also say whom both would have paged, over the history of this Prometheus",
      ).env("TOCSIN_PROMETHEUS"),
    )
    .option(
      "--env <environment>",
      "the stack that this Prometheus is of; one that wakes people where left out",
    )
    .addOption(new Option("--days <n>", "how many days back").argParser(days).default(28))
    .option("--json", "as JSON, with every text", false)
    .action((base: string, head: string | undefined, options: Parameters<typeof Diff.diffCommand>[2]) =>
      (load("./diff") as typeof Diff).diffCommand(base, head, options),
    );
  tocsin
    .command("toolchain")
    .description("find Prometheus and Alertmanager with their tools, or install them")
    .action(() => (load("./toolchain") as typeof Toolchain).toolchainCommand());
}

/** Commands that speak with a running lab. */
function addLabCommands(tocsin: Command): void {
  tocsin.command("down").description("end the lab of this folder").action(downCommand);
  tocsin
    .command("status")
    .description("SLOs, alerts and incidents of the running lab; ends with 1 when nobody would be paged")
    .option("--json", "as JSON", false)
    .option("--watch", "again every two seconds, until Ctrl-C", false)
    .action(statusCommand);
  tocsin
    .command("break")
    .description("inject incidents")
    .argument("[incidents...]", "their names; --list shows them")
    .option("--service <id>", "only incidents of this service")
    .option("--list", "list the incidents and the alerts that they raise", false)
    .option("--json", "the list as JSON", false)
    .action(breakCommand);
  tocsin
    .command("heal")
    .alias("mend")
    .description("end incidents")
    .argument("[incidents...]", "their names; all of them where left out")
    .action(healCommand);
  tocsin
    .command("inbox")
    .description("what PagerDuty, Slack and mail would have got")
    .option("--json", "as JSON", false)
    .action(inboxCommand);
}

/** Commands that make files; what their arguments may be is loaded by them alone. */
function addMakers(tocsin: Command, args: readonly string[]): void {
  const init = tocsin
    .command("init")
    .description("make a repository that monitors one service, in this folder");
  if (args.includes("init")) {
    (load("./init") as typeof Init).addInit(init);
  }
  const scaffold = tocsin.command("new").description("make the files of a service, an alert or a runbook");
  if (args.includes("new")) {
    (load("./new-commands") as typeof New).addNewCommands(scaffold, loadCatalogue());
  }
  const importer = tocsin.command("import").description("make a service of what another program has of it");
  if (args.includes("import")) {
    (load("./new-commands") as typeof New).addImportCommands(importer, loadCatalogue());
  }
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function sayHelpfully(command: Command): void {
  command
    .exitOverride()
    .showHelpAfterError("(--help shows what there is)")
    .configureHelp({ optionDescription: describedOption });
}

/** Whoever reads the help learns what has to be said, and not from a refusal. */
const describedOption = (option: Option): string =>
  `${new Help().optionDescription(option)}${option.mandatory ? " (required)" : ""}`;

function program(args: readonly string[]): Command {
  const tocsin = new Command("tocsin").description(
    "Monitoring as one typed program: see it alive, break it, read the page that arrives.",
  );
  tocsin.version(version(), "--version");
  tocsin
    .command("up")
    .description("bring an environment's monitoring to life on this machine")
    .argument(
      "[environment]",
      "the stack to play, one of the Pulumi.<stack>.yaml here; one that wakes people where left out",
    )
    .option("--detach", "return once it is ready", false)
    .addOption(new Option("--speed <k>", "how many times faster than life").argParser(speed).default(10))
    .option("--fresh", "forget the state of earlier runs", false)
    .option("--port <n>", "port of the lab's own server", port)
    .option("--prometheus-port <n>", "port of Prometheus", port)
    .option("--alertmanager-port <n>", "port of Alertmanager", port)
    .action((stack: string | undefined, options: Parameters<typeof Up.upCommand>[2]) =>
      (load("./up") as typeof Up).upCommand(loadCatalogue(), stack, options),
    );
  addStackCommands(tocsin);
  addReadingCommands(tocsin);
  addMakers(tocsin, args);
  addServerCommands(tocsin);
  addWorkflowCommands(tocsin);
  addLabCommands(tocsin);
  tocsin.hook("preAction", (_program, command) => {
    // These clear up what they have started.
    if (!["up", "toolchain", "backtest"].includes(command.name())) {
      endBetweenSteps();
    }
  });
  everyCommand(tocsin).forEach(sayHelpfully);
  return tocsin;
}

/** What a full disk, a folder that may not be written and the like make the system say; it names the file. */
function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "errno" in error && "syscall" in error;
}

/** What a program that asked for JSON reads of a command that failed. */
function errorJson(error: Error): string {
  const problems = error instanceof UserError ? error.problems : [];
  return `${JSON.stringify({ error: error.message, problems }, null, 2)}\n`;
}

/** Says what went wrong in the words of whoever can mend it. */
function report(error: unknown, isJson: boolean): number {
  if (error instanceof Error && "code" in error && String(error.code).startsWith("commander.")) {
    const isWell = "exitCode" in error && error.exitCode === 0;
    if (isJson && !isWell) {
      process.stdout.write(errorJson(error));
    }
    return isWell ? 0 : EXIT.usage;
  }
  if (error instanceof UserError || error instanceof LabError || error instanceof ToolchainError) {
    process.stderr.write(`tocsin: ${error.message}\n`);
    if (isJson) {
      process.stdout.write(errorJson(error));
    }
    return error instanceof UsageError ? EXIT.usage : EXIT.problem;
  }
  if (error instanceof Interrupted) {
    process.stderr.write(`tocsin: ${error.message}\n`);
    return error.exitCode;
  }
  if (isOfSystem(error)) {
    process.stderr.write(`tocsin: ${error.message}\n`);
    return EXIT.problem;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`tocsin: this is a bug of tocsin's; please report it with these lines\n${text}\n`);
  return EXIT.bug;
}

/** Runs the command. @returns the code that a process of it ends with */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await program(args).parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error, args.includes("--json"));
  }
}

/** The command of this process. */
export function main(): void {
  endWithoutReader(process.stdout, EXIT.problem);
  endWithoutReader(process.stderr, EXIT.problem);
  void run(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}

if (require.main === module) {
  main();
}
