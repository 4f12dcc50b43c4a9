import { useEffect, useRef, useState } from "preact/hooks";
import type { Answers, Dashboard, Series } from "./answers";
import { Chart, themed, type Line, type Mark } from "./chart";
import { useQueries, type Live, type Span } from "./live";
import { columnField, fieldOf, kindAt, kindOf, lineStyle, tableOf, type Panel } from "./panel-spec";
import { Nothing } from "./elements";
import { legend, milliseconds, withUnit } from "./units";

const EVERY_MS = 5_000;
const POINTS = 240;

/** The span that a panel shows: its own, or that of its dashboard. */
function spanOf(panel: Panel, { time }: Dashboard): Span {
  const seconds = milliseconds(panel.timeFrom ?? time.from.replace("now-", "")) / 1_000;
  const least = panel.interval === undefined ? 1 : milliseconds(panel.interval) / 1_000;
  return { seconds: seconds || 3_600, points: POINTS, least };
}

interface PanelProps {
  readonly panel: Panel;
  readonly dashboard: Dashboard;
  readonly marks: readonly Mark[];
}

/** A panel of a dashboard, drawn from the JSON that Grafana gets. It asks once it is seen. */
export function PanelView({ panel, dashboard, marks }: PanelProps) {
  const holder = useRef<HTMLElement>(null);
  const isSeen = useSeen(holder);
  const span = spanOf(panel, dashboard);
  const targets = panel.targets ?? [];
  const live = useQueries(
    targets.map(({ expr }) => expr),
    EVERY_MS,
    ["timeseries", "state-timeline"].includes(panel.type) ? span : undefined,
    isSeen,
  );
  const { w, h } = panel.gridPos;
  return (
    <article
      ref={holder}
      class={`card panel w${w} ${panel.type}`}
      style={{ minHeight: `${h * 34}px` }}
      data-panel={panel.id}
      data-state={stateOf(live)}
    >
      <header>
        <h3 id={`panel-${panel.id}`}>{panel.title}</h3>
        <PanelMenu panel={panel} />
      </header>
      <div class="body">
        {live.value === undefined ? (
          <Nothing>{live.error ?? "asking"}</Nothing>
        ) : (
          <Drawn panel={panel} answers={live.value} span={span} marks={marks} />
        )}
      </div>
    </article>
  );
}

/** What a test waits for: a panel that has asked, and was told something. */
function stateOf({ value }: Live<Answers>): string {
  return value === undefined
    ? "asking"
    : value.some((series) => (series ?? []).length > 0)
      ? "drawn"
      : "empty";
}

/** What a panel says of itself, where its queries are asked, and where to go from it. */
function PanelMenu({ panel }: { readonly panel: Panel }) {
  const { description = "", links = [], targets = [] } = panel;
  return (
    <details class="menu">
      <summary aria-label={`About ${panel.title}`}>i</summary>
      <div>
        <p>{description}</p>
        {links.map(({ title, url = "" }) => (
          <a key={url} href={url}>
            {title}
          </a>
        ))}
        {targets.map(({ expr, refId }) => (
          <a key={refId} href={`/graph?g0.expr=${encodeURIComponent(expr)}`}>
            Query {refId}
          </a>
        ))}
      </div>
    </details>
  );
}

interface DrawnProps {
  readonly panel: Panel;
  readonly answers: Answers;
  readonly span: Span;
  readonly marks: readonly Mark[];
}

function Drawn(props: DrawnProps) {
  const { panel, answers } = props;
  if (answers.every((series) => series === null)) {
    return <Nothing>Prometheus gives no answer</Nothing>;
  }
  switch (panel.type) {
    case "timeseries":
      return <Graph {...props} />;
    case "stat":
      return <Stat {...props} />;
    case "bargauge":
      return <Bars {...props} />;
    case "table":
      return <Table {...props} />;
    default:
      return <Nothing>A panel of the kind [{panel.type}] is drawn by Grafana only</Nothing>;
  }
}

/** All series of a panel, with their names in its legend. */
function linesOf({ panel, answers }: Pick<DrawnProps, "answers" | "panel">): readonly Line[] {
  return (panel.targets ?? []).flatMap(({ legendFormat }, index) =>
    (answers[index] ?? []).map(({ labels, points }) => ({ label: legend(legendFormat, labels), points })),
  );
}

function Graph({ panel, answers, span, marks }: DrawnProps) {
  const field = fieldOf(panel);
  const { isBars, fill, showsLimits } = lineStyle(panel);
  const end = Date.now() / 1_000;
  const limits = field.steps.flatMap(({ value, color }) =>
    value === null ? [] : [{ value, colour: themed(kindOf(color)) }],
  );
  return (
    <Chart
      title={panel.title}
      lines={linesOf({ panel, answers })}
      unit={field.unit}
      decimals={field.decimals}
      limits={showsLimits ? limits : []}
      marks={marks}
      draw={isBars ? "bars" : "line"}
      fill={fill}
      from={end - span.seconds}
      to={end}
      height={Math.max(120, panel.gridPos.h * 34 - 92)}
    />
  );
}

function newest({ points }: Line | Series): number | undefined {
  return points.at(-1)?.[1];
}

function Stat({ panel, answers }: DrawnProps) {
  const field = fieldOf(panel);
  const lines = linesOf({ panel, answers });
  return (
    <div class={lines.length > 1 ? "stats many" : "stats"}>
      {lines.length === 0 && <span class="number plain">no value</span>}
      {lines.map((line) => {
        const value = newest(line);
        return (
          <div key={line.label}>
            {lines.length > 1 && <small>{line.label}</small>}
            <span class={`number text ${kindAt(field, value)}`}>
              {value === undefined ? "–" : withUnit(value, field.unit, field.decimals)}
            </span>
          </div>
        );
      })}
    </div>
  );
}

function Bars({ panel, answers }: DrawnProps) {
  const field = fieldOf(panel);
  const lines = linesOf({ panel, answers });
  const most = Math.max(...lines.map((line) => newest(line) ?? 0), 0);
  return (
    <dl class="bars">
      {lines.map((line) => {
        const value = newest(line) ?? 0;
        return (
          <div key={line.label}>
            <dt>{line.label}</dt>
            <dd>
              <span class="bar">
                <i
                  class={kindAt(field, value)}
                  style={{ width: `${most === 0 ? 0 : (value / most) * 100}%` }}
                />
              </span>
              <b>{withUnit(value, field.unit, field.decimals)}</b>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

interface Row {
  readonly key: string;
  readonly cells: ReadonlyMap<string, number | string>;
}

/** One row for each set of labels, as Grafana's transformation `merge` makes them. */
function rowsOf({ panel, answers }: DrawnProps): readonly Row[] {
  const rows = new Map<string, Map<string, number | string>>();
  for (const [index, { refId }] of (panel.targets ?? []).entries()) {
    for (const { labels, points } of answers[index] ?? []) {
      const key = JSON.stringify(labels);
      const cells = rows.get(key) ?? new Map<string, number | string>(Object.entries(labels));
      cells.set(`Value #${refId}`, points.at(-1)?.[1] ?? NaN);
      rows.set(key, cells);
    }
  }
  return [...rows].map(([key, cells]) => ({ key, cells }));
}

function Table(props: DrawnProps) {
  const { panel } = props;
  const { columns, sortBy, isDescending } = tableOf(panel);
  const sorted = columns.find(({ title }) => title === sortBy)?.key ?? "";
  const rows = [...rowsOf(props)].sort((a, b) => {
    const [left = 0, right = 0] = [a.cells.get(sorted), b.cells.get(sorted)];
    return (left < right ? -1 : left > right ? 1 : 0) * (isDescending ? -1 : 1);
  });
  return (
    <div class="scroll" role="region" aria-label={panel.title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ title }) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {columns.map(({ key: column, title }) => (
                <Cell key={column} value={cells.get(column)} panel={panel} title={title} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell(shown: {
  readonly value: number | string | undefined;
  readonly panel: Panel;
  readonly title: string;
}) {
  const { value, panel, title } = shown;
  if (typeof value !== "number") {
    return <td>{value ?? "–"}</td>;
  }
  const field = columnField(panel, title);
  return <td class={`number text ${kindAt(field, value)}`}>{withUnit(value, field.unit, field.decimals)}</td>;
}

/** Whether it was on the screen, or nearly: a dashboard of fifty panels asks for those that are looked at. */
function useSeen(holder: { readonly current: HTMLElement | null }): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? false), {
      rootMargin: "400px",
    });
    if (holder.current !== null) {
      observer.observe(holder.current);
    }
    return () => observer.disconnect();
  }, []);
  return isSeen;
}
