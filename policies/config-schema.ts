import type { PolicyConfigSchema } from "@pulumi/policy";
import type { Exception } from "./exceptions";

type PropertySchema = PolicyConfigSchema["properties"][string];

/** What becomes of something that a policy cannot judge: a note that stops nothing, or a violation. */
type UncheckedLevel = "advisory" | "mandatory";

/** What every policy can be told. */
export interface SharedConfig {
  /** What becomes of something that is not known before the deployment. @default "advisory" */
  readonly unchecked: UncheckedLevel;
  /** What is let pass for a while. @default [] */
  readonly exceptions: readonly Exception[];
}

/** What holds where nothing is said. */
export const SHARED_DEFAULTS: SharedConfig = { unchecked: "advisory", exceptions: [] };

/** A value of a policy's own. */
export type OwnValue = boolean | number | string | readonly string[];

const EXCEPTIONS: PropertySchema = {
  type: "array",
  default: [],
  description: "What is let pass for a while, on somebody's word.",
  items: {
    type: "object",
    required: ["resource", "owner", "reason", "expires"],
    additionalProperties: false,
    properties: {
      resource: { type: "string", minLength: 1 },
      about: { type: "string" },
      owner: { type: "string", minLength: 1 },
      reason: { type: "string", minLength: 1 },
      expires: { type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
    },
  },
};

/** The schema of a policy: its own values by their defaults, and those that every policy has. */
export function configSchema(
  defaults: Readonly<Record<string, OwnValue>>,
  meanings: Readonly<Record<string, string>>,
): PolicyConfigSchema {
  const own = Object.entries(defaults).map(([name, value]) => [
    name,
    { ...typeOf(value), default: value, description: meanings[name] ?? "" },
  ]);
  return {
    properties: {
      ...(Object.fromEntries(own) as PolicyConfigSchema["properties"]),
      exceptions: EXCEPTIONS,
      unchecked: {
        type: "string",
        enum: ["advisory", "mandatory"],
        default: SHARED_DEFAULTS.unchecked,
        description: "Whether something that cannot be checked before the deployment is a note or stops it.",
      },
    },
  };
}

function typeOf(value: OwnValue): Pick<PropertySchema, "type" | "items"> {
  return typeof value === "object"
    ? { type: "array", items: { type: "string" } }
    : { type: typeof value as "boolean" | "number" | "string" };
}
