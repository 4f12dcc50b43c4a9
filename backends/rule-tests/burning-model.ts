import { burnThreshold } from "../../slo/burn-rate";
import { durationOf, milliseconds } from "../../slo/duration";
import type { Service, Slo } from "../../slo/service";
import type { EventSli } from "../../slo/sli";
import { sloContext } from "../../generators/slo-context";
import { moreThanChance } from "./chance";
import { eventStream } from "./streams";
import { within, type Timeline } from "./world";

/** An SLO of events that an alert asks for. @throws RangeError of any other, which validation refuses */
export function burningOf(service: Service, id: string): Slo & { readonly sli: EventSli } {
  const slo = service.slos.find((one) => one.id === id);
  if (slo?.sli.kind !== "request-ratio" && slo?.sli.kind !== "latency-ratio") {
    throw new RangeError(`[${id}] is not an SLO of events of [${service.id}]`);
  }
  return { ...slo, sli: slo.sli };
}

/** Through the hour of the fast page, as fast as the slow page asks for. */
export function burningSince(
  service: Service,
  id: string,
  line: Timeline,
  environment: string,
): readonly boolean[] {
  const slo = burningOf(service, id);
  const { bad: failed, total: all } = eventStream(service, slo.sli, line);
  const { budget, burn, guard } = sloContext(service, slo, environment, durationOf(line.step * 1_000));
  const [{ long }, { factor }] = burn.windows;
  const steps = milliseconds(long) / 1_000 / line.step;
  return Array.from({ length: line.steps + 1 }, (_, step) => {
    const total = within(all, step, steps);
    const bad = within(failed, step, steps);
    return (
      total > 0 &&
      bad / total > burnThreshold(factor, budget).toNumber() &&
      moreThanChance(guard, bad, total, budget.toNumber())
    );
  });
}
