import { identityKey } from "../../plan/identity";
import type { AlertingRule, MonitoringPlan } from "../../plan/monitoring-plan";
import { milliseconds } from "../../slo/duration";
import type { Problem } from "../../slo/problem";
import { duplicates } from "../../slo/order";
import { rulesOn, servicesOn } from "../binding";
import { told, untranslatable } from "./annotations";
import { ruleUid } from "./uid";

/** Grafana's scheduler ticks so often. Source: Grafana docs, `[unified_alerting]`, and its base interval. */
const TICK_MILLISECONDS = 10_000;

/** What Grafana cannot do with the alerts that it is to evaluate. */
export function checkGrafanaAlerting(plan: MonitoringPlan): readonly Problem[] {
  const groups = rulesOn(plan, "grafana");
  const rules = groups.flatMap((group) => group.rules).filter((rule) => rule.kind === "alert");
  return [
    ...groups
      .filter(({ interval }) => milliseconds(interval) % TICK_MILLISECONDS !== 0)
      .map(({ name, interval }) => ({
        code: "backend-unable" as const,
        path: `grafana.ruleGroups.${name}.interval`,
        message: `Grafana evaluates at multiples of 10 s, and [${interval}] is not one`,
        remedy: "Change tocsin:prometheus.scrapeInterval, or bind the service to another backend.",
      })),
    ...rules.flatMap(untranslatableIn),
    ...duplicates(rules.map((rule) => ruleUid(identityOf(rule)))).map((uid) => ({
      code: "backend-unable" as const,
      path: `grafana.rules.${uid}`,
      message: `two alerts would have the uid [${uid}]`,
      remedy: "Rename one of them.",
    })),
  ];
}

function untranslatableIn(rule: AlertingRule): readonly Problem[] {
  return told(rule.annotations).flatMap(([annotation, text]) =>
    untranslatable(text).map((action) => ({
      code: "backend-unable" as const,
      path: `alerts.${identityKey(identityOf(rule))}.${annotation}`,
      message: `Grafana has nothing that means [${action}]`,
      remedy: "Use $value or a label, and the humanize functions, which both know.",
    })),
  );
}

function identityOf({ alert, labels }: AlertingRule): Parameters<typeof identityKey>[0] {
  return { alertname: alert, service: labels["service"] ?? "", slo: labels["slo"] ?? "" };
}

/** What is different from Prometheus and Alertmanager for a service whose alerts Grafana evaluates. */
export function grafanaNotices(plan: MonitoringPlan): readonly Problem[] {
  const { paging } = plan.environment;
  const limits = [
    {
      what: "policies",
      message: "the organisation's one tree of notification policies is replaced, with everything in it",
      remedy: "Give the stack an organisation, or a Grafana, in which nobody else routes alerts.",
    },
    {
      what: "inhibition",
      message: "a page does not silence a less severe alert: both arrive, the less severe one in chat",
      remedy: "Read the page first: both belong to the same group.",
    },
    ...(paging
      ? [
          {
            what: "heartbeat",
            message:
              "no dead man's switch notices when Grafana stops evaluating; the Watchdog speaks for Prometheus",
            remedy: "Have somebody outside watch Grafana's /api/health.",
          },
        ]
      : []),
  ];
  return servicesOn(plan, "grafana").flatMap(({ id }) =>
    limits.map(({ what, ...said }) => ({
      code: "backend-differs" as const,
      path: `services.${id}.grafana.${what}`,
      ...said,
    })),
  );
}
