import { IS_INSTALLED } from "../../slo/command";

/** Modules that scaffolds write imports of. */
type Library =
  | "parts/define-service"
  | "parts/names"
  | "parts/objective"
  | "parts/servers"
  | "slo/alert"
  | "slo/service"
  | "slo/telemetry";

/** Where a file of a service imports a module from: the package, or here, from where its sources are. */
export function library(module: Library): string {
  return IS_INSTALLED ? "tocsin" : `../../${module}`;
}
