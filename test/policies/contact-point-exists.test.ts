import { contactPointExists } from "../../policies/rules/contact-point-exists";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const GRAFANA = "grafana:alerting";
const point = (name: unknown): Subject => ({
  type: `${GRAFANA}/contactPoint:ContactPoint`,
  name: "point",
  props: { name },
});
const policy = (contactPoint: unknown, below: unknown): Subject => ({
  type: `${GRAFANA}/notificationPolicy:NotificationPolicy`,
  name: "policy",
  props: { contactPoint, policies: [{ policies: [{ contactPoint: below }] }] },
});
const rules = (contactPoint: unknown): Subject => ({
  type: `${GRAFANA}/ruleGroup:RuleGroup`,
  name: "rules",
  props: { rules: [{ name: "a", notificationSettings: { contactPoint } }, { name: "b" }] },
});
const alertmanager = (receiver: string): Subject => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "alertmanager",
  props: {
    data: {
      "alertmanager.yml": `route: {receiver: a, routes: [{receiver: ${receiver}}]}\nreceivers: [{name: a}]\n`,
    },
  },
});
const gone = (resource: string, what: string): string =>
  `Resource [${resource}]: ${what} is not there. Declare it, or mend the name.`;

describePolicy(contactPointExists, {
  fails: [
    {
      title: "a name in a policy, once",
      subjects: [point("team"), policy("teem", "teem")],
      says: [gone("policy", "the contact point [teem]")],
    },
    {
      title: "a name in a rule",
      subjects: [point("team"), rules("teem")],
      says: [gone("rules", "the contact point [teem]")],
    },
    {
      title: "a receiver of another file",
      subjects: [point("b"), alertmanager("b")],
      says: [gone("alertmanager", "in data key [alertmanager.yml], the receiver [b]")],
    },
  ],
  passes: [
    {
      title: "names that are there",
      subjects: [point("team"), policy("team", "grafana-default-email"), rules("team")],
    },
    { title: "names of others", subjects: [policy("theirs", "theirs")], values: { known: ["theirs"] } },
    { title: "receivers of the same file", subjects: [alertmanager("a")] },
  ],
  wrongType: { subjects: [{ ...policy("teem", "teem"), type: "grafana:oss/folder:Folder" }] },
  unknown: [
    {
      title: "a name of later",
      subjects: [policy(UNKNOWN, "grafana-default-email")],
      says: [
        "Resource [policy]: the contact point is not known before the deployment. Write its name as a literal text.",
      ],
    },
  ],
});
