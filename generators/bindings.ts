import { HEARD_SEVERITIES, type Environment } from "../plan/environment";
import { SELF } from "../plan/names";
import { suggestion } from "../slo/nearest";
import { compareText } from "../slo/order";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";

/**
 * Names of services and teams in the stack file that nobody has: what they should say would go to the default, in
 * silence.
 * @param here services of the environment
 * @param all services of every environment
 */
export function checkBindings(
  here: readonly Service[],
  all: readonly Service[],
  environment: Environment,
): readonly Problem[] {
  const { backends, backupsOf, managedDatabases, onCall, receivers, runbooks } = environment;
  const own = here.map(({ id }) => id).filter((id) => id !== SELF.service);
  const services = [...all.map(({ id }) => id), SELF.service];
  const teams = [...all.map(({ team }) => team), SELF.team];
  const owned = `a service of a team in [${environment.name}]${environment.shard === undefined ? "" : " that this shard monitors"}`;
  const team = "the team of a service";
  return [
    // The monitoring watches itself from where it runs.
    ...unknown("backends", Object.keys(backends), own, owned),
    ...unknown("backupsOf", Object.keys(backupsOf), own, owned),
    ...unknown("managedDatabases", Object.keys(managedDatabases), own, owned),
    ...environment.maintenance.flatMap((one, index) =>
      unknown(`maintenance[${index}].services`, one.services, own, owned),
    ),
    ...unknown("runbooks", Object.keys(runbooks), services, "a service"),
    ...HEARD_SEVERITIES.flatMap((severity) =>
      unknown(`receivers.${severity}`, Object.keys(receivers[severity] ?? {}), teams, team),
    ),
    ...unknown("onCall.pagesPerWeek", Object.keys(onCall?.pagesPerWeek ?? {}), teams, team),
  ];
}

function unknown(
  key: string,
  named: readonly string[],
  known: readonly string[],
  what: string,
): readonly Problem[] {
  const names = [...new Set(known)].sort(compareText);
  return named
    .filter((name) => name !== "default" && !names.includes(name))
    .map((name) => ({
      code: "service-undeclared",
      path: `configuration.${key}.${name}`,
      message: `[${name}] is not ${what}`,
      remedy: suggestion(name, names),
    }));
}
