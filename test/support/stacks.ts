import { existsSync } from "node:fs";
import path from "node:path";
import { readStackFile } from "../../config/stack-file";
import { HEARD_SEVERITIES, type Environment } from "../../plan/environment";
import type { Catalogue } from "../../slo/catalogue";
import type { Service } from "../../slo/service";
import { formatProblems } from "../../slo/problem";
import { ENVIRONMENTS } from "../fixture/environments";

export { ENVIRONMENTS };

/** The folder of everything. */
export const ROOT = path.resolve(__dirname, "../..");

/** The repository that tests play, without its services, which tests of none do not load. */
export const FIXTURE = { root: path.resolve(__dirname, "../fixture"), environments: ENVIRONMENTS } as const;

/** Where the command of a repository is: in itself, or here. */
export function programOf(repository: string): string {
  return existsSync(path.join(repository, "cli")) ? repository : ROOT;
}

/** What of a catalogue a stack's file is read with. */
type Repository = Pick<Catalogue, "environments" | "root">;

/** The stacks that every test of generated files looks at. */
export const STACKS = ["dev", "prod", "staging"] as const;

const environments = new Map<string, Environment>();

/** Reading a file takes milliseconds, and some ask ten thousand times. @throws Error with every problem of the stack file */
export function environmentOf(stack: string, of: Repository = FIXTURE): Environment {
  const known = environments.get(`${of.root} ${stack}`);
  if (known !== undefined) {
    return known;
  }
  const result = readStackFile(of, stack);
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  environments.set(`${of.root} ${stack}`, result.environment);
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
    managedDatabases: own(
      environment.managedDatabases,
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
