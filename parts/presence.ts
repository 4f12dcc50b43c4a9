import { byValue, type Alert } from "../slo/alert";
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

/** Which condition of an outage holds, by its value. @param failing what is said of requests that fail */
function whichOutage(failing: string): string {
  return byValue(
    [
      [0, "No target answers."],
      [-1, "No target is known."],
    ],
    failing,
  );
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
      description: whichOutage(
        "{{ $value | humanizePercentage }} of the requests of the last 5 minutes failed; at most 10% may.",
      ),
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
