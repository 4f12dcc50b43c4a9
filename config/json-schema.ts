import { z } from "zod";
import { PREFIX } from "./keys";
import { stackSchema } from "./schema";

/** A JSON schema, as far as the schema of a stack needs it, with two marks of ours. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  /** What stands in several places, by the name that they refer to. */
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  /** The form of a value in words. */
  readonly form?: string;
  /** Whether a value is a secret. */
  readonly secret?: boolean;
}

/** The keys of a stack without their prefix; draft 7 is what every editor knows. */
export function keySchema(): JsonSchema {
  return z.toJSONSchema(stackSchema, { target: "draft-7", io: "input" }) as JsonSchema;
}

/** The schema of a whole `Pulumi.<stack>.yaml`, for editors. */
export function stackFileSchema(): object {
  const { definitions = {}, properties = {}, required = [] } = keySchema();
  const prefixed = Object.entries(properties).map(
    ([key, value]) => [`${PREFIX}${key}`, atTop(forEditors(value))] as const,
  );
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of a Tocsin stack",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(prefixed),
        // Providers have keys of their own.
        patternProperties: { [`^(?!${PREFIX})[^:]+:`]: {} },
        required: required.map((key) => `${PREFIX}${key}`),
        additionalProperties: false,
      },
    },
    required: ["config"],
    definitions: Object.fromEntries(
      Object.entries(definitions).map(([name, schema]) => [name, forEditors(schema)]),
    ),
  };
}

/** `pulumi config set` writes a flag in quotes, and the engine reads it as one all the same. */
function atTop({ type, ...rest }: JsonSchema): JsonSchema {
  return type === "boolean"
    ? { ...rest, enum: [true, false, "true", "false"] }
    : { ...(type === undefined ? {} : { type }), ...rest };
}

/** What stands in the file where a secret is. */
const CIPHERTEXT: JsonSchema = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/** Our marks become what an editor knows. */
function forEditors({ form, secret, description, maximum, ...schema }: JsonSchema): JsonSchema {
  const words = [description, form === undefined ? undefined : `Form: ${form}`].filter(
    (part) => part !== undefined,
  );
  return {
    ...(words.length === 0 ? {} : { description: words.join("\n\n") }),
    // The largest number that is exact is no limit that anybody set.
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
    ...(secret === true ? CIPHERTEXT : withParts(schema)),
  };
}

function withParts(schema: JsonSchema): JsonSchema {
  const { properties, propertyNames, additionalProperties, items, oneOf, ...rest } = schema;
  const each = Object.entries(properties ?? {}).map(([key, value]) => [key, forEditors(value)] as const);
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(each) }),
    ...(propertyNames === undefined ? {} : { propertyNames: forEditors(propertyNames) }),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: forEditors(additionalProperties) }
      : additionalProperties === undefined
        ? {}
        : { additionalProperties }),
    ...(items === undefined ? {} : { items: forEditors(items) }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map(forEditors) }),
  };
}
