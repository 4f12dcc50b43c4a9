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
  type DashboardAnnotation,
  type DashboardJson,
} from "../../plan/dashboard";
import { DASHBOARD_TAG, DATA_SOURCE, type Place } from "../../plan/names";
import { equals, selector } from "../promql";
import { link, type PanelDraft } from "./panels";
import { GRID_WIDTH, VIEW, type Link } from "./style";

/** A heading and the panels below it, from left to right. */
export interface RowDraft {
  readonly key: string;
  readonly title: string;
  readonly panels: readonly PanelDraft[];
}

/** A dashboard before its panels have places. */
export interface DashboardDraft {
  readonly uid: string;
  readonly place: Place;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly links: readonly Link[];
  readonly annotations: readonly DashboardAnnotation[];
  readonly rows: readonly RowDraft[];
}

/** Panels that are open at first sight: more are read by nobody who was just woken, and each asks the server. */
const MOST_OPEN = 12;

/**
 * The dashboard as plain data in the classic schema: no `id` and no `version`, which would differ after every
 * deployment, and not editable, because an edit would be lost with the next one.
 * @throws RangeError when two panels of it have the same id
 */
export function dashboardJson(draft: DashboardDraft): DashboardJson {
  // oxlint-disable-next-line typescript/no-deprecated -- its successor writes the schema v2, which neither the provider's Dashboard nor file provisioning takes
  const builder = new DashboardBuilder(draft.title)
    .uid(draft.uid)
    .description(draft.description)
    .tags([DASHBOARD_TAG, ...draft.tags])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh(VIEW.refresh)
    .time({ from: VIEW.from, to: VIEW.to })
    .timezone(VIEW.timezone)
    .links(draft.links.map(link));
  checkIds(draft);
  let y = 0;
  let shown = 0;
  for (const row of draft.rows.filter(({ panels }) => panels.length > 0)) {
    const { places, bottom } = placed(row.panels, y + 1);
    shown += row.panels.length;
    const heading = new RowBuilder(row.title).id(rowId(row)).gridPos({ x: 0, y, w: GRID_WIDTH, h: 1 });
    builder.withRow(heading.collapsed(shown > MOST_OPEN && y > 0));
    row.panels.forEach((panel, index) => {
      builder.withPanel(panel.at(places[index] ?? { x: 0, y, ...panel.size }));
    });
    y = bottom;
  }
  // The builders hold functions and fields without a value; JSON drops both. Every panel went through PanelSpec.
  const { panels = [], ...rest } = builder.build();
  const lists = {
    annotations: { list: draft.annotations },
    templating: { list: [clusterVariable(draft.place)] },
  };
  return JSON.parse(JSON.stringify({ ...rest, ...lists, panels })) as DashboardJson;
}

/** The clusters of the environment that the data source knows; it opens with the one that the stack is in. */
function clusterVariable({ cluster, environment }: Place): VariableModel {
  return new QueryVariableBuilder(CLUSTER_VARIABLE.slice(1))
    .label("Cluster")
    .datasource({ type: DATA_SOURCE.type, uid: DATA_SOURCE.uid })
    .query(`label_values(${selector("up", [equals("environment", environment)])}, cluster)`)
    .current({ text: cluster, value: cluster })
    .refresh(VariableRefresh.OnDashboardLoad)
    .build();
}

/** Places from left to right, on a new line where a panel no longer fits. */
function placed(
  panels: readonly PanelDraft[],
  top: number,
): { readonly places: readonly GridPos[]; readonly bottom: number } {
  const places: GridPos[] = [];
  let [x, y, bottom] = [0, top, top];
  for (const { size } of panels) {
    if (x + size.w > GRID_WIDTH) {
      [x, y] = [0, bottom];
    }
    places.push({ x, y, ...size });
    x += size.w;
    bottom = Math.max(bottom, y + size.h);
  }
  return { places, bottom };
}

function rowId(row: RowDraft): number {
  return panelId(`row:${row.key}`);
}

function checkIds({ uid, rows }: DashboardDraft): void {
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
