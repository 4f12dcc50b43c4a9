import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { Environment } from "../plan/environment";
import type { Problem } from "../slo/problem";
import { stackSchema, toEnvironment } from "./schema";

const PREFIX = "tocsin:";

/** An environment, or every reason why its stack file is none. */
export type EnvironmentResult =
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads `Pulumi.<stack>.yaml` without an engine. */
export function readStackFile(root: string, stack: string): EnvironmentResult {
  const name = `Pulumi.${stack}.yaml`;
  let text: string;
  try {
    text = readFileSync(join(root, name), "utf8");
  } catch (error) {
    return failure(
      name,
      `cannot be read (${errorCode(error)})`,
      `Stacks here: [${stacksIn(root).join(", ")}].`,
    );
  }
  return parseStack(name, text);
}

/** The stacks that have a file in a folder, sorted. */
export function stacksIn(root: string): readonly string[] {
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** Parses the text of a stack file; `name` stands in the paths of its problems. */
export function parseStack(name: string, text: string): EnvironmentResult {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined) {
    const [first] = broken.message.split("\n", 1);
    return failure(name, `is not YAML: ${first ?? "unreadable"}`, "Correct the file at that line.");
  }
  const config = ownKeys(document.toJS() as unknown);
  if (config === undefined) {
    return failure(name, "has no [config] with keys of [tocsin:]", "Copy the keys of Pulumi.dev.yaml.");
  }
  const parsed = stackSchema.safeParse(config);
  if (parsed.success) {
    return { ok: true, environment: toEnvironment(parsed.data) };
  }
  return {
    ok: false,
    problems: parsed.error.issues.map((issue) => ({
      code: "configuration-invalid" as const,
      path: [`${name}: ${PREFIX}${String(issue.path[0] ?? "")}`, ...issue.path.slice(1)].join("."),
      message: issue.message,
      remedy: "See the keys of Pulumi.prod.yaml and config/schema.ts.",
    })),
  };
}

function failure(name: string, message: string, remedy: string): EnvironmentResult {
  return { ok: false, problems: [{ code: "configuration-invalid", path: name, message, remedy }] };
}

/** The keys of this program; those of providers are the engine's business. */
function ownKeys(document: unknown): Record<string, unknown> | undefined {
  const config = isRecord(document) ? document["config"] : undefined;
  if (!isRecord(config)) {
    return undefined;
  }
  const own = Object.entries(config).filter(([key]) => key.startsWith(PREFIX));
  return own.length === 0
    ? undefined
    : Object.fromEntries(own.map(([key, value]) => [key.slice(PREFIX.length), value]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
