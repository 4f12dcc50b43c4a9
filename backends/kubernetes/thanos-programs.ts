import {
  type HubSettings,
  type PlannedLongTerm,
  type StoreRole,
  type StoringPart,
  type ThanosPart,
} from "../../plan/long-term";
import type { OwnPlan } from "../../plan/monitoring-plan";
import { PROGRAMS } from "../../plan/names";
import { compactorArgs, queryArgs, queryFrontendArgs, rulerArgs, storeArgs } from "../thanos/flags";

/** A program of the hub, as it runs. */
export interface Program {
  readonly name: string;
  readonly part: StoringPart | ThanosPart;
  readonly args: readonly string[];
  readonly replicas: number;
  /** Whose keys it has; absent: it asks no bucket. */
  readonly role?: StoreRole;
  /** Who may ask it by gRPC, by name; absent: it does not answer. */
  readonly grpc?: readonly string[];
  /** Who may ask it by HTTP besides Prometheus. */
  readonly web: readonly string[];
  /** Whether people and Grafana ask it. */
  readonly open?: true;
  readonly rules?: true;
}

/** What runs where a bucket is read. */
export function programsOf(plan: OwnPlan, longTerm: HubSettings & PlannedLongTerm): readonly Program[] {
  const ruled = longTerm.ruleGroups.length > 0;
  return [
    ...readingPrograms(plan, longTerm, ruled ? [PROGRAMS.ruler] : []),
    {
      name: PROGRAMS.compactor,
      part: longTerm.hub.compactor,
      args: compactorArgs(longTerm.hub),
      replicas: 1,
      role: "compactor",
      web: [],
    },
    ...(ruled ? [ruler(plan, longTerm)] : []),
  ];
}

function readingPrograms(
  { platform: { kubernetes } }: OwnPlan,
  { hub }: HubSettings,
  asking: readonly string[],
): readonly Program[] {
  const { namespace } = kubernetes;
  const { replicas } = hub;
  const { query, queryFrontend, store } = PROGRAMS;
  return [
    { name: store, part: hub.store, args: storeArgs(hub), replicas, role: "reader", grpc: [query], web: [] },
    {
      name: query,
      part: hub.query,
      args: queryArgs(hub, namespace),
      replicas,
      web: [queryFrontend, ...asking],
    },
    {
      name: queryFrontend,
      part: hub.queryFrontend,
      args: queryFrontendArgs(namespace),
      replicas,
      web: [],
      open: true,
    },
  ];
}

function ruler(plan: OwnPlan, { hub }: HubSettings): Program {
  return {
    name: PROGRAMS.ruler,
    part: hub.ruler,
    args: rulerArgs(plan),
    replicas: 1,
    role: "writer",
    grpc: [PROGRAMS.query],
    web: [],
    rules: true,
  };
}
