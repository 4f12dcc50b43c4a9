import type { Policies } from "@pulumi/policy";
import { evaluateProgram, type ProgramResource } from "../../evaluation/evaluate";
import { evaluatePolicies } from "../../policies/evaluate";

/** A resource by its names: what a reader of a preview sees of it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  /** Names of what it waits for, sorted. */
  readonly after: readonly string[];
}

/** What a program of some components registers, without its providers and in the order of the names. */
export async function register(program: () => unknown): Promise<readonly ProgramResource[]> {
  const { resources } = await evaluateProgram(program, INPUT);
  return resources.filter(({ type }) => !type.startsWith("pulumi:providers:"));
}

/** What policies object to in what a program of some components registers. */
export async function objections(program: () => unknown, policies?: Policies): Promise<readonly string[]> {
  const { resources } = await evaluateProgram(program, INPUT);
  return (await evaluatePolicies(resources, policies)).map(({ message }) => message);
}

const INPUT = { project: "tocsin", stack: "test", entries: {}, secretKeys: [] };

/** Resources as lines of a table; the stack itself is called `-`. */
export function byName(resources: readonly ProgramResource[]): readonly Registered[] {
  const nameOf = (urn: string): string => {
    const [, , types = "", name = ""] = urn.split("::");
    return types === "pulumi:pulumi:Stack" ? "-" : `${types.split(":").at(-1) ?? ""} ${name}`;
  };
  return resources.map(({ type, name, parent = "", dependencies = [] }) => ({
    type: type.split(":").at(-1) ?? type,
    name,
    parent: nameOf(parent),
    after: dependencies.map(nameOf).sort(),
  }));
}

/** The resource of a type and a name. @throws Error where there is none */
export function one(resources: readonly ProgramResource[], type: string, name: string): ProgramResource {
  const found = resources.find((resource) => resource.type === type && resource.name === name);
  if (found === undefined) {
    throw new Error(`no [${type}] is called [${name}]: ${resources.map(({ urn }) => urn).join(", ")}`);
  }
  return found;
}
