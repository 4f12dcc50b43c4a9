import { ALERTS } from "../plan/names";
import type { PlannedAlert } from "../plan/monitoring-plan";
import type { Fault, Incident } from "../slo/incident";
import { alertReadings, isOutage, type Alert } from "../slo/alert";
import { sliReadings, type Reading } from "../slo/measure";
import { sortedBy } from "../slo/order";
import { faultRaising, faultSpending } from "../slo/raising-fault";
import type { Service, Slo } from "../slo/service";
import { matchesOf, metricOf } from "../slo/sli";
import { slugOf } from "../slo/slug";

/**
 * What can happen to a service, sorted by id: the incidents that it declares and, for alerts that none of them raises,
 * one that follows from what the alert measures. So every alert can be heard before it is needed.
 */
export function incidentsFor(service: Service, alerts: readonly PlannedAlert[]): readonly Incident[] {
  const declared = service.incidents ?? [];
  const raised = new Set(declared.flatMap((incident) => incident.alerts));
  const silent = alerts.filter((alert) => alert.service === service.id && !raised.has(alert.alertname));
  return sortedBy([...declared, ...derived(service, silent)], ({ id }) => id);
}

function derived(service: Service, silent: readonly PlannedAlert[]): readonly Incident[] {
  const relabelled = "a release gave a label that an alert picks by another name";
  const possible: readonly Possible[] = [
    ...service.alerts.map((alert): Possible => {
      return [slugOf(alert.name), alert.summary, [alert.name], faultOf(alert, service)];
    }),
    ...service.slos.flatMap(ofSlo),
    ["alert-relabelled", relabelled, [ALERTS.alertOutsideContract], relabelledAlert(service)],
  ];
  return possible.flatMap(([id, says, names, fault, slo]) => {
    const alerts = names.filter((name) =>
      silent.some((alert) => alert.alertname === name && (slo === undefined || alert.slo === slo)),
    );
    return fault === undefined || alerts.length === 0
      ? []
      : [{ id: `${service.id}-${id}`, says, alerts, fault }];
  });
}

/** What raises an alert, and spends the budget that has to burn besides. */
function faultOf(alert: Alert, { slos }: Service): Fault | undefined {
  const fault = faultRaising(alert);
  const burning = isOutage(alert) ? undefined : slos.find(({ id }) => id === alert.whileBurning);
  return fault === undefined || burning === undefined ? fault : { ...faultSpending(burning.sli), ...fault };
}

/** An incident, if there is a fault, and alerts that would notice it: of one SLO where it names one. */
type Possible = readonly [
  id: string,
  says: string,
  alerts: readonly string[],
  fault: Fault | undefined,
  slo?: string,
];

function ofSlo(slo: Slo): readonly Possible[] {
  const { id, title, population, breach, sli } = slo;
  if (sli.kind === "composite") {
    return [];
  }
  const metric = metricOf(sli);
  const moved = renamed({ metric, where: matchesOf(sli) });
  return [
    [`${id}-bad`, `${title}: all ${population} are ${breach}`, SPENDING, faultSpending(sli), id],
    [
      `${id}-unmeasured`,
      `nobody reports ${metric.name}`,
      [ALERTS.dataMissing],
      { vanished: metric.name },
      id,
    ],
    [`${id}-bucket-lost`, `${title} lost its bucket`, [ALERTS.bucketMissing], lostBucket(slo), id],
    [`${id}-relabelled`, `a release renamed a label of ${metric.name}`, [ALERTS.outsideContract], moved, id],
  ];
}

/** What a budget that is spent at once leads to, the first one soonest. */
const SPENDING = [
  ALERTS.burn,
  ALERTS.ticket,
  ALERTS.budgetCaution,
  ALERTS.budget,
  ALERTS.budgetExhausting,
] as const;

function lostBucket({ sli }: Slo): Fault | undefined {
  return sli.kind === "latency-ratio"
    ? { lostBucket: { histogram: sli.histogram.name, bound: sli.threshold } }
    : undefined;
}

function renamed({ metric, where }: Pick<Reading, "metric" | "where">): Fault | undefined {
  const label = where[0]?.label ?? Object.keys(metric.labels)[0];
  return label === undefined
    ? undefined
    : { renamedLabel: { metric: metric.name, label, to: `${label}_renamed` } };
}

function relabelledAlert({ alerts, slos }: Service): Fault | undefined {
  const ofSlos = new Set(slos.flatMap(({ sli }) => sliReadings(sli).map(({ metric }) => metric.name)));
  const readings = alerts.flatMap((alert: Alert) => alertReadings(alert));
  const own = readings.filter(({ metric }) => !ofSlos.has(metric.name));
  return [...own, ...readings].map(renamed).find((fault) => fault !== undefined);
}
