import { join } from "node:path";
import type { Policies } from "@pulumi/policy";
import { z } from "zod";
import { readTextFile } from "../config/read-text";
import type { PlannedBucket } from "../plan/bucket";
import { CLOUDS, isReplicated } from "../plan/clouds";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { configuredPolicies, policies, type PackConfig } from "../policies/registry";
import { suggestion } from "../slo/nearest";
import { distinctBy, sortedBy } from "../slo/order";
import type { Problem } from "../slo/problem";

/** More than any such file needs. */
const LARGEST = 1_000_000;

const LEVELS = ["advisory", "disabled", "mandatory", "remediate"] as const;

/** What the policies of a stack are told, or what is wrong with what it says of them. */
export type PackConfigResult =
  | { readonly ok: true; readonly config: PackConfig; readonly policies: Policies }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The file beside `Pulumi.<stack>.yaml` that says what the policies are told; there may be none. */
function policyFileName(stack: string): string {
  return `policies.${stack}.json`;
}

/**
 * What the pack is configured with for a stack: what follows from its plan, and over it what its file says. It has the
 * form that the engine takes by `--policy-pack-config`.
 */
export function packConfig(root: string, stack: string, plan: MonitoringPlan): PackConfigResult {
  const file = policyFileName(stack);
  const read = readTextFile(join(root, file), LARGEST);
  if ("text" in read) {
    return parsePackConfig(file, read.text, plan);
  }
  return read.code === "ENOENT"
    ? parsePackConfig(file, "{}", plan)
    : refused([problem(file, `the file ${read.fault}`, "Write the file anew, as UTF-8.")]);
}

/** As `packConfig`, of the text of the file. */
export function parsePackConfig(file: string, text: string, plan: MonitoringPlan): PackConfigResult {
  const own = parsed(text);
  if (own === undefined) {
    return refused([
      problem(file, "the file is no object of JSON", "Write { } with the names of policies as keys."),
    ]);
  }
  const problems = Object.entries(own).flatMap(([name, value]) => entryProblems(file, name, value));
  if (problems.length > 0) {
    return refused(problems);
  }
  const config = merged(impliedConfig(plan), own as PackConfig);
  return { ok: true, config, policies: configuredPolicies(config) };
}

/** What the environment of a stack means for its policies. */
function impliedConfig({ environment, alerts, buckets }: MonitoringPlan): PackConfig {
  const all = (has: (bucket: PlannedBucket) => boolean): boolean => buckets.length > 0 && buckets.every(has);
  const hosts = alerts.flatMap(({ runbook: { url } }) => (URL.canParse(url) ? [new URL(url).hostname] : []));
  return {
    "backup-bucket-is-guarded": {
      lock: all(({ lockDays }) => lockDays > 0),
      log: all(({ location }) => "by" in CLOUDS[location.cloud].abilities.log),
      replicate: all(({ location }) => isReplicated(location)),
    },
    "critical-alert-has-runbook": { hosts: sortedTexts(hosts) },
    "receiver-pages-where-allowed": { pages: environment.paging },
  };
}

function merged(implied: PackConfig, own: PackConfig): PackConfig {
  const names = sortedTexts([...Object.keys(implied), ...Object.keys(own)]);
  const valuesOf = (config: PackConfig[string] | undefined): object =>
    typeof config === "string" ? { enforcementLevel: config } : (config ?? {});
  return Object.fromEntries(
    names.map((name) => [name, { ...valuesOf(implied[name]), ...valuesOf(own[name]) }]),
  );
}

/** Each once. */
function sortedTexts(texts: readonly string[]): readonly string[] {
  const itself = (text: string): string => text;
  return sortedBy(distinctBy(texts, itself), itself);
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function entryProblems(file: string, name: string, value: unknown): readonly Problem[] {
  const policy = policies.find((one) => one.name === name);
  if (policy === undefined && name !== "all") {
    return [
      problem(
        `${file}: ${name}`,
        `there is no policy [${name}]`,
        suggestion(name, ["all", ...policies.map((one) => one.name)]),
      ),
    ];
  }
  const level = z.enum(LEVELS);
  const { properties = {} } = policy?.configSchema ?? {};
  const schema = z.fromJSONSchema({
    type: "object",
    additionalProperties: false,
    properties: { ...properties, enforcementLevel: { enum: [...LEVELS] } },
  });
  const issues = (typeof value === "string" ? level : schema).safeParse(value).error?.issues ?? [];
  return sortedBy(issues, ({ path }) => path.join(".")).map(({ path, message }) =>
    problem(
      [`${file}: ${name}`, ...path.map(String)].join("."),
      `${message}, seen [${shownAt(value, path)}]`,
      `Mend it: docs/policies/${policy?.name ?? "README"}.md says what there is.`,
    ),
  );
}

function shownAt(value: unknown, path: readonly PropertyKey[]): string {
  const seen = path.reduce<unknown>(
    (holder, key) =>
      typeof holder === "object" && holder !== null
        ? (holder as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    value,
  );
  return seen === undefined ? "nothing" : JSON.stringify(seen);
}

function problem(path: string, message: string, remedy: string): Problem {
  return { code: "policy-config-invalid", path, message, remedy };
}

function refused(problems: readonly Problem[]): PackConfigResult {
  return { ok: false, problems };
}
