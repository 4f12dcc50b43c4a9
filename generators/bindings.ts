import type { Environment } from "../plan/environment";
import { SELF } from "../plan/names";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";

/** Backends of the stack file for what is no service here; the monitoring watches itself from where it runs. */
export function checkBindings(services: readonly Service[], environment: Environment): readonly Problem[] {
  const known = services
    .map(({ id }) => id)
    .filter((id) => id !== SELF.service)
    .sort();
  return Object.keys(environment.backends)
    .filter((id) => !known.includes(id))
    .map((id) => ({
      code: "service-undeclared",
      path: `configuration.backends.${id}`,
      message: `[${id}] is not a service of a team in [${environment.name}]`,
      remedy: `Use one of [${known.join(", ")}].`,
    }));
}
