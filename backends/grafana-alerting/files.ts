import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { TEMPLATE_FILE } from "../alertmanager/templates";
import type { FileSet } from "../file-set";
import { grafanaAlerting } from "./content";

/** What Grafana is told about alerts, below `grafana/alerting/`; secrets are the names of their keys. */
export function grafanaAlertingFiles(plan: MonitoringPlan): FileSet {
  const content = grafanaAlerting(plan);
  if (content === undefined) {
    return new Map();
  }
  const { contactPoints, folder, messageTemplate, muteTimings, policy, ruleGroups } = content;
  const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  return new Map([
    ["grafana/alerting/contact-points.json", json(contactPoints)],
    ["grafana/alerting/mute-timings.json", json(muteTimings)],
    ["grafana/alerting/policy.json", json(policy)],
    ...ruleGroups.map(
      (group) =>
        [`grafana/alerting/rules/${group.name}.json`, json({ folderUid: folder.uid, ...group })] as const,
    ),
    [`grafana/alerting/templates/${TEMPLATE_FILE}`, messageTemplate.template],
  ]);
}
