import { panelId, uidIn } from "../plan/dashboard";
import { placeOf, type Environment } from "../plan/environment";
import { noSlo } from "../plan/identity";
import type { AlertingRule, PlannedAlert } from "../plan/monitoring-plan";
import type { AlertDraft } from "./alert-draft";
import type { PanelPlace } from "./dashboards/alert-panels";
import { runbookAddress, withSlash } from "./runbook-address";

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

/** What an alert is about. */
export interface AlertSubject {
  /** The panel that shows it; without one the alert links to the dashboard. */
  readonly panel?: PanelPlace;
  /** The job that it is measured on. */
  readonly job?: string;
}

export function alertPlanner(
  owner: Owner,
  environment: Environment,
  subjectOf: (draft: AlertDraft) => AlertSubject,
): AlertPlanner {
  const linked = links(owner, environment, (draft) => subjectOf(draft).panel);
  const shared = (draft: AlertDraft): SharedLabels => labels(owner, draft, subjectOf(draft));
  return {
    rule: (draft) => ({
      kind: "alert",
      alert: draft.name,
      expr: draft.expr,
      for: draft.for,
      labels: shared(draft),
      annotations: {
        ...draft.says,
        dashboard_url: linked(draft).dashboard,
        description: draft.description,
        runbook_url: linked(draft).runbook,
        summary: draft.summary,
      },
    }),
    planned: (draft) => ({
      ...shared(draft),
      alertname: draft.name,
      kind: draft.kind,
      cluster: environment.cluster,
      environment: environment.name,
      for: draft.for,
      ...(draft.by === undefined ? {} : { by: draft.by }),
      ...(draft.steps === undefined ? {} : { steps: draft.steps }),
      ...(draft.groupWait === undefined ? {} : { groupWait: draft.groupWait }),
      runbook: { service: owner.id, slug: draft.runbook, url: linked(draft).runbook },
      dashboardUrl: linked(draft).dashboard,
    }),
  };
}

type SharedLabels = Pick<PlannedAlert, "category" | "job" | "service" | "severity" | "slo" | "team">;

function labels(owner: Owner, draft: AlertDraft, { job }: AlertSubject): SharedLabels {
  return {
    category: draft.category,
    ...(job === undefined ? {} : { job }),
    service: owner.id,
    severity: draft.severity,
    slo: draft.slo ?? noSlo(draft.name),
    team: owner.team,
  };
}

/** The pages that an alert leads to. */
function links(
  owner: Owner,
  environment: Environment,
  panelOf: (draft: AlertDraft) => PanelPlace | undefined,
): (draft: AlertDraft) => { readonly dashboard: string; readonly runbook: string } {
  return (draft) => ({
    dashboard: panelAddress(environment, panelOf(draft) ?? owner),
    runbook: runbookAddress(environment, owner.id, draft.runbook),
  });
}

/** The address of a dashboard by its uid. */
export function dashboardAddress(environment: Environment, uid: string): string {
  return new URL(`d/${uidIn(uid, placeOf(environment))}`, withSlash(environment.grafana.address)).href;
}

/** The address of a panel, or of its dashboard where no panel is named. */
function panelAddress(
  environment: Environment,
  { dashboard, key }: { readonly dashboard: string; readonly key?: string },
): string {
  const address = dashboardAddress(environment, dashboard);
  return key === undefined ? address : `${address}?viewPanel=${panelId(key)}`;
}
