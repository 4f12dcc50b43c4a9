import { checkSlug } from "./validation/identifiers";
import { suggestion } from "./nearest";
import type { Service } from "./service";

/**
 * What an environment may do, and what it needs. What is left out does not hold: an environment of which nothing is said
 * wakes nobody and locks nothing.
 */
export interface EnvironmentTraits {
  /** Whether a person may be woken from it, so that `tocsin:paging` of its stacks may be true. */
  readonly mayPage?: boolean;
  /** Whether somebody outside must notice when its monitoring dies: `tocsin:receivers.deadMansSwitch` is required. */
  readonly needsDeadMansSwitch?: boolean;
  /** Whether the locks that services ask for their backups hold in it. Where not, a backup can be deleted at any time. */
  readonly locksBackups?: boolean;
  /** Whether a second region has to have what is backed up: a place that has none is refused. */
  readonly replicatesBackups?: boolean;
}

/** The environments of a repository, by name. */
export type Environments = Readonly<Record<string, EnvironmentTraits>>;

/** What a repository monitors, and where. */
export interface Catalogue {
  /** The folder of the stack files and the runbooks: `__dirname`. */
  readonly root: string;
  readonly services: readonly Service[];
  readonly environments: Environments;
}

const TRAITS = {
  mayPage: true,
  needsDeadMansSwitch: true,
  locksBackups: true,
  replicatesBackups: true,
} as const satisfies Record<keyof EnvironmentTraits, true>;

/**
 * The catalogue of a repository. Services are looked at by the check, which knows their stacks.
 * @throws Error with everything that is wrong with the rest: no check could read a stack without it
 */
export function defineCatalogue(catalogue: Catalogue): Catalogue {
  const { root, services, environments } = catalogue as Readonly<Record<keyof Catalogue, unknown>>;
  const faults = [
    ...(typeof root === "string" && root !== ""
      ? []
      : ["[root] is not the path of a folder; write `root: __dirname`"]),
    ...(Array.isArray(services) ? [] : ["[services] is not a list of services"]),
    ...environmentFaults(environments),
  ];
  if (faults.length > 0) {
    throw new Error(`the catalogue is at fault: ${faults.join("; ")}`);
  }
  return catalogue;
}

function environmentFaults(environments: unknown): readonly string[] {
  if (!isMapping(environments)) {
    return ["[environments] is not a mapping of names to traits, such as { prod: { mayPage: true } }"];
  }
  const names = Object.keys(environments);
  return names.length === 0
    ? ["[environments] is empty; name the environments of the stacks"]
    : names.flatMap((name) => nameFaults(name).concat(traitFaults(name, environments[name])));
}

/** In a table of a service, `default` stands for all environments that are not named. */
function nameFaults(name: string): string[] {
  return name === "default"
    ? ["an environment cannot be called [default], which stands for all others in the tables of services"]
    : checkSlug("", name).map(({ message, remedy }) => `${message} of an environment. ${remedy}`);
}

function traitFaults(name: string, traits: unknown): readonly string[] {
  if (!isMapping(traits)) {
    return [`[environments.${name}] is not a mapping of traits; write {} for one that has none`];
  }
  return Object.entries(traits).flatMap(([trait, holds]) =>
    !Object.hasOwn(TRAITS, trait)
      ? [`[environments.${name}.${trait}] is no trait. ${suggestion(trait, Object.keys(TRAITS))}`]
      : typeof holds !== "boolean" && holds !== undefined
        ? [`[environments.${name}.${trait}] is neither true nor false`]
        : [],
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The environments that have a trait, or those that do not, sorted. */
export function environmentsThat(
  environments: Environments,
  trait: keyof EnvironmentTraits,
  holds: boolean,
): readonly string[] {
  return Object.keys(environments)
    .filter((name) => (environments[name]?.[trait] ?? false) === holds)
    .sort();
}
