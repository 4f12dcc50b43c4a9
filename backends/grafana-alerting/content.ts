import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { notificationTemplates } from "../alertmanager/templates";
import { servicesOn } from "../binding";
import { contactPoints, type ContactPoint } from "./contact-points";
import { muteTimings, policyTree, type GrafanaMuteTiming, type GrafanaPolicyTree } from "./policy";
import { grafanaRuleGroups, rulesFolder, type GrafanaRuleGroup } from "./rules";

/** Grafana says by itself where an alert is silenced. Source: Grafana docs, "Notification template reference". */
const TEMPLATES = notificationTemplates({ silence: ".SilenceURL", related: `""` });

/** Everything by which Grafana evaluates and sends alerts. */
export interface GrafanaAlerting {
  readonly folder: { readonly title: string; readonly uid: string };
  readonly ruleGroups: readonly GrafanaRuleGroup[];
  readonly contactPoints: readonly ContactPoint[];
  /** An organisation has one tree: this one takes the place of whatever was there. */
  readonly policy: GrafanaPolicyTree;
  readonly muteTimings: readonly GrafanaMuteTiming[];
  readonly messageTemplate: { readonly name: string; readonly template: string };
}

/** The Grafana-managed alerting of a plan; undefined where no service is bound to it, so that nothing is taken over. */
export function grafanaAlerting(plan: MonitoringPlan): GrafanaAlerting | undefined {
  return servicesOn(plan, "grafana").length === 0
    ? undefined
    : {
        folder: rulesFolder(plan),
        ruleGroups: grafanaRuleGroups(plan),
        contactPoints: contactPoints(plan.routing),
        policy: policyTree(plan.routing),
        muteTimings: muteTimings(plan.routing),
        messageTemplate: { name: "tocsin", template: TEMPLATES },
      };
}
