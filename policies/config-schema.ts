import type { PolicyConfigSchema } from "@pulumi/policy";

type PropertySchema = PolicyConfigSchema["properties"][string];

/** What becomes of something that a policy cannot judge: a note that stops nothing, or a violation. */
export type UncheckedLevel = "advisory" | "mandatory";

/** The property of a policy's configuration that sets the {@link UncheckedLevel}. */
export const UNCHECKED_SCHEMA: PropertySchema = {
  type: "string",
  enum: ["advisory", "mandatory"],
  default: "advisory",
  description: "Whether something that cannot be checked before the deployment is a note or stops it.",
};

/** A property that is a list of texts. */
export function textsSchema(defaults: readonly string[], description: string): PropertySchema {
  return { type: "array", items: { type: "string" }, default: [...defaults], description };
}
