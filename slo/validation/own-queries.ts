import { comparison, crosses, type Limit } from "../alert";
import { sliReadings, type Query, type QueryExample } from "../measure";
import { duplicates } from "../order";
import type { Problem } from "../problem";
import { WINDOW, type CounterRatioSli, type QueryRatioSli } from "../sli";
import type { TelemetryContract } from "../telemetry";
import { checkMetricUse } from "./telemetry";

/** Every problem of an SLI of several counters. */
export function checkCounterRatio(
  path: string,
  contract: TelemetryContract,
  sli: CounterRatioSli,
): readonly Problem[] {
  const read = sliReadings(sli);
  return [
    ...read.flatMap(({ metric, where }) => checkMetricUse(`${path}.events`, contract, metric, where)),
    ...duplicates(read.map(({ metric }) => `${metric.name} of ${metric.job.name}`)).map((name) => ({
      code: "query-invalid" as const,
      path: `${path}.events`,
      message: `[${name}] is named twice, so that its events would count twice, or against each other`,
      remedy: "Use requestRatio, which tells good and bad events of one counter apart by a label.",
    })),
  ];
}

/** What is wrong with the queries of an SLI, whatever PromQL they are. */
export function checkQueryRatio(
  path: string,
  contract: TelemetryContract,
  sli: QueryRatioSli,
): readonly Problem[] {
  return [
    ...sli.reads.flatMap((metric) => checkMetricUse(`${path}.reads`, contract, metric, [])),
    ...(["errors", "total"] as const)
      .filter((side) => !sli[side].includes(WINDOW))
      .map((side) =>
        problem(
          `${path}.${side}`,
          `[${sli[side]}] has no [${WINDOW}], and is read over windows of several lengths`,
          `Write e.g. sum(increase(orders_failed_total[${WINDOW}])).`,
        ),
      ),
    ...checkNumbers(
      path,
      sli.examples.map(({ growing, errors, total }) => ({ ...growing, errors, total })),
    ),
    ...checkGrowth(
      path,
      sli.examples.map(({ growing }) => growing),
    ),
    ...checkShares(path, sli),
  ];
}

function checkShares(path: string, sli: QueryRatioSli): readonly Problem[] {
  return [
    ...sli.examples
      .filter(({ errors, total }) => errors < 0 || errors > total)
      .map(({ errors, total }) =>
        problem(
          `${path}.examples`,
          `[${errors}] errors of [${total}] events a minute are no share of them`,
          "Say from 0 up to as many errors as there are events.",
        ),
      ),
    ...(sli.examples.some(({ errors, total }) => errors > 0 && errors < total)
      ? []
      : [
          problem(
            `${path}.examples`,
            "no example has both good and bad events, so that nothing tells the two queries apart",
            "Add one in which some of the events are bad.",
          ),
        ]),
  ];
}

/** What is wrong with a query that is one number, whatever PromQL it is. */
export function checkQuery(path: string, { query, examples }: Query): readonly Problem[] {
  return [
    ...(query.includes(WINDOW)
      ? [
          problem(
            `${path}.query`,
            `[${query}] has a [${WINDOW}], which only SLIs of events are given`,
            "Write the window itself, e.g. [10m].",
          ),
        ]
      : []),
    ...checkGrowth(
      path,
      examples.flatMap(({ growing }) => (growing === undefined ? [] : [growing])),
    ),
    ...checkNumbers(
      path,
      examples.map(({ growing, standing, value }) => ({ ...growing, ...standing, value })),
    ),
  ];
}

/** That examples show a query on both sides of a limit: otherwise nothing proves where it is. */
export function checkBothSides(
  path: string,
  examples: readonly QueryExample[],
  when: Limit,
): readonly Problem[] {
  const { operator, limit } = comparison(when);
  const crossing = examples.filter(({ value }) => crosses(value, when)).length;
  return crossing > 0 && crossing < examples.length
    ? []
    : [
        problem(
          `${path}.examples`,
          `${crossing === 0 ? "none" : "each"} of [${examples.length}] is [${operator} ${limit}]`,
          "Add one on the other side of the limit.",
        ),
      ];
}

/** Counters grow; an example without a series shows nothing. */
function checkGrowth(path: string, all: readonly Readonly<Record<string, number>>[]): readonly Problem[] {
  return all.flatMap((growing) => [
    ...(Object.keys(growing).length > 0
      ? []
      : [problem(`${path}.examples`, "[growing] names no series", "Name one that the query reads.")]),
    ...Object.entries(growing)
      .filter(([, perMinute]) => perMinute < 0 || perMinute > MOST_PER_MINUTE)
      .map(([name, perMinute]) =>
        problem(
          `${path}.examples`,
          `[${perMinute}] a minute is not how [${name}] can grow`,
          `Use a number from 0 to ${MOST_PER_MINUTE}.`,
        ),
      ),
  ]);
}

/** More than this has more digits than a counter keeps. */
const MOST_PER_MINUTE = 1_000_000_000;

function checkNumbers(
  path: string,
  examples: readonly Readonly<Record<string, number>>[],
): readonly Problem[] {
  return examples.flatMap((example) =>
    Object.entries(example)
      .filter(([, value]) => !Number.isFinite(value))
      .map(([name, value]) =>
        problem(`${path}.examples`, `[${value}] of [${name}] is not a number`, "Use a decimal number."),
      ),
  );
}

function problem(path: string, message: string, remedy: string): Problem {
  return { code: "query-invalid", path, message, remedy };
}
