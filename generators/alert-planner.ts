import type { Environment } from "../plan/environment";
import { noSlo } from "../plan/identity";
import type { AlertingRule, PlannedAlert } from "../plan/monitoring-plan";
import type { AlertDraft } from "./alert-draft";

/** What the rules of one owner share. */
export interface Owner {
  readonly id: string;
  readonly team: string;
  readonly dashboard: string;
}

/** Rules and metadata of one owner's alerts, with the same labels and links in both. */
export interface AlertPlanner {
  readonly rule: (draft: AlertDraft) => AlertingRule;
  readonly planned: (draft: AlertDraft) => PlannedAlert;
}

/** Turns drafts of one owner into rules and their metadata. */
export function alertPlanner(owner: Owner, environment: Environment): AlertPlanner {
  const runbookUrl = (draft: AlertDraft): string =>
    new URL(draft.runbook, runbookBase(environment, owner.id)).href;
  const dashboardUrl = dashboardAddress(environment, owner.dashboard);
  const shared = (
    draft: AlertDraft,
  ): Pick<PlannedAlert, "category" | "service" | "severity" | "slo" | "team"> => ({
    category: draft.category,
    service: owner.id,
    severity: draft.severity,
    slo: draft.slo ?? noSlo(draft.name),
    team: owner.team,
  });
  return {
    rule: (draft) => ({
      kind: "alert",
      alert: draft.name,
      expr: draft.expr,
      for: draft.for,
      labels: shared(draft),
      annotations: {
        dashboard_url: dashboardUrl,
        description: draft.description,
        runbook_url: runbookUrl(draft),
        summary: draft.summary,
      },
    }),
    planned: (draft) => ({
      ...shared(draft),
      alertname: draft.name,
      kind: draft.kind,
      environment: environment.name,
      for: draft.for,
      ...(draft.groupWait === undefined ? {} : { groupWait: draft.groupWait }),
      runbook: { service: owner.id, slug: draft.runbook, url: runbookUrl(draft) },
      dashboardUrl,
      source: draft.source,
    }),
  };
}

/** The service's own base address, or its folder below the default one. */
function runbookBase(environment: Environment, service: string): string {
  const own = environment.runbooks[service];
  return own === undefined
    ? new URL(`${service}/`, withSlash(environment.runbooks["default"] ?? "")).href
    : withSlash(own);
}

/** The address of a dashboard by its uid. */
export function dashboardAddress(environment: Environment, uid: string): string {
  return new URL(`d/${uid}`, withSlash(environment.grafana.address)).href;
}

/** An address that relative paths are appended to. */
function withSlash(address: string): string {
  return address.endsWith("/") ? address : `${address}/`;
}
