import { table } from "../generators/operations/markdown";
import { BUCKET_DEMANDS, CLOUDS, type Ability, type BucketDemand } from "../plan/clouds";

/** What each cloud can do for a bucket of backups, from the data that `check` reads. */
export function cloudsTable(): string {
  const clouds = Object.values(CLOUDS);
  const demands = Object.entries(BUCKET_DEMANDS) as [BucketDemand, string][];
  return table(
    ["a bucket of backups", ...clouds.map(({ title }) => title)],
    demands.map(([demand, says]) => [says, ...clouds.map(({ abilities }) => words(abilities[demand]))]),
  );
}

function words(ability: Ability): string {
  return "by" in ability ? ability.by : `**${ability.lacks}**. ${ability.instead}`;
}
