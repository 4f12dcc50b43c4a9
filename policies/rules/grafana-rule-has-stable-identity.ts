import type { EnforcementLevel, ResourceValidationPolicy } from "@pulumi/policy";
import { type Field, fieldAt, knownMembers, textOf } from "../field";
import { resourcePolicy, type NoConfig, type PolicySpec, type PolicyValues } from "../policy";
import { shownText } from "../shown";

const SPEC: PolicySpec<NoConfig> = {
  name: "grafana-rule-has-stable-identity",
  description: "A rule of Grafana keeps its uid and its folder.",
  displayName: "Grafana's rules keep their identity",
  severity: "medium",
  tags: ["alerting", "grafana"],
  remediationSteps: "Write uid and folderUid as literal texts.",
  defaults: {},
  meanings: {},
};

const GROUP = /^grafana:(?:alerting|index)\/ruleGroup:RuleGroup$/;
const APP_RULE = /^grafana:alerting\/(?:alertRuleV0Alpha1:AlertRuleV0Alpha1|v\w+\/alertRule:AlertRule)$/;

/** Links, silences and the state of an alert go by it. Docs: docs/policies/grafana-rule-has-stable-identity.md */
export function grafanaRuleHasStableIdentity(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<NoConfig> = {},
): ResourceValidationPolicy {
  return resourcePolicy(SPEC, enforcementLevel, values, ({ type, name, props }, _config, reporter) => {
    const judge = (field: Field, what: string): void => {
      if (field.state === "unknown") {
        reporter.unchecked(
          `Resource [${name}]: ${what} is not known before the deployment. Write it as a literal text.`,
        );
      } else if ((textOf(field) ?? "") === "") {
        reporter.wrong(
          `Resource [${name}]: ${what} is not set, so that Grafana makes one up with each creation. Set it.`,
        );
      }
    };
    if (APP_RULE.test(type)) {
      judge(fieldAt(props, "metadata", "uid"), "metadata.uid");
      judge(fieldAt(props, "metadata", "folderUid"), "metadata.folderUid");
    }
    if (GROUP.test(type)) {
      judge(fieldAt(props, "folderUid"), "folderUid");
      knownMembers(fieldAt(props, "rules")).forEach((rule, index) => {
        const called = textOf(fieldAt(rule, "name"));
        judge(
          fieldAt(rule, "uid"),
          `uid of rule ${called === undefined ? `number ${index + 1}` : shownText(called)}`,
        );
      });
    }
  });
}
