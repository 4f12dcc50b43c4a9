import { alertWindowFitsRetention } from "../../policies/rules/alert-window-fits-retention";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";
import { IN_FILE, inFile, inKind } from "../support/rule-subjects";

const asking = (expr: unknown): object => ({ alert: "ShopDown", expr });
const server = (retention: unknown): Subject => ({
  type: "kubernetes:apps/v1:StatefulSet",
  name: "prometheus",
  props: {
    spec: {
      template: {
        spec: {
          containers: [
            { args: ["--web.listen-address=:9090", `--storage.tsdb.retention.time=${String(retention)}`] },
          ],
        },
      },
    },
  },
});
const operated = (retention: unknown): Subject => ({
  type: "kubernetes:monitoring.coreos.com/v1:Prometheus",
  name: "prometheus",
  props: { spec: { retention } },
});
const back = (window: string, kept = "15d"): string =>
  `${IN_FILE} looks back [${window}], and samples are kept for [${kept}]. Change one of them.`;

describePolicy(alertWindowFitsRetention, {
  fails: [
    {
      title: "a window beyond what the stack's Prometheus keeps",
      subjects: [server("15d"), inFile(asking("avg_over_time(x[30d]) > 1"))],
      says: [back("30d")],
    },
    {
      title: "a subquery, an offset and a record, by the shortest memory",
      subjects: [
        server("15d"),
        operated("1y"),
        inFile(asking("max_over_time(x[16d:1m]) > 1 and x offset 3w > 1")),
        { ...inFile({ record: "a:b:c", expr: "sum_over_time(x[1y2d])" }), name: "records" },
      ],
      says: [
        "Resource [records]: record [a:b:c] of group [shop] in data key [shop.yml] looks back [1y2d], and samples are " +
          "kept for [15d]. Change one of them.",
        back("16d"),
        back("3w"),
      ],
    },
    {
      title: "what the pack is configured with",
      subjects: [server("15d"), inFile(asking("x[2d]"))],
      values: { retention: "1d" },
      says: [back("2d", "1d")],
    },
  ],
  passes: [
    { title: "a window that fits", subjects: [server("15d"), inFile(asking("x[15d] offset 5m"))] },
    { title: "a window in a text", subjects: [server("15d"), inFile(asking('x{y="[30d]"}'))] },
    { title: "a stack without a Prometheus", subjects: [inFile(asking("x[30d]"))] },
    {
      title: "rules that another server evaluates",
      subjects: [
        server("15d"),
        { ...inKind(asking("x[30d]")), type: "kubernetes:monitoring.googleapis.com/v1:Rules" },
      ],
    },
  ],
  wrongType: {
    subjects: [server("15d"), { ...inFile(asking("x[30d]")), type: "kubernetes:core/v1:Service" }],
  },
  unknown: [
    {
      title: "an expression of later",
      subjects: [server("15d"), inKind(asking(UNKNOWN))],
      says: [
        "Resource [shop]: alert [ShopDown] of group [shop] in spec has an expression that is not known before the " +
          "deployment. Write it as a literal text.",
      ],
    },
  ],
});
