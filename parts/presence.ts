import type { Alert } from "../slo/alert";
import type { Job } from "../slo/telemetry";
import { namesOf, type Named } from "./names";

/** A server that answers requests, which has to be there. */
export interface Presence extends Named {
  /** As summaries call it, without an article: `Checkout API`. */
  readonly title: string;
  readonly job: Job;
  /** Id of the objective on its requests. */
  readonly slo: string;
}

/** That a server is there at all, which pages, and that all of it is. */
export function presence({ title, job, slo, ...own }: Presence): readonly [Alert, Alert] {
  const { alert, runbook } = namesOf(own);
  return [
    {
      name: alert("ServiceDown"),
      severity: "critical",
      category: "down",
      slo,
      outageOf: job,
      requests: { slo, succeedBelow: "90%" },
      for: "2m",
      summary: `${title} is down`,
      description:
        "No target answers or none is known, or fewer than 90% of the requests of the last 5 minutes succeeded.",
      runbook: runbook("ServiceDown"),
    },
    {
      name: alert("TargetsDown"),
      severity: "warning",
      category: "down",
      measure: { kind: "targets-up", job },
      when: { below: "90%" },
      for: "5m",
      summary: `Some targets of ${title} are down`,
      description: `Only {{ $value | humanizePercentage }} of the targets of ${job.name} answer their scrapes.`,
      runbook: runbook("TargetsDown"),
    },
  ];
}
