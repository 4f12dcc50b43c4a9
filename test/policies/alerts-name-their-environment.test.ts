import { alertsNameTheirEnvironment } from "../../policies/rules/alerts-name-their-environment";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const file = (global: object): Subject => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "prometheus",
  props: { data: { "prometheus.yml": `rule_files: [a.yml]\nglobal: ${JSON.stringify(global)}\n` } },
});
const operated = (externalLabels: unknown): Subject => ({
  type: "kubernetes:monitoring.coreos.com/v1:Prometheus",
  name: "prometheus",
  props: { spec: { externalLabels } },
});
const lacks = (place: string, label = "environment"): string =>
  `Resource [prometheus]: ${place} has no external label ${label}. Set it.`;

describePolicy(alertsNameTheirEnvironment, {
  fails: [
    { title: "a file without it", subjects: [file({})], says: [lacks("data key [prometheus.yml]")] },
    {
      title: "an object of the operator with an empty one",
      subjects: [operated({ environment: "" })],
      says: [lacks("spec")],
    },
    {
      title: "what the pack is configured with",
      subjects: [operated({ environment: "prod" })],
      values: { labels: ["environment", "cluster"] },
      says: [lacks("spec", "cluster")],
    },
  ],
  passes: [
    { title: "a file with it", subjects: [file({ external_labels: { environment: "prod" } })] },
    { title: "an object with it", subjects: [operated({ environment: "prod" })] },
    {
      title: "a file of something else",
      subjects: [{ ...file({}), props: { data: { "other.yml": "global: {}" } } }],
    },
  ],
  wrongType: { subjects: [{ ...file({}), type: "kubernetes:core/v1:Service" }] },
  unknown: [
    {
      title: "a label of later",
      subjects: [operated({ environment: UNKNOWN })],
      says: [
        "Resource [prometheus]: the external label environment of spec is not known before the deployment. Write it " +
          "as a literal text.",
      ],
    },
  ],
});
