import type { MeasuredAlert, OutageAlert } from "../slo/alert";
import type { Job } from "../slo/telemetry";
import type { Fragment, ServiceHead } from "./define-service";
import { namesOf, type Named } from "./names";

/** An alert of a part, and what its runbook says first. */
export type Watch = (Omit<MeasuredAlert, "runbook" | "source"> | Omit<OutageAlert, "runbook" | "source">) & {
  readonly advice: readonly string[];
};

/** Alerts under the names of a part, each with a page of its own. */
export function watch(
  { source }: ServiceHead,
  own: Named,
  watches: readonly Watch[],
): Required<Pick<Fragment, "advice" | "alerts">> {
  const { alert, runbook } = namesOf(own);
  return {
    alerts: watches.map(({ advice: _, ...facts }) => ({
      ...facts,
      name: alert(facts.name),
      source,
      runbook: runbook(facts.name),
    })),
    advice: Object.fromEntries(watches.map(({ name, advice }) => [runbook(name), advice])),
  };
}

/** The exporter is gone: nothing that it reports is known any more. */
export function exporterGone(name: string, job: Job, of: string): Watch {
  return {
    name,
    severity: "warning",
    category: "telemetry",
    outageOf: job,
    for: "5m",
    summary: `Nobody reports on ${of}`,
    description: `No target of ${job.name} answers or none is known: alerts on ${of} are blind.`,
    advice: [
      `${job.name} is the exporter, not ${of} itself. See whether its pods run and whether they may still log in there.`,
    ],
  };
}
