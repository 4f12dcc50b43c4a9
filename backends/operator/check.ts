import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { OperatorSettings } from "../../plan/platform";
import type { Problem } from "../../slo/problem";
import { jobsOn, rulesOn } from "../binding";
import { checkRuleFiles } from "../kubernetes/rule-files";
import { dashboardObjects } from "./dashboards";
import { LARGEST_OBJECT } from "./rules";
import { TOCSIN } from "../../slo/command";

/** What a plan asks of an operator's servers and they cannot do. */
export function checkOperator(plan: MonitoringPlan, limit: number): readonly Problem[] {
  const { operator } = plan.platform;
  return operator === undefined
    ? []
    : [
        ...checkRuleFiles(
          { ruleGroups: rulesOn(plan, "operator") },
          Math.min(LARGEST_OBJECT, limit),
          "a PrometheusRule",
        ),
        ...checkCreated(plan, operator),
        ...checkDashboards(plan, operator, limit),
      ];
}

function checkCreated(plan: MonitoringPlan, { createdTimestamps }: OperatorSettings): readonly Problem[] {
  return jobsOn(plan, "operator")
    .filter((job) => job.createdTimestamps === true && !createdTimestamps)
    .map(({ job }) => ({
      code: "backend-unable",
      path: `operator.jobs.${job}.createdTimestamps`,
      message: `the first events of [${job}] count by created timestamps, which the Prometheus does not store`,
      remedy:
        "Give it the feature created-timestamp-zero-ingestion and set tocsin:operator.createdTimestamps, or leave createdTimestamps out of the job.",
    }));
}

function checkDashboards(
  plan: MonitoringPlan,
  operator: OperatorSettings,
  limit: number,
): readonly Problem[] {
  return dashboardObjects(plan, operator).flatMap(({ metadata: { name }, ...object }) => {
    const size = Buffer.byteLength(JSON.stringify(object));
    return size <= limit
      ? []
      : [
          {
            code: "config-map-too-large" as const,
            path: `operator.${name}`,
            message: `the ConfigMap of the dashboard takes [${size}] bytes and may hold ${limit}`,
            remedy: "Set tocsin:operator.dashboards to api, or give the dashboard fewer panels.",
          },
        ];
  });
}

/** What is different from servers that the stack runs. */
export function operatorNotices(plan: MonitoringPlan): readonly Problem[] {
  const { operator, prometheus } = plan.platform;
  return operator === undefined
    ? []
    : [
        ...SELECTION,
        configuration(operator),
        matching(operator),
        ...(prometheus.replicas === 1 ? [] : [HEARTBEAT]),
      ].map(({ what, ...said }) => ({
        code: "backend-differs" as const,
        path: `operator.${what}`,
        ...said,
      }));
}

interface Limit extends Pick<Problem, "message" | "remedy"> {
  readonly what: string;
}

const SELECTION: readonly Limit[] = [
  {
    what: "selection",
    message: "Prometheus loads only what its selectors match, and does not report what they miss",
    remedy: `Let \`${TOCSIN} doctor\` compare them with ours before anything is applied (--cluster), and what is loaded after (--prometheus).`,
  },
  {
    what: "settings",
    message: "retention, replicas, timers of alerts and features are set where its own resource is kept",
    remedy: `Take the values from a render; \`${TOCSIN} doctor\` compares them with the server that runs.`,
  },
];

const HEARTBEAT: Limit = {
  what: "heartbeat",
  message:
    "replicas send one heartbeat under one name, so that a blind one ends that of its peers for a moment",
  remedy: "Give the dead man's switch five minutes, or a replica that went blind looks like all of them.",
};

function configuration({ alertmanager, configSecret, routes }: OperatorSettings): Limit {
  return routes === "secret"
    ? {
        what: "routes",
        message: `the secret [${configSecret}] is the whole configuration of [${alertmanager}], for alerts of others as well`,
        remedy: "Name it as its `configSecret`. What was there before goes into tocsin:receivers.",
      }
    : {
        what: "routes",
        message: `others configure [${alertmanager}], so that nothing here says who is paged`,
        remedy: "Merge operator/alertmanager.yaml of a render into its configuration, with every change.",
      };
}

/** Source: prometheus-operator, `pkg/alertmanager/amcfg.go`: their routes come first, and go on to those after them. */
const MATCHING: Readonly<Record<OperatorSettings["matcherStrategy"], string>> = {
  OnNamespace:
    "routes of AlertmanagerConfig objects hear alerts with the label of their own namespace, which alerts of ours do not have",
  OnNamespaceExceptForAlertmanagerNamespace:
    "routes of AlertmanagerConfig objects hear alerts with the label of their own namespace, and in that of the Alertmanager all alerts, ours as well",
  None: "routes of AlertmanagerConfig objects hear all alerts, ours as well",
};

function matching({ matcherStrategy }: OperatorSettings): Limit {
  return {
    what: "matcherStrategy",
    message: `[${matcherStrategy}]: ${MATCHING[matcherStrategy]}; ours hear of them all the same`,
    remedy: "Look through such objects with `kubectl get alertmanagerconfigs -A`.",
  };
}
