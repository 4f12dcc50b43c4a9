import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { monitoringFiles } from "../backends/files";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { labSecrets } from "./to-lab";
import type { Toolchain } from "./toolchain";
import { runTool } from "./tools";

/** Writes the generated files and the secrets of the stand-ins, in place of those of an earlier run. */
export function writeLabFiles(folder: string, plan: MonitoringPlan, address: string): void {
  const config = join(folder, "config");
  rmSync(config, { recursive: true, force: true });
  const write = (path: string, text: string, mode: number): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  };
  const paths = { secrets: join(config, "secrets"), templates: join(config, "alertmanager", "templates") };
  try {
    for (const [path, text] of monitoringFiles(plan, paths)) {
      write(join(config, path), text, 0o644);
    }
    for (const [key, secret] of labSecrets(plan.routing, address)) {
      write(join(paths.secrets, key), secret, 0o600);
    }
  } catch (error) {
    rmSync(config, { recursive: true, force: true });
    throw error;
  }
}

/** What Prometheus and Alertmanager would refuse is refused before they start. */
export async function checkFiles(
  { promtool, amtool }: Toolchain,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const config = (...path: readonly string[]): string => join(folder, "config", ...path);
  await runTool(promtool, ["check", "config", config("prometheus", "prometheus.yml")], signal);
  await runTool(amtool, ["check-config", config("alertmanager", "alertmanager.yml")], signal);
}
