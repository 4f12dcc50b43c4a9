import type { PlannedBucket } from "../plan/bucket";
import type { Environment } from "../plan/environment";
import type { PlannedStore } from "../plan/store";
import { scheduleOf } from "../slo/backup";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";

/** The stores of an environment, in the order of their buckets; without buckets there is nowhere to back up to. */
export function stores(
  services: readonly Service[],
  buckets: readonly PlannedBucket[],
  environment: string,
): readonly PlannedStore[] {
  return buckets.flatMap(({ service, backup, name, location }) => {
    const store = services.find(({ id }) => id === service)?.backups.find(({ id }) => id === backup)?.store;
    if (store === undefined) return [];
    const minute = minuteOf(`${service}/${backup}`);
    return {
      service,
      backup,
      environment,
      namespace: `${service}-${environment}`,
      bucket: { name, location },
      store,
      schedules: {
        backup: scheduleOf(store.every, minute),
        verify: `${(minute + 20) % 60} 4 * * *`,
        test: `${(minute + 40) % 60} 5 * * 1`,
      },
    };
  });
}

/** Not all of them at the same minute, and each always at its own. */
function minuteOf(text: string): number {
  return text.split("").reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 60, 7);
}

/** A store in an environment that has nowhere to back it up to. */
export function checkStores(services: readonly Service[], { backups }: Environment): readonly Problem[] {
  return backups !== undefined
    ? []
    : services.flatMap((service) =>
        service.backups
          .filter(({ store }) => store !== undefined)
          .map(({ id }) => ({
            code: "backup-invalid" as const,
            path: `services.${service.id}.backups.${id}.store`,
            message: `[${id}] is a store, and tocsin:backups is not set, so that nobody backs it up`,
            remedy: "Say by tocsin:backups where buckets lie, or take the service out of this environment.",
          })),
      );
}
