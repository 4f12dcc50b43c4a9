import type { Labels } from "../plan/monitoring-plan";
import { LEAST_KNOWN } from "../slo/coverage";
import { ratioOf } from "../slo/duration";
import { decimal } from "../slo/objective";
import { newest, recordedSeries, recordNames, type SloContext } from "./slo-context";

/** What people count in who are woken, and who read a ticket. */
const UNITS = { h: "1h", days: "1d" } as const;

/**
 * What an alert on a burn says of the error budget: when it is gone at this rate, and what the burn has cost so far. Both
 * are asked of the server while the alert fires, and are empty where too little of the window is known.
 * Lines end inside of actions alone, so that the text has none. Source: Prometheus docs, "Template reference", `query`.
 */
export function budgetAnnotations(context: SloContext, alertname: string, unit: keyof typeof UNITS): Labels {
  const { budget, burn, by, id } = context;
  const here = `slo_id="${id}",${by.map((label) => `${label}=%q`).join(",")}`;
  const values = by.map((label) => `$labels.${label}`).join(" ");
  const left = newest(`${recordNames(context).budgetRemaining}{${here}}`, burn);
  const known = `${left}\n  and ${newest(recordedSeries(context).coverage, burn)} > ${LEAST_KNOWN}`;
  const before = left.replace(/\)$/, " @ %f)");
  const lasts = decimal(budget.times(ratioOf(burn.period, UNITS[unit])));
  return {
    budget_left:
      `{{ with query (printf \`round((\n  ${known}\n) * ${lasts} / %g, 0.1)\` ${values} $value) }}` +
      `{{ if gt (. | first | value) 0.0 }}gone in {{ . | first | value }} ${unit}{{ else }}spent{{ end }}{{ end }}`,
    budget_spent:
      `{{ with query (printf \`ALERTS_FOR_STATE{alertname="${alertname}",${here}}\` ${values}) }}` +
      `{{ with query (printf \`clamp_min(\n  ${before} - (\n  ${known}), 0)\`\n  ${values} (. | first | value) ${values}) }}` +
      "{{ . | first | value | humanizePercentage }}{{ end }}{{ end }}",
  };
}
