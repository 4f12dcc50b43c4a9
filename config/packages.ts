import { createRequire } from "node:module";
import { CLOUDS } from "../plan/clouds";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Problem } from "../slo/problem";
import { configPath } from "./keys";

const load = createRequire(__filename);

function isInstalled(name: string): boolean {
  try {
    load.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/** Packages that a plan needs and that are not installed, of those that not every stack needs; each is said once. */
export function checkPackages(
  source: string,
  { platform: { backups, backupsOf, longTerm }, databases }: Pick<MonitoringPlan, "databases" | "platform">,
  isThere: (name: string) => boolean = isInstalled,
): readonly Problem[] {
  const places = [
    ...Object.entries(backupsOf).map(([service, { cloud }]) => ({
      path: ["backupsOf", service, "cloud"] as const,
      cloud,
    })),
    ...databases.map(({ service, backup, database: { cloud } }) => ({
      path: ["managedDatabases", service, backup, "cloud"] as const,
      cloud,
    })),
    ...(longTerm?.made === undefined
      ? []
      : [{ path: ["longTerm", "bucket", "cloud"] as const, cloud: longTerm.made.location.cloud }]),
    ...(backups === undefined ? [] : [{ path: ["backups", "cloud"] as const, cloud: backups.cloud }]),
  ];
  return [...new Map(places.map((place) => [place.cloud, place])).values()]
    .filter(({ cloud }) => !isThere(CLOUDS[cloud].sdk.name))
    .map(({ path, cloud }) => {
      const { name, version } = CLOUDS[cloud].sdk;
      return {
        code: "configuration-invalid",
        path: `${source}: ${configPath(path)}`,
        message: `[${cloud}] needs the package [${name}], which is not installed`,
        remedy: `npm install ${name}@${version}`,
      };
    });
}
