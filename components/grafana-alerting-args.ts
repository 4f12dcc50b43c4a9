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

/** A contact point with its secrets, each under the integration's own name for it, in the lists of their kinds. */
export function contactPointArgs({ name, integrations }: ContactPoint, secrets: Secrets): ContactPointArgs {
  const lists: Record<string, object[]> = {};
  for (const { list, fields, secrets: keys } of integrations) {
    const held = Object.entries(keys).map(
      ([field, key]) => [field, pulumi.secret(secrets[key] ?? "")] as const,
    );
    (lists[list] ??= []).push({ ...fields, ...Object.fromEntries(held) });
  }
  return { name, ...lists };
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
export function muteTimingArgs({ name, intervals }: GrafanaMuteTiming): MuteTimingArgs {
  return {
    name,
    intervals: intervals.map(({ times, ...days }) => ({
      ...days,
      times: times.map((time) => ({ ...time })),
    })),
  };
}
