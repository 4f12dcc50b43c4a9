import { runsServers, type MonitoringPlan, type OwnPlan } from "../../plan/monitoring-plan";
import { PROGRAMS } from "../../plan/names";
import { bytesOf } from "../../plan/quantity";
import type { Problem } from "../../slo/problem";
import { DATA_VOLUME } from "./server";

/** The servers that have replicas and volumes, by their key in the configuration. */
const SERVERS = ["alertmanager", "prometheus"] as const;
type Server = (typeof SERVERS)[number];

/** What is lost while the only pod of a server is away. */
const ALONE = {
  alertmanager: "while it restarts, or its node is gone, nobody is paged",
  prometheus: "while it restarts, or its node is gone, nothing is measured and nobody is paged",
} as const;

/** The number of pods that survives the loss of one. Source: Alertmanager docs, "High Availability". */
const ENOUGH = { alertmanager: 3, prometheus: 2 } as const;

/**
 * A StatefulSet never changes the size of its volumes, and the engine would replace it: a limit of size that follows
 * the new number would then exceed the disk.
 */
export function checkClaims(plan: MonitoringPlan): readonly Problem[] {
  return runsServers(plan) ? SERVERS.flatMap((server) => changedClaims(plan, server)) : [];
}

function changedClaims({ platform }: OwnPlan, server: Server): readonly Problem[] {
  const { size, claims } = platform[server].storage;
  return claims === undefined || claims === size
    ? []
    : [
        {
          code: "storage-claims-differ",
          path: `configuration.${server}.storage.size`,
          message: `[${size}] is not what the volumes have, which is [${claims}] by storage.claims`,
          remedy:
            (bytesOf(size) ?? 0n) < (bytesOf(claims) ?? 0n)
              ? "Put the old size back: volumes cannot be made smaller."
              : enlarging(server, platform.kubernetes.namespace, platform[server]),
        },
      ];
}

function enlarging(server: Server, namespace: string, settings: OwnPlan["platform"][Server]): string {
  const claims = Array.from(
    { length: settings.replicas },
    (_, index) => `${DATA_VOLUME}-${PROGRAMS[server]}-${index}`,
  );
  const patch = `{"spec":{"resources":{"requests":{"storage":"${settings.storage.size}"}}}}`;
  return [
    "Put the old size back, or enlarge the volumes first.",
    `1. kubectl -n ${namespace} patch pvc ${claims.join(" ")} --type=merge -p '${patch}'`,
    `2. kubectl -n ${namespace} get pvc -w, until the capacity has grown; then set storage.claims to it, too.`,
    `3. kubectl -n ${namespace} delete statefulset ${PROGRAMS[server]} --cascade=orphan; the pods run on.`,
    "4. pulumi up --refresh, at once: it makes the StatefulSet anew around the pods.",
  ].join("\n    ");
}

/** What a deployment would not survive, or cannot see. @param place where a key of the configuration stands */
export function reserveNotices(
  plan: MonitoringPlan,
  place: (way: readonly [string, ...string[]]) => string,
): readonly Problem[] {
  return SERVERS.flatMap((server) => [
    ...alone(plan, server, place([server, "replicas"])),
    ...(runsServers(plan) ? unknownClaims(plan, server, place([server, "storage", "claims"])) : []),
  ]);
}

function alone(plan: MonitoringPlan, server: Server, path: string): readonly Problem[] {
  return !plan.environment.paging || plan.platform[server].replicas > 1
    ? []
    : [
        {
          code: "replica-alone",
          path,
          message: `[1] in an environment that pages: ${ALONE[server]}`,
          remedy: `Set it to ${ENOUGH[server]}.`,
        },
      ];
}

function unknownClaims({ platform }: OwnPlan, server: Server, path: string): readonly Problem[] {
  const { claims, size } = platform[server].storage;
  return claims !== undefined
    ? []
    : [
        {
          code: "storage-claims-unknown",
          path,
          message: `is not set, so that nobody sees whether the volumes have [${size}]`,
          remedy: `After the first deployment write what \`kubectl -n ${platform.kubernetes.namespace} get pvc\` shows.`,
        },
      ];
}
