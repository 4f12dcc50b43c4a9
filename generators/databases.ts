import { CLOUDS } from "../plan/clouds";
import { arnOf, DATABASE_LOG, type DatabaseSettings, type PlannedDatabase } from "../plan/database";
import type { Environment } from "../plan/environment";
import type { Backup, Store } from "../slo/backup";
import { DOCS } from "../slo/command";
import { isDuration, milliseconds } from "../slo/duration";
import { suggestion } from "../slo/nearest";
import { own, sortedBy } from "../slo/order";
import { valueIn } from "../slo/per-environment";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import { complianceFaults, lockDaysOf } from "./buckets";

/** What both clouds take for a vault and what belongs to it. Sources: AWS Backup API, Backup and DR API. */
const NAME = /^[a-z][a-z\d-]{1,49}$/;

interface Kept {
  readonly service: string;
  readonly backup: Backup;
  readonly store: Store;
  readonly settings: DatabaseSettings | undefined;
}

/** Every store whose provider keeps the log, and who that is. */
function kept(services: readonly Service[], { managedDatabases }: Environment): readonly Kept[] {
  return services.flatMap(({ id, backups }) =>
    backups.flatMap((backup) => {
      const { store } = backup;
      return store?.kind === "postgres" && store.pointInTime === "provider"
        ? [{ service: id, backup, store, settings: own(own(managedDatabases, id) ?? {}, backup.id) }]
        : [];
    }),
  );
}

function planned({ service, backup, settings }: Kept, environment: Environment): readonly PlannedDatabase[] {
  if (settings === undefined || settings.cloud === "other") return [];
  const keepDays = valueIn(backup.keepDays, environment.name);
  const { usualDays } = DATABASE_LOG[settings.cloud];
  return [
    {
      name: `${service}-${backup.id}-${environment.stack}`,
      service,
      backup: backup.id,
      keepDays,
      lockDays: lockDaysOf(backup, environment),
      pointInTimeDays: settings.pointInTimeDays ?? Math.min(keepDays, usualDays),
      database: settings,
    },
  ];
}

/** The managed databases of which the stack keeps log and snapshots, sorted by name. */
export function databases(
  services: readonly Service[],
  environment: Environment,
): readonly PlannedDatabase[] {
  return sortedBy(
    kept(services, environment).flatMap((one) => planned(one, environment)),
    ({ name }) => name,
  );
}

/** Databases that are none of a service, that no cloud keeps as promised, or that nobody named where backups are locked. */
export function checkDatabases(services: readonly Service[], environment: Environment): readonly Problem[] {
  const stores = kept(services, environment);
  return [
    ...strangers(services, stores, environment),
    ...stores.flatMap((one) =>
      planned(one, environment).flatMap((database) => [
        ...unkept(database, one),
        ...lockFaults(database, environment),
      ]),
    ),
    ...(isLocked(environment) ? unnamed(stores, environment) : []),
  ];
}

/** Databases that nobody named, where that may be meant. */
export function databaseNotices(services: readonly Service[], environment: Environment): readonly Problem[] {
  return isLocked(environment) ? [] : unnamed(kept(services, environment), environment);
}

function isLocked({ environments, name }: Environment): boolean {
  return environments[name]?.locksBackups === true;
}

function pathOf(service: string, backup: string): string {
  return `services.${service}.backups.${backup}`;
}

/** What is named and has no log of a provider. A service that is none is said of by the bindings. */
function strangers(
  services: readonly Service[],
  stores: readonly Kept[],
  { managedDatabases }: Environment,
): readonly Problem[] {
  return services.flatMap(({ id }) => {
    const ids = stores.filter(({ service }) => service === id).map(({ backup }) => backup.id);
    return Object.keys(own(managedDatabases, id) ?? {})
      .filter((named) => !ids.includes(named))
      .map((named) => ({
        code: "backup-invalid" as const,
        path: `configuration.managedDatabases.${id}.${named}`,
        message: `[${named}] is not a store of [${id}] with \`pointInTime: "provider"\``,
        remedy: suggestion(named, ids),
      }));
  });
}

/** What no cloud keeps as it is asked for. */
function unkept(planned: PlannedDatabase, { store }: Kept): readonly Problem[] {
  const { name, service, backup, keepDays, pointInTimeDays, database } = planned;
  const { every } = DATABASE_LOG[database.cloud];
  const named = `tocsin:managedDatabases.${service}.${backup}`;
  const lies = database.cloud === "aws" ? arnOf(database.instance).region : database.location;
  const keyIn = /^arn:[^:]*:kms:([^:]*):|\/locations\/([^/]*)\//.exec(database.kmsKey ?? lies);
  const key = keyIn?.[1] ?? keyIn?.[2] ?? lies;
  const faults: readonly (readonly [boolean, Problem["code"], message: string, remedy: string])[] = [
    [
      isDuration(store.rpo) && milliseconds(store.rpo) < milliseconds(every),
      "backup-unable",
      `an RPO of [${store.rpo}] is promised, and [${database.cloud}] stores the log of a database every [${every}]`,
      `Promise ${every} or more.`,
    ],
    [
      pointInTimeDays > keepDays,
      "backup-invalid",
      `${named}.pointInTimeDays is [${pointInTimeDays}], and a snapshot is gone after [${keepDays}] days`,
      "Set it to no more than that, or keep backups longer.",
    ],
    [
      key !== lies,
      "backup-invalid",
      `${named}.kmsKey is a key in [${key}], and the database lies in [${lies}]`,
      "Name a key of the same region.",
    ],
    [
      !NAME.test(name),
      "backup-invalid",
      `the vault's name [${name}] is none: it begins with a letter, and has up to 50 small letters, digits and hyphens`,
      "Give the backup or the stack another name.",
    ],
  ];
  return faults.flatMap(([is, code, message, remedy]) =>
    is ? [{ code, path: pathOf(service, backup), message, remedy }] : [],
  );
}

function lockFaults(
  { service, backup, lockDays, database: { cloud, lock } }: PlannedDatabase,
  { name }: Environment,
): readonly Problem[] {
  return lock === "compliance"
    ? complianceFaults(CLOUDS[cloud].databases.compliance, {
        ...{ cloud, lockDays, environment: name, path: pathOf(service, backup) },
        key: `managedDatabases.${service}.${backup}`,
      })
    : [];
}

/** Stores whose log a provider keeps, of which nobody said who that is. */
function unnamed(stores: readonly Kept[], { name, stack }: Environment): readonly Problem[] {
  return stores
    .filter(({ settings }) => settings === undefined)
    .map(({ service, backup: { id } }) => ({
      code: "backup-homeless",
      path: pathOf(service, id),
      message: `nobody sees to the log of [${id}] in [${name}]: the stack [${stack}] does not say which database its provider keeps`,
      remedy: `Set tocsin:managedDatabases.${service}.${id} in its file, as ${DOCS}/configuration.md says; \`cloud: other\` where somebody else keeps it.`,
    }));
}
