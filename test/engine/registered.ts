import type { ProgramResource } from "../../evaluation/evaluate";
import { UNKNOWN } from "./stand-in/wire";
import type { EngineResource } from "./workspace";

/** What a program says of a resource, in a form in which the engine's word and the evaluation's can be compared. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly retainOnDelete: boolean;
  readonly parent: string | undefined;
  readonly provider: string | undefined;
  readonly dependencies: readonly string[];
  readonly inputs: unknown;
}

/** The resources of `preview --json`, without the stack, by URN. */
export function registeredIn(preview: string): readonly EngineResource[] {
  const { steps } = JSON.parse(preview) as {
    readonly steps: readonly { readonly newState: EngineResource }[];
  };
  return steps
    .map(({ newState }) => newState)
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** What `preview --json` would do, as operation and type, without what stays the same. */
export function operationsIn(preview: string): readonly string[] {
  const { steps } = JSON.parse(preview) as {
    readonly steps: readonly { readonly op: string; readonly newState?: EngineResource }[];
  };
  const done = steps
    .filter(({ op }) => op !== "same")
    .map(({ op, newState }) => `${op} ${newState?.type ?? ""}`);
  return [...new Set(done)].sort();
}

export function ofEngine(resource: EngineResource): Registered {
  return {
    urn: resource.urn,
    type: resource.type,
    custom: resource.custom,
    retainOnDelete: resource.retainOnDelete ?? false,
    parent: resource.parent,
    provider: withoutId(resource.provider),
    dependencies: [...(resource.dependencies ?? [])].sort(),
    inputs: comparable(resource.type, resource.inputs ?? {}),
  };
}

export function ofEvaluation(resource: ProgramResource): Registered {
  return {
    urn: resource.urn,
    type: resource.type,
    custom: resource.custom,
    retainOnDelete: resource.retainOnDelete,
    parent: resource.parent,
    provider: withoutId(resource.provider),
    dependencies: [...(resource.dependencies ?? [])].sort(),
    // A component has inputs for the engine only when it passes them on, and ours pass none.
    inputs: comparable(resource.type, resource.shown),
  };
}

/** A reference is `<urn>::<id>`, and the id of a provider is not known at preview. */
function withoutId(reference: string | undefined): string | undefined {
  return reference === undefined || reference === ""
    ? undefined
    : reference.slice(0, reference.lastIndexOf("::"));
}

/** The engine writes the version of a plugin, and what it keeps for itself, into the inputs of a provider. */
function comparable(type: string, inputs: Readonly<Record<string, unknown>>): unknown {
  const known = Object.entries(inputs).filter(
    ([name]) => !(type.startsWith("pulumi:providers:") && ["__internal", "version"].includes(name)),
  );
  return marked(Object.fromEntries(known));
}

/** What is not known yet, as the evaluation writes it. */
function marked(value: unknown): unknown {
  if (value === UNKNOWN) return { __pulumiUnknown: true };
  if (Array.isArray(value)) return value.map(marked);
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, child]) => [name, marked(child)]))
    : value;
}
