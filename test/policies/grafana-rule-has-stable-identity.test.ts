import { grafanaRuleHasStableIdentity } from "../../policies/rules/grafana-rule-has-stable-identity";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const group = (props: object): Subject => ({
  type: "grafana:alerting/ruleGroup:RuleGroup",
  name: "shop",
  props: { folderUid: "shop", rules: [{ name: "ShopDown", uid: "shop-down" }], ...props },
});
const single = (metadata: object): Subject => ({
  type: "grafana:alerting/v0alpha1/alertRule:AlertRule",
  name: "shop",
  props: { metadata },
});
const unset = (what: string): string =>
  `Resource [shop]: ${what} is not set, so that Grafana makes one up with each creation. Set it.`;

describePolicy(grafanaRuleHasStableIdentity, {
  fails: [
    {
      title: "rules without a uid, each by name or place",
      subjects: [group({ rules: [{ name: "ShopDown" }, { uid: "" }] })],
      says: [unset("uid of rule [ShopDown]"), unset("uid of rule number 2")],
    },
    {
      title: "a group without a folder",
      subjects: [group({ folderUid: null })],
      says: [unset("folderUid")],
    },
    {
      title: "a rule of its own without either",
      subjects: [single({})],
      says: [unset("metadata.uid"), unset("metadata.folderUid")],
    },
  ],
  passes: [
    { title: "a group with all of it", subjects: [group({})] },
    { title: "a rule with both", subjects: [single({ uid: "a", folderUid: "b" })] },
  ],
  wrongType: { subjects: [{ ...group({ rules: [{}] }), type: "grafana:oss/folder:Folder" }] },
  unknown: [
    {
      title: "a uid of later",
      subjects: [group({ folderUid: UNKNOWN })],
      says: ["Resource [shop]: folderUid is not known before the deployment. Write it as a literal text."],
    },
  ],
});
