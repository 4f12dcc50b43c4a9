import type { Autoscaling } from "../autoscaling";
import type { Backup } from "../backup";
import { exactRatio, ratioOfPercent } from "../objective";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkSlug } from "./identifiers";

/** Every problem of a service's autoscaling and backups. */
export function checkResources(service: Service): readonly Problem[] {
  const path = `services.${service.id}`;
  return [
    ...service.autoscaling.flatMap((scaling) =>
      checkAutoscaling(`${path}.autoscaling.${scaling.job.name}`, service, scaling),
    ),
    ...service.backups.flatMap((backup) => checkBackup(`${path}.backups.${backup.id}`, backup)),
  ];
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
        ([, { min, max }]) => !(Number.isInteger(min) && Number.isInteger(max) && min >= 1 && max >= min),
      )
      .map(([environment, { min, max }]) =>
        problem(
          `[${min}..${max}] replicas in [${environment}] is not a range of whole numbers from 1`,
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

function checkBackup(path: string, backup: Backup): readonly Problem[] {
  const environments = [...new Set([...Object.keys(backup.keepDays), ...Object.keys(backup.lockDays)])];
  const bad = environments
    .map((environment) => ({
      environment,
      keep: backup.keepDays[environment] ?? backup.keepDays.default,
      lock: backup.lockDays[environment] ?? backup.lockDays.default,
    }))
    .filter(
      ({ keep, lock }) =>
        !(Number.isInteger(keep) && Number.isInteger(lock) && keep >= 1 && lock >= 0 && lock <= keep),
    );
  return [
    ...checkSlug(`${path}.id`, backup.id),
    ...bad.map(({ environment, keep, lock }) => ({
      code: "backup-invalid" as const,
      path,
      message: `kept for [${keep}] days and locked for [${lock}] in [${environment}]`,
      remedy: "Keep for at least 1 day, and lock for no longer than that.",
    })),
  ];
}
