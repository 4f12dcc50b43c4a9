import {
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  type GridPos,
  type VariableModel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import {
  CLUSTER_VARIABLE,
  panelId,
  type Mark,
  type PlannedDashboard,
  type PlannedPanel,
  type PlannedRow,
} from "../../plan/dashboard";
import type { DashboardAnnotation, DashboardJson } from "../../plan/grafana-json";
import { DASHBOARD_TAG, DATA_SOURCE, type Place } from "../../plan/names";
import { link, panelBuilder } from "./panels";
import { COLOURS, GRID_WIDTH, SIZES } from "./style";

/** Panels that are open at first sight: more are read by nobody who was just woken, and each asks the server. */
const MOST_OPEN = 12;

/**
 * The dashboard as plain data in the classic schema: no `id` and no `version`, which would differ after every
 * deployment, and not editable, because an edit would be lost with the next one.
 * @throws RangeError when two panels of it have the same id
 */
export function dashboardJson(dashboard: PlannedDashboard): DashboardJson {
  // oxlint-disable-next-line typescript/no-deprecated -- its successor writes the schema v2, which neither the provider's Dashboard nor file provisioning takes
  const builder = new DashboardBuilder(dashboard.title)
    .uid(dashboard.uid)
    .description(dashboard.description)
    .tags([DASHBOARD_TAG, ...dashboard.tags])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh("1m")
    .time({ from: `now-${dashboard.span}`, to: "now" })
    .timezone("browser")
    .links(dashboard.links.map(link));
  checkIds(dashboard);
  let y = 0;
  let shown = 0;
  for (const row of dashboard.rows) {
    const { places, bottom } = placed(row.panels, y + 1);
    shown += row.panels.length;
    const heading = new RowBuilder(row.title).id(rowId(row)).gridPos({ x: 0, y, w: GRID_WIDTH, h: 1 });
    builder.withRow(heading.collapsed(shown > MOST_OPEN && y > 0));
    row.panels.forEach((panel, index) => {
      builder.withPanel(panelBuilder(panel).gridPos(places[index] ?? { x: 0, y, ...SIZES[panel.size] }));
    });
    y = bottom;
  }
  // The builders hold functions and fields without a value; JSON drops both. Every panel went through PanelSpec.
  const { panels = [], ...rest } = builder.build();
  const lists = {
    annotations: { list: dashboard.marks.map(annotation) },
    templating: { list: [clusterVariable(dashboard.place)] },
  };
  return JSON.parse(JSON.stringify({ ...rest, ...lists, panels })) as DashboardJson;
}

/** As the data source of Prometheus reads it. Source: Grafana docs, "Annotate visualizations". */
function annotation({ name, expr, step, title, text, tag, colour }: Mark): DashboardAnnotation {
  return {
    name,
    datasource: { type: DATA_SOURCE.type, uid: DATA_SOURCE.uid },
    enable: true,
    iconColor: COLOURS[colour],
    expr,
    step,
    titleFormat: title,
    textFormat: text,
    tagKeys: tag,
  };
}

/** The clusters of the environment that the data source knows; it opens with the one that the stack is in. */
function clusterVariable({ cluster, environment }: Place): VariableModel {
  return new QueryVariableBuilder(CLUSTER_VARIABLE.slice(1))
    .label("Cluster")
    .datasource({ type: DATA_SOURCE.type, uid: DATA_SOURCE.uid })
    .query(`label_values(up{environment="${environment}"}, cluster)`)
    .current({ text: cluster, value: cluster })
    .refresh(VariableRefresh.OnDashboardLoad)
    .build();
}

/** Places from left to right, on a new line where a panel no longer fits. */
function placed(
  panels: readonly PlannedPanel[],
  top: number,
): { readonly places: readonly GridPos[]; readonly bottom: number } {
  const places: GridPos[] = [];
  let [x, y, bottom] = [0, top, top];
  for (const panel of panels) {
    const size = SIZES[panel.size];
    if (x + size.w > GRID_WIDTH) {
      [x, y] = [0, bottom];
    }
    places.push({ x, y, ...size });
    x += size.w;
    bottom = Math.max(bottom, y + size.h);
  }
  return { places, bottom };
}

function rowId(row: PlannedRow): number {
  return panelId(`row:${row.key}`);
}

function checkIds({ uid, rows }: PlannedDashboard): void {
  const owners = new Map<number, string>();
  const taken = rows.flatMap((row) => [
    { id: rowId(row), key: `row:${row.key}` },
    ...row.panels.map(({ key }) => ({ id: panelId(key), key })),
  ]);
  for (const { id, key } of taken) {
    const owner = owners.get(id);
    if (owner !== undefined) {
      throw new RangeError(
        `dashboard [${uid}]: panels [${owner}] and [${key}] have the same id [${id}]; give one another key`,
      );
    }
    owners.set(id, key);
  }
}
