import { mkdir } from "node:fs/promises";
import path from "node:path";
import { findProgram } from "../../config/find-program";
import { IN_CACHE, install, lockFile } from "./cache";
import { WayFailed } from "./errors";
import { alone } from "./lock";
import { runInGroup } from "./process-group";
import { stopwatch, withProgress } from "./progress";
import type { Environment, Run, Target } from "./run";
import type { Program, Suite } from "./suites";
import { isGoAtLeast } from "./versions";
import type { Way } from "./ways";

/** A build from the published Go modules, at the versions and checksums that this repository pins. */
export const FROM_GO: Way = {
  name: "Go",
  attempt: async (suite, run) => {
    const target = run.target;
    if (target === undefined) throw new WayFailed(`nothing to install for ${run.system}`);
    const go = findProgram("go", run.env);
    if (go === undefined) throw new WayFailed("no go on PATH");
    await assertGoodEnough(go, suite, run);
    const doing = `building ${suite.name} ${suite.version} from its Go modules`;
    return alone(lockFile(suite, target, run), run, doing, async () => {
      const built = await IN_CACHE.attempt(suite, run);
      if (built.kind === "found") return built;
      return install(suite, run, (programs, scratch) =>
        build({ go, suite, target, programs, scratch, doing }, run),
      );
    });
  },
};

/** Arguments of `go` that build one program of a suite into `folder`. */
export function buildArguments(suite: Suite, program: Program, folder: string): readonly string[] {
  const { tags, variables } = suite.go;
  const told = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  return [
    "build",
    "-mod=readonly",
    "-trimpath",
    "-buildvcs=false",
    ...(tags.length === 0 ? [] : ["-tags", tags.join(",")]),
    "-ldflags",
    ["-s -w", ...told].join(" "),
    "-o",
    path.join(folder, program.name),
    program.package,
  ];
}

async function assertGoodEnough(go: string, suite: Suite, run: Run): Promise<void> {
  const { minimumGo } = suite.go;
  // Asked at the root, where no module of the user's can choose another Go.
  const cwd = path.parse(run.cacheDir).root;
  const args = ["env", "GOVERSION", "GOTOOLCHAIN"];
  const answer = await runInGroup({ file: go, args, cwd, env: run.env, signal: run.signal });
  if (answer.code !== 0) throw new WayFailed(`${go} env: ${endOf(answer.errors)}`);
  const [version = "", toolchain = ""] = answer.output.split("\n");
  // `auto` and `go1.22.0+auto` fetch the Go that a module asks for.
  if (isGoAtLeast(version, minimumGo) || toolchain.endsWith("auto")) return;
  throw new WayFailed(`${go} is ${version}, wanted >= ${minimumGo} (or GOTOOLCHAIN=auto)`);
}

interface Build {
  readonly go: string;
  readonly suite: Suite;
  readonly target: Target;
  readonly programs: string;
  readonly scratch: string;
  readonly doing: string;
}

async function build({ go, suite, target, programs, scratch, doing }: Build, run: Run): Promise<void> {
  run.report(`${doing}; this takes minutes the first time`);
  await mkdir(path.join(scratch, "go"));
  const env = buildEnvironment(target, path.join(scratch, "go"), run.env);
  const elapsed = stopwatch();
  await withProgress(
    run,
    (seconds) => `${doing}, ${seconds} s`,
    async () => {
      for (const program of suite.programs) {
        const args = buildArguments(suite, program, programs);
        const command = { file: go, args, cwd: suite.go.folder, env, signal: run.signal };
        const ended = await runInGroup(command);
        if (ended.code !== 0) throw new WayFailed(`go build: ${endOf(ended.errors)}`);
      }
    },
  );
  run.report(`built ${suite.name} ${suite.version} in ${elapsed()} s`);
}

function buildEnvironment(target: Target, temporary: string, env: Environment): Environment {
  return {
    ...env,
    GOOS: target.os,
    GOARCH: target.arch,
    // As the official releases: no C compiler needed, no system library linked.
    CGO_ENABLED: "0",
    // A workspace above this folder would replace our pinned versions.
    GOWORK: "off",
    // Where the staging folder takes it along when go is killed.
    GOTMPDIR: temporary,
  };
}

/** The last lines of what `go` wrote, without its list of downloads, in one line. */
function endOf(errors: string): string {
  const lines = errors
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("go: downloading "));
  return lines.length === 0 ? "failed without a message" : lines.slice(-4).join(" | ");
}
