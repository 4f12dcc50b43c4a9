import { copyName, logName, type BucketIdentity, type PlannedBucket } from "../plan/bucket";
import { ALWAYS, CLOUDS, COLDER, isReplicated, type Ability, type Cloud } from "../plan/clouds";
import type { Environment } from "../plan/environment";
import type { BackupSettings } from "../plan/platform";
import { READER_ACCOUNT, runsInCluster, writerAccount } from "../plan/store";
import type { Backup } from "../slo/backup";
import { DOCS } from "../slo/command";
import { sortedBy } from "../slo/order";
import { valueIn } from "../slo/per-environment";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import { inEnvironment } from "../slo/telemetry";

/** All clouds take 3 to 63 characters. */
const LONGEST_NAME = 63;

/** The backup buckets of an environment, sorted by name; none of a service for which the stack names no place. */
export function buckets(services: readonly Service[], environment: Environment): readonly PlannedBucket[] {
  const { name } = environment;
  const all = services.flatMap((service) => {
    const location = placeOf(service, environment);
    return location === undefined
      ? []
      : service.backups.map((backup) => ({
          name: `${location.prefix}-${service.id}-${backup.id}-${name}`,
          service: service.id,
          backup: backup.id,
          description: backup.description,
          keepDays: valueIn(backup.keepDays, name),
          lockDays: lockDaysOf(backup, environment),
          identities: identitiesOf(backup, namespaceOf(service, backup, name)),
          location,
          provider: Object.hasOwn(environment.backupsOf, service.id)
            ? `${location.cloud}-${service.id}`
            : location.cloud,
          filled: backup.store !== undefined,
        }));
  });
  return sortedBy(all, (bucket) => bucket.name);
}

/** Days in which nobody can delete a backup, where its environment locks backups. */
export function lockDaysOf({ lockDays }: Backup, { name, environments }: Environment): number {
  return environments[name]?.locksBackups === true ? valueIn(lockDays, name) : 0;
}

/** Where the jobs of a store run. */
function namespaceOf({ id }: Service, { store }: Backup, environment: string): string {
  return store?.kind === "server" ? inEnvironment(store.namespace, environment) : `${id}-${environment}`;
}

/**
 * Who makes backups and who proves them. A machine outside the cluster has keys of both, and what is known of its backups is
 * told from within; where somebody else makes them, both have keys.
 */
function identitiesOf({ id, store }: Backup, namespace: string): readonly BucketIdentity[] {
  const within = (name: string) => ({ account: { namespace, name } });
  const prover = { role: "reader", right: "prove" } as const;
  const writer = { role: "writer", right: "write" } as const;
  if (store === undefined) return [writer, prover];
  return runsInCluster(store)
    ? [
        { ...writer, ...within(writerAccount(id)) },
        { ...prover, ...within(READER_ACCOUNT) },
      ]
    : [writer, { ...prover, ...within(READER_ACCOUNT) }, { ...prover, role: "machine-reader" }];
}

function placeOf({ id }: Service, { backups, backupsOf }: Environment): BackupSettings | undefined {
  return Object.hasOwn(backupsOf, id) ? backupsOf[id] : backups;
}

/** A name that no cloud would take. */
export function checkBuckets(planned: readonly PlannedBucket[]): readonly Problem[] {
  return planned
    .map((bucket) => ({
      bucket,
      longest: logName(isReplicated(bucket.location) ? { name: copyName(bucket) } : bucket),
    }))
    .filter(({ longest }) => longest.length > LONGEST_NAME)
    .map(({ bucket, longest }) => ({
      code: "backup-invalid",
      path: pathOf(bucket),
      message: `the bucket's name [${longest}] has ${longest.length} characters, more than ${LONGEST_NAME}`,
      remedy: "Shorten tocsin:backups.prefix or the id of the backup.",
    }));
}

function pathOf({ service, backup }: Pick<PlannedBucket, "backup" | "service">): string {
  return `services.${service}.backups.${backup}`;
}

/** What the environment asks for and a place cannot give; nobody would miss it until it is needed. */
export function checkPlaces(services: readonly Service[], environment: Environment): readonly Problem[] {
  const { name, environments, stack } = environment;
  const asked = environments[name]?.replicatesBackups === true;
  return [
    ...buckets(services, environment).flatMap((bucket) => [
      ...lockFaults(bucket, environment),
      ...colderFaults(bucket, keyOf(bucket, environment)),
    ]),
    ...(isSerious(environment) ? homeless(services, environment) : []),
    ...(asked ? buckets(services, environment) : [])
      .filter(({ location }) => !isReplicated(location))
      .map((bucket) => ({
        code: "backup-unable" as const,
        path: pathOf(bucket),
        message: `[${name}] wants backups in a second region, and [${stack}] keeps [${bucket.name}] in one of [${bucket.location.cloud}]`,
        remedy: REPLICATE[bucket.location.cloud],
      })),
  ];
}

/** The key of a stack's file that says where a bucket lies. */
function keyOf({ service }: PlannedBucket, { backupsOf }: Environment): string {
  return Object.hasOwn(backupsOf, service) ? `backupsOf.${service}` : "backups";
}

function lockFaults(bucket: PlannedBucket, environment: Environment): readonly Problem[] {
  const { location, lockDays } = bucket;
  return location.lock === "compliance"
    ? complianceFaults(CLOUDS[location.cloud].abilities.compliance, {
        ...{ cloud: location.cloud, lockDays, environment: environment.name, path: pathOf(bucket) },
        key: keyOf(bucket, environment),
      })
    : [];
}

/**
 * A lock that nobody can take back, of a cloud that has none or where nothing is locked.
 * @param key of the stack's file, which says `lock`
 */
export function complianceFaults(
  ability: Ability,
  {
    cloud,
    lockDays,
    environment,
    path,
    key,
  }: Readonly<Record<"cloud" | "environment" | "key" | "path", string>> & { readonly lockDays: number },
): readonly Problem[] {
  const fault = (why: string, remedy: string): readonly Problem[] => [
    { code: "backup-unable", path, message: `tocsin:${key}.lock is [compliance], and ${why}`, remedy },
  ];
  if ("lacks" in ability) {
    return fault(`[${cloud}] ${ability.lacks}`, ability.instead);
  }
  return lockDays > 0
    ? []
    : fault(
        `nothing locks it in [${environment}]`,
        "Give it lockDays and the environment the trait `locksBackups`, or take lock out.",
      );
}

/** Moves that the cloud would refuse, or that come when the backup is gone; what a class may do depends on those before it. */
function colderFaults({ name: bucket, location, keepDays }: PlannedBucket, key: string): readonly Problem[] {
  const { classes, first, apart } = COLDER[location.cloud];
  const days: Readonly<Record<string, number>> = location.colder ?? {};
  let least = first;
  return classes.flatMap((name) => {
    const after = days[name];
    if (after === undefined) return [];
    const from = least;
    least = Math.max(least, after + apart);
    const late = after >= keepDays;
    if (after >= from && !late) return [];
    const when = late ? `are deleted after [${keepDays}]` : `may not move before [${from}]`;
    return [
      {
        code: "backup-invalid" as const,
        path: `configuration.${key}.colder.${name}`,
        message: `[${after}] days are none for [${bucket}], whose backups ${when}`,
        remedy:
          from < keepDays
            ? `Set it to ${from} days or more, and to less than ${keepDays}.`
            : `Take it out, or keep backups for more than ${from} days.`,
      },
    ];
  });
}

const REPLICATE = {
  aws: "Set replica.region of tocsin:backups to another region.",
  gcp: "Set location of tocsin:backups to one of two regions or more, such as EUR4 or EU.",
  r2: "R2 copies to no second region: set tocsin:backupsOf of the service to a place on AWS or Google Cloud.",
} as const satisfies Readonly<Record<Cloud, string>>;

/** What a cloud cannot do for any bucket where a loss is serious; elsewhere, stores without a place, which may be meant. */
export function placeNotices(services: readonly Service[], environment: Environment): readonly Problem[] {
  if (!isSerious(environment)) {
    return homeless(services, environment);
  }
  const clouds = new Set(buckets(services, environment).map(({ location }) => location.cloud));
  return [...clouds].flatMap((cloud) =>
    ALWAYS.flatMap((demand) => {
      const ability = CLOUDS[cloud].abilities[demand];
      return "by" in ability
        ? []
        : {
            code: "backup-unable" as const,
            path: "configuration.backups.cloud",
            message: `[${cloud}] ${ability.lacks}`,
            remedy: ability.instead,
          };
    }),
  );
}

/** Stores that nobody backs up, since the stack does not say where. */
function homeless(services: readonly Service[], environment: Environment): readonly Problem[] {
  return services
    .filter((service) => placeOf(service, environment) === undefined)
    .flatMap((service) =>
      service.backups
        .filter(({ store }) => store !== undefined)
        .map(({ id }) => ({
          code: "backup-homeless",
          path: pathOf({ service: service.id, backup: id }),
          message: `nobody backs up [${id}] in [${environment.name}]: the stack [${environment.stack}] does not say where to`,
          remedy: `Set tocsin:backups in its file, as ${DOCS}/configuration.md says.`,
        })),
    );
}

/** Where a loss would wake people, or what is backed up is locked, a store without backups is no slip to live with. */
function isSerious({ paging, environments, name }: Environment): boolean {
  return paging || environments[name]?.locksBackups === true;
}
