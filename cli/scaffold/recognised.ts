import type { Alert } from "../../slo/alert";
import { compareText, groupedBy } from "../../slo/order";
import type { Exposition, Family } from "./exposition";
import { RUNTIME, type Found, type Page, type Recogniser, type Unsaid } from "./page";
import type { PartName } from "./part-calls";
import {
  certManagerOn,
  ingressOn,
  kafkaOn,
  nodeOn,
  postgresOn,
  probeOn,
  rabbitmqOn,
  redisOn,
  workloadOn,
} from "./recognised-exporters";
import { batchOn, watchedOn, type Watched } from "./recognised-gauges";
import { othersOn } from "./recognised-objectives";
import { grpcOn, httpOn } from "./recognised-requests";

/** What a page says, and what of it nobody watches. */
export interface Recognition {
  readonly found: readonly Found[];
  readonly watched: readonly Watched[];
  /** On the targets of the service, where no server's part asks for them. */
  readonly outage?: Alert;
  readonly left: readonly Unsaid[];
}

/** Parts that ask for their own targets. */
export const SERVERS: readonly PartName[] = ["httpServer", "otelHttpServer", "grpcServer"];

/** Those of exporters first: what they take, the others do not look at. */
const RECOGNISERS: readonly Recogniser[] = [
  ...[postgresOn, redisOn, kafkaOn, rabbitmqOn, ingressOn, workloadOn, probeOn, nodeOn, certManagerOn],
  ...[grpcOn, httpOn, batchOn],
];

/** Each recogniser looks at what those before it have left. */
export function recognised(whole: Page): Recognition {
  const unfit = whole.families.flatMap((family) => whyUnfit(family) ?? []);
  const page = { ...whole, families: whole.families.filter((family) => whyUnfit(family) === undefined) };
  const found: Found[] = [];
  const unsaid: Unsaid[] = [];
  const rest = (): Page => ({ ...page, families: free(page, found, unsaid) });
  const isOwn = (family: Family): boolean => !RUNTIME.test(family.name);
  for (const recognise of [...RECOGNISERS, othersOn]) {
    const left = rest();
    const { found: more = [], unsaid: not = [] } = recognise({
      ...left,
      families: left.families.filter(isOwn),
    });
    found.push(...more);
    unsaid.push(...not);
  }
  const watched = watchedOn(rest());
  const read = watched.flatMap(({ gauges }) => gauges.map(({ name }) => name));
  const nobody = rest().families.filter(({ name }) => !read.includes(name));
  const isOwnJob = watched.length > 0 || found.some(({ call }) => call.part === "objective");
  const isServed = found.some(({ call }) => SERVERS.includes(call.part));
  return {
    found,
    watched,
    ...(isOwnJob && !isServed ? { outage: outageOf(page) } : {}),
    left: grouped([
      ...unsaid,
      ...unfit,
      ...nobody.map((family) => ({ names: [family.name], why: whyLeft(family) })),
    ]),
  };
}

function free(page: Exposition, found: readonly Found[], unsaid: readonly Unsaid[]): readonly Family[] {
  const taken = new Set([...found.flatMap(({ takes }) => takes), ...unsaid.flatMap(({ names }) => names)]);
  return page.families.filter(({ name }) => !taken.has(name));
}

function outageOf({ service, job }: Page): Alert {
  return {
    name: "ServiceDown",
    severity: "critical",
    category: "down",
    outageOf: job,
    for: "5m",
    summary: `${service.title} is down`,
    description: `No target of ${job.name} answers or none is known.`,
    runbook: "service-down",
  };
}

/** What no recogniser may look at. */
function whyUnfit({ name, fault }: Family): Unsaid | undefined {
  const why = /^[a-zA-Z_:][\w:]*$/.test(name)
    ? fault
    : "have characters in their names that need quotes in PromQL; a contract takes letters, digits, _ and :";
  return why === undefined ? undefined : { names: [name], why };
}

function whyLeft({ name, type, samples }: Family): string {
  if (RUNTIME.test(name)) {
    return "are of the runtime, of which no user notices anything";
  }
  switch (type) {
    case "summary":
      return "are summaries, whose quantiles cannot be added up over instances; expose a histogram";
    case "histogram":
      return "are histograms of something else than seconds; latencyRatio takes any unit";
    case "counter":
      return "count without saying which of it was bad; counterRatio takes several counters, queryRatio any query";
    case "gauge":
    case "unknown":
      return samples.every(({ value }) => value === 1) && /_info$/.test(name)
        ? "name versions and the like"
        : "are gauges without a limit on the page; `new alert --kind gauge --limit` takes one";
  }
}

function grouped(left: readonly Unsaid[]): readonly Unsaid[] {
  return [...groupedBy(left, ({ why }) => why)].map(([why, same]) => ({
    why,
    names: same.flatMap(({ names }) => names).sort(compareText),
  }));
}
