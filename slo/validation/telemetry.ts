import type { Problem } from "../problem";
import { checkDecimal, checkDuration } from "./identifiers";
import { matchesOf, metricOf, type Sli } from "../sli";
import { regexpFault } from "../regexp";
import { own } from "../order";
import { matchesValue, type LabelMatch, type Metric, type TelemetryContract } from "../telemetry";

/** That a metric is declared by the service that uses it, and its labels and values with it. */
export function checkMetricUse(
  path: string,
  contract: TelemetryContract,
  metric: Metric,
  matches: readonly LabelMatch[],
): readonly Problem[] {
  const declared = contract.metrics.find(
    (candidate) => candidate.name === metric.name && candidate.job.name === metric.job.name,
  );
  if (declared === undefined) {
    return [
      {
        code: "metric-undeclared",
        path,
        message: `metric [${metric.name}] of job [${metric.job.name}] is not in the telemetry contract`,
        remedy: `Declare it there, or use one of [${contract.metrics.map((known) => known.name).join(", ")}].`,
      },
    ];
  }
  if (declared.type !== metric.type) {
    return [
      {
        code: "metric-wrong-type",
        path,
        message: `metric [${metric.name}] is used as a [${metric.type}] and declared as a [${declared.type}]`,
        remedy: "Use the object of the contract itself.",
      },
    ];
  }
  return matches.flatMap((match) => checkMatch(path, declared, match));
}

/** Labels by which the series of a metric are told apart. */
export function checkLabels(path: string, metric: Metric, labels: readonly string[]): readonly Problem[] {
  return labels
    .filter((label) => metric.labels[label] === undefined)
    .map((label) => ({
      code: "label-undeclared",
      path,
      message: `label [${label}] is not a label of [${metric.name}]`,
      remedy: `Use one of [${Object.keys(metric.labels).join(", ")}].`,
    }));
}

function checkMatch(path: string, metric: Metric, match: LabelMatch): readonly Problem[] {
  const values = own(metric.labels, match.label);
  if (values === undefined) {
    return checkLabels(path, metric, [match.label]);
  }
  if (match.op === "=" && !values.includes(match.value)) {
    return [
      {
        code: "label-value-undeclared",
        path,
        message: `[${match.label}="${match.value}"] is not a value that [${metric.name}] can have`,
        remedy: `Use one of [${values.join(", ")}] or add it to the contract.`,
      },
    ];
  }
  const fault = match.op === "=~" || match.op === "!~" ? regexpFault(match.value) : undefined;
  return fault === undefined
    ? checkSelectsSomething(path, metric, match, values)
    : [
        {
          code: "matcher-invalid",
          path,
          message: `[${match.label}${match.op}"${match.value}"] is no regular expression of Prometheus: ${fault}`,
          remedy: "Write RE2, which has no lookahead and no backreference, e.g. 5.. or (?i)error.",
        },
      ];
}

/** A regular expression that no allowed value satisfies makes an SLI without errors: it would always be met. */
function checkSelectsSomething(
  path: string,
  metric: Metric,
  match: LabelMatch,
  values: readonly string[],
): readonly Problem[] {
  return values.some((value) => matchesValue(match, value))
    ? []
    : [
        {
          code: "matcher-matches-nothing",
          path,
          message: `[${match.label}${match.op}"${match.value}"] selects none of the values of [${metric.name}]`,
          remedy: `The contract allows [${values.join(", ")}].`,
        },
      ];
}

/** That an SLI reads declared metrics and picks its bad events, and a latency threshold is a bucket that exists. */
export function checkSli(path: string, contract: TelemetryContract, sli: Sli): readonly Problem[] {
  if (sli.kind === "request-ratio" && sli.errors.length === 0) {
    return [
      {
        code: "errors-unselected",
        path: `${path}.errors`,
        message: `[] selects no errors of [${sli.total.name}], so that every request would count as one`,
        remedy: 'Say which requests are bad, e.g. where(requests, { status: ["=~", "5.."] }).',
      },
    ];
  }
  if (sli.kind === "gauge") {
    return [
      ...checkMetricUse(path, contract, sli.gauge, sli.of),
      ...checkDecimal(`${path}.bad.limit`, sli.bad.limit),
      ...checkDuration(`${path}.minimum`, sli.minimum),
    ];
  }
  const use = checkMetricUse(path, contract, metricOf(sli), matchesOf(sli));
  if (use.length > 0 || sli.kind !== "latency-ratio" || sli.histogram.bounds.includes(sli.threshold)) {
    return use;
  }
  return [
    {
      code: "latency-bound-missing",
      path: `${path}.threshold`,
      message: `[${sli.threshold}] is not a bucket bound of [${sli.histogram.name}]`,
      remedy: `Add the bound to the service and its contract, or use one of [${sli.histogram.bounds.join(", ")}].`,
    },
  ];
}
