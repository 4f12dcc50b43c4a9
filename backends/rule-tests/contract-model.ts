import { noSlo } from "../../plan/identity";
import { ALERTS } from "../../plan/names";
import { milliseconds } from "../../slo/duration";
import type { Service } from "../../slo/service";
import { alertChecks } from "../../generators/contract-alerts";
import type { ModelledAlert } from "./model";
import { relabelled } from "./streams";
import { heldFor, verdictOf } from "./verdict";
import type { Timeline } from "./world";

/**
 * One for each metric with a label that alerts read and no SLI looks after.
 * @param tolerance steps from a change within which the model does not trust itself
 */
export function alertsOutsideContract(
  service: Service,
  line: Timeline,
  tolerance: number,
): readonly ModelledAlert[] {
  return alertChecks(service).map(([name, checks]) => {
    const wrong = checks.map(({ metric, label }) => relabelled(metric, [label], line));
    const seen = Array.from({ length: line.steps + 1 }, (_, step) => wrong.some((holds) => holds[step]));
    const holds = heldFor(seen, milliseconds("10m") / 1_000 / line.step);
    return {
      alertname: ALERTS.alertOutsideContract,
      slo: noSlo(ALERTS.alertOutsideContract),
      labels: { metric: name },
      at: (step) => verdictOf({ holds, tolerance }, step),
    };
  });
}
