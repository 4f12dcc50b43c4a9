import type { OutageAlert } from "../../slo/alert";
import { burnPlan } from "../../slo/burn-rate";
import { durationOf } from "../../slo/duration";
import { GUARDS } from "../../slo/guard";
import { exactRatio } from "../../slo/objective";
import type { Service } from "../../slo/service";
import { moreThanChance } from "./chance";
import { eventStream } from "./streams";
import { targetsUp } from "./traffic";
import { EXTRAPOLATED, perStep, sincePhase, stepsOf, within, type Timeline } from "./world";

/** 0 while no target answers, -1 while none is known, or the share of requests that fail once it fills the window. */
export function outageValue(
  service: Service,
  { outageOf, requests }: OutageAlert,
  line: Timeline,
  step: number,
): number | undefined {
  const answering = perStep(line, (phase) =>
    phase.up?.[outageOf.name] === "vanished" ? -1 : targetsUp(outageOf, phase),
  )[step - 1];
  if (answering !== undefined && answering <= 0) {
    return answering;
  }
  const slo = service.slos.find(({ id }) => id === requests?.slo);
  const interval = durationOf(line.step * 1_000);
  if (
    slo === undefined ||
    sincePhase(line, step) < stepsOf(burnPlan(slo.window, interval).base, line) + EXTRAPOLATED
  ) {
    return undefined;
  }
  const { total, bad } = eventStream(service, slo.sli, line);
  return within(bad, step, 1) / within(total, step, 1);
}

/** Whether no target answers, none is known or too few requests succeed, by step. */
export function outageHolds(
  service: Service,
  { outageOf, requests }: OutageAlert,
  line: Timeline,
): readonly boolean[] {
  const gone = [false, ...perStep(line, (phase) => targetsUp(outageOf, phase) === 0)];
  const slo = service.slos.find((candidate) => candidate.id === requests?.slo);
  if (slo === undefined || requests === undefined) {
    return gone;
  }
  const stream = eventStream(service, slo.sli, line);
  const minimum = exactRatio(requests.succeedBelow).toNumber();
  const steps = stepsOf(burnPlan(slo.window, durationOf(line.step * 1_000)).base, line);
  return gone.map((isGone, step) => {
    const total = within(stream.total, step, steps);
    const bad = within(stream.bad, step, steps);
    return (
      isGone ||
      (total > 0 && 1 - bad / total < minimum && moreThanChance(GUARDS.strict, bad, total, 1 - minimum))
    );
  });
}
