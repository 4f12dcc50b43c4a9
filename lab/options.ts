import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Toolchain } from "./toolchain";

/** What a lab is started with. */
export interface LabOptions {
  readonly folder: string;
  readonly plan: MonitoringPlan;
  readonly speed: number;
  readonly toolchain: Toolchain;
  readonly fresh: boolean;
  readonly ports: { readonly lab?: number; readonly prometheus?: number; readonly alertmanager?: number };
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}
