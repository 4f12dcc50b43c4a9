import type { Autoscaling } from "../autoscaling";
import { exactRatio, ratioOfPercent } from "../objective";
import { suggestion } from "../nearest";
import { duplicates } from "../order";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkBackup } from "./backup";

/** More pods than anybody has. */
const MOST_PODS = 1_000;

/** Every problem of a service's autoscaling and backups. */
export function checkResources(service: Service, environments: readonly string[]): readonly Problem[] {
  const path = `services.${service.id}`;
  const named = [
    ...service.autoscaling.map(
      ({ job, replicas }) => [`autoscaling.${job.name}`, Object.keys(replicas)] as const,
    ),
    ...service.backups.flatMap(({ id, keepDays, lockDays }) =>
      [keepDays, lockDays].map((days) => [`backups.${id}`, Object.keys(days)] as const),
    ),
  ];
  return [
    ...checkRepeated(
      path,
      service.autoscaling.map(({ job }) => `autoscaling.${job.name}`),
      "autoscaling-invalid",
    ),
    ...checkRepeated(
      path,
      service.backups.map(({ id }) => `backups.${id}`),
      "backup-invalid",
    ),
    ...named.flatMap(([where, names]) =>
      names
        .filter((name) => name !== "default" && !environments.includes(name))
        .map((name) => ({
          code: "environment-unknown" as const,
          path: `${path}.${where}`,
          message: `[${name}] is not an environment`,
          remedy: suggestion(name, ["default", ...environments]),
        })),
    ),
    ...service.autoscaling.flatMap((scaling) =>
      checkAutoscaling(`${path}.autoscaling.${scaling.job.name}`, service, scaling),
    ),
    ...service.backups.flatMap((backup) => checkBackup(`${path}.backups.${backup.id}`, service, backup)),
  ];
}

function checkRepeated(
  path: string,
  places: readonly string[],
  code: "autoscaling-invalid" | "backup-invalid",
): readonly Problem[] {
  return duplicates(places).map((place) => ({
    code,
    path: `${path}.${place}`,
    message: `[${place}] is declared twice`,
    remedy: "Keep one of the two.",
  }));
}

function checkAutoscaling(path: string, service: Service, scaling: Autoscaling): readonly Problem[] {
  const problem = (message: string, remedy: string): Problem => ({
    code: "autoscaling-invalid",
    path,
    message,
    remedy,
  });
  const declared = service.telemetry.jobs.some((job) => job.name === scaling.job.name);
  return [
    ...(declared
      ? []
      : [
          problem(
            `[${scaling.job.name}] is not a job of [${service.id}]`,
            "Declare it in telemetry.jobs or correct it.",
          ),
        ]),
    ...Object.entries(scaling.replicas)
      .filter(
        ([, { min, max }]) =>
          !(Number.isInteger(min) && Number.isInteger(max) && min >= 1 && max >= min && max <= MOST_PODS),
      )
      .map(([environment, { min, max }]) =>
        problem(
          `[${min}..${max}] replicas in [${environment}] is not a range of whole numbers from 1 to ${MOST_PODS}`,
          "Give a min of at least 1 and a max that is not below it.",
        ),
      ),
    ...[scaling.cpu, scaling.memory]
      .filter((percent) => !isWholePercent(percent))
      .map((percent) =>
        problem(
          `[${percent}] is not a utilisation in whole per cent from 1% to 100%`,
          "Kubernetes takes whole per cent.",
        ),
      ),
  ];
}

function isWholePercent(percent: Autoscaling["cpu"]): boolean {
  const whole = ratioOfPercent(percent) === undefined ? undefined : exactRatio(percent).times(100);
  return whole !== undefined && whole.gte(1) && whole.lte(100) && whole.eq(whole.round());
}
