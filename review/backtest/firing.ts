import type { AlertingRule, Labels } from "../../plan/monitoring-plan";
import { labelsKey, type Grid, type Stretch } from "../../plan/past";
import { milliseconds } from "../../slo/duration";
import { groupedBy } from "../../slo/order";

/** An alert, as long as Prometheus says that it fires. */
export interface Firing {
  readonly labels: Labels;
  readonly from: number;
  /** The evaluation that no longer had it; infinite where the past ends before. */
  readonly to: number;
  /** It was there when the past begins: since when, nobody knows. */
  readonly isOlder: boolean;
}

/**
 * When a rule fires, as Prometheus decides it: once its expression has been there for as long as `for` asks, until the
 * first evaluation in which it is not, or for `keep_firing_for` after. Source: Prometheus, rules/alerting.go.
 * @param external labels that the server adds to what it sends, and those that it takes off
 */
export function firings(
  rule: AlertingRule,
  stretches: readonly Stretch[],
  { from: begin, to: end, step }: Grid,
  { added, dropped }: { readonly added: Labels; readonly dropped: readonly string[] },
): readonly Firing[] {
  const [wait, keep] = [rule.for, rule.keep_firing_for ?? "0s"].map(
    (duration) => Math.ceil(milliseconds(duration) / step) * step,
  ) as [number, number];
  return joined(stretches, { step, wait, keep }).flatMap(({ labels, from, to }) => {
    const isOlder = from <= begin;
    const since = isOlder ? begin : from + wait;
    const own = Object.entries({ ...labels, ...rule.labels, alertname: rule.alert });
    const sent = own.filter(([label]) => label !== "__name__" && !dropped.includes(label));
    return since > to
      ? []
      : [
          {
            labels: { ...added, ...Object.fromEntries(sent) },
            from: since,
            to: to + keep >= end ? Infinity : to + step + keep,
            isOlder,
          },
        ];
  });
}

/** Stretches of one series that follow each other, as where a day ends, are one, and so are those that come back while it fires on. */
function joined(
  stretches: readonly Stretch[],
  { step, wait, keep }: { readonly step: number; readonly wait: number; readonly keep: number },
): readonly Stretch[] {
  const bySeries = groupedBy(stretches, ({ labels }) => labelsKey(labels));
  return [...bySeries.values()].flatMap((all) => {
    const whole: Stretch[] = [];
    for (const one of [...all].sort((a, b) => a.from - b.from)) {
      const last = whole.at(-1);
      const apart = step + (last !== undefined && last.to - last.from >= wait ? keep : 0);
      if (last !== undefined && one.from - last.to <= apart) {
        whole[whole.length - 1] = { ...last, to: one.to };
      } else {
        whole.push(one);
      }
    }
    return whole;
  });
}
