import { sortedBy } from "../../slo/order";
import type { Gauge } from "../../slo/telemetry";
import { aggregate, selector } from "../promql";
import type { RowDraft } from "./layout";
import { graph, type PanelDraft } from "./panels";
import { population, runbookLinks, unitOf, type ServiceView } from "./view";

/**
 * A panel per gauge of the contract: queue depths, switches, lag. A queue appears here as soon as its service
 * declares it (OMNIHUB-DASH-1.3, 2.1).
 */
export function gaugeRow(view: ServiceView): RowDraft {
  const gauges = view.service.telemetry.metrics.filter((metric) => metric.type === "gauge");
  return {
    key: "gauges",
    title: "State",
    panels: sortedBy(gauges, (gauge) => gauge.name).map((gauge) => panel(view, gauge)),
  };
}

function panel(view: ServiceView, gauge: Gauge): PanelDraft {
  const labels = Object.keys(gauge.labels);
  const series = selector(gauge.name, population(gauge, view.environment));
  const legend = labels.map((label) => `{{${label}}}`).join(" ");
  return graph({
    key: `gauge:${gauge.name}`,
    title: gauge.name,
    description: `${gauge.help} The highest of all targets of ${gauge.job.name}; ${gauge.normal} is normal.`,
    unit: unitOf(gauge),
    size: "column",
    queries: [
      {
        expr: aggregate("max", ["environment", ...labels], series),
        legend: legend === "" ? gauge.name : legend,
      },
    ],
    links: runbookLinks(alertsOn(view, gauge)),
  });
}

function alertsOn({ service, alerts }: ServiceView, gauge: Gauge): ServiceView["alerts"] {
  const names = service.alerts.filter((alert) => "gauge" in alert && alert.gauge.name === gauge.name);
  return alerts.filter((planned) => names.some(({ name }) => name === planned.alertname));
}
