import { podsOf } from "../parts/names";
import type { Catalogue } from "../slo/catalogue";
import { readMetrics, type MetricsSource } from "./metrics-source";
import { headOf, problemsWith, requireFree, THEN, writeService, type ServiceOptions } from "./new";
import { say } from "./notice";
import { readExposition, type Exposition } from "./scaffold/exposition";
import type { Page } from "./scaffold/page";
import { proposal } from "./scaffold/proposal";
import type { NewService } from "./scaffold/service";
import { withSharedJobs } from "./scaffold/shared-jobs";
import { UserError } from "./user-error";

/** `tocsin new service <id> --from-metrics <source>`: a service of what a page of metrics shows. */
export async function fromMetricsCommand(
  catalogue: Catalogue,
  id: string,
  source: string,
  options: ServiceOptions,
): Promise<void> {
  requireFree(catalogue, id);
  const service = headOf(id, options);
  const { requestsPerSecond } = options;
  const page = pageOf(await readMetrics(source), service, options);
  const { proposed, said, left } = proposal(page, faultsIn(catalogue, service));
  if (proposed === undefined) {
    const why =
      "nothing was written, because none of its metrics says how something ended, how long it took, or how much there may be";
    throw new UserError([why, ...left].join("\n"));
  }
  const shared = withSharedJobs(proposed.calls, service, catalogue.services);
  await writeService(catalogue, { ...proposed, calls: shared.calls });
  say([
    `Of ${page.families.length} metrics with ${page.series} series it recognised`,
    ...said,
    ...shared.said,
    ...(left.length === 0 ? [] : ["and left out", ...left]),
    `Say where its pods are, who its team is, and how many requests per second there are (${requestsPerSecond}).`,
    THEN,
  ]);
}

function pageOf(
  { text, path = "/metrics", target }: MetricsSource,
  service: NewService["head"],
  { requestsPerSecond, objective: availability, latency }: ServiceOptions,
): Page {
  const exposition = expositionOf(text);
  const { createdTimestamps } = exposition;
  return {
    ...exposition,
    service,
    job: podsOf(service, "api", {
      path,
      requestsPerSecond,
      ...(createdTimestamps ? { createdTimestamps } : {}),
    }),
    promised: { availability, latency },
    requestsPerSecond,
    ...(target === undefined ? {} : { target }),
  };
}

/** What validation would say of a service, but for what its head alone makes wrong: that is refused as a whole. */
function faultsIn(catalogue: Catalogue, head: NewService["head"]): (own: NewService) => string | undefined {
  const messages = (own: NewService): readonly string[] =>
    problemsWith(catalogue, {
      ...own,
      calls: withSharedJobs(own.calls, head, catalogue.services).calls,
    }).map(({ message }) => message);
  const always = messages({ head, origin: "", calls: [] });
  return (own) => messages(own).find((message) => !always.includes(message));
}

function expositionOf(text: string): Exposition {
  try {
    const exposition = readExposition(text);
    if (exposition.families.length === 0) {
      throw new SyntaxError("it has comments and no metric; see whether the program has started to count");
    }
    return exposition;
  } catch (error) {
    throw error instanceof SyntaxError
      ? new UserError(`what --from-metrics names is no page of metrics: ${error.message}`)
      : error;
  }
}
