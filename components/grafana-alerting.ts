import * as pulumi from "@pulumi/pulumi";
import {
  ContactPoint,
  MessageTemplate,
  MuteTiming,
  NotificationPolicy,
  RuleGroup,
} from "@pulumiverse/grafana/alerting";
import { Folder } from "@pulumiverse/grafana/oss";
import type { GrafanaAlerting as Content } from "../backends/grafana-alerting/content";
import { contactPointArgs, muteTimingArgs, policyArgs, ruleGroupArgs } from "./grafana-alerting-args";

export interface GrafanaAlertingArgs {
  readonly content: Content;
  /** What contact points need, by key; plain texts that become secrets here. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What has to be there before, such as the data sources that the rules ask. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * Alerts that Grafana evaluates and sends. Rules come after the policy, so that none goes where the organisation sent
 * alerts before; the policy comes after what it names, so that nothing is removed while it is named.
 */
export class GrafanaAlerting extends pulumi.ComponentResource {
  constructor(name: string, args: GrafanaAlertingArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:GrafanaAlerting", name, {}, opts);
    const { content, secrets, after } = args;
    const folder = new Folder(`${name}-folder`, { ...content.folder }, { parent: this });
    const template = new MessageTemplate(
      `${name}-template`,
      { ...content.messageTemplate },
      { parent: this },
    );
    const receivers = content.contactPoints.map(
      (point) =>
        new ContactPoint(`${name}-contact-${point.name}`, contactPointArgs(point, secrets), {
          parent: this,
          dependsOn: [template],
        }),
    );
    const timings = content.muteTimings.map(
      (timing) => new MuteTiming(`${name}-mute-${timing.name}`, muteTimingArgs(timing), { parent: this }),
    );
    const policy = new NotificationPolicy(`${name}-policy`, policyArgs(content.policy), {
      parent: this,
      dependsOn: [...receivers, ...timings],
    });
    for (const group of content.ruleGroups) {
      new RuleGroup(`${name}-${group.name}`, ruleGroupArgs(group, content.folder.uid), {
        parent: this,
        dependsOn: [folder, policy, ...after],
      });
    }
    this.registerOutputs({ folder: content.folder.uid });
  }
}
