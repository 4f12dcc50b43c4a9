import type { Digest } from "./environment";
import type { MonitoringPlan } from "./monitoring-plan";
import { PROGRAMS, WEB_PORTS } from "./names";
import { prometheusService } from "./platform";
import { reportSettings, type ReportSettings } from "./report";
import type { ReportPeriod } from "./report-period";

/** After how long without one somebody is told: a run may be retried until the end of its window. */
export const MAIL_DUE = { day: "26h", week: "170h", month: "770h" } as const satisfies Readonly<
  Record<ReportPeriod, string>
>;

/** The name of the CronJob that sends one, in the namespace of the stack. */
export function mailJobName(period: ReportPeriod): string {
  return `${PROGRAMS.digest}-${period}`;
}

/** What the job that sends reports is told; it holds no secret. */
export interface DigestSettings {
  readonly report: ReportSettings;
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly zone: string;
  readonly mail: Pick<Digest, "from" | "requireTls" | "smarthost" | "to" | "username"> & {
    /** File of the password. */
    readonly password: string;
  };
  readonly cronJobs: { readonly namespace: string; readonly names: Readonly<Record<ReportPeriod, string>> };
}

/** Where the password lies in a pod. */
export const DIGEST_SECRETS = "/secrets";

/** What the job of a plan is told, where there is one. */
export function digestSettings(plan: MonitoringPlan, digest: Digest): DigestSettings {
  const { namespace, service } = prometheusService(plan.platform);
  const alertmanager = plan.platform.operator === undefined ? PROGRAMS.alertmanager : "alertmanager-operated";
  const { from, requireTls, smarthost, to, username, passwordSecret } = digest;
  return {
    report: reportSettings(plan),
    prometheus: `http://${service}.${namespace}.svc:${WEB_PORTS.prometheus}`,
    alertmanager: `http://${alertmanager}.${namespace}.svc:${WEB_PORTS.alertmanager}`,
    zone: digest.window.location,
    mail: { from, requireTls, smarthost, to, username, password: `${DIGEST_SECRETS}/${passwordSecret}` },
    cronJobs: {
      namespace: plan.platform.kubernetes.namespace,
      names: { day: mailJobName("day"), week: mailJobName("week"), month: mailJobName("month") },
    },
  };
}

/** A plan that sends reports. */
export type MailingPlan = MonitoringPlan & { readonly digest: Digest };

export function sendsReports(plan: MonitoringPlan): plan is MailingPlan {
  return plan.digest !== undefined;
}

/** Whether the stack itself keeps the password of the mail server, and not somebody else beside their Alertmanager's. */
export function keepsDigestSecret(plan: MonitoringPlan): plan is MailingPlan {
  const { alertmanager, operator } = plan.platform;
  return sendsReports(plan) && (operator !== undefined || alertmanager.existingSecret === undefined);
}
