import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { RunError } from "@pulumi/pulumi/errors";

/** What the build writes beside the bundle: the sha256 of every source in it, by its path from the pack's folder. */
export const SOURCES_FILE = "sources.json";

/**
 * A build of other sources than those beside it would judge by rules that nobody sees.
 *
 * @param dist the folder of the bundle
 * @throws RunError with the command that builds anew; never where a pack was shipped without its sources
 */
export function refuseStaleBuild(dist: string): void {
  const folder = path.dirname(dist);
  if (!existsSync(path.join(folder, "pack.ts"))) {
    return;
  }
  const stale = Object.entries(builtFrom(dist))
    .filter(([source, sum]) => sumOf(path.join(folder, source)) !== sum)
    .map(([source]) => source)
    .sort();
  if (stale.length > 0) {
    throw new RunError(
      `The policy pack was built before [${stale.join(", ")}] changed. Run npm run build:policies, and try again.`,
    );
  }
}

function builtFrom(dist: string): Readonly<Record<string, unknown>> {
  const file = path.join(dist, SOURCES_FILE);
  const sums: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  if (typeof sums !== "object" || sums === null) {
    throw new RunError(
      `The policy pack has no [${SOURCES_FILE}] that says what it was built from. Run npm run build:policies, and try again.`,
    );
  }
  return { ...sums };
}

/** The sha256 of a source; `undefined` when it is gone. */
function sumOf(file: string): string | undefined {
  return existsSync(file) ? sha256(readFileSync(file)) : undefined;
}

/** The one way in which build and check compute a sum. */
export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
