import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ruleTestFiles } from "../../backends/prometheus/rule-tests";
import type { RuleTest } from "../../plan/rule-test";
import { equivalence } from "./equivalents";
import type { Mutant } from "./mutants";

/** What became of a mutant: a test noticed it, none did, none can, or it is no PromQL. */
export type Fate = "killed" | "survived" | "equivalent" | "invalid";

export interface Options {
  readonly promtool: string;
  /** promtools at once. */
  readonly workers: number;
  /** Where results are kept, so that a run goes on where another ended; forgotten with the process by default. */
  readonly results?: string;
  readonly seen?: (mutant: Mutant, fate: Fate, done: number) => void;
}

/** Tries every mutant with the tests about its rule until one fails. */
export async function fates(mutants: readonly Mutant[], options: Options): Promise<readonly Fate[]> {
  const known = new Results(options.results);
  const results: Fate[] = [];
  const rest = [...mutants.entries()];
  let done = 0;
  const work = async (): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), "tocsin-mutation-"));
    try {
      for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
        const [index, mutant] = next;
        const fate = await known.of(mutant, () => fateOf(mutant, folder, options.promtool));
        results[index] = fate;
        done += 1;
        options.seen?.(mutant, fate, done);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  return results;
}

async function fateOf(mutant: Mutant, folder: string, promtool: string): Promise<Fate> {
  if (equivalence(mutant) !== undefined) {
    return "equivalent";
  }
  for (const test of mutant.tests) {
    const { code, output } = await runTest(withMutant(test, mutant), folder, promtool);
    if (code !== 0) {
      return /parse error|invalid metric name|bad matcher/.test(output) ? "invalid" : "killed";
    }
  }
  return "survived";
}

function withMutant(test: RuleTest, { rule, mutated }: Mutant): RuleTest {
  return {
    ...test,
    groups: test.groups.map((group) => ({
      ...group,
      rules: group.rules.map((one) => (one === rule ? mutated : one)),
    })),
  };
}

function runTest(
  test: RuleTest,
  folder: string,
  promtool: string,
): Promise<{ readonly code: number; readonly output: string }> {
  for (const [file, text] of ruleTestFiles([test])) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const child = spawn(promtool, ["test", "rules", join(folder, "tests", `${test.name}.yml`)], {
    env: { GOGC: "400" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => said.push(chunk));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(said).toString() }));
  });
}

/** Fates by what they depend on: the mutated rule and its tests. */
class Results {
  private readonly fates = new Map<string, Fate>();

  constructor(private readonly file: string | undefined) {
    if (file !== undefined && existsSync(file)) {
      for (const line of readFileSync(file, "utf8").split("\n")) {
        const [key, fate] = line.split(" ");
        if (key !== undefined && (fate === "killed" || fate === "survived" || fate === "invalid")) {
          this.fates.set(key, fate);
        }
      }
    }
  }

  async of(mutant: Mutant, find: () => Promise<Fate>): Promise<Fate> {
    const key = createHash("sha256")
      .update(JSON.stringify([mutant.mutated, mutant.tests]))
      .digest("hex");
    const fate = equivalence(mutant) === undefined ? (this.fates.get(key) ?? (await find())) : "equivalent";
    if (this.file !== undefined && !this.fates.has(key) && fate !== "equivalent") {
      mkdirSync(dirname(this.file), { recursive: true });
      appendFileSync(this.file, `${key} ${fate}\n`);
    }
    return fate;
  }
}
