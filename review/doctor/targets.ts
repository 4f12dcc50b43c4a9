import { jobsOn } from "../../backends/binding";
import type { ScrapeJob } from "../../plan/monitoring-plan";
import { groupedBy, sortedBy } from "../../slo/order";
import type { RunningTarget } from "../running-server";
import type { Check, Said } from "./check";
import { TOCSIN } from "../../slo/command";

/** Whether every job is scraped, once, and with its labels; who owns nothing. */
export const targets: Check = ({ plan, server, home }) => {
  const byJob = groupedBy(server.targets, ({ labels }) => labels["job"] ?? "");
  const planned = jobsOn(plan, home);
  return {
    wrong: planned.flatMap((job) => scrapedWrongly(job, byJob.get(job.job) ?? [])),
    seen: ownerless(byJob, new Set(planned.map(({ job }) => job))),
  };
};

function scrapedWrongly(
  { job, labels, services }: ScrapeJob,
  found: readonly RunningTarget[],
): readonly Said[] {
  const path = `services.${services.join(",")}.jobs.${job}`;
  const pools = [...new Set(found.map(({ scrapePool }) => scrapePool))].sort();
  const said = [
    ...(found.length > 0 ? [] : [{ message: "it has no target", remedy: NOT_FOUND }]),
    ...found
      .filter(({ health }) => health === "down")
      .map(({ scrapeUrl, lastError }) => ({
        message: `[${scrapeUrl}] does not answer: ${lastError}`,
        remedy: "See whether its pod runs, and whether a NetworkPolicy lets the server in.",
      })),
    ...(pools.length <= 1
      ? []
      : [
          {
            message: `it is scraped by [${pools.join(", ")}], so that its events count more than once`,
            remedy: "Keep one of them, and remove the others.",
          },
        ]),
    ...found.flatMap((target) =>
      Object.entries(labels)
        .filter(([label, value]) => target.labels[label] !== value)
        .map(([label, value]) => ({
          message: `[${target.scrapeUrl}] has the label ${label} [${target.labels[label] ?? ""}], and not [${value}]`,
          remedy: "Its job is the name of one of ours: rename the other, or take it away.",
        })),
    ),
  ];
  return said.map((one) => ({ path, ...one }));
}

const NOT_FOUND =
  "Look for pods with its label app.kubernetes.io/name and its named port; with an operator see that its `podMonitorSelector` has the labels of tocsin:operator.labels.";

/** Jobs that no service of the plan reads. */
function ownerless(
  byJob: ReadonlyMap<string, readonly unknown[]>,
  planned: ReadonlySet<string>,
): readonly Said[] {
  const others = sortedBy(byJob, ([job]) => job).filter(([job]) => !planned.has(job));
  return others.length === 0
    ? []
    : [
        {
          path: "server.targets",
          message: `no service owns [${others.map(([job, found]) => `${job} (${found.length})`).join(", ")}]`,
          remedy: `Declare what should be looked after: \`${TOCSIN} new service\` with --from-metrics.`,
        },
      ];
}
