import type { Problem } from "../problem";
import { eventMetricOf, matchesOf, metricOf, type EventSli, type RequestRatioSli } from "../sli";
import { regexpFault } from "../regexp";
import { suggestion } from "../nearest";
import { own } from "../order";
import {
  isNative,
  matchesValue,
  writtenFor,
  type LabelMatch,
  type Metric,
  type TelemetryContract,
} from "../telemetry";

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
        remedy: `Declare it there, or name another. ${suggestion(
          metric.name,
          contract.metrics.map((known) => known.name),
        )}`,
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
  const problems = matches.flatMap((match) => [
    ...checkOrigin(path, metric, match),
    ...checkMatch(path, declared, match),
  ]);
  return problems.length > 0 ? problems : checkTogether(path, declared, matches);
}

/** Events that another metric counts are no part of this one's, even where their labels have the same names. */
function checkOrigin(path: string, { name }: Metric, match: LabelMatch): readonly Problem[] {
  const origin = writtenFor(match);
  return origin === undefined || origin === name
    ? []
    : [
        {
          code: "matcher-foreign",
          path,
          message: `[${shownMatches([match])}] was written for [${origin}], and selects series of [${name}] here`,
          remedy: `Write where(...) of [${name}] itself.`,
        },
      ];
}

/** Conditions that each select something, and nothing together. */
function checkTogether(path: string, metric: Metric, matches: readonly LabelMatch[]): readonly Problem[] {
  return Object.entries(metric.labels)
    .map(([label, values]) => ({ values, own: matches.filter((match) => match.label === label) }))
    .filter(({ values, own }) => own.length > 1 && selected(values, own).length === 0)
    .map(({ values, own }) => ({
      code: "matcher-matches-nothing",
      path,
      message: `[${shownMatches(own)}] together select none of the values of [${metric.name}]`,
      remedy: `The contract allows [${values.join(", ")}].`,
    }));
}

function selected(values: readonly string[], matches: readonly LabelMatch[]): readonly string[] {
  return values.filter((value) => matches.every((match) => matchesValue(match, value)));
}

function shownMatches(matches: readonly LabelMatch[]): string {
  return matches.map(({ label, op, value }) => `${label}${op}"${value}"`).join(", ");
}

/** Labels by which the series of a metric are told apart. */
export function checkLabels(path: string, metric: Metric, labels: readonly string[]): readonly Problem[] {
  return labels
    .filter((label) => own(metric.labels, label) === undefined)
    .map((label) => ({
      code: "label-undeclared",
      path,
      message: `label [${label}] is not a label of [${metric.name}]`,
      remedy: suggestion(label, Object.keys(metric.labels)),
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
        remedy: `${suggestion(match.value, values)} Or add it to the contract.`,
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
          message: `[${match.label}${match.op}"${match.value}"] is not a regular expression that Prometheus accepts: ${fault}`,
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
export function checkEventSli(path: string, contract: TelemetryContract, sli: EventSli): readonly Problem[] {
  const metric = eventMetricOf(sli);
  if (isNative(metric)) {
    const [field, instead] =
      sli.kind === "request-ratio" ? ["total", "nativeRequestRatio"] : ["histogram", "nativeLatencyRatio"];
    return [
      {
        code: "metric-wrong-type",
        path: `${path}.${field}`,
        message: `[${metric.name}] is a native histogram, which has no series for its count and its bounds`,
        remedy: `Use ${instead}, or leave [native] out of the contract.`,
      },
    ];
  }
  if (sli.kind === "request-ratio" && sli.errors.length === 0) {
    return [
      {
        code: "errors-unselected",
        path: `${path}.errors`,
        message: `[] selects no errors of [${sli.total.name}], so that every request would count as an error`,
        remedy: 'Say which requests are bad, e.g. where(requests, { status: ["=~", "5.."] }).',
      },
    ];
  }
  const use = checkMetricUse(path, contract, metricOf(sli), matchesOf(sli));
  if (use.length === 0 && sli.kind === "request-ratio") {
    return checkErrors(`${path}.errors`, sli);
  }
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

/** Errors that are all of the events: nothing would ever count as good. */
function checkErrors(path: string, { total, of, errors }: RequestRatioSli): readonly Problem[] {
  const narrowed = Object.entries(total.labels).some(([label, values]) => {
    const onLabel = (matches: readonly LabelMatch[]): readonly LabelMatch[] =>
      matches.filter((match) => match.label === label);
    const population = selected(values, onLabel(of));
    return selected(population, onLabel(errors)).length < population.length;
  });
  return narrowed
    ? []
    : [
        {
          code: "errors-unselected",
          path,
          message: `[${shownMatches(errors)}] selects all of [${total.name}], so that every request would count as an error`,
          remedy: 'Say which requests are bad, e.g. where(requests, { status: ["=~", "5.."] }).',
        },
      ];
}
