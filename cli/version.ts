import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IS_INSTALLED } from "../slo/command";

/** The version of this package. */
export function version(): string {
  const manifest = join(__dirname, IS_INSTALLED ? "../.." : "..", "package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }).version;
}
