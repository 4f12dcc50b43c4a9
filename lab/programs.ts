import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { alertTimerFlags } from "../backends/prometheus/alert-timers";
import { featureFlags } from "../backends/prometheus/config";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { LabOptions } from "./options";
import { startProgram, type RunningProgram } from "./process";
import { scaleDuration } from "./time-scale";

/** Starts Alertmanager and Prometheus; the timers of the programs themselves run on the lab's clock too. */
export function startPrograms(
  { folder, toolchain, speed }: LabOptions,
  plan: MonitoringPlan,
  ports: { readonly prometheus: number; readonly alertmanager: number },
  onExit: (message: string) => void,
): readonly RunningProgram[] {
  const data = (name: string): string => join(folder, "data", name);
  const log = (name: string): string => join(folder, "logs", `${name}.log`);
  mkdirSync(data("alertmanager"), { recursive: true });
  const alertmanager = [
    `--config.file=${join(folder, "config", "alertmanager", "alertmanager.yml")}`,
    `--storage.path=${data("alertmanager")}`,
    `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
    `--web.external-url=${plan.platform.alertmanager.address}`,
    "--cluster.listen-address=",
  ];
  const prometheus = [
    `--config.file=${join(folder, "config", "prometheus", "prometheus.yml")}`,
    `--storage.tsdb.path=${data("prometheus")}`,
    `--storage.tsdb.retention.time=${plan.scrape.retention}`,
    `--web.listen-address=127.0.0.1:${ports.prometheus}`,
    `--web.external-url=${plan.platform.prometheus.address}`,
    `--query.lookback-delta=${plan.scrape.lookback}`,
    ...alertTimerFlags((duration) => scaleDuration(duration, speed)),
    ...featureFlags(plan.scrape),
  ];
  return [
    startProgram("alertmanager", toolchain.alertmanager, alertmanager, log("alertmanager"), onExit),
    startProgram("prometheus", toolchain.prometheus, prometheus, log("prometheus"), onExit),
  ];
}
