import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInGroup, type Ended } from "../lab/toolchain/process-group";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { diffMarkdown, isUnchanged, type EnvironmentDiff } from "../review/markdown";
import { planDiff } from "../review/plan-diff";
import { resourceDiff, type ShownResource } from "../review/resource-diff";
import { compareText } from "../slo/order";
import { ROOT } from "./root";
import { UserError } from "./user-error";

/** What an environment is on one side. */
interface Rendered {
  readonly plan: MonitoringPlan;
  readonly resources: readonly ShownResource[];
}

type Side = ReadonlyMap<string, Rendered>;

/**
 * `tocsin diff <base> [head]`: what a change makes different, for people and machines. A side is a commit, which is
 * rendered with its own engine, or a folder of renders; the working tree where no head is named.
 */
export async function diffCommand(
  base: string,
  head: string | undefined,
  { json }: { readonly json: boolean },
): Promise<void> {
  // What is not there is said before anything takes long.
  const [from, to] = await Promise.all([sourceOf(base), head === undefined ? WORKING_TREE : sourceOf(head)]);
  const scratch = mkdtempSync(join(tmpdir(), "tocsin-diff-"));
  process.on("exit", () => clearUp(scratch));
  const [before, after] = await Promise.all([
    sideOf(from, join(scratch, "base")),
    sideOf(to, join(scratch, "head")),
  ]);
  const stacks = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  const diffs = stacks.map((stack): EnvironmentDiff => {
    const [one, other] = [before.get(stack), after.get(stack)];
    return {
      ...planDiff(one?.plan, other?.plan),
      environment: stack,
      resources: resourceDiff(one?.resources ?? [], other?.resources ?? []),
    };
  });
  process.stdout.write(
    json
      ? `${JSON.stringify({ base, head: head ?? null, isSame: diffs.every(isUnchanged), environments: diffs }, null, 2)}\n`
      : diffMarkdown(diffs, base, head ?? "working tree"),
  );
}

/** Where a side comes from: renders that are there, a commit, or what is here. */
type Source =
  | { readonly kind: "renders"; readonly folder: string }
  | { readonly kind: "commit"; readonly name: string; readonly commit: string }
  | typeof WORKING_TREE;

const WORKING_TREE = { kind: "working-tree" } as const;

async function sourceOf(name: string): Promise<Source> {
  return existsSync(name)
    ? { kind: "renders", folder: name }
    : { kind: "commit", name, commit: await commitOf(name) };
}

/** A commit is checked out beside the repository for as long as this takes. */
function clearUp(scratch: string): void {
  rmSync(scratch, { recursive: true, force: true });
  spawnSync("git", ["-C", ROOT, "worktree", "prune"]);
}

async function sideOf(source: Source, scratch: string): Promise<Side> {
  if (source.kind === "renders") {
    return readFolder(source.folder);
  }
  const out = `${scratch}-out`;
  if (source.kind === "working-tree") {
    return renderAll(ROOT, out, "the working tree");
  }
  const { name, commit } = source;
  const checkOut = ["-C", ROOT, "worktree", "add", "--detach", "--quiet", scratch, commit];
  await run("git", checkOut, ROOT, `[${name}] cannot be checked out`);
  await install(scratch, name);
  return renderAll(scratch, out, name);
}

async function commitOf(name: string): Promise<string> {
  const asked = ["-C", ROOT, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const { code, output } = await call("git", asked, ROOT);
  if (code === 0) {
    return output.trim();
  }
  const { output: shallow } = await call("git", ["-C", ROOT, "rev-parse", "--is-shallow-repository"], ROOT);
  const why =
    shallow.trim() === "true"
      ? "This is a shallow clone: fetch it first, e.g. with `fetch-depth: 0`."
      : "Name a branch, a tag, a commit, or a folder that `tocsin render` wrote.";
  throw new UserError(`[${name}] is neither a folder here nor a commit of ${ROOT}. ${why}`);
}

/** Packages of the same lock file are the same; others are installed, so that each side runs its own engine. */
async function install(folder: string, name: string): Promise<void> {
  const lock = (at: string): string => {
    const file = join(at, "package-lock.json");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  if (lock(folder) === lock(ROOT) && existsSync(join(ROOT, "node_modules"))) {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    return;
  }
  process.stderr.write(`installing the packages of [${name}], whose lock file is another one\n`);
  await run(
    "npm",
    ["ci", "--no-audit", "--no-fund"],
    folder,
    `the packages of [${name}] cannot be installed`,
  );
}

/** Every stack of a checkout, by its own command. */
async function renderAll(folder: string, out: string, name: string): Promise<Side> {
  const stacks = readdirSync(folder)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort(compareText);
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly scripts?: Readonly<Record<string, string>>;
  };
  const command =
    scripts["tocsin"] === undefined
      ? ["npx", "--no-install", "tocsin"]
      : ["npm", "run", "-s", "tocsin", "--"];
  const side = new Map<string, Rendered>();
  for (const stack of stacks) {
    process.stderr.write(`rendering [${stack}] of [${name}]\n`);
    const target = join(out, stack);
    const [file, ...args] = [...command, "render", stack, "--out", target] as const;
    await run(file, args, folder, `[${stack}] of [${name}] cannot be rendered`);
    side.set(stack, readRendered(target));
  }
  return side;
}

/** A render, or a folder of renders with the names of their stacks. */
function readFolder(folder: string): Side {
  if (existsSync(join(folder, "plan.json"))) {
    const rendered = readRendered(folder);
    return new Map([[rendered.plan.environment.stack, rendered]]);
  }
  const found = readdirSync(folder).filter((name) => existsSync(join(folder, name, "plan.json")));
  if (found.length === 0) {
    throw new UserError(
      `[${folder}] holds no render: neither plan.json nor folders with one. Write it with \`tocsin render\`.`,
    );
  }
  return new Map(
    found.map((name) => {
      const rendered = readRendered(join(folder, name));
      return [rendered.plan.environment.stack, rendered];
    }),
  );
}

/** What both sides must have, whichever version wrote them. */
const NEEDED = [
  "environment",
  "alerts",
  "slos",
  "ruleGroups",
  "routing",
  "dashboards",
  "runbooks",
  "scrape",
] as const;

function readRendered(folder: string): Rendered {
  const read = (name: string): unknown => {
    const file = join(folder, name);
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new UserError(
        `[${file}] cannot be read (${error instanceof Error ? error.message : String(error)}); render it again`,
      );
    }
  };
  const plan = read("plan.json") as MonitoringPlan;
  const missing = NEEDED.filter((key) => !Object.hasOwn(plan, key));
  if (missing.length > 0) {
    throw new UserError(
      `[${join(folder, "plan.json")}] has no [${missing.join(", ")}]: it was written by a version that cannot be compared`,
    );
  }
  return { plan, resources: read("resources.json") as readonly ShownResource[] };
}

function call(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  return runInGroup({ file, args, cwd, env: process.env, signal: new AbortController().signal });
}

async function run(file: string, args: readonly string[], cwd: string, fault: string): Promise<void> {
  const { code, output, errors } = await call(file, args, cwd);
  if (code !== 0) {
    throw new UserError(`${fault}:\n${`${output}${errors}`.trim()}`);
  }
}
