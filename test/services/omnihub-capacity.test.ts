import { catalogue } from "../../catalogue";
import { omnihub } from "../../services/omnihub";
import { validateServices } from "../../slo/validation/services";
import type { Capacity } from "../../slo/capacity";
import type { AlertingRule } from "../../plan/monitoring-plan";
import { planOf } from "../support/plan";
import { STACKS } from "../support/stacks";

/** What the check says of OmniHub where a load grows to so many times its last figure. */
function problemsOf(changed: Capacity, times: number): readonly string[] {
  const capacity = (omnihub.capacity ?? []).map((one) =>
    one === changed
      ? {
          ...one,
          projection: {
            default: [],
            prod: (one.projection["prod"] ?? []).map(({ by, load }) => ({ by, load: load * times })),
          },
        }
      : one,
  );
  return validateServices([{ ...omnihub, capacity }], [...STACKS]).map(({ code }) => code);
}

function expressionOf(name: string): string {
  const rules = planOf("prod", catalogue).ruleGroups.flatMap((group) => group.rules);
  return rules.find((rule): rule is AlertingRule => rule.kind === "alert" && rule.alert === name)?.expr ?? "";
}

describe("the capacity of OmniHub", () => {
  it.each(
    (omnihub.capacity ?? []).filter(({ id }) => id !== "database-disk").map((one) => [one.id, one] as const),
  )("carries the last figure of %s, and not half as much again", (_id, capacity) => {
    expect(problemsOf(capacity, 1)).toEqual([]);
    expect(new Set(problemsOf(capacity, 1.5))).toEqual(new Set(["capacity-exceeded"]));
  });

  it("grows the disk of the database to twice its last figure, and no further", () => {
    const disk = omnihub.capacity?.find(({ id }) => id === "database-disk") as Capacity;
    expect(problemsOf(disk, 2)).toEqual([]);
    expect(new Set(problemsOf(disk, 2.01))).toEqual(new Set(["capacity-exceeded"]));
  });

  it("watches what grows by itself against the most that it may grow to, and IOPS against what their class allows", () => {
    expect(expressionOf("DatabaseDiskRunsOut").replaceAll(/\s+/g, " ")).toBe(
      'max by (cluster, environment) (( ( predict_linear(omnihub_database_disk_used_bytes{job="postgres-exporter"}[7d], 2592000) and last_over_time(omnihub_database_disk_used_bytes{job="postgres-exporter"}[84h] offset 84h) ) / (omnihub_database_disk_limit_bytes{job="postgres-exporter"} > 0) )) > 0.8',
    );
    expect(expressionOf("DatabaseIopsHigh")).toBe(
      'max by (cluster, environment) (omnihub_database_iops{job="postgres-exporter"} / (omnihub_database_iops_limit{job="postgres-exporter"} > 0)) > 0.8',
    );
  });
});
