import type { Query } from "../../plan/dashboard";
import { labelsOf } from "../../slo/measure";
import type { NamedValue, PanelValue } from "../../slo/dashboard";
import { measureExpr } from "../measures/measures";
import type { PromQl } from "../promql";
import { sloQueries } from "./queries";
import type { ServiceView } from "./view";

/** A value as a query, called by its name or by the labels that tell its lines apart. */
export function valueQuery(view: ServiceView, { name, value }: NamedValue): Query {
  const labels = value.kind === "slo-success" ? [] : labelsOf(value);
  return {
    expr: valueExpr(view, value),
    legend: name ?? labels.map((label) => `{{${label}}}`).join(" "),
  };
}

function valueExpr(view: ServiceView, value: PanelValue): PromQl {
  return value.kind === "slo-success"
    ? sloSuccess(view, value.slo)
    : measureExpr(value, { here: view.here, place: view.here });
}

/** @throws RangeError when the SLO is not one of the service, which validation excludes */
function sloSuccess(view: ServiceView, slo: string): PromQl {
  const context = view.contexts.find((candidate) => candidate.slo.id === slo);
  if (context === undefined) {
    throw new RangeError(`[${slo}] is not an SLO of [${view.service.id}]`);
  }
  return `1 - ${sloQueries(context, view.here).hourlyErrors}`;
}
