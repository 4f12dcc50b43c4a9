import {
  NOT_KNOWN_YET,
  nothingFound,
  scanGroup,
  scanGroups,
  scanRule,
  unchecked,
  type RuleScan,
} from "./alerts";
import { scanConfigMap, scanRuleFile } from "./config-map-rules";
import { fieldAt, textOf } from "./field";
import { shownText } from "./shown";

type Extractor = (props: unknown) => RuleScan;

/** The Prometheus kinds of Kubernetes. */
const groupsOfSpec: Extractor = (props) => scanGroups(fieldAt(props, "spec", "groups"), "spec");

/** Grafana's kinds of one rule each. */
const ruleOfSpec: Extractor = (props) => {
  const spec = fieldAt(props, "spec");
  if (spec.state === "known") {
    return scanRule(spec.value, "spec", "spec");
  }
  return spec.state === "absent" ? nothingFound() : unchecked("spec", NOT_KNOWN_YET);
};

/** Grafana's rule group: the resource is the group. */
const groupItself: Extractor = (props) => {
  const name = textOf(fieldAt(props, "name"));
  return scanGroup(props, name === undefined ? "the group" : `group ${shownText(name)}`);
};

/**
 * Where alerting rules stand, by the type token of the resource. Matching by class would need the providers'
 * packages, and never matches a CustomResource, whose token is `kubernetes:<apiVersion>:<kind>`.
 */
export const RULE_SOURCES: ReadonlyMap<string, Extractor> = new Map<string, Extractor>([
  ["aws:amp/ruleGroupNamespace:RuleGroupNamespace", (props) => scanRuleFile(fieldAt(props, "data"), "data")],
  ["grafana:alerting/alertRuleV0Alpha1:AlertRuleV0Alpha1", ruleOfSpec],
  ["grafana:alerting/ruleGroup:RuleGroup", groupItself],
  ["grafana:alerting/v0alpha1/alertRule:AlertRule", ruleOfSpec],
  ["kubernetes:core/v1:ConfigMap", scanConfigMap],
  ["kubernetes:core/v1:ConfigMapPatch", scanConfigMap],
  ["kubernetes:monitoring.coreos.com/v1:PrometheusRule", groupsOfSpec],
  ["kubernetes:monitoring.coreos.com/v1:PrometheusRulePatch", groupsOfSpec],
  ["kubernetes:monitoring.googleapis.com/v1:ClusterRules", groupsOfSpec],
  ["kubernetes:monitoring.googleapis.com/v1:GlobalRules", groupsOfSpec],
  ["kubernetes:monitoring.googleapis.com/v1:Rules", groupsOfSpec],
]);
