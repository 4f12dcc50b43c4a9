import { z } from "zod";

/** A schema of a custom resource, as far as it says which fields there are. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
  readonly additionalProperties?: Schema | boolean | undefined;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean | undefined;
}

/** Source: Kubernetes, `JSONSchemaProps`. */
export const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    properties: z.record(z.string(), schema).optional(),
    items: schema.optional(),
    additionalProperties: z.union([z.boolean(), schema]).optional(),
    "x-kubernetes-preserve-unknown-fields": z.boolean().optional(),
  }),
);

/** Fields of a value that a schema does not have, each once: `spec.podMetricsEndpoints.params`. */
export function unknownFields(value: unknown, by: Schema, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null || by["x-kubernetes-preserve-unknown-fields"] === true) {
    return [];
  }
  const { properties = {}, items, additionalProperties } = by;
  if (Array.isArray(value)) {
    return items === undefined
      ? []
      : [...new Set(value.flatMap((one: unknown) => unknownFields(one, items, path)))];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const own = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (own === undefined || own === false) {
      // A schema that names nothing says nothing of what is in it.
      return Object.keys(properties).length === 0 && own === undefined ? [] : [at];
    }
    return own === true ? [] : unknownFields(inner, own, at);
  });
}
