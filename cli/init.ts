import type { Command } from "commander";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { IS_INSTALLED, TOCSIN } from "../slo/command";
import type { Percent } from "../slo/objective";
import { slugFrom } from "../slo/slug";
import { say } from "./notice";
import * as read from "./new-arguments";
import { COMPILER_PACKAGES, environmentsOf, repositoryFiles } from "./scaffold/repository";
import { titleOf, variableFault } from "./scaffold/names";
import type { NewService } from "./scaffold/service";
import { applyChanges } from "./scaffold/write";
import { UsageError, UserError } from "./user-error";
import { version } from "./version";

/** Options of `tocsin init`. */
interface InitOptions {
  readonly service: string;
  readonly environments: readonly string[];
  readonly paging: readonly string[];
}

/** Without them nothing else of a repository is of use. */
const HEART = ["catalogue.ts", "services/index.ts"];

/** A list of names with commas, each once. */
function environments(text: string): readonly string[] {
  return [...new Set(text.split(",").map((name) => read.environmentName(name.trim())))];
}

/** The options of `tocsin init`. */
export function addInit(init: Command): void {
  init
    .option("--service <id>", "what the service is called", read.slug, "shop")
    .option("--environments <list>", "with commas; each gets a stack", environments, ["dev", "prod"])
    .option("--paging <list>", "those of them from which people may be woken", environments, ["prod"])
    .action(initCommand);
}

/** `tocsin init`: a repository that monitors one service, in the present folder; what is there stays as it is. */
async function initCommand(options: InitOptions): Promise<void> {
  const { service, environments: names, paging } = options;
  const root = process.cwd();
  if (!IS_INSTALLED) {
    throw new UserError("this is the package's own repository; `init` makes one that uses the package");
  }
  const there = HEART.filter((file) => existsSync(join(root, file)));
  if (there.length > 0) {
    throw new UserError(
      `[${there.join(", ")}] is there already, so this is a repository; \`${TOCSIN} new service <id>\` adds a service to it`,
    );
  }
  const elsewhere = paging.filter((name) => !names.includes(name));
  if (elsewhere.length > 0) {
    throw new UsageError(
      `[${elsewhere.join(", ")}] of --paging is not one of --environments [${names.join(", ")}]`,
    );
  }
  const fault = variableFault(service);
  if (fault !== undefined) {
    throw new UserError(fault);
  }
  const files = repositoryFiles({
    name: slugFrom(basename(root)) || "monitoring",
    version: version(),
    environments: environmentsOf(names, paging),
    service: firstService(service, names),
  });
  const kept = files.filter(({ file }) => existsSync(join(root, file))).map(({ file }) => file);
  const made = files.filter(({ file }) => !kept.includes(file));
  await applyChanges(root, made);
  say(made.map(({ file }) => `+ ${file}`));
  say(kept.map((file) => `= ${file}${WANTED[file] === undefined ? "" : `, kept as it is: ${WANTED[file]}`}`));
  say(nextSteps(kept.includes("package.json")));
}

function nextSteps(hasManifest: boolean): readonly string[] {
  return [
    "",
    hasManifest
      ? `npm install --save-dev ${Object.keys(COMPILER_PACKAGES).join(" ")}   # for the compiler, \`npx tsc\``
      : "npm install             # the package and the compiler",
    `${TOCSIN} check              # what a deployment would refuse`,
    `${TOCSIN} up                 # the monitoring, alive on this machine`,
    `${TOCSIN} new service <id>   # another service; new alert, new runbook`,
    "",
    "Then write into the Pulumi.<stack>.yaml what things are called at your place, and deploy by `pulumi up`:",
    "node_modules/tocsin/docs/adopting.md.",
  ];
}

/** What a file that is kept must say for the repository to work. */
const WANTED: Readonly<Record<string, string>> = {
  "index.ts": "it must be `export = monitoring(catalogue)`, with `monitoring` of tocsin/program",
  "Pulumi.yaml":
    'its runtime needs `main: index.ts`, `typescript: false` and `nodeargs: "--require tocsin/preload"`',
};

function firstService(id: string, names: readonly string[]): NewService {
  return {
    head: {
      id,
      title: titleOf(id),
      team: id,
      tier: 2,
      environments: [...names].sort(),
    },
    calls: [
      {
        part: "httpServer",
        own: {
          availability: "99.9%" satisfies Percent,
          latency: { threshold: "0.3", objective: "95%" satisfies Percent },
          requestsPerSecond: 50,
        },
      },
    ],
    origin: `as team ${id} declares it`,
  };
}
