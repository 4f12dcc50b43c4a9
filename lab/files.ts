import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { monitoringFiles } from "../backends/files";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { labSecrets } from "./to-lab";
import type { Toolchain } from "./toolchain";

const run = promisify(execFile);

/** Writes the generated files and the secrets of the stand-ins, in place of those of an earlier run. */
export function writeLabFiles(folder: string, plan: MonitoringPlan, address: string): void {
  const config = join(folder, "config");
  rmSync(config, { recursive: true, force: true });
  const write = (path: string, text: string, mode: number): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  };
  const paths = { secrets: join(config, "secrets"), templates: join(config, "alertmanager", "templates") };
  for (const [path, text] of monitoringFiles(plan, paths)) {
    write(join(config, path), text, 0o644);
  }
  for (const [key, secret] of labSecrets(plan.routing, address)) {
    write(join(paths.secrets, key), secret, 0o600);
  }
}

/** What Prometheus and Alertmanager would refuse is refused before they start. */
export async function checkFiles({ promtool, amtool }: Toolchain, folder: string): Promise<void> {
  await run(promtool, ["check", "config", join(folder, "config", "prometheus", "prometheus.yml")]);
  await run(amtool, ["check-config", join(folder, "config", "alertmanager", "alertmanager.yml")]);
}
