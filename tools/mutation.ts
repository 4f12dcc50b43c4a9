import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { ROOT } from "../cli/root";
import { requireStack } from "../cli/stack";
import { ruleTests } from "../generators/rule-tests/rule-tests";
import { ensureToolchain } from "../lab/toolchain";
import { servicesIn } from "../generators/objectives";
import { services } from "../services";
import { mutantsOf, type Mutant } from "./mutation/mutants";
import { fates } from "./mutation/run";
import { sampleOf } from "./mutation/sample";

const RESULTS = join(ROOT, "node_modules/.cache/tocsin-mutation");

interface Arguments {
  readonly service?: string;
  readonly rule?: string;
  readonly sample?: number;
  readonly seed: number;
  readonly workers: number;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError(`[${text}] is no whole number`);
  }
  return value;
}

async function main(): Promise<number> {
  const command = new Command("npm run test:mutation --")
    .description("Changes the rules of prod in small ways, and runs the rule tests that should notice.")
    .option("--service <id>", "rules of this service only")
    .option("--rule <name>", "records or alerts of this name only")
    .option("--sample <n>", "so many mutants, chosen by the seed; all by default", count)
    .option("--seed <k>", "which ones", count, 1)
    .option("--workers <n>", "promtools at once", count, 2)
    .parse();
  const { service, rule, sample, seed, workers } = command.opts<Arguments>();
  const { plan, environment } = requireStack("prod");
  const known = servicesIn(services, environment).map(({ id }) => id);
  if (service !== undefined && !known.includes(service)) {
    throw new InvalidArgumentError(`[${service}] is no service of prod; there are ${known.join(", ")}`);
  }
  const tests = ruleTests(plan, servicesIn(services, environment));
  const of = tests.filter(({ name }) => service === undefined || name.startsWith(`${service}/`));
  const all = mutantsOf(of).filter((mutant) => rule === undefined || nameOf(mutant) === rule);
  const chosen = sample === undefined ? all : sampleOf(all, sample, seed);
  const programs = await ensureToolchain({ report: (line) => void process.stderr.write(`${line}\n`) });
  process.stderr.write(`${chosen.length} of ${all.length} mutants\n`);
  const found = await fates(chosen, {
    promtool: programs.promtool,
    workers,
    results: RESULTS,
    seen: (mutant, fate, done) => {
      if (fate === "survived") process.stdout.write(`survived: ${nameOf(mutant)}: ${mutant.what}\n`);
      if (done % 50 === 0) process.stderr.write(`${done} of ${chosen.length}\n`);
    },
  });
  const sum = (wanted: string): number => found.filter((fate) => fate === wanted).length;
  process.stdout.write(
    `${sum("killed")} killed, ${sum("survived")} survivors, ${sum("equivalent")} equivalent, ${sum("invalid")} no PromQL\n`,
  );
  return sum("survived") === 0 ? 0 : 1;
}

function nameOf({ rule }: Mutant): string {
  return rule.kind === "record" ? rule.record : rule.alert;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof InvalidArgumentError ? 2 : 1;
  },
);
