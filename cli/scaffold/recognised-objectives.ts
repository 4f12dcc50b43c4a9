import { latencyRatio, requestRatio } from "../../slo/sli";
import { slugFrom } from "../../slo/slug";
import { where, type Counter, type Histogram } from "../../slo/telemetry";
import type { Family } from "./exposition";
import { boundKept, boundsOf, counts, sumOf, type Found, type Page, type Recognised } from "./page";
import { countedOn, counterName, failing, isSeconds } from "./recognised-requests";
import type { Status } from "./statuses";

/** Objectives of a service besides its servers: more than these nobody keeps in mind. */
const MOST_OBJECTIVES = 5;

/** Everything else that says how it ended, and what else takes its time; those with the most events first. */
export function othersOn(page: Page): Recognised {
  const counted = countedOn(page).map(({ family, status }) => ({
    family,
    found: endingWell(page, family, status),
  }));
  const timed = page.families
    .filter(isSeconds)
    .filter(({ name }) => !counted.some(({ family }) => family.name === name))
    .map((family) => ({ family, found: within(page, family) }));
  const all = [...counted, ...timed].sort(
    (a, b) => sumOf(counts(b.family)) - sumOf(counts(a.family)) || (a.family.name < b.family.name ? -1 : 1),
  );
  const objectives = all.filter((one): one is typeof one & { found: Found } => "call" in one.found);
  return {
    found: objectives.slice(0, MOST_OBJECTIVES).map(({ found }) => found),
    unsaid: [
      ...all.flatMap(({ family, found }) =>
        "why" in found ? [{ names: [family.name], why: found.why }] : [],
      ),
      ...(objectives.length > MOST_OBJECTIVES
        ? [
            {
              names: objectives.slice(MOST_OBJECTIVES).map(({ family }) => family.name),
              why: `could have an objective as well; the ${MOST_OBJECTIVES} with the most events have one`,
            },
          ]
        : []),
    ],
  };
}

function endingWell(page: Page, family: Family, status: Status): Found {
  const name = counterName(family);
  const total: Counter = {
    type: "counter",
    name,
    help: helpOf(family),
    job: page.job,
    labels: { [status.label]: status.values },
    initialisedToZero: false,
    perSecond: page.requestsPerSecond,
  };
  const words = wordsOf(name, page);
  return {
    call: {
      part: "objective",
      own: {
        id: slugFrom(words),
        population: words,
        breach: `whose ${status.label} is ${status.errors.value.replaceAll("|", " or ")}`,
        sli: requestRatio({ total, errors: where(total, { [status.label]: ["=~", status.errors.value] }) }),
        objective: page.promised.availability,
        response: "ticket",
      },
    },
    says: `${name} by [${status.label}], bad: ${status.errors.value}${failing(family, status, page)}`,
    takes: [family.name],
  };
}

function within(page: Page, family: Family): Found | { readonly why: string } {
  const kept = boundKept(family, page.promised.latency);
  if (sumOf(counts(family)) === 0) {
    return {
      why: "nothing is counted yet, so that no bound can be chosen; read the page again when something is",
    };
  }
  if ("why" in kept) {
    return { why: `no latency objective: ${kept.why}` };
  }
  const histogram: Histogram = {
    type: "histogram",
    name: family.name,
    help: helpOf(family),
    job: page.job,
    labels: {},
    bounds: boundsOf(family),
    initialisedToZero: false,
    median: Number(kept.bound) / 5,
  };
  const words = wordsOf(family.name, page);
  return {
    call: {
      part: "objective",
      own: {
        id: slugFrom(`${words} latency`),
        population: words,
        breach: `that take longer than ${kept.bound} s`,
        sli: latencyRatio({ histogram, threshold: kept.bound }),
        objective: page.promised.latency.objective,
        response: "ticket",
      },
    },
    says: `${family.name}, ${kept.says}`,
    takes: [family.name],
  };
}

/** What a metric counts, in the words of its name. */
function wordsOf(name: string, { service }: Page): string {
  const prefix = `${service.id.replaceAll("-", "_")}_`;
  const own = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const words = own.replace(/(?:_duration|_latency)?(?:_histogram)?(?:_seconds)?(?:_total|_count)?$/, "");
  return (words === "" ? own : words).replaceAll(/[_:]+/g, " ").trim();
}

/** Its own words, where they are plain text. */
export function helpOf({ help, name }: Pick<Family, "help" | "name">): string {
  const plain = help.replaceAll(/\s+/g, " ").trim();
  return plain === "" || /[{}<>`]/.test(plain) || plain.length > 200 ? `${name}, as its page has it.` : plain;
}
