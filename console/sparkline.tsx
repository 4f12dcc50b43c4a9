import type { Line } from "./chart";

/** Of a share: what moves less than this looks level. */
const LEAST_HEIGHT = 0.02;

/** A line without axes, for a row of a table. */
export function Sparkline({ points, title }: { readonly points: Line["points"]; readonly title: string }) {
  const values = points.map(([, value]) => value).filter((value) => Number.isFinite(value));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const height = Math.max(most - least, LEAST_HEIGHT);
  const step = 100 / Math.max(1, values.length - 1);
  const middle = (most + least) / 2;
  const path = values.map((value, index) => `${index * step},${12 - ((value - middle) / height) * 20}`);
  return (
    <svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label={title}>
      <polyline points={path.join(" ")} />
    </svg>
  );
}
