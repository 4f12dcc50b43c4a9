import type { Environment, StackPlace } from "../plan/environment";
import { isOneWay } from "../plan/platform";
import { suggestion } from "../slo/nearest";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import { namespaceIn } from "../slo/telemetry";

/** Whether a stack monitors a service of its environment: all of them, or those of the teams and namespaces of its shard. */
export function isInShard(service: Service, environment: Pick<Environment, "name" | "shard">): boolean {
  const { shard } = environment;
  return (
    shard === undefined ||
    shard.teams.includes(service.team) ||
    namespacesOf(service, environment).some((namespace) => shard.namespaces.includes(namespace))
  );
}

function namespacesOf({ telemetry }: Service, { name }: Pick<Environment, "name">): readonly string[] {
  return telemetry.jobs.map((job) => namespaceIn(job, name));
}

/**
 * What is wrong with how an environment is split: a shard of nobody, a service that no shard monitors or that two stacks do, two
 * shards whose alerts would be one incident, and a journey whose steps are recorded elsewhere.
 * @param all services of the catalogue
 */
export function checkShards(
  all: readonly Service[],
  { environment }: StackPlace,
  neighbours: readonly StackPlace[],
): readonly Problem[] {
  const living = all.filter(({ environments }) => environments.includes(environment.name));
  const { shard } = environment;
  const beside = neighbours.map((there) => there.environment).filter(({ name }) => name === environment.name);
  const others = beside.filter((there) => there.shard !== undefined);
  if (shard === undefined) {
    return monitoredTwice(living, environment, others);
  }
  return [
    ...ofNobody(living, environment, shard),
    ...monitoredTwice(living, environment, beside),
    ...monitoredByNone(living, [environment, ...others]),
    ...oneIncident(environment, others),
    ...journeysApart(living, environment),
  ];
}

function problem(path: string, message: string, remedy: string): Problem {
  return { code: "shard-invalid", path, message, remedy };
}

function ofNobody(
  living: readonly Service[],
  environment: Environment,
  { teams, namespaces }: NonNullable<Environment["shard"]>,
): readonly Problem[] {
  const unknown = (key: string, named: readonly string[], known: readonly string[]): readonly Problem[] =>
    named
      .filter((one) => !known.includes(one))
      .map((one) =>
        problem(
          `configuration.shard.${key}`,
          `[${one}] has no service in [${environment.name}]`,
          suggestion(one, [...new Set(known)].sort()),
        ),
      );
  return teams.length + namespaces.length === 0
    ? [
        problem(
          "configuration.shard",
          `[${environment.stack}] is a shard of no team and no namespace, and would monitor nothing`,
          "List teams or namespaces, or leave the key out: then the stack monitors all services.",
        ),
      ]
    : [
        ...unknown(
          "teams",
          teams,
          living.map(({ team }) => team),
        ),
        ...unknown(
          "namespaces",
          namespaces,
          living.flatMap((service) => namespacesOf(service, environment)),
        ),
      ];
}

/** A shard in another cluster may monitor the same services there, so that only those of one way to a cluster count. */
function monitoredTwice(
  living: readonly Service[],
  here: Environment,
  others: readonly Environment[],
): readonly Problem[] {
  return others
    .filter((there) => isOneWay(there.kubernetes, here.kubernetes))
    .flatMap((there) =>
      living
        .filter((service) => isInShard(service, here) && isInShard(service, there))
        .map(({ id, team }) =>
          problem(
            "configuration.shard",
            `[Pulumi.${here.stack}.yaml] and [Pulumi.${there.stack}.yaml] both monitor [${id}] of the team [${team}]`,
            "Leave its team or its namespace out of one of them: whoever is on call would be paged twice.",
          ),
        ),
    );
}

function monitoredByNone(living: readonly Service[], shards: readonly Environment[]): readonly Problem[] {
  return living
    .filter((service) => !shards.some((shard) => isInShard(service, shard)))
    .map(({ id, team }) =>
      problem(
        "configuration.shard",
        `no shard monitors [${id}] of the team [${team}]: there are ${shards.map(({ stack }) => `[${stack}]`).join(", ")}`,
        "List its team or its namespace in one of them.",
      ),
    );
}

/** Cluster and environment tell incidents and blocks of samples apart. */
function oneIncident(here: Environment, others: readonly Environment[]): readonly Problem[] {
  return others
    .filter(({ cluster }) => cluster === here.cluster)
    .map(({ stack, cluster }) =>
      problem(
        "configuration.cluster",
        `[Pulumi.${here.stack}.yaml] and [Pulumi.${stack}.yaml] are shards that both call their cluster [${cluster}]`,
        `Give each shard a name of its own, such as ${cluster}-payments: what they say of themselves would be one incident.`,
      ),
    );
}

/** Ratios of steps are combined from what is recorded of them, which is where they are monitored. */
function journeysApart(living: readonly Service[], here: Environment): readonly Problem[] {
  const own = living.filter((service) => isInShard(service, here));
  const isElsewhere = (id: string): boolean =>
    living.some((service) => service.id === id) && own.every((service) => service.id !== id);
  return own.flatMap((service) =>
    service.slos.flatMap(({ id, sli }) =>
      (sli.kind === "composite" ? sli.steps : [])
        .filter((step) => isElsewhere(step.service))
        .map((step) =>
          problem(
            `services.${service.id}.slos.${id}.sli.steps`,
            `[${step.service}/${step.slo}] is a step of a journey of [${here.stack}], and another shard records it`,
            "Put both services into one shard.",
          ),
        ),
    ),
  );
}
