import { isOfTarget } from "../../slo/telemetry";
import { contractedMetrics, type ContractedMetric } from "../running-server";
import type { Check, Said } from "./check";

/** Labels of every series, and of buckets. */
const OF_SERIES = ["__name__", "le"];

/** Whether series are there as contracts say. */
export const contract: Check = ({ plan, server }) => {
  const compared = contractedMetrics(plan).map(
    (metric) => [metric, server.labels.get(metric.selector) ?? []] as const,
  );
  const absent = compared.flatMap(([metric, labels]) => (labels.length === 0 ? [metric] : []));
  const there = compared.filter(([, labels]) => labels.length > 0);
  return {
    wrong: [
      ...absent.filter(({ always }) => always).map(gone),
      ...there.flatMap(([metric, labels]) => lackedBySeries(metric, labels)),
    ],
    seen: [
      ...absent.filter(({ always }) => !always).map(notYet),
      ...there.flatMap(([metric, labels]) => lackedByContract(metric, labels)),
    ],
  };
};

function pathOf({ service, name }: ContractedMetric): string {
  return `services.${service}.telemetry.metrics.${name}`;
}

function gone(metric: ContractedMetric): Said {
  return {
    path: pathOf(metric),
    message: "there was no series of it within the last hour",
    remedy: "Expose it, or correct its name or job.",
  };
}

function notYet(metric: ContractedMetric): Said {
  return {
    path: pathOf(metric),
    message: "there was no series of it within the last hour, as when nothing has happened yet",
    remedy: "Cause one before somebody relies on the alert.",
  };
}

function lackedBySeries(metric: ContractedMetric, labels: readonly string[]): readonly Said[] {
  return metric.declared
    .filter((label) => !labels.includes(label))
    .map((label) => ({
      path: pathOf(metric),
      message: `no series has the label [${label}] that the contract declares`,
      remedy: "Expose it, or take it out of `labels` of the metric.",
    }));
}

function lackedByContract(metric: ContractedMetric, labels: readonly string[]): readonly Said[] {
  const more = labels.filter(
    (label) => !metric.declared.includes(label) && !isOfTarget(label) && !OF_SERIES.includes(label),
  );
  return more.length === 0
    ? []
    : [
        {
          path: pathOf(metric),
          message: `series have [${more.join(", ")}], which the contract lacks`,
          remedy: "Declare what objectives or alerts should tell apart.",
        },
      ];
}
