import { alertWaitsBeforeItFires } from "../../policies/rules/alert-waits-before-it-fires";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN } from "../support/policy-requests";
import { IN_FILE, inFile, inKind } from "../support/rule-subjects";

const DOWN = { alert: "ShopDown", expr: "up == 0" };
const AT_ONCE = `${IN_FILE} fires at its first sample. Set for, or its label category to one of [event, slo].`;

describePolicy(alertWaitsBeforeItFires, {
  fails: [
    { title: "an alert without for", subjects: [inFile(DOWN)], says: [AT_ONCE] },
    { title: "a for of nothing", subjects: [inFile({ ...DOWN, for: "0s" })], says: [AT_ONCE] },
    {
      title: "a function that stands in a text only",
      subjects: [inFile({ alert: "ShopDown", expr: 'up{job="increase("} == 0 # increase(x[5m])' })],
      says: [AT_ONCE],
    },
  ],
  passes: [
    { title: "an alert that waits", subjects: [inFile({ ...DOWN, for: "2m" })] },
    { title: "a kind that is declared", subjects: [inFile({ ...DOWN, labels: { category: "event" } })] },
    { title: "a heartbeat", subjects: [inFile({ ...DOWN, labels: { severity: "none" } })] },
    {
      title: "a count over a window",
      subjects: [inFile({ alert: "ShopDown", expr: "increase(x[5m]) > 2" })],
    },
    {
      title: "a record of one",
      subjects: [inFile({ alert: "ShopDown", expr: "job:errors:increase15m > 2" })],
    },
    {
      title: "what an operator writes",
      subjects: [{ type: "kubernetes:pyrra.dev/v1alpha1:ServiceLevelObjective", name: "shop", props: {} }],
    },
    {
      title: "another label that the pack is configured with",
      subjects: [inFile({ ...DOWN, labels: { kind: "moment" } })],
      values: { label: "kind", kinds: ["moment"] },
    },
  ],
  wrongType: { subjects: [{ ...inFile(DOWN), type: "kubernetes:core/v1:Service" }] },
  unknown: [
    {
      title: "a for of later",
      subjects: [inKind({ ...DOWN, for: UNKNOWN })],
      says: [
        "Resource [shop]: alert [ShopDown] of group [shop] in spec may fire at its first sample: that is not known " +
          "before the deployment. Write for as a literal text.",
      ],
    },
  ],
});
