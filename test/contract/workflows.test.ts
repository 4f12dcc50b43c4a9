import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ensureActionlint } from "../../lab/toolchain";
import { STACKS, ROOT } from "../support/stacks";
import { runProgram } from "../support/program";

const FOLDER = path.join(ROOT, ".github/workflows");

const permissions = z.record(z.string(), z.enum(["read", "write"]));
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions,
  concurrency: z.object({ group: z.string(), "cancel-in-progress": z.boolean().optional() }),
  jobs: z.record(
    z.string(),
    z.object({
      if: z.string().optional(),
      needs: z.string().optional(),
      environment: z.string().optional(),
      permissions: permissions.optional(),
      "timeout-minutes": z.number(),
      strategy: z.object({ matrix: z.object({ stack: z.array(z.string()) }) }).optional(),
      steps: z.array(
        z.object({
          uses: z.string().optional(),
          run: z.string().optional(),
          with: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
});

const files = readdirSync(FOLDER).filter((file) => file.endsWith(".yml"));
const texts = new Map(files.map((file) => [file, readFileSync(path.join(FOLDER, file), "utf8")]));
const workflows = new Map([...texts].map(([file, text]) => [file, workflow.parse(parse(text))]));
const jobsOf = (file: string): readonly z.infer<typeof workflow>["jobs"][string][] =>
  Object.values(workflows.get(file)?.jobs ?? {});
const runs = (file: string): readonly string[] =>
  jobsOf(file).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

describe("the workflows", () => {
  it("are what actionlint reads without a word", async () => {
    const { actionlint } = await ensureActionlint({
      report: (line) => void process.stderr.write(`${line}\n`),
    });
    const args = ["-shellcheck=", "-pyflakes=", "-no-color"];
    const read = (...more: readonly string[]): ReturnType<typeof runProgram> =>
      runProgram(actionlint, [...args, ...more]);
    expect(await read(...files.map((file) => path.join(FOLDER, file)))).toMatchObject({
      code: 0,
      output: "",
    });
    const spoiled = await runProgram("sh", [
      "-c",
      `sed 's/runs-on: ubuntu-latest/runs-on: ubuntu-latets/' "${FOLDER}/drift.yml" | "${actionlint}" ${args.join(" ")} -`,
    ]);
    expect(spoiled.output).toContain("ubuntu-latets");
    expect(spoiled.code).toBe(1);
  }, 300_000);

  it.each(files)("%s pins its actions by commit and says of which version that is", (file) => {
    const used = (texts.get(file) ?? "").split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((line) => !/uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
      [],
    );
  });

  it.each(files)("%s leaves the logic to programs that run anywhere: each step is one command", (file) => {
    const strange = runs(file).filter((run) => run.trim().includes("\n") || !/^(?:npm |pulumi )/.test(run));
    expect(strange).toEqual([]);
    // A value of an event in a script is a script of whoever made the event.
    expect(runs(file).filter((run) => run.includes("${{"))).toEqual([]);
  });

  it("run code of a fork without credentials, and write where none of it runs", () => {
    expect(files.filter((file) => "pull_request_target" in (workflows.get(file)?.on ?? {}))).toEqual([]);
    const writing = files.filter((file) =>
      jobsOf(file).some(({ permissions: own = {} }) => own["pull-requests"] === "write"),
    );
    expect(writing).toEqual(["preview.yml", "pull-request-comment.yml"]);
    expect(workflows.get("pull-request.yml")?.permissions).toEqual({ contents: "read" });
    expect(texts.get("pull-request.yml")).not.toContain("secrets.");
    const [preview] = jobsOf("preview.yml");
    expect(preview?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    const checkouts = jobsOf("pull-request-comment.yml").flatMap(({ steps }) =>
      steps.filter(({ uses = "" }) => uses.startsWith("actions/checkout@")),
    );
    // Without a ref it is the main branch.
    expect(checkouts.map(({ with: inputs }) => inputs)).toEqual([{ "persist-credentials": false }]);
  });

  it("give nothing to a workflow as a whole but reading, and all that a job needs to that job", () => {
    for (const [file, { permissions: whole }] of workflows) {
      expect([file, whole]).toEqual([file, file === "pull-request.yml" ? { contents: "read" } : {}]);
    }
  });

  it("deploy every stack, production last, behind the environment of each and its error budgets", () => {
    const jobs = workflows.get("deploy.yml")?.jobs ?? {};
    expect(Object.entries(jobs).map(([name, { needs, environment }]) => [name, needs, environment])).toEqual([
      ["dev", undefined, "dev"],
      ["staging", "dev", "staging"],
      ["prod", "staging", "prod"],
    ]);
    const commands = (jobs["prod"]?.steps ?? []).flatMap(({ run }) => run ?? []);
    const at = (part: string): number => commands.findIndex((command) => command.includes(part));
    expect(at("budget --env prod")).toBeGreaterThan(-1);
    expect(at("budget --env prod")).toBeLessThan(at("pulumi up"));
    expect(workflows.get("deploy.yml")?.concurrency).toEqual({ group: "deploy" });
  });

  it("look at every stack each night and before each merge", () => {
    for (const file of ["drift.yml", "preview.yml"]) {
      const [job] = jobsOf(file);
      expect([...(job?.strategy?.matrix.stack ?? [])].sort()).toEqual([...STACKS].sort());
    }
    expect(runs("drift.yml").at(-1)).toContain("refresh");
    expect(runs("drift.yml").at(-1)).toMatch(/--preview-only --expect-no-changes/);
  });
});
