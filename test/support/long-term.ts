import { readContent } from "../../config/content";
import { longTerm } from "../../config/long-term";
import { generatePlan } from "../../generators/monitoring-plan";
import { selfService } from "../../generators/self-service";
import type { Environment } from "../../plan/environment";
import type { LongTermSettings } from "../../plan/long-term";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { formatProblems } from "../../slo/problem";
import type { Service } from "../../slo/service";
import { shopOf } from "./http-shop";
import { environmentFor, ROOT } from "./stacks";

export const BUCKET = "acme-metrics-prod";

const shop = shopOf("99%", "28d");

/** Prod of one cluster, which writes its samples to a bucket. @param hub as the configuration has it */
export function environmentInCluster(cluster: string, hub?: object): Environment {
  const settings = longTerm.parse({
    kind: "thanos",
    bucket: { cloud: "s3", name: BUCKET, endpoint: "objects.example.com:443" },
    keys: { writer: "metrics-writer", reader: "metrics-reader", compactor: "metrics-compactor" },
    ...(hub === undefined ? {} : { hub }),
  }) as LongTermSettings;
  const prod = environmentFor("prod", [shop]);
  return {
    ...prod,
    stack: cluster,
    cluster,
    longTerm: settings,
    prometheus: { ...prod.prometheus, replicas: 2, retention: "120d" },
  };
}

/** The plan of a shop there. @throws Error with every problem */
export function planInCluster(cluster: string, hub?: object): MonitoringPlan {
  const runbooks = readContent(ROOT).runbooks.filter(({ service }) => service === "tocsin");
  const result = generatePlan([shop], environmentInCluster(cluster, hub), { runbooks });
  if (!result.ok) throw new Error(formatProblems(result.problems));
  return result.plan;
}

/** The services of that plan, the monitoring itself among them. */
export function servicesInCluster(cluster: string, hub?: object): readonly Service[] {
  return [shop, selfService(environmentInCluster(cluster, hub), [shop])];
}
