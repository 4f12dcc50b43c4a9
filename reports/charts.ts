import { escapeHtml } from "../backends/runbook-site/html";

/** Values side by side. */
export interface Chart {
  /** `bars` lie below one another, each with its name; `columns` stand in the order of time. */
  readonly kind: "bars" | "columns";
  /** What it shows, for who does not see it. */
  readonly says: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly says: string }[];
  /** Drawn as a line; what is above it stands out. */
  readonly limit?: number;
}

/** A chart as SVG, which takes its colours from the page; nothing where there is nothing to draw. */
export function chartSvg(chart: Chart): string {
  const drawn = chart.bars.some(({ value }) => value > 0);
  return drawn ? (chart.kind === "bars" ? bars(chart) : columns(chart)) : "";
}

const WIDTH = 720;
const NAMES = 300;
const VALUES = 140;
const ROW = 22;

function bars({ says, bars: all, limit }: Chart): string {
  const most = Math.max(...all.map(({ value }) => value), limit ?? 0);
  const length = (value: number): number => Math.max(0, (value / most) * (WIDTH - NAMES - VALUES));
  const rows = all.map(({ label, value, says: text }, index) => {
    const y = index * ROW;
    const isOver = limit !== undefined && value > limit;
    return `<text x="0" y="${y + 15}">${escapeHtml(shortened(label))}</text><rect class="${isOver ? "over" : "bar"}" x="${NAMES}" y="${y + 4}" width="${length(value).toFixed(1)}" height="14"/><text x="${(NAMES + length(value) + 6).toFixed(1)}" y="${y + 15}">${escapeHtml(text)}</text>`;
  });
  const height = all.length * ROW;
  const x = NAMES + length(limit ?? 0);
  const line =
    limit === undefined
      ? ""
      : `<line class="limit" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="0" y2="${height}"/>`;
  return svg(says, height, `${rows.join("")}${line}`);
}

/** About as many letters as there is room for. */
function shortened(label: string): string {
  return label.length > 42 ? `${label.slice(0, 41)}…` : label;
}

const COLUMN = WIDTH / 24;
const TALL = 120;

function columns({ says, bars: all }: Chart): string {
  const most = Math.max(...all.map(({ value }) => value));
  const drawn = all.map(({ label, value, says: text }, index) => {
    const height = (value / most) * TALL;
    const x = index * COLUMN;
    const name = index % 3 === 0 ? `<text x="${x + 2}" y="${TALL + 36}">${escapeHtml(label)}</text>` : "";
    const count =
      value === 0
        ? ""
        : `<text x="${x + 8}" y="${(TALL + 14 - height).toFixed(1)}">${escapeHtml(text)}</text>`;
    return `<rect class="bar" x="${x + 2}" y="${(TALL + 20 - height).toFixed(1)}" width="${COLUMN - 4}" height="${height.toFixed(1)}"/>${count}${name}`;
  });
  return svg(says, TALL + 44, drawn.join(""));
}

function svg(says: string, height: number, content: string): string {
  return `<svg role="img" aria-label="${escapeHtml(says)}" viewBox="0 0 ${WIDTH} ${height}" xmlns="http://www.w3.org/2000/svg">${content}</svg>`;
}
