import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { catalogue } from "../catalogue";
import { ROOT } from "../cli/root";
import { requireStack } from "../cli/stack";
import { ruleTests } from "../backends/rule-tests/rule-tests";
import { ensureToolchain } from "../lab/toolchain";
import { groupedBy } from "../slo/order";
import { servicesIn } from "../generators/objectives";
import { mutantsOf, type Mutant } from "./mutation/mutants";
import { fates, type Fate } from "./mutation/run";
import { sampleOf } from "./mutation/sample";
import { keepFigure } from "./proof";

const RESULTS = join(ROOT, "node_modules/.cache/tocsin-mutation");

const DECLARED = "declared alerts";

/** Parts of all rules, and the claim of docs/proof.json about each. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ["slos", "mutants"],
  ["declared", "declared-mutants"],
]);

interface Narrow {
  readonly service?: string;
  readonly rule?: string;
  readonly layer?: string;
}

interface Arguments extends Narrow {
  readonly of?: string;
  readonly sample?: number;
  readonly seed: number;
  readonly workers: number;
  readonly write: boolean;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError(`[${text}] is no whole number`);
  }
  return value;
}

const command = new Command("npm run test:mutation --")
  .description("Changes the rules of prod in small ways, and runs the rule tests that should notice.")
  .addOption(
    new Option("--of <part>", "rules of SLOs, or alerts that services declare and what these read").choices([
      ...PARTS.keys(),
    ]),
  )
  .option("--service <id>", "rules of this service only")
  .option("--rule <name>", "records or alerts of this name only")
  .option("--layer <name>", "rules that this layer of the tests of an SLO is about: first, counts, page, ...")
  .option("--sample <n>", "so many mutants, chosen by the seed; all by default", count)
  .option("--seed <k>", "which ones", count, 1)
  .option("--workers <n>", "promtools at once", count, 2)
  .option("--write", "keep the result in docs/proof.json, of which `npm run docs` makes a page", false);

async function main(): Promise<number> {
  const { of: part, sample, seed, workers, write, ...narrow } = command.parse().opts<Arguments>();
  if (write && Object.keys(narrow).length > 0) {
    throw new InvalidArgumentError(
      "--write keeps what is found of all rules; leave out what narrows them down",
    );
  }
  const all = mutants(narrow).filter((mutant) => part === undefined || partOf(mutant) === part);
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
  for (const [layer, tried] of groupedBy([...chosen.entries()], ([, mutant]) => layerOf(mutant))) {
    process.stdout.write(`${layer}: ${said(tried.map(([index]) => found[index]))}\n`);
  }
  process.stdout.write(`${said(found)}\n`);
  for (const [of, claim] of write ? PARTS : []) {
    const isOf = (mutant: Mutant | undefined): boolean => mutant !== undefined && partOf(mutant) === of;
    const tried = found.filter((_, index) => isOf(chosen[index]));
    const known = all.filter(isOf).length;
    if (tried.length > 0) {
      keepFigure(claim, `${said(tried)}${tried.length < known ? `; tried ${tried.length} of ${known}` : ""}`);
    }
  }
  return found.includes("survived") ? 1 : 0;
}

function mutants({ service, rule, layer }: Narrow): readonly Mutant[] {
  const { plan, environment } = requireStack(catalogue, "prod");
  const declared = servicesIn(catalogue.services, environment);
  const known = declared.map(({ id }) => id);
  if (service !== undefined && !known.includes(service)) {
    throw new InvalidArgumentError(`[${service}] is no service of prod; there are ${known.join(", ")}`);
  }
  const tests = ruleTests(plan, declared);
  return mutantsOf(
    tests.filter(({ name }) => service === undefined || name.startsWith(`${service}/`)),
  ).filter(
    (mutant) =>
      (rule === undefined || nameOf(mutant) === rule) && (layer === undefined || layerOf(mutant) === layer),
  );
}

function said(fates: readonly (Fate | undefined)[]): string {
  const sum = (wanted: Fate): number => fates.filter((fate) => fate === wanted).length;
  return `${sum("killed")} killed, ${sum("survived")} survivors, ${sum("equivalent")} equivalent, ${sum("invalid")} no PromQL`;
}

function partOf(mutant: Mutant): string {
  return layerOf(mutant) === DECLARED ? "declared" : "slos";
}

/** What of an SLO the cheapest test of a rule is about. */
function layerOf({ tests: [cheapest] }: Mutant): string {
  const [, layer] = (cheapest?.name ?? "").split(".");
  return layer ?? DECLARED;
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
