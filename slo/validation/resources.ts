import { suggestion } from "../nearest";
import { duplicates } from "../order";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkAutoscaling } from "./autoscaling";
import { checkBackup } from "./backup";
import { checkCapacity } from "./capacity";

/** Every problem of a service's autoscaling, capacity and backups. */
export function checkResources(service: Service, environments: readonly string[]): readonly Problem[] {
  const path = `services.${service.id}`;
  const named = [
    ...service.autoscaling.map(
      ({ job, replicas, maxUnavailable }) =>
        [`autoscaling.${job.name}`, Object.keys({ ...replicas, ...maxUnavailable })] as const,
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
    ...checkCapacity(service, environments),
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
