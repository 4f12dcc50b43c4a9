import { table } from "../generators/operations/markdown";
import { BUCKET_DEMANDS, CLOUDS, DATABASE_DEMANDS, type Ability } from "../plan/clouds";

/** What each cloud can do for a bucket of backups, from the data that `check` reads. */
export function cloudsTable(): string {
  return abilities("a bucket of backups", BUCKET_DEMANDS, (cloud) => cloud.abilities);
}

/** What each cloud can do for a database that it runs, from the same. */
export function databasesTable(): string {
  return abilities("a managed database", DATABASE_DEMANDS, (cloud) => cloud.databases);
}

function abilities<D extends string>(
  what: string,
  demands: Readonly<Record<D, string>>,
  of: (cloud: (typeof CLOUDS)[keyof typeof CLOUDS]) => Readonly<Record<D, Ability>>,
): string {
  const clouds = Object.values(CLOUDS);
  return table(
    [what, ...clouds.map(({ title }) => title)],
    (Object.entries(demands) as [D, string][]).map(([demand, says]) => [
      says,
      ...clouds.map((cloud) => words(of(cloud)[demand])),
    ]),
  );
}

function words(ability: Ability): string {
  return "by" in ability ? ability.by : `**${ability.lacks}**. ${ability.instead}`;
}
