import { alertReadsRecordsOnly } from "../../policies/rules/alert-reads-records-only";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";
import { IN_FILE, inFile, inKind } from "../support/rule-subjects";

const asking = (expr: unknown): object => ({ alert: "ShopDown", expr });
const reads = (metrics: string): string =>
  `${IN_FILE} reads [${metrics}], which no rule records. Record it, and read the record.`;
const grafana = (model: unknown): Subject => ({
  type: "grafana:alerting/ruleGroup:RuleGroup",
  name: "shop",
  props: { name: "shop", rules: [{ name: "ShopDown", datas: [{ model }] }] },
});
const IN_GROUP = "Resource [shop]: alert [ShopDown] of group [shop]";

describePolicy(alertReadsRecordsOnly, {
  fails: [
    {
      title: "a raw series",
      subjects: [inFile(asking("rate(errors_total[5m]) > 1"))],
      says: [reads("errors_total")],
    },
    {
      title: "raw series among records, each once",
      subjects: [
        inFile(
          asking('sum by (job) (a{x="b"}) / on (job) group_left (team) job:c:rate5m > 2 and a unless bool_d'),
        ),
      ],
      says: [reads("a, bool_d")],
    },
    {
      title: "a metric that is picked by a matcher",
      subjects: [inFile(asking('{__name__="a"} > 1'))],
      says: [reads("{__name__...}")],
    },
    {
      title: "a query of Grafana",
      subjects: [grafana(JSON.stringify({ expr: "errors_total > 1" }))],
      says: [`${IN_GROUP} reads [errors_total], which no rule records. Record it, and read the record.`],
    },
  ],
  passes: [
    {
      title: "records, functions, numbers and keywords",
      subjects: [
        inFile(asking("sum(job:a:rate5m offset 1d) * 1e3 > bool 0x1F and vector(1) == Inf or time() > 5m")),
      ],
    },
    { title: "what is allowed", subjects: [inFile(asking("up == 0"))] },
    {
      title: "what the pack is configured with",
      subjects: [inFile(asking("errors_total > 1"))],
      values: { allowed: ["errors_total"] },
    },
  ],
  wrongType: { subjects: [{ ...inFile(asking("a")), type: "kubernetes:core/v1:Service" }] },
  unknown: [
    {
      title: "an expression of later",
      subjects: [inKind(asking(UNKNOWN))],
      says: [
        "Resource [shop]: alert [ShopDown] of group [shop] in spec has an expression that is not known before the " +
          "deployment. Write it as a literal text.",
      ],
    },
    {
      title: "a query of later",
      subjects: [grafana(UNKNOWN)],
      says: [
        `${IN_GROUP} has an expression that is not known before the deployment. Write it as a literal text.`,
      ],
    },
  ],
});

it("is asked only where a team wants it", () => {
  expect(alertReadsRecordsOnly().enforcementLevel).toBe("disabled");
});
