import type { Autoscaling, ScalingMetric } from "../autoscaling";
import { exactRatio, ratioOfPercent, type Percent } from "../objective";
import { valueIn } from "../per-environment";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkDecimal } from "./identifiers";
import { checkMetricUse } from "./telemetry";

/** More pods than anybody has. */
const MOST_PODS = 1_000;

type Say = (message: string, remedy: string) => Problem;

/** Every problem of one autoscaler. */
export function checkAutoscaling(path: string, service: Service, scaling: Autoscaling): readonly Problem[] {
  const say: Say = (message, remedy) => ({ code: "autoscaling-invalid", path, message, remedy });
  const { job, cpu, memory, metrics = [] } = scaling;
  return [
    ...(service.telemetry.jobs.some(({ name }) => name === job.name)
      ? []
      : [
          say(`[${job.name}] is not a job of [${service.id}]`, "Declare it in telemetry.jobs or correct it."),
        ]),
    ...checkRanges(scaling, say),
    ...checkDisruption(service, scaling, say),
    ...[cpu, memory?.target]
      .filter((percent) => percent !== undefined && !isWholePercent(percent))
      .map((percent) =>
        say(
          `[${percent}] is not a utilisation in whole per cent from 1% to 100%`,
          "Kubernetes takes whole per cent.",
        ),
      ),
    ...(cpu === undefined && metrics.length === 0
      ? [
          say(
            memory === undefined
              ? "it measures nothing"
              : "it measures memory alone, which hardly ever scales down",
            "Give it a target of cpu, or metrics of the contract.",
          ),
        ]
      : []),
    ...metrics.flatMap((metric) => checkMetric(`${path}.metrics.${metric.metric.name}`, service, metric)),
  ];
}

function checkRanges({ replicas }: Autoscaling, say: Say): readonly Problem[] {
  return Object.entries(replicas)
    .filter(
      ([, { min, max }]) =>
        !(Number.isInteger(min) && Number.isInteger(max) && min >= 1 && max >= min && max <= MOST_PODS),
    )
    .map(([environment, { min, max }]) =>
      say(
        `[${min}..${max}] replicas in [${environment}] is not a range of whole numbers from 1 to ${MOST_PODS}`,
        "Give a min of at least 1 and a max that is not below it.",
      ),
    );
}

/** One pod alone goes away with its node; of several one has to stay. */
function checkDisruption(
  { environments }: Service,
  { replicas, maxUnavailable }: Autoscaling,
  say: Say,
): readonly Problem[] {
  return maxUnavailable === undefined
    ? []
    : environments
        .map((environment) => ({
          environment,
          min: valueIn(replicas, environment).min,
          away: valueIn(maxUnavailable, environment),
        }))
        .filter(({ min, away }) => !(Number.isInteger(away) && away >= 1 && away < Math.max(2, min)))
        .map(({ environment, min, away }) =>
          say(
            `[${away}] of [${min}] replicas may be away in [${environment}]`,
            "Let 1 at least be away, or no node is ever drained, and keep one of several.",
          ),
        );
}

/** Its metrics server asks by labels that are equal. */
function checkMetric(
  path: string,
  { telemetry }: Service,
  { of, metric, where = [], perPod }: ScalingMetric,
): readonly Problem[] {
  const unequal = where.filter(({ op }) => op !== "=");
  return [
    ...checkMetricUse(path, telemetry, metric, where),
    ...checkDecimal(`${path}.perPod`, perPod),
    ...(Number(perPod) > 0 && (where.length === 0 || of === "external") && unequal.length === 0
      ? []
      : [
          {
            code: "autoscaling-invalid" as const,
            path,
            message: `[${perPod}] for each pod${where.length === 0 ? "" : `, where ${where.map(({ label, op, value }) => `[${label}${op}${value}]`).join(", ")}`}, is no target`,
            remedy: "Write more than 0; only an external metric has conditions, of labels that are equal.",
          },
        ]),
  ];
}

function isWholePercent(percent: Percent): boolean {
  const whole = ratioOfPercent(percent) === undefined ? undefined : exactRatio(percent).times(100);
  return whole !== undefined && whole.gte(1) && whole.lte(100) && whole.eq(whole.round());
}
