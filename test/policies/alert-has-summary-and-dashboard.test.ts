import { alertHasSummaryAndDashboard } from "../../policies/rules/alert-has-summary-and-dashboard";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN } from "../support/policy-requests";
import { IN_FILE, inFile, inKind } from "../support/rule-subjects";

const BOTH = { summary: "The shop is down", dashboard_url: "https://grafana.example.com/d/shop" };

describePolicy(alertHasSummaryAndDashboard, {
  fails: [
    {
      title: "an alert that says nothing, once for each annotation",
      subjects: [inFile({ alert: "ShopDown" })],
      says: [
        `${IN_FILE} has no annotation summary. Write one.`,
        `${IN_FILE} has no annotation dashboard_url. Write one.`,
      ],
    },
    {
      title: "an empty text",
      subjects: [inFile({ alert: "ShopDown", annotations: { ...BOTH, summary: " " } })],
      says: [`${IN_FILE} has no annotation summary. Write one.`],
    },
    {
      title: "what the pack is configured with",
      subjects: [inFile({ alert: "ShopDown", annotations: BOTH })],
      values: { annotations: ["impact"] },
      says: [`${IN_FILE} has no annotation impact. Write one.`],
    },
  ],
  passes: [
    { title: "an alert with both", subjects: [inFile({ alert: "ShopDown", annotations: BOTH })] },
    {
      title: "an alert that an operator writes",
      subjects: [{ type: "kubernetes:pyrra.dev/v1alpha1:ServiceLevelObjective", name: "shop", props: {} }],
    },
  ],
  wrongType: { subjects: [{ ...inFile({ alert: "ShopDown" }), type: "kubernetes:core/v1:Service" }] },
  unknown: [
    {
      title: "an annotation of later",
      subjects: [inKind({ alert: "ShopDown", annotations: { ...BOTH, dashboard_url: UNKNOWN } })],
      says: [
        "Resource [shop]: alert [ShopDown] of group [shop] in spec has an annotation dashboard_url that is not known " +
          "before the deployment. Write it as a literal text.",
      ],
    },
  ],
});
