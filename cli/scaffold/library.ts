import { IS_INSTALLED } from "../../slo/command";

/** Modules that scaffolds write imports of. */
export type Library =
  | "parts/batch-job"
  | "parts/blackbox-probe"
  | "parts/certificate"
  | "parts/databases"
  | "parts/define-service"
  | "parts/kubernetes-workload"
  | "parts/names"
  | "parts/node"
  | "parts/objective"
  | "parts/queues"
  | "parts/servers"
  | "slo/alert"
  | "slo/service"
  | "slo/telemetry";

/** Where a file of a service imports a module from: the package, or here, from where its sources are. */
export function library(module: Library): string {
  return IS_INSTALLED ? "tocsin" : `../../${module}`;
}
