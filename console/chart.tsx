import { useEffect, useRef, useState } from "preact/hooks";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { clock, withUnit } from "./units";

/** A line: pairs of seconds since the epoch and a value. */
export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [number, number])[];
}

/** A value that is drawn across, e.g. the one from which somebody is paged. */
interface Limit {
  readonly value: number;
  readonly colour: string;
  readonly label?: string;
}

/** Something that happened, in seconds since the epoch. */
export interface Mark {
  readonly time: number;
  readonly colour: string;
}

interface ChartProps {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly unit?: string;
  readonly decimals?: number | undefined;
  readonly limits?: readonly Limit[];
  readonly marks?: readonly Mark[];
  readonly height?: number;
  readonly draw?: "bars" | "line";
  readonly fill?: number;
  /** Seconds since the epoch that the axis begins and ends at; the first and the last point where absent. */
  readonly from?: number;
  readonly to?: number;
  /** The axis reaches to the limits, so that one sees how far off they are. */
  readonly toLimits?: boolean;
}

const HEIGHT = 190;

/** Told apart on light and on dark, and with the commoner kinds of colour blindness. */
const PALETTE = [
  "#3b82f6",
  "#d97706",
  "#10b981",
  "#db2777",
  "#8b5cf6",
  "#0891b2",
  "#84a30f",
  "#e2553d",
  "#64748b",
  "#a16207",
];

function colourOf(index: number): string {
  return PALETTE[index % PALETTE.length] ?? "#888888";
}

/** A colour of the stylesheet, whose themes differ. */
export function themed(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Times of all lines, and the values of each at them. */
function aligned(lines: readonly Line[]): UPlot.AlignedData {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(([time]) => time)))].sort(
    (a, b) => a - b,
  );
  const place = new Map(times.map((time, index) => [time, index]));
  const columns = lines.map(({ points }) => {
    const column = new Array<number | null>(times.length).fill(null);
    for (const [time, value] of points) {
      column[place.get(time) ?? 0] = Number.isFinite(value) ? value : null;
    }
    return column;
  });
  return [times, ...columns] as UPlot.AlignedData;
}

/** Lines over time, with a legend that says the newest values, or those below the pointer. */
export function Chart(props: ChartProps) {
  const { lines, unit, decimals, height = HEIGHT, limits = [] } = props;
  const holder = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const plot = useRef<UPlot | undefined>(undefined);
  const width = useWidth(holder);
  const isDark = useDark();
  const data = aligned(lines);
  const shape = JSON.stringify([lines.map(({ label }) => label), unit, decimals, width, height, isDark]);
  useEffect(() => {
    if (holder.current === null || width === 0) {
      return undefined;
    }
    const made = new UPlot(optionsOf(latest, width, setAt), data, holder.current);
    plot.current = made;
    return () => made.destroy();
  }, [shape]);
  useEffect(() => plot.current?.setData(data));
  const said = lines.map(({ label, points }) => `${label} ${valueText(points.at(-1)?.[1], props)}`);
  return (
    <figure class="chart">
      <div
        ref={holder}
        class="plot"
        role="img"
        aria-label={`${props.title}: ${said.slice(0, 12).join(", ")}`}
        style={{ height: `${height}px` }}
      />
      <Legend lines={lines} limits={limits} at={at === null ? undefined : data[0][at]} props={props} />
    </figure>
  );
}

function valueText(value: number | undefined, { unit, decimals }: ChartProps): string {
  return value === undefined ? "–" : withUnit(value, unit, decimals);
}

const MOST_NAMED = 14;

function Legend(shown: {
  readonly lines: readonly Line[];
  readonly limits: readonly Limit[];
  readonly at: number | undefined;
  readonly props: ChartProps;
}) {
  const { lines, limits, at, props } = shown;
  const valueOf = ({ points }: Line): number | undefined =>
    (at === undefined ? points.at(-1) : points.find(([time]) => time === at))?.[1];
  return (
    <figcaption class="legend">
      {at !== undefined && <span class="when">{clock(at * 1_000)}</span>}
      {lines.slice(0, MOST_NAMED).map((line, index) => (
        <span key={line.label}>
          <i style={{ background: colourOf(index) }} />
          {line.label} <b>{valueText(valueOf(line), props)}</b>
        </span>
      ))}
      {lines.length > MOST_NAMED && <span>and {lines.length - MOST_NAMED} more</span>}
      {limits
        .filter(({ label }) => label !== undefined)
        .map(({ label, colour, value }) => (
          <span key={label}>
            <i class="dashed" style={{ borderColor: colour }} />
            {label} <b>{valueText(value, props)}</b>
          </span>
        ))}
    </figcaption>
  );
}

function optionsOf(
  latest: { readonly current: ChartProps },
  width: number,
  setAt: (at: number | null) => void,
): UPlot.Options {
  const { lines, height = HEIGHT, draw, fill = 0 } = latest.current;
  const isBars = draw === "bars";
  const bars = isBars ? UPlot.paths.bars?.({ size: [0.8, 40] }) : undefined;
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    padding: [10, 8, 0, 0],
    scales: {
      x: { range: () => timesOf(latest.current) },
      y: { range: (_, low, high) => rangeOf(latest.current, low, high) },
    },
    axes: axesOf(latest.current),
    series: [
      {},
      ...lines.map(({ label }, index) => ({
        label,
        stroke: colourOf(index),
        width: 1.6,
        points: { size: 5, fill: colourOf(index), show: () => isPoint(latest.current.lines[index]) },
        spanGaps: true,
        ...(bars === undefined ? {} : { paths: bars }),
        ...(isBars || fill > 0 ? { fill: `${colourOf(index)}${isBars ? "99" : "2b"}` } : {}),
      })),
    ],
    hooks: {
      setCursor: [(plot) => setAt(plot.cursor.idx ?? null)],
      draw: [(plot) => drawAround(plot, latest.current)],
    },
  };
}

/** One value is no line yet. */
function isPoint(line: Line | undefined): boolean {
  return line?.points.length === 1;
}

function axesOf({ unit }: ChartProps): UPlot.Axis[] {
  const line = { stroke: themed("line"), width: 1 };
  const axis = { stroke: themed("soft"), grid: line, ticks: line, font: "11px system-ui, sans-serif" };
  const minutes = (time: number): string => clock(time * 1_000).slice(0, 5);
  return [
    { ...axis, size: 26, space: 70, values: (_, times) => times.map(minutes) },
    { ...axis, size: 62, values: (_, values) => values.map((value) => withUnit(value, unit)) },
  ];
}

function timesOf({ lines, from, to }: ChartProps): [number, number] {
  const times = lines
    .flatMap(({ points }) => [points[0]?.[0], points.at(-1)?.[0]])
    .filter((time) => time !== undefined);
  const end = to ?? Math.max(...times, 1);
  return [from ?? Math.min(...times, end - 60), end];
}

/** From 0 on, unless something is below it. */
function rangeOf(
  { limits = [], toLimits = false }: ChartProps,
  low: number | null,
  high: number | null,
): [number, number] {
  const limit = toLimits ? Math.max(0, ...limits.map(({ value }) => value)) : 0;
  const top = Math.max(high ?? 0, limit * 1.08);
  return [Math.min(0, low ?? 0), top > 0 ? top * 1.05 : 1];
}

/** Limits across, and moments from top to bottom. */
function drawAround(plot: UPlot, { limits = [], marks = [] }: ChartProps): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const stroke = (colour: string, from: [number, number], to: [number, number]): void => {
    ctx.strokeStyle = colour;
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...to);
    ctx.stroke();
  };
  ctx.save();
  ctx.lineWidth = 1.4 * ratio;
  ctx.setLineDash([6 * ratio, 4 * ratio]);
  const [right, bottom] = [bbox.left + bbox.width, bbox.top + bbox.height];
  for (const { value, colour } of limits) {
    const y = plot.valToPos(value, "y", true);
    if (y >= bbox.top && y <= bottom) {
      stroke(colour, [bbox.left, y], [right, y]);
    }
  }
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  for (const { time, colour } of marks) {
    const x = plot.valToPos(time, "x", true);
    if (x >= bbox.left && x <= right) {
      stroke(colour, [x, bbox.top], [x, bottom]);
    }
  }
  ctx.restore();
}

function useWidth(holder: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (holder.current !== null) {
      observer.observe(holder.current);
    }
    return () => observer.disconnect();
  }, []);
  return width;
}

/** Whether the reader wants it dark; a canvas has to be drawn anew then. */
function useDark(): boolean {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const [isDark, setDark] = useState(dark.matches);
  useEffect(() => {
    const changed = (): void => setDark(dark.matches);
    dark.addEventListener("change", changed);
    return () => dark.removeEventListener("change", changed);
  }, []);
  return isDark;
}
