import Big from "big.js";
import { decimal, ratioOfPercent, type Percent } from "../slo/objective";
import { sloRunbooks, type Slo } from "../slo/service";
import { nativeLatencyRatio, nativeRequestRatio } from "../slo/native";
import { latencyRatio, requestRatio } from "../slo/sli";
import { isNative, type Counter, type Histogram, type Job, type LabelMatch } from "../slo/telemetry";
import type { Fragment, ServiceHead } from "./define-service";
import { namesOf, type Named } from "./names";
import { presence } from "./presence";

/** What is promised of requests. */
export interface RequestObjectives extends Named {
  /** Share of requests that are answered without an error of the server. */
  readonly availability: Percent;
  /** Share of requests that are answered within `threshold`, an exact decimal in seconds. */
  readonly latency?: { readonly threshold: string; readonly objective: Percent };
}

/** How requests are counted. */
export interface Requests {
  readonly total: Counter | Histogram;
  /** Which of them failed. */
  readonly errors: readonly LabelMatch[];
  /** Which of the metric are the service's own. */
  readonly of?: readonly LabelMatch[];
  /** How long they take, where it is measured. */
  readonly durations?: Histogram;
  /** The conditions of `of` on the durations. */
  readonly durationsOf?: readonly LabelMatch[];
  /** The job whose outage is the service's own; none where others answer for it. */
  readonly server?: Job;
}

/** Runbooks of a server of requests, by slug. */
const PAGES = { errors: "high-error-rate", latency: "high-latency" } as const;

/** Objectives on the failures and the latency of requests, and alerts on who answers them. */
export function requestsPart(service: ServiceHead, own: RequestObjectives, requests: Requests): Fragment {
  const { server } = requests;
  return {
    slos: [availability(service, own, requests), ...latency(service, own, requests)],
    alerts:
      server === undefined
        ? []
        : presence({
            ...(own.named === undefined ? {} : { named: own.named }),
            title: named(service.title, own),
            job: server,
            slo: namesOf(own).id("availability"),
          }),
  };
}

function availability(
  { title }: ServiceHead,
  own: RequestObjectives,
  { total, errors, of = [] }: Requests,
): Slo {
  const { id } = namesOf(own);
  return {
    id: id("availability"),
    title: `${named(title, own)} availability`,
    population: "requests",
    breach: "answered with a server error",
    sli: isNative(total)
      ? nativeRequestRatio({ histogram: total, errors, of })
      : requestRatio({ total, errors, of }),
    objective: { default: own.availability },
    window: "28d",
    response: "page",
    runbooks: sloRunbooks(id(PAGES.errors)),
  };
}

function latency(
  { title }: ServiceHead,
  own: RequestObjectives,
  { durations: histogram, durationsOf: of = [] }: Requests,
): readonly Slo[] {
  const { id } = namesOf(own);
  return own.latency === undefined || histogram === undefined
    ? []
    : [
        {
          id: id("latency"),
          title: `${named(title, own)} latency`,
          population: "requests",
          breach: `slower than ${spokenSeconds(own.latency.threshold)}`,
          sli: (isNative(histogram) ? nativeLatencyRatio : latencyRatio)({
            histogram,
            threshold: own.latency.threshold,
            of,
          }),
          objective: { default: own.latency.objective },
          window: "28d",
          response: "ticket",
          runbooks: sloRunbooks(
            id(PAGES.latency),
            isNative(histogram) ? {} : { bucketMissing: "slo-bucket-missing" },
          ),
        },
      ];
}

function named(title: string, { named: name }: Named): string {
  return name === undefined ? title : `${title} ${name}`;
}

const DECIMAL = /^(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** A bound as people say it: 0.3 -> 300 ms, 2.5 -> 2.5 s. */
function spokenSeconds(seconds: string): string {
  return DECIMAL.test(seconds) && new Big(seconds).lt(1)
    ? `${decimal(new Big(seconds).times(1_000))} ms`
    : `${seconds} s`;
}

/** The bounds of a histogram and the one that an objective counts on; what is no number is left to validation. */
export function boundsWith(bounds: readonly string[], threshold: string | undefined): readonly string[] {
  const own = threshold !== undefined && DECIMAL.test(threshold) ? [decimal(new Big(threshold))] : [];
  return [...new Set([...bounds, ...own])].sort((a, b) => new Big(a).cmp(b));
}

/** A fifth of the threshold: a log-normal latency then keeps any objective up to 99.9 %. */
export function medianBelow(threshold = "0.25"): number {
  return DECIMAL.test(threshold) ? new Big(threshold).div(5).toNumber() : 0.05;
}

/** A tenth of the budget fails, so that normal operation keeps the objective whatever it is. */
export function usualFailures(objective: Percent): number {
  return new Big(1)
    .minus(ratioOfPercent(objective) ?? 1)
    .div(10)
    .toNumber();
}

/** The buckets of a histogram in Prometheus' client libraries where nobody names others (`DefBuckets`), in seconds. */
export const DEFAULT_BOUNDS = [
  "0.005",
  "0.01",
  "0.025",
  "0.05",
  "0.1",
  "0.25",
  "0.5",
  "1",
  "2.5",
  "5",
  "10",
] as const;

/** Statuses that most servers answer with. */
export const STATUSES = [
  "200",
  "201",
  "204",
  "400",
  "401",
  "403",
  "404",
  "429",
  "500",
  "502",
  "503",
  "504",
] as const;

export const METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"] as const;
