import type { MonitoringPlan, RuleGroup } from "../../plan/monitoring-plan";
import { groupedBy } from "../../slo/order";
import type { Problem } from "../../slo/problem";
import { ruleFileText, ruleGroupText } from "../prometheus/rules";

/**
 * A ConfigMap may hold 1 MiB, with its metadata and what the API server adds; the limit of one file stays below.
 * Source: Kubernetes docs, "ConfigMaps".
 */
export const LARGEST_FILE = 1_000_000;

/** A rule file that fits into a ConfigMap of its own. */
export interface RuleFile {
  /** `shop.yml`, and `shop-2.yml` where one file cannot hold the groups of a service. */
  readonly name: string;
  readonly text: string;
}

/** Rule files of at most `limit` bytes. */
export function fittingRuleFiles(
  plan: Pick<MonitoringPlan, "ruleGroups">,
  limit = LARGEST_FILE,
): readonly RuleFile[] {
  return fittingGroups(plan, limit).map(({ name, groups }) => ({
    name: `${name}.yml`,
    text: textOf(groups),
  }));
}

/**
 * Groups of one owner that are together at most `limit` bytes of YAML, named `shop`, and `shop-2` where they do not all
 * fit. They are cut between groups: a group is evaluated in order and stays whole.
 */
export function fittingGroups(
  plan: Pick<MonitoringPlan, "ruleGroups">,
  limit: number,
): readonly { readonly name: string; readonly owner: string; readonly groups: readonly RuleGroup[] }[] {
  const owners = groupedBy(plan.ruleGroups, ({ file }) => file);
  return [...owners].flatMap(([owner, all]) =>
    chunks(all, (group) => bytes(textOf([group])), limit).map((groups, index) => ({
      name: index === 0 ? owner : `${owner}-${index + 1}`,
      owner,
      groups,
    })),
  );
}

/** Groups that no object can hold. @param holder as a sentence names it */
export function checkRuleFiles(
  plan: Pick<MonitoringPlan, "ruleGroups">,
  limit = LARGEST_FILE,
  holder = "a ConfigMap",
): readonly Problem[] {
  return plan.ruleGroups
    .map((group) => ({ group, size: bytes(textOf([group])) }))
    .filter(({ size }) => size > limit)
    .map(({ group, size }) => ({
      code: "config-map-too-large",
      path: `services.${group.file}.ruleGroups.${group.name}`,
      message: `the rule group takes [${size}] bytes, and ${holder} holds ${limit}`,
      remedy: "Split the service, or shorten what its alerts say: a group cannot be cut.",
    }));
}

/** Items in their order, each chunk as many as are together at most `limit` bytes; one that is larger has its own. */
export function chunks<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  limit: number,
): readonly (readonly T[])[] {
  const result: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const more = sizeOf(item);
    if (size + more > limit) {
      result.push([]);
      size = 0;
    }
    result.at(-1)?.push(item);
    size += more;
  }
  return result;
}

/** The same text that `tocsin render` shows, whatever file it lands in. */
function textOf(groups: readonly RuleGroup[]): string {
  return ruleFileText(groups.map(ruleGroupText));
}

/** As UTF-8, which is what a ConfigMap counts. */
export function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
