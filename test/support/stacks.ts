import path from "node:path";
import { readStackFile } from "../../config/stack-file";
import { HEARD_SEVERITIES, type Environment } from "../../plan/environment";
import type { Environments } from "../../slo/catalogue";
import type { Service } from "../../slo/service";
import { formatProblems } from "../../slo/problem";

/** The folder of the stack files and the runbooks. */
export const ROOT = path.resolve(__dirname, "../..");

/** Those of `catalogue.ts`, which tests of no service cannot load. */
export const ENVIRONMENTS = {
  beta: {},
  dev: {},
  prod: { mayPage: true, needsDeadMansSwitch: true, locksBackups: true },
  staging: { needsDeadMansSwitch: true, locksBackups: true },
} as const satisfies Environments;

/** The stacks that every test of generated files looks at. */
export const STACKS = ["dev", "prod", "staging"] as const;

const environments = new Map<string, Environment>();

/** Reading a file takes milliseconds, and some ask ten thousand times. @throws Error with every problem of the stack file */
export function environmentOf(stack: string): Environment {
  const known = environments.get(stack);
  if (known !== undefined) {
    return known;
  }
  const result = readStackFile({ root: ROOT, environments: ENVIRONMENTS }, stack);
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  environments.set(stack, result.environment);
  return result.environment;
}

/** As `environmentOf`, without what its file says of teams and services that are not among these. */
export function environmentFor(stack: string, declared: readonly Service[]): Environment {
  return onlyOf(environmentOf(stack), declared);
}

/** An environment without what it says of teams and services that are not among these. */
export function onlyOf(environment: Environment, declared: readonly Service[]): Environment {
  const { receivers } = environment;
  const own = <T>(of: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(of).filter(([name]) => ["default", ...names].includes(name)));
  const teams = declared.map(({ team }) => team);
  return {
    ...environment,
    runbooks: own(
      environment.runbooks,
      declared.map(({ id }) => id),
    ),
    receivers: {
      ...receivers,
      ...Object.fromEntries(
        HEARD_SEVERITIES.flatMap((severity) => {
          const byTeam = receivers[severity];
          return byTeam === undefined ? [] : [[severity, own(byTeam, teams)]];
        }),
      ),
    },
  };
}
