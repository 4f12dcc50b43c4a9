import * as pulumi from "@pulumi/pulumi";
import type {
  ContactPointArgs,
  MuteTimingArgs,
  NotificationPolicyArgs,
  RuleGroupArgs,
} from "@pulumiverse/grafana/alerting";
import type { ContactPoint } from "../backends/grafana-alerting/contact-points";
import type {
  GrafanaMuteTiming,
  GrafanaPolicy,
  GrafanaPolicyTree,
  PolicySettings,
} from "../backends/grafana-alerting/policy";
import type { GrafanaRule, GrafanaRuleGroup } from "../backends/grafana-alerting/rules";

type Secrets = Readonly<Record<string, string>>;

/** A rule group in the provider's names. */
export function ruleGroupArgs(group: GrafanaRuleGroup, folderUid: string): RuleGroupArgs {
  return {
    name: group.name,
    folderUid,
    intervalSeconds: group.intervalSeconds,
    rules: group.rules.map(ruleArgs),
  };
}

function ruleArgs({ title, data, ...rule }: GrafanaRule): pulumi.Unwrap<RuleGroupArgs["rules"]>[number] {
  return {
    ...rule,
    name: title,
    datas: data.map(({ model, ...step }) => ({ ...step, model: JSON.stringify(model) })),
  };
}

/** A contact point with its secrets, each under the integration's own name for it. */
export function contactPointArgs(point: ContactPoint, secrets: Secrets): ContactPointArgs {
  const { name, pagerduty, slack, email, webhook } = point;
  const secret = (key: string): pulumi.Output<string> => pulumi.secret(secrets[key] ?? "");
  return {
    name,
    ...(pagerduty === undefined
      ? {}
      : { pagerduties: [{ ...pagerduty.settings, integrationKey: secret(pagerduty.routingKeySecret) }] }),
    ...(slack === undefined ? {} : { slacks: [{ ...slack.settings, url: secret(slack.webhookSecret) }] }),
    ...(email === undefined
      ? {}
      : { emails: [{ ...email, addresses: [...email.addresses], disableResolveMessage: true }] }),
    ...(webhook === undefined
      ? {}
      : {
          webhooks: [{ url: secret(webhook.urlSecret), disableResolveMessage: !webhook.sendResolved }],
        }),
  };
}

/** The tree of policies in the provider's names. */
export function policyArgs(root: GrafanaPolicyTree): NotificationPolicyArgs {
  const { policies, ...fields } = policyFields(root);
  return {
    ...fields,
    contactPoint: root.contactPoint,
    groupBies: [...root.groupBy],
    // The provider's type ends at its seventh level, which has to be grouped; no tree of ours goes so deep.
    ...(policies === undefined
      ? {}
      : { policies: policies as NonNullable<NotificationPolicyArgs["policies"]> }),
  };
}

interface PolicyFields {
  readonly contactPoint?: string;
  readonly groupBies?: string[];
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeatInterval?: string;
  readonly continue?: boolean;
  readonly muteTimings?: string[];
  readonly policies?: PolicyNode[];
}

interface PolicyNode extends PolicyFields {
  readonly matchers: { label: string; match: string; value: string }[];
}

function policyFields({ groupBy, muteTimings, policies, ...rest }: PolicySettings): PolicyFields {
  return {
    ...rest,
    ...(groupBy === undefined ? {} : { groupBies: [...groupBy] }),
    ...(muteTimings === undefined ? {} : { muteTimings: [...muteTimings] }),
    ...(policies.length === 0 ? {} : { policies: policies.map(policyNode) }),
  };
}

function policyNode({ matchers, ...policy }: GrafanaPolicy): PolicyNode {
  return {
    ...policyFields(policy),
    matchers: matchers.map(({ label, op, value }) => ({ label, match: op, value })),
  };
}

/** A mute timing in the provider's names. */
export function muteTimingArgs({ name, times, location }: GrafanaMuteTiming): MuteTimingArgs {
  return { name, intervals: [{ times: times.map((time) => ({ ...time })), location }] };
}
