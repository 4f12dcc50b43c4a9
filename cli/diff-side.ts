import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { ShownPolicies, ShownViolation } from "../review/policy-diff";
import type { ShownResource } from "../review/resource-diff";
import { readState } from "./deployed-state";
import { UserError } from "./user-error";
import { TOCSIN } from "../slo/command";

/** What an environment is on one side. */
export interface Rendered {
  /** Of a state only its resources are known. */
  readonly plan: MonitoringPlan | undefined;
  readonly resources: readonly ShownResource[];
  /** What the policies have against it, and what they were told; absent where an older version rendered it. */
  readonly violations?: readonly ShownViolation[] | undefined;
  readonly policies?: ShownPolicies | undefined;
}

/** Environments by the names of their stacks. */
export type Side = ReadonlyMap<string, Rendered>;

/** What `pulumi stack export` wrote, as a side of its own. */
export function stateSide(file: string): Side {
  const { stack, resources } = readState(file);
  return new Map([
    [
      stack,
      {
        plan: undefined,
        resources: resources.map(({ type, name, props }) => ({ type, name, inputs: props })),
      },
    ],
  ]);
}

/** A render, or a folder of renders with the names of their stacks. */
export function readFolder(folder: string): Side {
  if (existsSync(join(folder, "plan.json"))) {
    const rendered = readRendered(folder);
    return new Map([[stackOf(rendered), rendered]]);
  }
  const found = readdirSync(folder).filter((name) => existsSync(join(folder, name, "plan.json")));
  if (found.length === 0) {
    throw new UserError(
      `[${folder}] holds no render: neither plan.json nor folders with one. Write it with \`${TOCSIN} render\`.`,
    );
  }
  return new Map(
    found.map((name) => {
      const rendered = readRendered(join(folder, name));
      return [stackOf(rendered), rendered];
    }),
  );
}

/** What both sides must have, whichever version wrote them. */
const NEEDED = [
  "environment",
  "alerts",
  "slos",
  "ruleGroups",
  "routing",
  "dashboards",
  "runbooks",
  "scrape",
] as const;

export function readRendered(folder: string): Rendered {
  const read = (name: string): unknown => {
    const file = join(folder, name);
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new UserError(
        `[${file}] cannot be read (${error instanceof Error ? error.message : String(error)}); render it again`,
      );
    }
  };
  const plan = read("plan.json") as MonitoringPlan;
  const missing = NEEDED.filter((key) => !Object.hasOwn(plan, key));
  if (missing.length > 0) {
    throw new UserError(
      `[${join(folder, "plan.json")}] has no [${missing.join(", ")}]: it was written by a version that cannot be compared`,
    );
  }
  const readIfThere = (name: string): unknown => (existsSync(join(folder, name)) ? read(name) : undefined);
  return {
    plan,
    resources: read("resources.json") as readonly ShownResource[],
    violations: readIfThere("violations.json") as readonly ShownViolation[] | undefined,
    policies: readIfThere("policy-config.json") as ShownPolicies | undefined,
  };
}

function stackOf({ plan }: Rendered): string {
  return plan?.environment.stack ?? "";
}
