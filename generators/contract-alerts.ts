import { ALERTS, DIMENSIONS } from "../plan/names";
import { alertReadings } from "../slo/alert";
import { sliReadings, type Reading } from "../slo/measure";
import { sortedBy } from "../slo/order";
import { measurementRunbook, type Service } from "../slo/service";
import { allowedValues, countName, type LabelMatch, type Metric } from "../slo/telemetry";
import type { AlertDraft } from "./alert-draft";
import { aggregate, anyOf, equals, selector, type PromQl } from "./promql";
import type { SloContext } from "./slo-context";

/**
 * Warns when series of an SLI lack a label that its contract declares, or have a value outside the contract of a label
 * that the SLI picks by: what is renamed is neither good nor bad, and a total outage would count no error. Series of
 * others on the same metric are nobody's fault; where the SLI's own are gone, its data is missing. It matches labels and
 * reads one sample of the series that are wrong, every five minutes: nothing while all is well.
 */
export function outsideContractAlerts({ slo }: SloContext): readonly AlertDraft[] {
  const readings = sliReadings(slo.sli);
  const wrong = readings.flatMap(({ metric, where, population }) =>
    checksOf({ metric, where: where.filter((match) => !population.includes(match)) }, slo.by).map((check) =>
      wrongSeries(
        check,
        population.filter(({ label }) => label !== check.label),
      ),
    ),
  );
  return wrong.length === 0
    ? []
    : [
        {
          ...about,
          name: ALERTS.outsideContract,
          slo: slo.id,
          expr: `${countOf(wrong, DIMENSIONS)} > 0`,
          runbook: slo.runbooks.dataMissing,
          summary: `${slo.title}: series outside its contract`,
          description: `{{ $value | humanize }} series of ${namesOf(readings)} lack a label that the contract declares, or have a value that it does not allow: bad events among them may not be counted.`,
        },
      ];
}

/**
 * Warns when series that declared alerts read lack a declared label, or when of a label that an alert picks by all values
 * are outside the contract: the alert would be silent about them. An exporter has more queues, or more integrations, than
 * alerts ask for, so other values beside those of the contract are nobody's fault. One rule for all metrics of a service;
 * what SLIOutsideContract says of a metric is not said twice.
 */
export function alertOutsideContract(service: Service): readonly AlertDraft[] {
  const metrics = alertChecks(service).map(([name, checks]) => {
    const count = countOf(checks.map(lostSeries), DIMENSIONS);
    return `label_replace(${count}, "metric", "${name}", "", "") > 0`;
  });
  return metrics.length === 0
    ? []
    : [
        {
          ...about,
          name: ALERTS.alertOutsideContract,
          expr: anyOf(metrics),
          runbook: measurementRunbook(service),
          summary: "Alerts read series outside their contract",
          description:
            "{{ $value | humanize }} series of {{ $labels.metric }} lack a label that the contract declares, or none has a value that it allows: alerts that read it may be silent.",
        },
      ];
}

/** The names of what is read, each once. */
export function namesOf(readings: readonly Pick<Reading, "metric">[]): string {
  return [...new Set(readings.map(({ metric }) => metric.name))].join(" and ");
}

const about = {
  kind: "telemetry",
  severity: "warning",
  category: "telemetry",
  for: "10m",
} as const;

/** A label of a metric, and whether rules pick series by its value. */
export interface LabelCheck {
  readonly metric: Metric;
  readonly label: string;
  readonly picked: boolean;
}

/**
 * Labels of a metric that its series must have; one that may be empty matters where series are picked by it.
 * @param apart labels whose values are judged apart, so that others than the contract's would be judged as well
 */
export function checksOf(
  { metric, where }: Pick<Reading, "metric" | "where">,
  apart: readonly string[] = [],
): readonly LabelCheck[] {
  const picks = new Set([...where.map(({ label }) => label), ...apart]);
  return Object.entries(metric.labels)
    .filter(([label, values]) => picks.has(label) || !values.includes(""))
    .map(([label]) => ({ metric, label, picked: picks.has(label) }));
}

/** What is to be looked at for the declared alerts of a service and for none of its SLIs, by name of the metric. */
export function alertChecks(
  service: Service,
): readonly (readonly [name: string, checks: readonly LabelCheck[]])[] {
  const covered = service.slos.flatMap(({ sli }) => sliReadings(sli).flatMap((reading) => checksOf(reading)));
  const wanted = strictest(
    service.alerts.flatMap(alertReadings).flatMap((reading) => checksOf(reading)),
  ).filter(
    (check) => !covered.some((other) => keyOf(other) === keyOf(check) && (other.picked || !check.picked)),
  );
  const names = [...new Set(wanted.map(({ metric }) => metric.name))];
  return sortedBy(names, (name) => name).map((name) => [
    name,
    wanted.filter(({ metric }) => metric.name === name),
  ]);
}

/** One check for each label: alerts may pick by it or not. */
function strictest(checks: readonly LabelCheck[]): readonly LabelCheck[] {
  const byKey = new Map<string, LabelCheck>();
  for (const check of checks) {
    byKey.set(keyOf(check), { ...check, picked: check.picked || byKey.get(keyOf(check))?.picked === true });
  }
  return sortedBy([...byKey], ([key]) => key).map(([, check]) => check);
}

function keyOf({ metric, label }: LabelCheck): string {
  return `${metric.job.name} ${metric.name} ${label}`;
}

/** A label by which rules pick must have a value of the contract, any other one must only be there. */
export function wrongSeries(
  { metric, label, picked }: LabelCheck,
  population: readonly LabelMatch[] = [],
): PromQl {
  const wrong = picked ? allowed("!~", metric, label) : equals(label, "");
  return seriesWith(metric, [...population, wrong]);
}

/** Wrong series of a place that has no right ones. */
function lostSeries(check: LabelCheck): PromQl {
  const { metric, label, picked } = check;
  const right = seriesWith(metric, [allowed("=~", metric, label)]);
  return picked
    ? `(${wrongSeries(check)} unless on (${DIMENSIONS.join(", ")}) ${right})`
    : wrongSeries(check);
}

function allowed(op: "=~" | "!~", { labels }: Metric, label: string): LabelMatch {
  return { label, op, value: allowedValues(labels[label] ?? []) };
}

function seriesWith(metric: Metric, matches: readonly LabelMatch[]): PromQl {
  return selector(countName(metric), [equals("job", metric.job.name), ...matches]);
}

function countOf(wrong: readonly PromQl[], by: readonly string[]): PromQl {
  return aggregate("count", by, `\n  ${wrong.join("\n  or ")}\n`);
}
