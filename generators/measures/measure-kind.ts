import type { Measure } from "../../slo/measure";
import type { LabelMatch, Metric } from "../../slo/telemetry";
import type { Unit } from "../../plan/dashboard";
import { equals, selector, type PromQl } from "../promql";

/** Where a measure is taken. */
export interface Scope {
  /** Conditions on every series besides those of the measure: none in rules, which see one place or more at once. */
  readonly here: readonly LabelMatch[];
  /** Equality conditions on the place; what is absent has no labels but these. */
  readonly place: readonly LabelMatch[];
}

/** What is known of a kind of measure, apart from the metrics that it reads. */
export interface MeasureKind<M extends Measure> {
  /** Its value, one for each place and each value of its labels. */
  readonly expr: (measure: M, scope: Scope) => PromQl;
  /**
   * A clause on its value in words.
   * @param beyond what the value is compared with
   * @param name names series of a metric
   */
  readonly says: (measure: M, beyond: Beyond, name: NameSeries) => string;
  /** A panel of its own. */
  readonly panel: (measure: M) => PanelWords;
}

/** Series of a metric as a text in Markdown. */
export type NameSeries = (metric: Metric, where?: readonly LabelMatch[]) => string;

/** A comparison in the words that different measures take. */
export interface Beyond {
  /** `above 5`, `below 5`, or `5` where it must be equal */
  readonly level: string;
  readonly isEqual: boolean;
  /** `more than 5 %`, `less than 5 %` */
  readonly amount: string;
}

export interface PanelWords {
  readonly title: string;
  readonly text: string;
  readonly unit: Unit;
}

/** The series of a metric of its own job; another exporter may use the same name. */
export function seriesOf({ name, job }: Metric, { here }: Scope, where: readonly LabelMatch[] = []): PromQl {
  return selector(name, [equals("job", job.name), ...here, ...where]);
}

/** Conditions on labels as a text behind the name of a metric. */
export function matchesText(conditions: readonly LabelMatch[] = []): string {
  const inner = conditions.map(({ label, op, value }) => `${label}${op}"${value}"`).join(",");
  return inner === "" ? "" : `{${inner}}`;
}
