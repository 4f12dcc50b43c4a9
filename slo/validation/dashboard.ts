import { metricsRead, type Dashboard, type DashboardRow, type Panel, type PanelValue } from "../dashboard";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkDecimal, checkDuration, checkSlug } from "./identifiers";
import { checkJob, checkSloReference } from "./references";
import { checkLabels, checkMetricUse } from "./telemetry";

/** Every problem of the panels that a service declares. */
export function checkDashboardRows(service: Service): readonly Problem[] {
  const path = `services.${service.id}`;
  return [
    ...checkRows(`${path}.sloRows`, service, service.sloRows ?? []),
    ...(service.dashboards ?? []).flatMap((dashboard: Dashboard) =>
      checkRows(`${path}.dashboards.${dashboard.uid}`, service, dashboard.rows),
    ),
  ];
}

function checkRows(path: string, service: Service, rows: readonly DashboardRow[]): readonly Problem[] {
  const panels = rows.flatMap((row) => row.panels);
  const ids = [...rows.map(({ id }) => id), ...panels.map(({ id }) => id)];
  return [
    ...ids.flatMap((id) => checkSlug(`${path}.${id}`, id)),
    ...repeated(
      path,
      rows.map(({ id }) => id),
    ),
    ...repeated(
      path,
      panels.map(({ id }) => id),
    ),
    ...panels.flatMap((panel) => checkPanel(`${path}.${panel.id}`, service, panel)),
  ];
}

function repeated(path: string, ids: readonly string[]): readonly Problem[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map((id) => ({
    code: "identifier-invalid",
    path: `${path}.${id}`,
    message: `[${id}] is there twice`,
    remedy: "Give one another id; links to a panel hang on it.",
  }));
}

function checkPanel(path: string, service: Service, { target, values }: Panel): readonly Problem[] {
  return [
    ...(target === undefined
      ? []
      : [target.target, ...(target.limit === undefined ? [] : [target.limit])].flatMap((number) =>
          checkDecimal(`${path}.target`, number),
        )),
    ...values.flatMap(({ value }) => checkValue(path, service, value)),
  ];
}

function checkValue(path: string, service: Service, value: PanelValue): readonly Problem[] {
  const metrics = metricsRead(value).flatMap(({ metric, where }) =>
    checkMetricUse(path, service.telemetry, metric, where),
  );
  const labels = "by" in value ? checkGrouping(path, value) : [];
  return [...metrics, ...labels, ...checkReferences(path, service, value)];
}

function checkReferences(path: string, service: Service, value: PanelValue): readonly Problem[] {
  switch (value.kind) {
    case "slo-success":
      return checkSloReference(path, service, value.slo);
    case "targets-up":
      return checkJob(path, service, value.job.name);
    case "level":
    case "gauge-per-target":
    case "gauge-share":
      return [];
    case "bad-events":
    case "increase":
    case "rate":
    case "rate-per-minute":
    case "counter-share":
      return checkDuration(`${path}.window`, value.window, ["1m", "90d"]);
    case "quantile":
      return [
        ...checkDuration(`${path}.window`, value.window, ["1m", "90d"]),
        ...checkDecimal(`${path}.quantile`, value.quantile),
        ...(/^0\.\d*[1-9]\d*$/.test(value.quantile)
          ? []
          : [
              {
                code: "event-value-invalid" as const,
                path: `${path}.quantile`,
                message: `[${value.quantile}] is not a quantile`,
                remedy: "Use a decimal above 0 and below 1, e.g. 0.95.",
              },
            ]),
      ];
  }
}

function checkGrouping(path: string, value: PanelValue): readonly Problem[] {
  const by = ("by" in value ? value.by : undefined) ?? [];
  return metricsRead(value).flatMap(({ metric }) => checkLabels(`${path}.by`, metric, by));
}
