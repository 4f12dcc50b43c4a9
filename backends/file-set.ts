import { stringify } from "yaml";

/** Generated files by relative path, in a stable order. */
export type FileSet = ReadonlyMap<string, string>;

/** YAML as a reviewer wants to read it: expressions in block scalars, no line ever folded, no anchors. */
export function toYaml(value: unknown): string {
  return stringify(value, {
    lineWidth: 0,
    aliasDuplicateObjects: false,
    blockQuote: "literal",
    defaultStringType: "PLAIN",
  });
}
