import type { Dashboard, DashboardRow, Panel, PanelValue } from "../dashboard";
import { duplicates } from "../order";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkDecimal, checkSlug } from "./identifiers";
import { checkMeasure } from "./measure";
import { checkSloReference } from "./references";

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
    ...checkRepeated(
      path,
      rows.map(({ id }) => id),
    ),
    ...checkRepeated(
      path,
      panels.map(({ id }) => id),
    ),
    ...panels.flatMap((panel) => checkPanel(`${path}.${panel.id}`, service, panel)),
  ];
}

function checkRepeated(path: string, ids: readonly string[]): readonly Problem[] {
  return duplicates(ids).map((id) => ({
    code: "identifier-invalid",
    path: `${path}.${id}`,
    message: `[${id}] is there twice`,
    remedy: "Give one another id: links to a panel lead to its id.",
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
  return value.kind === "slo-success"
    ? checkSloReference(path, service, value.slo)
    : checkMeasure(path, service, value);
}
