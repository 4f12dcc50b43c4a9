import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Dashboard } from "../answers";
import { themed, type Mark } from "../chart";
import { useLive, useQueries } from "../live";
import { PanelView } from "../panels";
import { Nothing, type Shown } from "../elements";
import type { Place } from "../router";
import { milliseconds } from "../units";
import { deedMarks } from "./service";

export function DashboardsPage({ setting }: Shown) {
  const titles = new Map(setting.services.map(({ id, title }) => [id, title]));
  return (
    <>
      <div class="title">
        <h1>Dashboards</h1>
        <p>Drawn from the very JSON that Grafana gets, with the values of this moment.</p>
      </div>
      <ul class="tiles wide">
        {setting.dashboards.map(({ uid, title, service, panels }) => (
          <li key={uid} class="tile">
            <a href={`/d/${uid}`}>{title}</a>
            <span>
              {titles.get(service) ?? service}, {panels} panels
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

type Panel = Dashboard["panels"][number];

/** A dashboard, or one of its panels where the address names it, as the links of alerts do. */
export function DashboardPage(shown: Shown & { readonly place: Place }) {
  const { place, setting } = shown;
  const uid = place.parts[1] ?? "";
  const { value: dashboard, error } = useLive<Dashboard>(`/console/dashboards/${uid}`, 600_000);
  const marks = useAlertMarks(dashboard);
  if (dashboard === undefined) {
    return <Nothing>{error ?? "asking"}</Nothing>;
  }
  const asking = dashboard.panels.filter(({ targets = [] }) => targets.length > 0);
  const named = asking.filter(({ id }) => String(id) === place.search.get("viewPanel"));
  const service = setting.dashboards.find((each) => each.uid === uid)?.service ?? "";
  const all = [...marks, ...deedMarks(shown, service)];
  return (
    <>
      <div class="title">
        <h1>{dashboard.title}</h1>
        <p class="links">
          {named.length > 0 && <a href={`/d/${uid}`}>All panels</a>}
          {dashboard.links.map(({ title, url = "" }) => (
            <a key={url} href={url}>
              {title}
            </a>
          ))}
        </p>
        <p class="soft">Queries and spans run on the lab's clock: {setting.speed} times the speed of life.</p>
      </div>
      {named.length > 0 ? (
        <Grid
          panels={named.map((panel) => ({
            ...panel,
            gridPos: { ...panel.gridPos, w: 24, h: Math.max(panel.gridPos.h, 10) },
          }))}
          dashboard={dashboard}
          marks={all}
        />
      ) : (
        rowsOf(dashboard.panels).map(({ heading, panels }) => (
          <Row key={heading?.id ?? 0} heading={heading}>
            <Grid panels={panels} dashboard={dashboard} marks={all} />
          </Row>
        ))
      )}
    </>
  );
}

/** A row, closed at first sight where the dashboard says so; what is closed asks nothing. */
function Row({
  heading,
  children,
}: {
  readonly heading: Panel | undefined;
  readonly children: ComponentChildren;
}) {
  const [isOpen, setOpen] = useState(heading?.collapsed !== true);
  return heading === undefined ? (
    <section class="row">{children}</section>
  ) : (
    <details class="row" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>{heading.title}</h2>
      </summary>
      {isOpen && children}
    </details>
  );
}

/** Panels below the heading of their row. */
function rowsOf(
  panels: readonly Panel[],
): readonly { readonly heading?: Panel; readonly panels: readonly Panel[] }[] {
  const rows: { heading?: Panel; panels: Panel[] }[] = [];
  for (const panel of panels) {
    if (panel.type === "row") {
      rows.push({ heading: panel, panels: [] });
    } else if (rows.length === 0) {
      rows.push({ panels: [panel] });
    } else {
      rows.at(-1)?.panels.push(panel);
    }
  }
  return rows;
}

function Grid(given: {
  readonly panels: readonly Panel[];
  readonly dashboard: Dashboard;
  readonly marks: readonly Mark[];
}) {
  return (
    <div class="grid">
      {given.panels.map((panel) => (
        <PanelView key={panel.id} panel={panel} dashboard={given.dashboard} marks={given.marks} />
      ))}
    </div>
  );
}

/** The moments at which alerts began to fire: what the dashboard itself says is drawn over every graph. */
function useAlertMarks(dashboard: Dashboard | undefined): readonly Mark[] {
  const [alerts] = dashboard?.annotations.list ?? [];
  const seconds = milliseconds(dashboard?.time.from.replace("now-", "") ?? "1h") / 1_000;
  const { value } = useQueries(alerts === undefined ? [] : [alerts.expr], 10_000, { seconds, points: 400 });
  return (value?.[0] ?? []).flatMap(({ points }) =>
    points.slice(0, 1).map(([time]) => ({ time, colour: themed("bad") })),
  );
}
