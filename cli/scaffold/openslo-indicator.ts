import { eventsQuery } from "./imported-query";
import type { Referred } from "./openslo";
import { fields, textIn, type Fields, type SpecifiedEvents } from "./specified";

/** What an indicator measures. */
export type Indicator =
  | { readonly kind: "ratio"; readonly events: SpecifiedEvents; readonly lost: readonly string[] }
  | { readonly kind: "raw"; readonly query: string; readonly isFailure: boolean }
  | { readonly kind: "threshold"; readonly query: string }
  | { readonly kind: "none"; readonly why: string };

/** Servers that speak PromQL. */
const PROMQL = /prom|mimir|cortex|thanos|victoria|grafana|^amp$|^gmp$/i;

/** The indicator that is written in its place, or referred to. */
export function indicatorOf(of: Fields, referred: Referred): Indicator {
  const name = textIn(of, "indicatorRef");
  const object = name === undefined ? of["indicator"] : referred("SLI", name);
  if (object === undefined) {
    return none(
      name === undefined
        ? "has no indicator: add one"
        : `reads the SLI [${name}], which is not in the file: put both into one`,
    );
  }
  const spec = fields(fields(object)["spec"]);
  const [threshold, ratio] = [spec["thresholdMetric"], spec["ratioMetric"]];
  if (threshold !== undefined) {
    const query = queryOf(fields(threshold), referred);
    return typeof query === "string" ? { kind: "threshold", query } : query;
  }
  return ratio === undefined
    ? none("has neither a ratioMetric nor a thresholdMetric: add one")
    : ratioIn(fields(ratio), referred);
}

function none(why: string): Extract<Indicator, { kind: "none" }> {
  return { kind: "none", why };
}

const RATIO = ["raw", "good", "bad", "total"] as const;

function ratioIn(ratio: Fields, referred: Referred): Indicator {
  const queries: { [K in (typeof RATIO)[number]]?: string } = {};
  for (const key of RATIO) {
    const query = ratio[key] === undefined ? undefined : queryOf(fields(ratio[key]), referred);
    if (typeof query === "object") {
      return query;
    }
    if (query !== undefined) {
      queries[key] = query;
    }
  }
  const { raw, good, bad, total } = queries;
  if (raw !== undefined) {
    return { kind: "raw", query: raw, isFailure: ratio["rawType"] === "failure" };
  }
  return total === undefined || (good ?? bad) === undefined
    ? none("has no total with a good or a bad beside it: add them")
    : eventsIn(ratio, total, { good, bad });
}

function eventsIn(
  ratio: Fields,
  total: string,
  { good = "", bad }: { readonly good: string | undefined; readonly bad: string | undefined },
): Indicator {
  const isRate = [bad ?? good, total].every((query) => /\[[^\]]+\]/.test(query));
  if (ratio["counter"] !== true && !isRate) {
    return none(
      "counts by gauges [counter: false], which add up to no events: set counter to true if they only grow, or say it as a time SLI of a share of gauges",
    );
  }
  const events = (query: string): string => eventsQuery(query, { counters: true });
  return {
    kind: "ratio",
    events:
      bad === undefined
        ? { total: events(total), good: events(good) }
        : { total: events(total), errors: events(bad) },
    lost: /\[\d/.test(total) ? ["windows of its queries are those of the rules"] : [],
  };
}

/** The PromQL of a metric; why there is none, otherwise. Connections and their secrets are not looked at. */
function queryOf(metric: Fields, referred: Referred): string | Extract<Indicator, { kind: "none" }> {
  const source = fields(metric["metricSource"]);
  const name = textIn(source, "metricSourceRef");
  const type = textIn(source, "type") ?? textIn(fields(fields(referred("DataSource", name))["spec"]), "type");
  if (type === undefined && name !== undefined && !PROMQL.test(name)) {
    return none(
      `reads the data source [${name}], of which the file does not say that it is Prometheus: add its DataSource`,
    );
  }
  if (type !== undefined && !PROMQL.test(type)) {
    return none(
      `reads [${type}], and only what Prometheus has can be read: say its query in PromQL with type Prometheus`,
    );
  }
  const query = textIn(fields(source["spec"]), "query", "promql", "expr");
  return query ?? none("has no [query] in the spec of its metricSource: add it");
}
