import { autoscaler, replicasOf, stateMetricsOf } from "../../parts/autoscaler";
import type { Part } from "../../parts/define-service";
import { growth } from "../../parts/growth";
import type { Projected } from "../../slo/capacity";
import type { Slo } from "../../slo/service";
import { state } from "./infrastructure";
import {
  apiGateway,
  databaseDiskLimit,
  databaseDiskUsed,
  executorSlots,
  executorSlotsBusy,
} from "./telemetry";

/** The document has three figures of each load and no days; half-years are assumed. */
const DAYS = ["2026-12-31", "2027-06-30", "2027-12-31"] as const;

/** What the document expects of prod; other environments are not expected to grow. */
function projected(...loads: readonly [number, number, number]): {
  readonly default: readonly Projected[];
  readonly prod: readonly Projected[];
} {
  return { default: [], prod: DAYS.map((by, index) => ({ by, load: loads[index] ?? 0 })) };
}

/** The document says what part of a limit may be used, and never what one unit carries: nobody has measured that. */
const assumed = { figures: "assumed" } as const;

/** The autoscaler of the API gateway, the loads that are expected, and what has to carry them. */
export function capacityParts(availability: Slo): readonly Part[] {
  return [
    autoscaler({
      job: apiGateway,
      replicas: { default: { min: 3, max: 20 }, dev: { min: 1, max: 2 }, staging: { min: 2, max: 4 } },
      cpu: "70%",
      memory: {
        target: "80%",
        why: "The document asks for it. Memory that a peak filled can hold replicas up for long, at their cost.",
      },
      burning: availability,
      stateMetrics: state,
    }),
    ...ofGateway,
    ...ofStores,
  ];
}

const ofGateway: readonly Part[] = [
  growth({
    id: "users",
    title: "Users",
    unit: "users",
    projection: projected(10_000, 50_000, 200_000),
    carriedBy: [{ kind: "autoscaler", job: apiGateway, each: 12_500, use: "80%", ...assumed }],
  }),
  (service) => {
    const { own, current, most } = replicasOf(service, apiGateway.name, stateMetricsOf(service, state));
    return growth({
      id: "api-load",
      title: "Load of the API gateway",
      unit: "requests a second",
      projection: projected(100, 500, 2_000),
      carriedBy: [{ kind: "autoscaler", job: apiGateway, each: 145, use: "70%", ...assumed }],
      watched: { part: current, whole: most, where: own(current) },
    })(service);
  },
];

const ofStores: readonly Part[] = [
  growth({
    id: "database-disk",
    title: "Disk of the database",
    unit: "GB",
    projection: projected(10, 50, 200),
    carriedBy: [
      {
        kind: "limit",
        name: "GB that the disk may grow to by itself",
        amounts: { default: [{ from: "2026-01-01", amount: 500 }] },
        use: "80%",
        figures: "measured",
      },
    ],
    watched: { part: databaseDiskUsed, whole: databaseDiskLimit },
  }),
  growth({
    id: "workflows",
    title: "Slots of the executors",
    unit: "workflows a day",
    projection: projected(1_000, 5_000, 20_000),
    carriedBy: [
      {
        kind: "limit",
        name: "executors",
        amounts: { default: [{ from: "2026-01-01", amount: 2 }] },
        each: 12_500,
        use: "80%",
        ...assumed,
      },
    ],
    watched: { part: executorSlotsBusy, whole: executorSlots },
  }),
];
