import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { OperatorSettings } from "../../plan/platform";
import { rulesOn } from "../binding";
import { fittingGroups } from "../kubernetes/rule-files";
import { ruleGroup } from "../prometheus/rules";
import { API_VERSION, type PrometheusRule } from "./object";
import { selected } from "./selected";

/**
 * Bytes of YAML in one object. The operator drops an object, with all of its rules, of which its own YAML is longer
 * than 524288 bytes; it quotes and indents in another way, so there is room. Source: prometheus-operator,
 * `pkg/operator/rules.go`, `MaxConfigMapDataSize`.
 */
export const LARGEST_OBJECT = 400_000;

/** Rules of each service, in as many objects as it needs. */
export function prometheusRules(plan: MonitoringPlan, operator: OperatorSettings): readonly PrometheusRule[] {
  const parts = fittingGroups({ ruleGroups: rulesOn(plan, "operator") }, LARGEST_OBJECT);
  return parts.map(({ name, owner, groups }) => ({
    apiVersion: API_VERSION,
    kind: "PrometheusRule",
    metadata: selected(plan, operator, `tocsin-${name}`, owner, "rules"),
    spec: { groups: groups.map(ruleGroup) },
  }));
}
