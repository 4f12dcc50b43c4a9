import { parse } from "yaml";
import { z } from "zod";
import type { PlannedPanel } from "../plan/dashboard";
import type { DashboardJson } from "../plan/grafana-json";
import type {
  AlertingRule,
  MonitoringPlan,
  PlannedAlert,
  RecordingRule,
  RuleGroup,
} from "../plan/monitoring-plan";
import type { ShownResource } from "./resource-diff";

const texts = z.record(z.string(), z.string()).default({});
const rule = z.object({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.coerce.string(),
  for: z.string().default("0s"),
  labels: texts,
  annotations: texts,
});
const groups = z.array(
  z.object({ name: z.string(), interval: z.string().default("1m"), rules: z.array(rule).default([]) }),
);
const ruleFile = z.object({ groups });
const prometheusRule = z.object({ spec: z.object({ groups }) });
const configMap = z.object({ data: texts });
const dashboard = z.object({ configJson: z.string() });

/**
 * What can be told of a plan from the resources that it became: rules, alerts and dashboards. The rest, such as objectives
 * and routes, is that of a frame, so that two plans of one frame differ in what was read alone.
 */
export function planOfResources(resources: readonly ShownResource[], frame: MonitoringPlan): MonitoringPlan {
  const ruleGroups = resources.flatMap(groupsOf);
  const dashboards = resources.flatMap(({ type, inputs }) =>
    type === "grafana:oss/dashboard:Dashboard" ? dashboardOf(inputs, frame) : [],
  );
  return {
    ...frame,
    ruleGroups,
    alerts: ruleGroups.flatMap(({ rules }) =>
      rules.flatMap((one) => (one.kind === "alert" ? [alertOf(one, frame)] : [])),
    ),
    slos: [],
    dashboards,
    runbooks: [],
    services: [],
    scrape: { ...frame.scrape, jobs: [] },
  };
}

function groupsOf({ type, inputs }: ShownResource): readonly RuleGroup[] {
  if (type === "kubernetes:monitoring.coreos.com/v1:PrometheusRule") {
    return planned(prometheusRule.safeParse(inputs).data?.spec.groups ?? []);
  }
  const data = type === "kubernetes:core/v1:ConfigMap" ? configMap.safeParse(inputs).data?.data : undefined;
  return Object.values(data ?? {}).flatMap((text) =>
    /^groups:/m.test(text) ? planned(ruleFile.safeParse(parsed(text)).data?.groups ?? []) : [],
  );
}

function parsed(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function planned(all: z.infer<typeof groups>): readonly RuleGroup[] {
  return all.map(({ name, interval, rules }) => ({
    name,
    interval: interval as RuleGroup["interval"],
    file: "",
    rules: rules.map((one): AlertingRule | RecordingRule => {
      const { alert, record = "", expr, labels, annotations } = one;
      return alert === undefined
        ? { kind: "record", record, expr, labels }
        : { kind: "alert", alert, expr, for: one.for as AlertingRule["for"], labels, annotations };
    }),
  }));
}

/** What stands in its rule; what does not is as in any other. */
function alertOf(one: AlertingRule, { environment }: MonitoringPlan): PlannedAlert {
  const { labels, annotations } = one;
  const { service = "", slo = "", team = "", severity = "none", category = "" } = labels;
  return {
    alertname: one.alert,
    service,
    slo,
    team,
    kind: "severity",
    severity: severity as PlannedAlert["severity"],
    category: category as PlannedAlert["category"],
    cluster: environment.cluster,
    environment: environment.name,
    for: one.for,
    runbook: { service, slug: "", url: annotations["runbook_url"] ?? "" },
    dashboardUrl: annotations["dashboard_url"] ?? "",
  };
}

type Dashboard = MonitoringPlan["dashboards"][number];

function dashboardOf(inputs: ShownResource["inputs"], frame: MonitoringPlan): readonly Dashboard[] {
  const json = parsed(dashboard.safeParse(inputs).data?.configJson ?? "") as
    Partial<DashboardJson> | undefined;
  const { uid, title = "", panels } = json ?? {};
  const known = frame.dashboards.find((one) => uid?.includes(one.uid));
  if (uid === undefined || panels === undefined || known === undefined) {
    return [];
  }
  // Grafana's panels in the place of planned ones: both sides of a comparison have them, and nobody draws them.
  const own: readonly object[] = panels.map((panel) => ({ ...panel, key: String(panel.id) }));
  return [{ ...known, uid, title, rows: [{ key: "", title: "", panels: own as readonly PlannedPanel[] }] }];
}
