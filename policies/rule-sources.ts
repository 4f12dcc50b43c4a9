import {
  NOT_KNOWN_YET,
  nothingFound,
  scanGroup,
  scanGroups,
  scanList,
  scanRule,
  placedIn,
  unchecked,
  type RuleScan,
} from "./alerts";
import { scanConfigMap, scanRuleFile } from "./config-map-rules";
import { fieldAt, textOf } from "./field";
import { shownText } from "./shown";
import { scanObjective, scanServiceLevel } from "./slo-kinds";

type Extractor = (props: unknown) => RuleScan;

/** The Prometheus kinds of Kubernetes. */
const groupsOfSpec: Extractor = (props) => scanGroups(fieldAt(props, "spec", "groups"), "spec");

/** Kinds whose spec is the thing itself. */
function specIs(scan: (spec: unknown) => RuleScan): Extractor {
  return (props) => {
    const spec = fieldAt(props, "spec");
    if (spec.state === "known") {
      return scan(spec.value);
    }
    return spec.state === "absent" ? nothingFound() : unchecked("spec", NOT_KNOWN_YET);
  };
}

/** Grafana's kinds of one rule each. */
const ruleOfSpec = specIs((spec) => scanRule(spec, "spec", "spec"));

/** Grafana's operator has one group in each object. */
const groupOfSpec = specIs((spec) => scanGroup(spec, "spec"));

/** Grafana's rule group: the resource is the group. */
const groupItself: Extractor = (props) => {
  const name = textOf(fieldAt(props, "name"));
  return scanGroup(props, name === undefined ? "the group" : `group ${shownText(name)}`);
};

/** Kinds of Kubernetes that hold alerting rules, by apiVersion and kind. */
const KUBERNETES_KINDS: Readonly<Record<string, Extractor>> = {
  "core/v1:ConfigMap": scanConfigMap,
  "grafana.integreatly.org/v1beta1:GrafanaAlertRuleGroup": groupOfSpec,
  "loki.grafana.com/v1:AlertingRule": groupsOfSpec,
  "loki.grafana.com/v1beta1:AlertingRule": groupsOfSpec,
  "monitoring.coreos.com/v1:PrometheusRule": groupsOfSpec,
  "monitoring.googleapis.com/v1:ClusterRules": groupsOfSpec,
  "monitoring.googleapis.com/v1:GlobalRules": groupsOfSpec,
  "monitoring.googleapis.com/v1:Rules": groupsOfSpec,
  "operator.victoriametrics.com/v1beta1:VMRule": groupsOfSpec,
  "pyrra.dev/v1alpha1:ServiceLevelObjective": scanObjective,
  "sloth.slok.dev/v1:PrometheusServiceLevel": scanServiceLevel,
};

/** A list of objects of one kind, each named where something is found in it. */
function listOf(extract: Extractor): Extractor {
  return (props) =>
    scanList(fieldAt(props, "items"), "items", (item, position) => {
      const name = textOf(fieldAt(item, "metadata", "name"));
      return placedIn(extract(item), `item ${name === undefined ? `number ${position}` : shownText(name)}`);
    });
}

/**
 * Where alerting rules stand, by the type token of the resource. Matching by class would need the providers'
 * packages, and never matches a CustomResource, whose token is `kubernetes:<apiVersion>:<kind>`. Every kind of
 * Kubernetes has a `Patch` and a `List` as well.
 */
export const RULE_SOURCES: ReadonlyMap<string, Extractor> = new Map<string, Extractor>([
  ["aws:amp/ruleGroupNamespace:RuleGroupNamespace", (props) => scanRuleFile(fieldAt(props, "data"), "data")],
  ["grafana:alerting/alertRuleV0Alpha1:AlertRuleV0Alpha1", ruleOfSpec],
  ["grafana:alerting/ruleGroup:RuleGroup", groupItself],
  ["grafana:alerting/v0alpha1/alertRule:AlertRule", ruleOfSpec],
  ["grafana:alerting/v1beta1/alertRule:AlertRule", ruleOfSpec],
  ["grafana:index/ruleGroup:RuleGroup", groupItself],
  ...Object.entries(KUBERNETES_KINDS).flatMap(([kind, extract]): (readonly [string, Extractor])[] => [
    [`kubernetes:${kind}`, extract],
    [`kubernetes:${kind}List`, listOf(extract)],
    [`kubernetes:${kind}Patch`, extract],
  ]),
]);
