import { z } from "zod";
import { ROOT } from "../../cli/root";
import { Checkout } from "../../test/support/checkout";
import { STACK } from "./catalogue-plan";
import { best, type Measured } from "./measure";

/** Sizes of the generated catalogue, and how often each is measured. */
const SMALL = { services: 100, runs: 3 } as const;
const LARGE = { services: 1_000, runs: 3 } as const;
/** As much as one stack may have: the list of all runbooks is a ConfigMap, and a check refuses one that is too large. */
const WHOLE_STACK = { services: 800, runs: 3 } as const;

/** Runs of the command on the services of this repository. */
const CHECKS = 5;

const planReport = z.object({ seconds: z.number(), processor: z.number(), alerts: z.number() });

type Size = typeof LARGE | typeof SMALL | typeof WHOLE_STACK;

/** What a command took at its best, for so many services; the fewest are those of this repository. */
export interface PlanCost {
  readonly what: string;
  readonly processor: number;
  readonly seconds: number;
  /** Megabytes. */
  readonly memory: number;
}

/** The plan of a stack, and `tocsin check`, for catalogues of different sizes. */
export async function planCosts(say: (line: string) => void): Promise<readonly PlanCost[]> {
  const costs: PlanCost[] = [];
  const add = (what: string, { processor, seconds, peak }: Omit<Measured, "output">): void => {
    costs.push({ what, processor, seconds, memory: Math.round(peak / 1e6) });
  };
  say("plans: tocsin check of this repository");
  add(`tocsin check ${STACK}`, await best(CHECKS, ROOT, "cli/main.ts", "check", STACK));
  for (const size of [SMALL, LARGE]) {
    say(`plans: ${size.services} services`);
    const { alerts, ...measured } = await plan(size);
    add(`plan of ${size.services} services, ${alerts} alerts`, measured);
  }
  for (const size of [SMALL, WHOLE_STACK]) {
    say(`plans: tocsin check of ${size.services} services`);
    add(`tocsin check of ${size.services} services`, await check(size));
  }
  return costs;
}

/** The plan alone, without the start of its process. */
async function plan({ services, runs }: Size): Promise<Omit<Measured, "output"> & { alerts: number }> {
  const { output, peak } = await best(runs, ROOT, "tools/bench/plan.ts", String(services));
  return { ...planReport.parse(JSON.parse(output)), peak };
}

/** The command in a checkout whose services are those of the generated catalogue. */
async function check({ services, runs }: Size): Promise<Measured> {
  const checkout = new Checkout();
  try {
    checkout.write(
      "services/index.ts",
      `import { catalogue } from "../tools/bench/catalogue";\nexport const services = catalogue(${services});\n`,
    );
    return await best(runs, checkout.folder, "cli/main.ts", "check", STACK);
  } finally {
    checkout.dispose();
  }
}
