import type { AlertingRule, MonitoringPlan, RecordingRule, RuleGroup } from "../../plan/monitoring-plan";
import { compareText } from "../../slo/order";
import { jobsOn, rulesOn } from "../binding";
import { metadata } from "../kubernetes/object";
import { googleDialect } from "./promql";
import { API_VERSION, type GmpRule, type GmpRuleGroup, type GmpRules } from "./object";

/**
 * One object per service that Google evaluates rules of. Where all of its jobs run in one namespace it reads and
 * writes that namespace only, so that two clusters or teams of a project cannot mix.
 */
export function gmpRules(plan: MonitoringPlan): readonly GmpRules[] {
  const groups = rulesOn(plan, "gmp");
  return [...new Set(groups.map(({ file }) => file))].sort(compareText).map((service) => {
    const namespaces = namespacesOf(plan, service);
    const own = groups.filter(({ file }) => file === service);
    const [namespace = plan.platform.kubernetes.namespace] = namespaces;
    return {
      apiVersion: API_VERSION,
      kind: namespaces.length === 1 ? "Rules" : "ClusterRules",
      metadata: placed(metadata(`tocsin-${service}`, namespace, service, "rules"), namespaces.length === 1),
      spec: { groups: own.map(ruleGroup) },
    };
  });
}

function placed({ namespace, ...rest }: GmpRules["metadata"], isNamespaced: boolean): GmpRules["metadata"] {
  return isNamespaced && namespace !== undefined ? { ...rest, namespace } : rest;
}

/** Where the jobs of a service run. */
function namespacesOf(plan: MonitoringPlan, service: string): readonly string[] {
  const found = jobsOn(plan, "gmp")
    .filter(({ labels }) => labels["service"] === service)
    .flatMap(({ discovery }) => (discovery.kind === "kubernetes" ? [discovery.namespace] : []));
  return [...new Set(found)].sort(compareText);
}

function ruleGroup({ name, interval, rules }: RuleGroup): GmpRuleGroup {
  return { name, interval, rules: rules.map(rule) };
}

function rule(source: RecordingRule | AlertingRule): GmpRule {
  const expr = googleDialect(source.expr);
  return source.kind === "record"
    ? { record: source.record, expr, labels: source.labels }
    : {
        alert: source.alert,
        expr,
        for: source.for,
        labels: source.labels,
        annotations: source.annotations,
      };
}
