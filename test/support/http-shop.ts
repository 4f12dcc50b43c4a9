import { readContent } from "../../config/content";
import { generatePlan } from "../../generators/monitoring-plan";
import type { Environment } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { defineService, type ServiceHead } from "../../parts/define-service";
import { httpServer } from "../../parts/servers";
import type { Period } from "../../slo/burn-rate";
import type { Percent } from "../../slo/objective";
import { formatProblems } from "../../slo/problem";
import type { Service, Slo } from "../../slo/service";
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

/** The shop with so many objectives, half on errors and half on latency, each on requests of its own. */
export function shopWith(count: number): Service {
  const routes = Array.from({ length: count / 2 }, (_, index) => `/api/resources-${index}/items`);
  const shop = defineService({ ...SHOP, description: "Sells." }, [
    httpServer({
      availability: "99.9%",
      latency: { threshold: "0.25", objective: "95%" },
      requestsPerSecond: 50,
      routes,
    }),
  ]);
  const slos = routes.flatMap((route, index) => shop.slos.map((slo) => onRoute(slo, route, index)));
  return { ...shop, slos };
}

function onRoute(slo: Slo, route: string, index: number): Slo {
  const { sli } = slo;
  if (sli.kind !== "request-ratio" && sli.kind !== "latency-ratio") {
    throw new Error(`the shop has an SLI of kind [${sli.kind}]`);
  }
  const of = [...sli.of, { label: "route", op: "=" as const, value: route }];
  // The first keep their names, which the alerts of the shop know.
  const names = index === 0 ? {} : { id: `${slo.id}-${index}`, title: `${slo.title} of ${route}` };
  return { ...slo, ...names, sli: { ...sli, of } };
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
