import type { PlannedBucket } from "../plan/bucket";
import type { PlannedStore } from "../plan/store";
import { keepsLog, logInterval, scheduleOf } from "../slo/backup";
import { inEnvironment } from "../slo/telemetry";
import type { Service } from "../slo/service";

/** The stores of an environment, in the order of their buckets; without buckets nobody backs up, and an alert says so. */
export function stores(
  services: readonly Service[],
  buckets: readonly PlannedBucket[],
  environment: string,
): readonly PlannedStore[] {
  return buckets.flatMap(({ service, backup, name, location }) => {
    const store = services.find(({ id }) => id === service)?.backups.find(({ id }) => id === backup)?.store;
    if (store === undefined) return [];
    const log = keepsLog(store) ? logInterval(store) : undefined;
    const minute = minuteOf(`${service}/${backup}`);
    return {
      service,
      backup,
      environment,
      namespace:
        store.kind === "server" ? inEnvironment(store.namespace, environment) : `${service}-${environment}`,
      bucket: { name, location },
      store,
      schedules: {
        backup: scheduleOf(store.every, minute),
        verify: `${(minute + 20) % 60} 4 * * *`,
        test: `${(minute + 40) % 60} 5 * * 1`,
        ...(log === undefined ? {} : { log: scheduleOf(log, minute) }),
      },
    };
  });
}

/** Not all of them at the same minute, and each always at its own. */
function minuteOf(text: string): number {
  return text.split("").reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 60, 7);
}
