import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInGroup, type Ended } from "../lab/toolchain/process-group";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { compareText } from "../slo/order";
import { readFolder, readRendered, stateSide, type Rendered, type Side } from "./diff-side";
import { ROOT } from "./root";
import { UsageError, UserError } from "./user-error";

/**
 * Both sides of a comparison, each rendered with its own engine; the working tree where no head is named.
 * @throws UserError where a side is none
 */
export async function sidesOf(
  base: string,
  head: string | undefined,
): Promise<{ readonly before: Side; readonly after: Side; readonly isState: boolean }> {
  const [from, to] = await Promise.all([sourceOf(base), head === undefined ? WORKING_TREE : sourceOf(head)]);
  const scratch = scratchFolder();
  const [before, after] = await Promise.all([
    sideOf(from, join(scratch, "base")),
    sideOf(to, join(scratch, "head")),
  ]);
  return { before, after, isState: [from, to].some(({ kind }) => kind === "state") };
}

/** The plan of a stack at a commit, or in a folder of renders. @throws UserError where there is none */
export async function planAt(name: string, stack: string): Promise<MonitoringPlan> {
  const source = await sourceOf(name);
  const side = await sideOf(source, join(scratchFolder(), "base"), stack);
  const plan = side.get(stack)?.plan;
  if (plan === undefined) {
    throw new UsageError(
      `[${name}] has no rules of [${stack}]: name a commit, or a folder of renders, that has this stack`,
    );
  }
  return plan;
}

function scratchFolder(): string {
  const scratch = mkdtempSync(join(tmpdir(), "tocsin-diff-"));
  process.on("exit", () => clearUp(scratch));
  return scratch;
}

/** Where a side comes from: renders that are there, a commit, or what is here. */
type Source =
  | { readonly kind: "renders"; readonly folder: string }
  | { readonly kind: "state"; readonly file: string }
  | { readonly kind: "commit"; readonly name: string; readonly commit: string }
  | typeof WORKING_TREE;

const WORKING_TREE = { kind: "working-tree" } as const;

async function sourceOf(name: string): Promise<Source> {
  if (existsSync(name)) {
    return statSync(name).isDirectory() ? { kind: "renders", folder: name } : { kind: "state", file: name };
  }
  return { kind: "commit", name, commit: await commitOf(name) };
}

/** A commit is checked out beside the repository for as long as this takes. */
function clearUp(scratch: string): void {
  rmSync(scratch, { recursive: true, force: true });
  spawnSync("git", ["-C", ROOT, "worktree", "prune"]);
}

async function sideOf(source: Source, scratch: string, only?: string): Promise<Side> {
  if (source.kind === "renders") {
    return readFolder(source.folder);
  }
  if (source.kind === "state") {
    return stateSide(source.file);
  }
  const out = `${scratch}-out`;
  if (source.kind === "working-tree") {
    return renderAll(ROOT, out, "the working tree", only);
  }
  const { name, commit } = source;
  const checkOut = ["-C", ROOT, "worktree", "add", "--detach", "--quiet", scratch, commit];
  await run("git", checkOut, ROOT, `[${name}] cannot be checked out`);
  await install(scratch, name);
  return renderAll(scratch, out, name, only);
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
  throw new UsageError(`[${name}] is neither a folder here nor a commit of ${ROOT}. ${why}`);
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

/** Every stack of a checkout, or the only one that is wanted, by its own command. */
async function renderAll(folder: string, out: string, name: string, only?: string): Promise<Side> {
  const stacks = readdirSync(folder)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .filter((stack) => only === undefined || stack === only)
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

function call(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  return runInGroup({ file, args, cwd, env: process.env, signal: new AbortController().signal });
}

async function run(file: string, args: readonly string[], cwd: string, fault: string): Promise<void> {
  const { code, output, errors } = await call(file, args, cwd);
  if (code !== 0) {
    throw new UserError(`${fault}:\n${`${output}${errors}`.trim()}`);
  }
}
