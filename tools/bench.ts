import { z } from "zod";
import { ROOT } from "../cli/stack";
import { ensureToolchain } from "../lab/toolchain";
import { Checkout } from "../test/support/checkout";
import { writeFiles } from "../test/support/program";
import { runbooksFor, STACK } from "./bench/catalogue-plan";
import { best, type Measured } from "./bench/measure";
import { truth } from "./bench/truth/truth";

/** Sizes of the generated catalogue, and how often each is measured. */
const SMALL = { services: 100, runs: 3 } as const;
const LARGE = { services: 1_000, runs: 3 } as const;
/** As much as one stack may have: the list of all runbooks is a ConfigMap, and a check refuses one that is too large. */
const WHOLE_STACK = { services: 800, runs: 3 } as const;

/** Runs of the command on the services of this repository. */
const CHECKS = 5;

const planReport = z.object({
  seconds: z.number(),
  processor: z.number(),
  slos: z.number(),
  alerts: z.number(),
  rules: z.number(),
});

type Size = typeof LARGE | typeof SMALL | typeof WHOLE_STACK;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function shown({ seconds, processor, peak }: Omit<Measured, "output">): string {
  const memory = `${Math.round(peak / 1e6)} MB at most`;
  return `${processor.toFixed(2)} s of work, ${seconds.toFixed(2)} s by the clock, ${memory}`;
}

/** The plan alone, without the start of its process. Returns the work. */
async function plan({ services, runs }: Size): Promise<number> {
  const { output, peak } = await best(runs, ROOT, "tools/bench/plan.ts", String(services));
  const { seconds, processor, slos, alerts, rules } = planReport.parse(JSON.parse(output));
  say(`plan of ${services} services, ${slos} SLOs, ${alerts} alerts, ${rules} rules:`);
  say(`  ${shown({ seconds, processor, peak })}`);
  return processor;
}

/** The command in a checkout whose services and runbooks are those of the generated catalogue. Returns the work. */
async function check({ services, runs }: Size): Promise<number> {
  const checkout = new Checkout();
  try {
    checkout.write(
      "services/index.ts",
      `import { catalogue } from "../tools/bench/catalogue";\nexport const services = catalogue(${services});\n`,
    );
    const pages = runbooksFor(services).map(
      ({ service, slug, text }) => [`runbooks/${service}/${slug}.md`, text] as const,
    );
    writeFiles(checkout.folder, new Map(pages));
    const measured = await best(runs, checkout.folder, "cli/main.ts", "check", STACK);
    say(`tocsin check of ${services} services (${measured.output.split("\n", 1).join("")}):`);
    say(`  ${shown(measured)}`);
    return measured.processor;
  } finally {
    checkout.dispose();
  }
}

function ratio(what: string, size: Size, small: number, large: number): void {
  const more = size.services / SMALL.services;
  say(`  ${what}: ${(large / small).toFixed(1)} times the work for ${more} times the services`);
}

/** `npm run bench`: figures of one run, to compare with each other. No test depends on them. */
async function main(): Promise<void> {
  say(`tocsin check ${STACK}, the best of ${CHECKS} runs:`);
  say(`  ${shown(await best(CHECKS, ROOT, "cli/main.ts", "check", STACK))}`);
  ratio("plan", LARGE, await plan(SMALL), await plan(LARGE));
  ratio("check", WHOLE_STACK, await check(SMALL), await check(WHOLE_STACK));
  say(
    `tocsin check of ${LARGE.services} services: not measured, a stack's list of runbooks would not fit a ConfigMap`,
  );
  await truth(await ensureToolchain({ report: say }), say);
  say("samples that a server reads per SLO: not measured here, since that takes a running Prometheus");
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
