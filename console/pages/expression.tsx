import { useState } from "preact/hooks";
import { Chart } from "../chart";
import { useQueries } from "../live";
import { Nothing, Section, type Shown } from "../elements";
import { goTo, type Place } from "../router";
import { seriesName, withUnit } from "../units";

const MOST_ROWS = 50;
const EVERY_MS = 3_000;

/** An expression of PromQL, over time and now: what Prometheus' own page of an alert's expression shows. */
export function ExpressionPage({ place }: Shown & { readonly place: Place }) {
  const expr = place.search.get("g0.expr") ?? "";
  const [text, setText] = useState(expr);
  const asked = expr === "" ? [] : [expr];
  const over = useQueries(asked, EVERY_MS, { seconds: 1_800, points: 240 });
  const now = useQueries(asked, EVERY_MS);
  const rows = [...(now.value?.[0] ?? [])].sort((a, b) => (b.points[0]?.[1] ?? 0) - (a.points[0]?.[1] ?? 0));
  const submit = (event: Event): void => {
    event.preventDefault();
    goTo(`/graph?${new URLSearchParams({ "g0.expr": text }).toString()}`);
  };
  return (
    <>
      <div class="title">
        <h1>Expression</h1>
        <form onSubmit={submit} class="ask">
          <label>
            PromQL
            <textarea
              rows={Math.min(12, text.split("\n").length + 1)}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
          <button type="submit">Ask</button>
        </form>
      </div>
      <Section title="The last half hour">
        <Chart
          title="The expression over the last half hour"
          lines={(over.value?.[0] ?? []).map(({ labels, points }) => ({ label: seriesName(labels), points }))}
          height={240}
        />
      </Section>
      <Section title="Now">
        {expr !== "" && now.value?.[0] === null && <Nothing>Prometheus gives no answer to it.</Nothing>}
        {rows.length === 0 && now.value?.[0] !== null && <Nothing>It has no value now.</Nothing>}
        <ul class="lines">
          {rows.slice(0, MOST_ROWS).map(({ labels, points }) => (
            <li key={seriesName(labels)} class="line">
              <code class="what">{seriesName(labels)}</code>
              <b class="number">{withUnit(points[0]?.[1] ?? NaN)}</b>
            </li>
          ))}
        </ul>
        {rows.length > MOST_ROWS && <Nothing>And {rows.length - MOST_ROWS} more.</Nothing>}
      </Section>
    </>
  );
}
