import type { RuleGroup } from "../plan/monitoring-plan";
import { PROGRAMS, RECORDS } from "../plan/names";
import { writtenAt, type RunbookQuery } from "../plan/runbook";
import type { Problem } from "../slo/problem";
import { suggestion } from "../slo/nearest";
import { compareText, groupedBy, own } from "../slo/order";
import { sloId, type Service } from "../slo/service";
import { isNative, matchesValue, TARGET_LABELS, type LabelMatch, type Metric } from "../slo/telemetry";
import { readPromQl, type Selector } from "./promql-reading";
import { lineAt } from "./runbook-front-matter";
import type { UnplacedPage } from "./runbooks";

/** What Prometheus makes of every target and alert by itself. */
const BUILT_IN = /^(?:up|ALERTS(?:_FOR_STATE)?|scrape_[a-z_]+|probe_[a-z_]+)$/;
/** What the programs of the monitoring expose besides what its own alerts read, and the runtimes of every program. */
const OWN = /^(?:prometheus|alertmanager|go|process|promhttp|net_conntrack)_[a-z_\d]+$/;

/** What the rules, scraping and contracts of a plan leave in Prometheus. */
interface Known {
  readonly jobs: readonly string[];
  readonly metrics: ReadonlyMap<string, readonly Metric[]>;
  readonly records: ReadonlySet<string> | undefined;
  /** Values of the label `slo_id`, by which records are told apart. */
  readonly slos: readonly string[];
}

/**
 * Every query in the code blocks of pages reads what is there: a page with a query of nothing says that all is well.
 * @param services those of the environment, whose pages are looked at
 * @param groups rules of all of them; undefined where some could not be planned, so that not every record is known
 */
export function checkQueries(
  pages: readonly UnplacedPage[],
  services: readonly Service[],
  groups: readonly RuleGroup[] | undefined,
): readonly Problem[] {
  const known = knownIn(services, groups);
  const here = new Set(services.map(({ id }) => id));
  return (
    pages
      // A default page is made from the contract that it would be held against.
      .filter(({ service, isDefault }) => here.has(service) && isDefault !== true)
      .flatMap((page) =>
        queriesIn(page.markdown).flatMap(({ query, line }) =>
          queryFaults(query, known).map(({ message, remedy }) => ({
            code: "runbook-query-invalid" as const,
            path: `${writtenAt(page, line)}: ${shown(query)}`,
            message,
            remedy,
          })),
        ),
      )
  );
}

function knownIn(services: readonly Service[], groups: readonly RuleGroup[] | undefined): Known {
  const metrics = new Map<string, Metric[]>();
  for (const metric of services.flatMap(({ telemetry }) => telemetry.metrics)) {
    for (const name of seriesNames(metric)) {
      metrics.set(name, [...(metrics.get(name) ?? []), metric]);
    }
  }
  const rules = groups?.flatMap((group) => group.rules);
  return {
    // Pages are one set for all environments, and not each of them runs every program of the stack.
    jobs: [
      ...new Set([
        ...services.flatMap(({ telemetry }) => telemetry.jobs.map(({ name }) => name)),
        ...Object.values(PROGRAMS),
      ]),
    ].sort(compareText),
    metrics,
    slos: services.flatMap((service) => service.slos.map((slo) => sloId(service, slo))),
    records:
      rules === undefined
        ? undefined
        : new Set([
            // The pages of the monitoring ask for them also where nobody has an objective.
            ...[RECORDS.budgetRemaining, RECORDS.coverage],
            ...rules.flatMap((rule) => (rule.kind === "record" ? rule.record : [])),
          ]),
  };
}

/** The series of a metric by their names. */
export function seriesNames(metric: Metric): readonly string[] {
  const { name, type } = metric;
  return type === "histogram" && !isNative(metric)
    ? [`${name}_bucket`, `${name}_count`, `${name}_sum`]
    : [name];
}

/** How a shell is given a query, each with how its text is read. */
const WRITTEN: readonly (readonly [pattern: RegExp, read: (text: string) => string])[] = [
  [/'query=([^']*)'/dg, (text) => text],
  [/"query=((?:[^"\\]|\\.)*)"/dg, (text) => text.replaceAll(/\\(["\\$`])/g, "$1")],
  [/[?&]query=([^&'"\s]+)/dg, decoded],
  [/promtool query (?:instant|range)[^'\n]*'([^']*)'/dg, (text) => text],
];

/**
 * The queries of a page: blocks of PromQL, and what curl and promtool are given in quotes or encoded in an address. One
 * with a variable of the shell in it is not known before it runs.
 */
export function queriesIn(markdown: string): readonly RunbookQuery[] {
  const blocks = [...markdown.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/dgm)];
  return blocks
    .flatMap(({ 1: language, 2: text = "", indices }) => {
      const start = indices?.[2]?.[0] ?? 0;
      return language === "promql"
        ? [{ text, at: start, after: "" }]
        : WRITTEN.flatMap(([pattern, read]) =>
            [...text.matchAll(pattern)].map(({ 1: query = "", index, indices: own }) => ({
              text: read(query),
              at: start + (own?.[1]?.[0] ?? 0),
              after: text.slice(index).split("\n").slice(1, 2).join(),
            })),
          );
    })
    .filter(({ text }) => text.trim() !== "" && !/\$[\w{(]/.test(text))
    .map(({ text, at, after }) => ({
      query: text.trim(),
      line: lineAt(markdown, at),
      ...rangeIn(after),
    }));
}

/** The range of time that curl asks for on the line below its query. */
function rangeIn(line: string): Pick<RunbookQuery, "seconds"> {
  const seconds = /"start=\$\(\(\$\(date \+%s\) - (\d+)\)\)"/.exec(line)?.[1];
  return seconds === undefined ? {} : { seconds: Number(seconds) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

export type Fault = Pick<Problem, "message" | "remedy">;

/** What is wrong with a query that may read some metrics and nothing else. */
export function contractFaults(query: string, metrics: readonly Metric[]): readonly Fault[] {
  const named = metrics.flatMap((metric) => seriesNames(metric).map((name) => [name, metric] as const));
  const known = [...groupedBy(named, ([name]) => name)].map(
    ([name, same]) => [name, same.map(([, metric]) => metric)] as const,
  );
  return queryFaults(query, {
    jobs: [...new Set(metrics.map(({ job }) => job.name))].sort(compareText),
    metrics: new Map(known),
    slos: [],
    records: new Set(),
  });
}

function queryFaults(query: string, known: Known): readonly Fault[] {
  const { errors, selectors } = readPromQl(query);
  const [error] = errors;
  return error === undefined
    ? selectors.flatMap((selector) => selectorFaults(selector, known))
    : [{ message: `is not PromQL ${error}`, remedy: "Correct the query; promtool tells more." }];
}

function selectorFaults({ name, matches }: Selector, known: Known): readonly Fault[] {
  const jobs = matches.filter(({ label, op }) => label === "job" && (op === "=" || op === "=~"));
  const strange = jobs.flatMap((match) =>
    alternatives(match)
      .filter((one) => !known.jobs.some((job) => matchesValue({ ...match, value: one }, job)))
      .map((one) => ({ message: `nothing scrapes the job [${one}]`, remedy: suggestion(one, known.jobs) })),
  );
  return [...strange, ...(name === "" || strange.length > 0 ? [] : nameFaults(name, matches, jobs, known))];
}

function alternatives({ op, value }: LabelMatch): readonly string[] {
  return op === "=~" && /^[\w|-]+$/.test(value) ? value.split("|") : [value];
}

function nameFaults(
  name: string,
  matches: readonly LabelMatch[],
  jobs: readonly LabelMatch[],
  { metrics, records, slos }: Known,
): readonly Fault[] {
  if ((records?.has(name) ?? name.includes(":")) || BUILT_IN.test(name)) {
    return matches
      .filter(({ label }) => label === "slo_id")
      .flatMap((match) => valueFaults(name, match, slos));
  }
  const declared = metrics.get(name);
  if (declared === undefined) {
    return OWN.test(name)
      ? []
      : [
          {
            message: `no contract and no rule has [${name}]`,
            remedy: `Declare the metric, or name another. ${suggestion(name, [...metrics.keys(), ...(records ?? [])])}`,
          },
        ];
  }
  const here = declared.filter(({ job }) => jobs.every((match) => matchesValue(match, job.name)));
  return here.length === 0
    ? [
        {
          message: `[${name}] is not a metric of the job [${jobs.map(({ value }) => value).join(", ")}]`,
          remedy: `It belongs to [${declared.map(({ job }) => job.name).join(", ")}].`,
        },
      ]
    : matches.flatMap((match) => labelFaults(name, match, here));
}

/** A label or a value that the contract does not have, where it is asked for. */
function labelFaults(name: string, match: LabelMatch, metrics: readonly Metric[]): readonly Fault[] {
  const declared = metrics.flatMap(({ labels }) => Object.keys(labels));
  if (declared.includes(match.label)) {
    return valueFaults(
      name,
      match,
      metrics.flatMap(({ labels }) => own(labels, match.label) ?? []),
    );
  }
  return isSought(match) && ![...TARGET_LABELS, "le"].includes(match.label)
    ? [
        {
          message: `no series of [${name}] has the label [${match.label}]`,
          remedy: suggestion(match.label, [...new Set([...declared, ...TARGET_LABELS])]),
        },
      ]
    : [];
}

/** Whether only series with the label are selected, of all those that a query could read. */
function isSought(match: LabelMatch): boolean {
  return !match.op.startsWith("!") && !matchesValue(match, "");
}

function valueFaults(name: string, match: LabelMatch, values: readonly string[]): readonly Fault[] {
  return !isSought(match) || values.some((value) => matchesValue(match, value))
    ? []
    : [
        {
          message: `[${match.label}${match.op}"${match.value}"] selects none of the values of [${name}]`,
          remedy: `Those are [${[...new Set(values)].join(", ")}].`,
        },
      ];
}

function shown(query: string): string {
  const line = query.replaceAll(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
