import { IS_MANAGED } from "../plan/backend";
import type { Environment, StackPlace } from "../plan/environment";
import { isOneWay } from "../plan/platform";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import { namespaceIn } from "../slo/telemetry";
import { buckets } from "./buckets";
import { databases } from "./databases";
import { isOneBucket } from "./long-term-notices";
import { declaredIn } from "./objectives";
import { runbookBases } from "./runbook-address";

/** What two stacks would both make, so that each deployment undoes the other's. */
interface Shared {
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

/** Whatever this stack and another one would both make: in one cluster, and buckets anywhere. */
export function checkNeighbours(
  services: readonly Service[],
  here: StackPlace,
  neighbours: readonly StackPlace[],
): readonly Problem[] {
  return neighbours.flatMap((there) => {
    const environments = [here.environment, there.environment] as const;
    return [
      ...sharedBuckets(services, ...environments),
      ...sharedDatabases(services, ...environments),
      ...sharedBlocks(...environments),
      ...(isOneCluster(here, there) ? sharedInCluster(services, ...environments) : []),
    ].map(({ path, what, remedy }) => ({
      code: "stack-conflict" as const,
      path,
      message: `[Pulumi.${here.environment.stack}.yaml] and [Pulumi.${there.environment.stack}.yaml] both make ${what}`,
      remedy,
    }));
  });
}

/**
 * Two stacks of one `tocsin:cluster` share it, and so do those that name one context of one kubeconfig. Of kubeconfigs
 * that are secrets nobody here knows what a context means: distributions name them all `default`.
 */
function isOneCluster(a: StackPlace, b: StackPlace): boolean {
  const paths = a.secrets.kubeconfig === undefined && b.secrets.kubeconfig === undefined;
  return (
    a.environment.cluster === b.environment.cluster ||
    (paths && isOneWay(a.environment.kubernetes, b.environment.kubernetes))
  );
}

function sharedInCluster(
  services: readonly Service[],
  here: Environment,
  there: Environment,
): readonly Shared[] {
  const cluster = `the cluster [${here.cluster}]`;
  const { namespace } = here.kubernetes;
  return [
    ...(namespace === there.kubernetes.namespace
      ? [
          {
            path: "configuration.kubernetes.namespace",
            what: `the namespace [${namespace}] of ${cluster}`,
            remedy:
              "Give one of them another tocsin:kubernetes.namespace; where they are two clusters, give each its own tocsin:cluster and context.",
          },
        ]
      : []),
    ...common(here, there, (one) => scaled(services, one)).map((workload) => ({
      path: "configuration.kubernetes.context",
      what: `the autoscaler [${workload}] of ${cluster}`,
      remedy: "A Deployment has one autoscaler: move one of the stacks to another cluster.",
    })),
    ...common(here, there, served).map((host) => ({
      path: "configuration.runbooks",
      what: `an Ingress for [${host}] in ${cluster}`,
      remedy: "Give each stack host names of its own for its runbooks.",
    })),
    ...managed(here, there, cluster),
  ];
}

/** Settings of what others run, of which a cluster has one. */
function managed(here: Environment, there: Environment, cluster: string): readonly Shared[] {
  return [
    ...common(here, there, configured).map((secret) => ({
      path: "configuration.operator.configSecret",
      what: `the configuration of an Alertmanager, the secret [${secret}] of ${cluster}`,
      remedy: "Set tocsin:operator.routes to theirs in all stacks but one.",
    })),
    ...(usesGoogle(here) && usesGoogle(there)
      ? [
          {
            path: "configuration.backends",
            what: `the settings of Google Managed Prometheus in ${cluster}`,
            remedy: "A cluster has one OperatorConfig: bind services to Google in one of its stacks only.",
          },
        ]
      : []),
  ];
}

function sharedBuckets(
  services: readonly Service[],
  here: Environment,
  there: Environment,
): readonly Shared[] {
  const named = (environment: Environment): readonly string[] =>
    buckets(declaredIn(services, environment), environment).map(
      ({ name, location }) => `${name}] of [${location.cloud}`,
    );
  return common(here, there, named).map((bucket) => ({
    path: "configuration.backups.prefix",
    what: `the bucket [${bucket}]`,
    remedy: "Give one of them another tocsin:backups.prefix.",
  }));
}

/** One database has one continuous backup. */
function sharedDatabases(
  services: readonly Service[],
  here: Environment,
  there: Environment,
): readonly Shared[] {
  const kept = (environment: Environment): readonly string[] =>
    databases(declaredIn(services, environment), environment).map(({ database }) => database.instance);
  return common(here, there, kept).map((instance) => ({
    path: "configuration.managedDatabases",
    what: `backups of the database [${instance}]`,
    remedy: "Name it in one of them; in the other say `cloud: other` and who keeps it.",
  }));
}

/** Several stacks may write to one bucket of metrics, with labels that no other has; only one of them deletes there. */
function sharedBlocks(here: Environment, there: Environment): readonly Shared[] {
  const [ours, theirs] = [here.longTerm, there.longTerm];
  if (ours === undefined || theirs === undefined || !isOneBucket(ours, theirs)) {
    return [];
  }
  const { name } = ours.bucket;
  return [
    ...(ours.hub !== undefined && theirs.hub !== undefined
      ? [
          {
            path: "configuration.longTerm.hub",
            what: `a compactor of the bucket [${name}], which has one`,
            remedy: "Leave hub out of all stacks of a bucket but one.",
          },
        ]
      : []),
    ...(here.cluster === there.cluster && here.name === there.name
      ? [
          {
            path: "configuration.longTerm.bucket",
            what: `blocks of the cluster [${here.cluster}] and the environment [${here.name}] in the bucket [${name}]`,
            remedy:
              "Give one of them another tocsin:cluster or another bucket: blocks of two servers would overlap.",
          },
        ]
      : []),
  ];
}

function common(
  here: Environment,
  there: Environment,
  of: (environment: Environment) => readonly string[],
): readonly string[] {
  const others = of(there);
  return [...new Set(of(here))].filter((one) => others.includes(one));
}

function scaled(services: readonly Service[], environment: Environment): readonly string[] {
  return declaredIn(services, environment).flatMap(({ autoscaling }) =>
    autoscaling.map(({ job }) => `${namespaceIn(job, environment.name)}/${job.name}`),
  );
}

/** Host names of the runbooks that an Ingress of the stack takes. */
function served(environment: Environment): readonly string[] {
  return environment.runbookSite.ingress === undefined
    ? []
    : runbookBases(environment).map((address) => new URL(address).host);
}

/** The secret with the routes of an operator's Alertmanager that the stack makes. */
function configured({ operator }: Environment): readonly string[] {
  return operator?.routes === "secret" ? [`${operator.namespace}/${operator.configSecret}`] : [];
}

function usesGoogle({ backends }: Environment): boolean {
  return Object.values(backends).some(({ metrics }) => metrics !== undefined && IS_MANAGED[metrics]);
}
