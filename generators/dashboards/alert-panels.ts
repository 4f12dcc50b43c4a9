import { ALERTS } from "../../plan/names";
import type { PlannedAlert } from "../../plan/monitoring-plan";
import { isOutage, type Alert } from "../../slo/alert";
import { windowOf, type BadEvents } from "../../slo/measure";
import type { DashboardRow, Panel } from "../../slo/dashboard";
import type { Service, Slo } from "../../slo/service";
import { selection, selector } from "../promql";
import { KEYS } from "./keys";
import { sloDashboardUid } from "./slo-parts";
import { shows, subjectsOf, watched } from "./subjects";

/** Where a panel is: the uid of a dashboard and the key of the panel on it. */
export interface PanelPlace {
  readonly dashboard: string;
  readonly key: string;
}

/** What identifies an alert of a service. */
export interface AlertName {
  readonly kind: PlannedAlert["kind"];
  readonly name: string;
  readonly slo?: string;
}

/** The panel that shows what an alert is about; the heartbeat and unknown severities are about no series, some about many. */
export function alertPanel(service: Service, { kind, name, slo = "" }: AlertName): PanelPlace | undefined {
  const ofSlo = (part: string): PanelPlace => ({
    dashboard: sloDashboardUid(service, slo),
    key: KEYS.slo(slo, part),
  });
  switch (kind) {
    case "burn-rate":
      // Tickets look at days, which the number of the last hour does not show.
      return ofSlo(name === ALERTS.ticket ? "burn-windows" : "burn");
    case "budget":
      return ofSlo("budget");
    case "telemetry":
      // What is said of the metrics of all alerts is drawn by none of them.
      return slo === "" ? undefined : ofSlo("sli");
    case "heartbeat":
    case "severity":
      return undefined;
    default: {
      const alert = service.alerts.find(
        (candidate) => candidate.name === name && (candidate.slo ?? "") === slo,
      );
      return alert === undefined ? undefined : (drawnPanel(service, alert) ?? watchedPanel(service, alert));
    }
  }
}

/** The declared alerts whose subject neither a declared panel nor one of an SLO shows; they get panels of their own. */
export function undrawnAlerts(service: Service): readonly Alert[] {
  return service.alerts.filter((alert) => drawnPanel(service, alert) === undefined);
}

function watchedPanel(service: Service, alert: Alert): PanelPlace {
  return { dashboard: service.dashboard, key: KEYS.watched(subjectText(service, alert)) };
}

/** What an alert looks at, as text; alerts with the same share a panel. */
export function subjectText(service: Service, alert: Alert): string {
  const measure = watched(alert);
  const subjects = subjectsOf(service, measure).map(({ series, where }) => selector(series, where));
  const window = windowOf(measure);
  return `${measure.kind} ${subjects.join(" ")}${window === undefined ? "" : `[${window}]`}`;
}

function drawnPanel(service: Service, alert: Alert): PanelPlace | undefined {
  const panels = declaredPanels(service);
  const found =
    panels.find(({ panel }) => shows(service, panel, alert) === 2) ??
    panels.find(({ panel }) => shows(service, panel, alert) === 1);
  if (found !== undefined) {
    return { dashboard: found.dashboard, key: KEYS.declared(found.panel.id) };
  }
  return !isOutage(alert) && alert.measure.kind === "bad-events"
    ? sloPanel(service, alert.measure)
    : undefined;
}

function declaredPanels(service: Service): readonly { readonly dashboard: string; readonly panel: Panel }[] {
  const on = (
    dashboard: string,
    rows: readonly DashboardRow[],
  ): readonly { readonly dashboard: string; readonly panel: Panel }[] =>
    rows.flatMap((row) => row.panels.map((panel) => ({ dashboard, panel })));
  return [
    ...on(service.dashboard, service.sloRows ?? []),
    ...(service.dashboards ?? []).flatMap(({ uid, rows }) => on(uid, rows)),
  ];
}

/** Errors are drawn for each SLO that counts them, latency for each histogram and kind of request of one. */
function sloPanel(service: Service, { sli }: BadEvents): PanelPlace | undefined {
  const slo = service.slos.find((candidate) => drawsEvents(candidate, sli));
  if (slo === undefined) {
    return undefined;
  }
  const key =
    sli.kind === "latency-ratio"
      ? KEYS.quantiles(selection(sli.histogram.name, sli.of))
      : KEYS.slo(slo.id, "errors");
  return { dashboard: sloDashboardUid(service, slo.id), key };
}

function drawsEvents({ sli: own }: Slo, sli: BadEvents["sli"]): boolean {
  if (own.kind === "latency-ratio" && sli.kind === "latency-ratio") {
    return selection(own.histogram.name, own.of) === selection(sli.histogram.name, sli.of);
  }
  return (
    own.kind === "request-ratio" &&
    sli.kind === "request-ratio" &&
    selection(own.total.name, [...own.of, ...own.errors]) ===
      selection(sli.total.name, [...sli.of, ...sli.errors])
  );
}
