import { readContent } from "../../config/content";
import { generatePlan } from "../../generators/monitoring-plan";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { Period } from "../../slo/burn-rate";
import { httpService, type HttpService } from "../../slo/http-service";
import type { Percent } from "../../slo/objective";
import { formatProblems } from "../../slo/problem";
import type { Service } from "../../slo/service";
import { environmentFor, ROOT } from "./stacks";

/** A scaffolded service whose latency objective is low. */
export function shopOf(
  objective: Percent,
  window: Period,
  requestsPerSecond = 50,
  more: Partial<HttpService> = {},
): Service {
  const shop = httpService({
    id: "shop",
    title: "Shop",
    description: "Shop.",
    team: "shop",
    tier: 1,
    environments: ["prod"],
    availability: "99.9%",
    latency: { threshold: "0.25", objective },
    requestsPerSecond,
    source: "X-1",
    ...more,
  });
  return { ...shop, slos: shop.slos.map((slo) => ({ ...slo, window })) };
}

/**
 * Prod with this service alone, on its default pages.
 * @throws Error with every problem
 */
export function planWith(shop: Service): MonitoringPlan {
  const runbooks = readContent(ROOT).runbooks.filter(({ service }) => service === "tocsin");
  const prod = environmentFor("prod", [shop]);
  const result = generatePlan(
    [shop],
    { ...prod, prometheus: { ...prod.prometheus, retention: "40d" } },
    { runbooks },
  );
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  return result.plan;
}
