import { catalogue } from "../fixture/catalogue";
import { readContent } from "../../config/content";
import { parseConfig } from "../../config/environment";
import { planFrom } from "../../generators/monitoring-plan";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { formatProblems, type Problem } from "../../slo/problem";
import type { Service } from "../../slo/service";
import { entriesOf } from "./evaluated";
import { OPERATOR_SET } from "./operator-set";

const { environments, root, services: all } = catalogue;

/** The plan of prod with an operator, and with other values of keys or fields. @throws Error with every problem */
export function operatorPlan(
  set: Readonly<Record<string, unknown>> = {},
  services: readonly Service[] = all,
): MonitoringPlan {
  const config = parseConfig(
    "Pulumi.prod.yaml",
    entriesOf("prod", { ...OPERATOR_SET, ...set }),
    environments,
  );
  const planned = planFrom(config, { services, environments }, readContent(root));
  if (!planned.ok) {
    throw new Error(formatProblems(planned.problems));
  }
  return planned.plan;
}

/** What is wrong with the configuration of prod with an operator and other values; nothing where nothing is. */
export function operatorProblems(set: Readonly<Record<string, unknown>>): readonly Problem[] {
  const config = parseConfig(
    "Pulumi.prod.yaml",
    entriesOf("prod", { ...OPERATOR_SET, ...set }),
    environments,
  );
  return config.ok ? [] : config.problems;
}
