import { z } from "zod";
import type { EvaluatedResource } from "../policies/evaluate";
import { plain, SECRET_MASK } from "./wire";

/** What a stack was when it was exported. */
export interface ExportedState {
  readonly stack: string;
  /** In the order of their URNs; secrets are masked, and what only the provider filled in is left out. */
  readonly resources: readonly EvaluatedResource[];
}

/** A state, or in words why a text is none. */
export type StateResult =
  { readonly ok: true; readonly state: ExportedState } | { readonly ok: false; readonly fault: string };

const exported = z.object({
  version: z.number(),
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          delete: z.boolean().optional(),
          inputs: z.record(z.string(), z.unknown()).optional(),
          parent: z.string().optional(),
          provider: z.string().optional(),
          dependencies: z.array(z.string()).nullish(),
        }),
      )
      .optional(),
  }),
});

/** Reads what `pulumi stack export` wrote. Source: Pulumi SDK, `apitype.DeploymentV3`. */
export function parseState(text: string): StateResult {
  const read = jsonOf(text);
  if (read === undefined) {
    return { ok: false, fault: "it is no JSON, or was not written to its end" };
  }
  const { data, error } = exported.safeParse(read);
  if (data === undefined) {
    const [issue] = error.issues;
    return {
      ok: false,
      fault: `it is no exported stack: [${issue?.path.join(".") ?? ""}] is missing, or not what an export has there`,
    };
  }
  const { resources = [] } = data.deployment;
  const [stack = "", ...others] = new Set(resources.map(({ urn }) => stackOf(urn)));
  return stack === "" || others.length > 0
    ? {
        ok: false,
        fault: stack === "" ? "it holds no resource, so nothing was deployed" : "it holds several stacks",
      }
    : { ok: true, state: { stack, resources: resources.filter(isOurs).map(resourceOf).sort(byUrn) } };
}

type Exported = NonNullable<z.infer<typeof exported>["deployment"]["resources"]>[number];

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Source: Pulumi, "URNs": `urn:pulumi:<stack>::<project>::<types>::<name>`. */
function stackOf(urn: string): string {
  return urn.split("::")[0]?.split(":")[2] ?? "";
}

/** What waits for its deletion is not there any more, and the stack itself is no resource of the program. */
function isOurs({ type, delete: isGoing = false }: Exported): boolean {
  return !isGoing && type !== "pulumi:pulumi:Stack";
}

function resourceOf({ urn, type, inputs = {}, parent, provider, dependencies }: Exported): EvaluatedResource {
  const props = plain(inputs, () => SECRET_MASK);
  return {
    type,
    name: urn.split("::").slice(3).join("::"),
    urn,
    props: withoutDefaults(props) as EvaluatedResource["props"],
    parent,
    provider,
    dependencies: dependencies ?? [],
  };
}

const DEFAULTS = "__defaults";

/** Providers note by name which properties they filled in themselves. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutDefaults);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const { [DEFAULTS]: filled, ...own } = value as Readonly<Record<string, unknown>>;
  const isFilled = (key: string): boolean => Array.isArray(filled) && filled.includes(key);
  return Object.fromEntries(
    Object.entries(own)
      .filter(([key]) => !isFilled(key))
      .map(([key, entry]) => [key, withoutDefaults(entry)]),
  );
}

function byUrn({ urn: one }: EvaluatedResource, { urn: other }: EvaluatedResource): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
