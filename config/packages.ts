import { createRequire } from "node:module";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { BackupSettings } from "../plan/platform";
import type { Problem } from "../slo/problem";
import { configPath } from "./keys";

/** The SDK of each cloud, which is installed by those alone whose backups are there. */
const CLOUDS = {
  aws: { name: "@pulumi/aws", version: "7" },
  gcp: { name: "@pulumi/gcp", version: "9" },
} as const satisfies Record<BackupSettings["cloud"], object>;

const load = createRequire(__filename);

function isInstalled(name: string): boolean {
  try {
    load.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/** Packages that a plan needs and that are not installed, of those that not every stack needs. */
export function checkPackages(
  source: string,
  { platform: { backups } }: Pick<MonitoringPlan, "platform">,
  isThere: (name: string) => boolean = isInstalled,
): readonly Problem[] {
  const needed = backups === undefined ? undefined : CLOUDS[backups.cloud];
  return needed === undefined || isThere(needed.name)
    ? []
    : [
        {
          code: "configuration-invalid",
          path: `${source}: ${configPath(["backups", "cloud"])}`,
          message: `[${backups?.cloud ?? ""}] needs the package [${needed.name}], which is not installed`,
          remedy: `npm install ${needed.name}@${needed.version}`,
        },
      ];
}
