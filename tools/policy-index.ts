import { table } from "../generators/operations/markdown";
import { policies } from "../policies/registry";

/** Every policy of the pack, in the order of names, with the page that explains it. */
export function policyIndex(): string {
  return table(
    ["policy", "demands", "level", "judges"],
    policies.map((policy) => [
      `[${policy.name}](${policy.name}.md)`,
      policy.description,
      policy.enforcementLevel ?? "",
      "validateStack" in policy ? "stack" : "resource",
    ]),
  );
}
