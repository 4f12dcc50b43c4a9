import type { Measure } from "../../slo/measure";
import type { PromQl } from "../promql";
import { badEvents, quantile } from "./events";
import { increase, rate } from "./growth";
import { age, level, spread, turns } from "./levels";
import type { Beyond, MeasureKind, NameSeries, PanelWords, Scope } from "./measure-kind";
import { query } from "./query";
import { counterShare, forecast, gaugePerTarget, gaugeShare, targetsUp } from "./shares";

type Kind = Measure["kind"];
type Of<K extends Kind> = Extract<Measure, { kind: K }>;

const KINDS: { readonly [K in Kind]: MeasureKind<Of<K>> } = {
  age,
  "bad-events": badEvents,
  "counter-share": counterShare,
  forecast,
  "gauge-per-target": gaugePerTarget,
  "gauge-share": gaugeShare,
  increase,
  level,
  quantile,
  query,
  rate,
  spread,
  "targets-up": targetsUp,
  turns,
};

/** The value of a measure, one for each place and each value of its labels. */
export function measureExpr<K extends Kind>(measure: Of<K> & { kind: K }, scope: Scope): PromQl {
  return KINDS[measure.kind].expr(measure, scope);
}

/** A clause on the value of a measure in words. */
export function measureSays<K extends Kind>(
  measure: Of<K> & { kind: K },
  beyond: Beyond,
  name: NameSeries,
): string {
  return KINDS[measure.kind].says(measure, beyond, name);
}

/** What a panel of a measure says of it. */
export function panelWords<K extends Kind>(measure: Of<K> & { kind: K }): PanelWords {
  return KINDS[measure.kind].panel(measure);
}
