import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { RuleTest } from "../../plan/rule-test";
import { testRules } from "../../lab/played-rules";
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
  const sound = new Map<RuleTest, Promise<void>>();
  const results: Fate[] = [];
  const rest = [...mutants.entries()];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      const [index, mutant] = next;
      const fate =
        equivalence(mutant) === undefined
          ? await known.of(mutant, () => fateOf(mutant, options.promtool, sound))
          : "equivalent";
      results[index] = fate;
      done += 1;
      options.seen?.(mutant, fate, done);
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  return results;
}

async function fateOf(mutant: Mutant, promtool: string, sound: Map<RuleTest, Promise<void>>): Promise<Fate> {
  for (const test of mutant.tests) {
    const passes = sound.get(test) ?? requirePassing(promtool, test);
    sound.set(test, passes);
    await passes;
    const { code, output } = await testRules(promtool, withMutant(test, mutant));
    if (code !== 0) {
      return /parse error|invalid metric name|bad matcher/.test(output) ? "invalid" : "killed";
    }
  }
  return "survived";
}

/** A test that fails by itself would notice everything. @throws Error with what promtool says */
async function requirePassing(promtool: string, test: RuleTest): Promise<void> {
  const { code, output } = await testRules(promtool, test);
  if (code !== 0) {
    throw new Error(`the tests of [${test.name}] fail without any change\n${output}`);
  }
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
    const fate = this.fates.get(key) ?? (await find());
    if (this.file !== undefined && !this.fates.has(key)) {
      mkdirSync(dirname(this.file), { recursive: true });
      appendFileSync(this.file, `${key} ${fate}\n`);
    }
    return fate;
  }
}
