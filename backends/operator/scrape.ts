import type { MonitoringPlan, ScrapeJob } from "../../plan/monitoring-plan";
import { PROGRAMS } from "../../plan/names";
import type { OperatorSettings } from "../../plan/platform";
import { jobsOn } from "../binding";
import { selector } from "../kubernetes/object";
import { moduleName } from "../prometheus/blackbox";
import { PROTOCOLS } from "../prometheus/config";
import { API_VERSION, type PodMonitor } from "./object";
import { selected } from "./selected";

/**
 * Labels that the operator gives every target. They are dropped: where a program exposes one of that name,
 * Prometheus would rename the program's own to `exported_...`, and every query of ours would miss it.
 */
const OF_OPERATOR = "container|endpoint|namespace|pod";

/** How the Prometheus scrapes each job, with the labels that the stack's own would give. */
export function podMonitors(plan: MonitoringPlan, operator: OperatorSettings): readonly PodMonitor[] {
  return jobsOn(plan, "operator").flatMap((job) => podMonitor(plan, operator, job));
}

function podMonitor(
  plan: MonitoringPlan,
  operator: OperatorSettings,
  scraped: ScrapeJob,
): readonly PodMonitor[] {
  const { job, path, discovery, probe, createdTimestamps } = scraped;
  if (discovery.kind !== "kubernetes") {
    return [];
  }
  const { interval, timeout } = plan.scrape;
  return [
    {
      apiVersion: API_VERSION,
      kind: "PodMonitor",
      metadata: selected(plan, operator, job, job, "scraping"),
      spec: {
        namespaceSelector: { matchNames: [discovery.namespace] },
        selector: { matchLabels: { ...selector(discovery.app), ...instanceOf(operator, job) } },
        ...(operator.createdTimestamps
          ? { scrapeProtocols: PROTOCOLS[createdTimestamps === true ? "created" : "uncreated"] }
          : {}),
        podMetricsEndpoints: [
          {
            port: discovery.port,
            path,
            interval,
            scrapeTimeout: timeout,
            ...(probe === undefined
              ? {}
              : { params: { module: [moduleName(probe.module)], target: [probe.address] } }),
            relabelings: relabelings(scraped),
          },
        ],
      },
    },
  ];
}

/** Of several servers in a namespace, the one that the stack is with. Source: prometheus-operator, pod labels. */
function instanceOf(operator: OperatorSettings, job: string): Readonly<Record<string, string>> {
  const names: Readonly<Record<string, string>> = {
    [PROGRAMS.prometheus]: operator.prometheus,
    [PROGRAMS.alertmanager]: operator.alertmanager,
  };
  const name = Object.hasOwn(names, job) ? names[job] : undefined;
  return name === undefined ? {} : { "app.kubernetes.io/instance": name };
}

type Relabelings = PodMonitor["spec"]["podMetricsEndpoints"][number]["relabelings"];

function relabelings({ job, labels, probe }: ScrapeJob): Relabelings {
  const given = Object.entries({ job, ...labels }).map(
    ([targetLabel, replacement]) => ({ action: "replace", targetLabel, replacement }) as const,
  );
  const instance = { action: "replace", targetLabel: "instance" } as const;
  return [
    probe === undefined
      ? { ...instance, sourceLabels: ["__meta_kubernetes_pod_name"] }
      : // What was asked is the instance, not who asked.
        { ...instance, replacement: probe.address },
    ...given,
    { action: "labeldrop", regex: OF_OPERATOR },
  ];
}
