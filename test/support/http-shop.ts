import { readContent } from "../../config/content";
import { generatePlan } from "../../generators/monitoring-plan";
import type { Environment } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { defineService, type ServiceHead } from "../../parts/define-service";
import { httpServer } from "../../parts/servers";
import type { Period } from "../../slo/burn-rate";
import type { Percent } from "../../slo/objective";
import { formatProblems } from "../../slo/problem";
import type { Service } from "../../slo/service";
import type { Job } from "../../slo/telemetry";
import { environmentFor, ROOT } from "./stacks";

export const SHOP: ServiceHead = {
  id: "shop",
  title: "Shop",
  team: "shop",
  tier: 1,
  environments: ["prod"],
};

/** A scaffolded service whose latency objective is low. */
export function shopOf(
  objective: Percent,
  window: Period,
  requestsPerSecond = 50,
  job: Partial<Job> = {},
): Service {
  const shop = defineService(SHOP, [
    httpServer({ availability: "99.9%", latency: { threshold: "0.25", objective }, requestsPerSecond, job }),
  ]);
  return { ...shop, slos: shop.slos.map((slo) => ({ ...slo, window })) };
}

/** The managed databases of a service, whose log and snapshots are somebody else's. */
function keptElsewhere({ backups }: Service): Environment["managedDatabases"][string] {
  return Object.fromEntries(
    backups
      .filter(({ store }) => store?.kind === "postgres" && store.pointInTime === "provider")
      .map(({ id }) => [id, { cloud: "other", keptBy: "the provider" }]),
  );
}

/**
 * Prod with these services alone, on their default pages.
 * @throws Error with every problem
 */
export function planWith(...shops: readonly Service[]): MonitoringPlan {
  const runbooks = readContent(ROOT).runbooks.filter(({ service }) => service === "tocsin");
  const prod = environmentFor("prod", shops);
  const result = generatePlan(
    shops,
    {
      ...prod,
      prometheus: { ...prod.prometheus, retention: "100d" },
      managedDatabases: Object.fromEntries(shops.map((shop) => [shop.id, keptElsewhere(shop)])),
    },
    { runbooks },
  );
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  return result.plan;
}
