import type { Problem } from "../problem";
import { isOfTarget, type Metric, type TelemetryContract } from "../telemetry";
import { checkDuration } from "./identifiers";

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
/** Two underscores begin what Prometheus drops after relabelling. */
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** What stands for something else in an expression, in whatever case. */
const WORDS: { readonly metric: readonly string[]; readonly label: readonly string[] } = {
  metric: ["atan2", "bool", "group_left", "group_right", "ignoring", "inf", "nan", "on"],
  label: ["inf", "nan", "without"],
};

/** That every name of a contract can stand in an expression as it is. Source: Prometheus docs, "Data model". */
export function checkContract(path: string, contract: TelemetryContract): readonly Problem[] {
  return [
    ...(contract.scrapeInterval === undefined
      ? []
      : checkDuration(`${path}.scrapeInterval`, contract.scrapeInterval, ["10s", "5m"])),
    ...contract.metrics.flatMap((metric) => [
      ...checkNames(`${path}.metrics.${metric.name}`, metric),
      ...checkReserved(`${path}.metrics.${metric.name}`, metric),
    ]),
  ];
}

function checkNames(path: string, { name, labels }: Metric): readonly Problem[] {
  return [
    ...(METRIC.test(name) && !WORDS.metric.includes(name.toLowerCase())
      ? []
      : [invalid(`${path}.name`, `[${name}] is not the name of a metric`, "e.g. http_requests_total")]),
    ...Object.keys(labels)
      .filter((label) => !LABEL.test(label) || WORDS.label.includes(label.toLowerCase()))
      .map((label) => invalid(`${path}.labels`, `[${label}] is not the name of a label`, "e.g. http_status")),
  ];
}

/** What a metric type adds by itself. */
const TYPE_LABELS: readonly string[] = ["le", "quantile"];

/** What generated rules put on records and alerts, in place of whatever a series has. */
const RULE_LABELS: readonly string[] = [
  "alertname",
  "alertstate",
  "anomaly",
  "category",
  "severity",
  "slo",
  "slo_id",
  "team",
];

/**
 * Labels that somebody else sets: a condition on one of them would match nothing, or something else. Prometheus keeps
 * the target's own label and stores that of the program with `exported_` in front.
 */
function checkReserved(path: string, { labels, name }: Metric): readonly Problem[] {
  return Object.keys(labels).flatMap((label) => {
    const refused = (why: string, remedy: string): readonly Problem[] => [
      {
        code: "label-reserved",
        path: `${path}.labels.${label}`,
        message: `[${label}] of [${name}] ${why}`,
        remedy,
      },
    ];
    if (isOfTarget(label)) {
      return refused(
        "is a label of the target, which hides the program's own: conditions on it would match nothing",
        `Declare it as [exported_${label}], the name under which Prometheus stores it, or give it another name in the program.`,
      );
    }
    if (TYPE_LABELS.includes(label)) {
      return refused(
        "is the label of a bucket or a quantile",
        label === "le"
          ? "Leave it out and name the bounds of a histogram; give any other label another name in the program."
          : "Use a histogram, whose bounds can be counted; give any other label another name in the program.",
      );
    }
    return RULE_LABELS.includes(label)
      ? refused(
          "is a label that the generated rules set, so that the program's own is lost in them",
          `Give it another name in the program, e.g. [${name.split("_")[0] ?? "own"}_${label}].`,
        )
      : [];
  });
}

function invalid(path: string, message: string, example: string): Problem {
  return {
    code: "identifier-invalid",
    path,
    message,
    remedy: `Use letters, digits and underscores, ${example}, and no word of PromQL; what is exposed otherwise is renamed before it is stored.`,
  };
}
