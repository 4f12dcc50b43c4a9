import type { BucketIdentity, PlannedMetricsBucket } from "../plan/bucket";
import { bindingOf } from "../plan/backend";
import type { Environment } from "../plan/environment";
import type { ObjectStore, PlannedLongTerm, RulePlace } from "../plan/long-term";
import type { RuleGroup } from "../plan/monitoring-plan";
import { RECORDS } from "../plan/names";
import { decimal } from "../slo/objective";
import { sortedBy } from "../slo/order";
import type { Service } from "../slo/service";
import { aggregate, equals, over, selector } from "./promql";
import { recordedSeries, recorder, sloContext, type SloContext } from "./slo-context";

/** What is kept for years, and the rules that need it; undefined where Prometheus keeps all. */
export function plannedLongTerm(
  services: readonly Service[],
  environment: Environment,
  groups: readonly RuleGroup[],
): PlannedLongTerm | undefined {
  const { longTerm } = environment;
  if (longTerm === undefined) {
    return undefined;
  }
  const clusters = longTerm.hub?.clusters ?? [];
  const ruleGroups =
    clusters.length === 0 ? [] : services.flatMap((service) => ofClusters(service, environment));
  const made = madeBucket(longTerm.bucket);
  return {
    ...longTerm,
    ruleGroups,
    places: places(environment, groups, ruleGroups, clusters),
    ...(made === undefined ? {} : { made }),
  };
}

/** One identity for each key; only the compactor's may delete. */
const IDENTITIES = [
  { role: "writer", right: "write" },
  { role: "reader", right: "read" },
  { role: "compactor", right: "compact" },
] as const satisfies readonly BucketIdentity[];

function madeBucket(bucket: ObjectStore): PlannedMetricsBucket | undefined {
  if (bucket.cloud === "s3" || bucket.make === undefined) {
    return undefined;
  }
  const { name } = bucket;
  const planned = { name, provider: `${bucket.cloud}-metrics`, identities: IDENTITIES };
  return bucket.cloud === "aws"
    ? { ...planned, location: { cloud: "aws", prefix: name, region: bucket.region, ...bucket.make } }
    : { ...planned, location: { cloud: "gcp", prefix: name, ...bucket.make } };
}

/**
 * Where rules run is decided by what they read. Whatever reads one cluster, which no window of an objective outlives, is
 * evaluated there, so that no page waits for an object store; what reads several is evaluated where all are known.
 */
function places(
  { cluster, prometheus }: Environment,
  local: readonly RuleGroup[],
  spanning: readonly RuleGroup[],
  clusters: readonly string[],
): readonly RulePlace[] {
  const count = (groups: readonly RuleGroup[]): number =>
    groups.reduce((sum, { rules }) => sum + rules.length, 0);
  return [
    {
      at: "prometheus",
      rules: count(local),
      why: `they read [${cluster}] alone, and no more than the [${prometheus.retention}] that its Prometheus keeps`,
    },
    ...(spanning.length === 0
      ? []
      : [
          {
            at: "ruler" as const,
            rules: count(spanning),
            why: `they add up [${sortedBy([cluster, ...clusters], (name) => name).join(", ")}]; none of them is an alert`,
          },
        ]),
  ];
}

function ofClusters(service: Service, environment: Environment): readonly RuleGroup[] {
  const { metrics } = bindingOf(environment.backends[service.id], environment.backend);
  return metrics === environment.backend
    ? sortedBy(service.slos, ({ id }) => id).map((slo) =>
        group(sloContext(service, slo, environment.name, environment.prometheus.scrapeInterval)),
      )
    : [];
}

/** Events of all clusters are added up before they are divided: a mean of ratios is none. */
function group(context: SloContext): RuleGroup {
  const { burn, service, slo } = context;
  const record = recorder(context);
  const series = recordedSeries(context);
  const by = context.by.filter((label) => label !== "cluster");
  const events = (side: "error" | "total"): string =>
    aggregate("sum", by, over("sum_over_time", series.sampled(side), burn.period));
  const ratio = RECORDS.ratioOfClusters(burn.period);
  return {
    name: `slo:${service.id}-${slo.id}:clusters`,
    file: service.id,
    interval: burn.sampling,
    rules: [
      record(ratio, `${events("error")}\n/ (${events("total")} > 0)`),
      record(
        RECORDS.budgetRemainingOfClusters,
        `1 - ${selector(ratio, [equals("slo_id", context.id)])} / ${decimal(context.budget)}`,
      ),
    ],
  };
}
