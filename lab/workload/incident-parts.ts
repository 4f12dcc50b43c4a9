import type { Fault, Incident } from "./fault";

/** Makes the incidents of a service. @param prefix stands before each id; other services may use the same words */
export function incidentMaker(
  service: string,
  prefix = "",
): (id: string, says: string, alerts: readonly string[], fault: Fault) => Incident {
  return (id, says, alerts, fault) => ({ id: `${prefix}${id}`, service, says, alerts, fault });
}

/** A gauge with another value, on the series that has these labels. */
export function gauge(name: string, value: number, labels: Readonly<Record<string, string>> = {}): Fault {
  return { gauge: { name, labels, value } };
}

/** A counter that grows by so many events per second. */
export function counter(name: string, perSecond: number): Fault {
  return { counter: { name, perSecond } };
}

/** What a budget that is being spent leads to, sooner or later. */
export const SPENT = [
  "ErrorBudgetBurnTicket",
  "ErrorBudgetCaution",
  "LowErrorBudget",
  "ErrorBudgetExhausting",
] as const;
