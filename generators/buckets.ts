import type { PlannedBucket } from "../plan/bucket";
import type { Environment } from "../plan/environment";
import { sortedBy } from "../slo/order";
import { valueIn } from "../slo/per-environment";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";

/** Both clouds take 3 to 63 characters. */
const LONGEST_NAME = 63;

/** The backup buckets of an environment, sorted by name; none where the stack says nothing of backups. */
export function buckets(services: readonly Service[], environment: Environment): readonly PlannedBucket[] {
  const { backups, name, environments } = environment;
  if (backups === undefined) {
    return [];
  }
  const all = services.flatMap((service) =>
    service.backups.map((backup) => ({
      name: `${backups.prefix}-${service.id}-${backup.id}-${name}`,
      service: service.id,
      backup: backup.id,
      description: backup.description,
      keepDays: valueIn(backup.keepDays, name),
      lockDays: environments[name]?.locksBackups === true ? valueIn(backup.lockDays, name) : 0,
      location: backups,
      filled: backup.store !== undefined,
    })),
  );
  return sortedBy(all, (bucket) => bucket.name);
}

/** A name that no cloud would take. */
export function checkBuckets(planned: readonly PlannedBucket[]): readonly Problem[] {
  return planned
    .filter((bucket) => bucket.name.length > LONGEST_NAME)
    .map((bucket) => ({
      code: "backup-invalid",
      path: `services.${bucket.service}.backups.${bucket.backup}`,
      message: `the bucket's name [${bucket.name}] has ${bucket.name.length} characters, more than ${LONGEST_NAME}`,
      remedy: "Shorten tocsin:backups.prefix or the id of the backup.",
    }));
}

/** Stores that nobody backs up, since the stack does not say where. */
function homeless(services: readonly Service[], { backups, name, stack }: Environment): readonly Problem[] {
  return (backups === undefined ? services : []).flatMap((service) =>
    service.backups
      .filter(({ store }) => store !== undefined)
      .map(({ id }) => ({
        code: "backup-homeless",
        path: `services.${service.id}.backups.${id}`,
        message: `nobody backs up [${id}] in [${name}]: the stack [${stack}] does not say where to`,
        remedy: "Set tocsin:backups in its file, as docs/configuration.md says.",
      })),
  );
}

/** Where a loss would wake people, or what is backed up is locked, a store without backups is no slip to live with. */
function isSerious({ paging, environments, name }: Environment): boolean {
  return paging || environments[name]?.locksBackups === true;
}

export function checkHomes(services: readonly Service[], environment: Environment): readonly Problem[] {
  return isSerious(environment) ? homeless(services, environment) : [];
}

/** The same elsewhere, where it may be meant. */
export function homeNotices(services: readonly Service[], environment: Environment): readonly Problem[] {
  return isSerious(environment) ? [] : homeless(services, environment);
}
