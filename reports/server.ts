import * as z from "zod/mini";
import type { Labels } from "../plan/monitoring-plan";

const sample = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());
const vector = z.object({
  data: z.object({ result: z.array(z.object({ metric: labels, value: sample })) }),
});
const matrix = z.object({
  data: z.object({ result: z.array(z.object({ metric: labels, values: z.array(sample) })) }),
});
const rules = z.object({
  data: z.object({
    groups: z.array(z.object({ rules: z.array(z.object({ name: z.string(), labels: z.optional(labels) })) })),
  }),
});
const silences = z.array(
  z.object({
    status: z.object({ state: z.string() }),
    matchers: z.array(
      z.object({
        name: z.string(),
        value: z.string(),
        isRegex: z.boolean(),
        isEqual: z.optional(z.boolean()),
      }),
    ),
    startsAt: z.string(),
    endsAt: z.string(),
    createdBy: z.string(),
    comment: z.string(),
  }),
);

/** One value with its labels. */
export interface Value {
  readonly labels: Labels;
  readonly value: number;
}

/** One series: seconds since the epoch and values. */
export interface Series {
  readonly labels: Labels;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** A silence that holds now; times in milliseconds since the epoch. */
export interface Silence {
  /** What it silences, as Alertmanager writes it. */
  readonly of: string;
  readonly from: number;
  readonly to: number;
  readonly by: string;
  readonly comment: string;
}

/** What a report is made from. */
export interface ReportSource {
  /** An expression at a moment, in seconds since the epoch. */
  readonly at: (expr: string, at: number) => Promise<readonly Value[]>;
  readonly over: (
    expr: string,
    range: { readonly from: number; readonly to: number; readonly step: number },
  ) => Promise<readonly Series[]>;
  /** The labels of each alerting rule, with its name as `alertname`; none where the server has no rules. */
  readonly rules: () => Promise<readonly Labels[]>;
  /** Absent: nobody said where Alertmanager is. */
  readonly silences?: () => Promise<readonly Silence[]>;
}

/** A server that is not there, or gives other answers than Prometheus and Alertmanager do. */
export class StrangeServer extends Error {
  constructor(
    readonly address: string,
    readonly what: "Alertmanager" | "Prometheus",
    said: string,
  ) {
    super(`[${address}] does not answer as ${what} does: ${said}`);
  }
}

const TIMEOUT_MS = 60_000;

/** A report from running servers. Every question throws StrangeServer where there is no answer. */
export function sourceAt(prometheus: string, alertmanager?: string): ReportSource {
  const api = { what: "Prometheus", address: prometheus } as const;
  const post = <T>(
    path: string,
    schema: z.ZodMiniType<T>,
    asked: Readonly<Record<string, string>>,
  ): Promise<T> =>
    ask(api, `/api/v1/${path}`, schema, {
      method: "POST",
      body: new URLSearchParams(asked),
    });
  return {
    at: async (query, time) =>
      (await post("query", vector, { query, time: `${time}` })).data.result.map(({ metric, value }) => ({
        labels: metric,
        value: Number(value[1]),
      })),
    over: async (query, { from, to, step }) =>
      (
        await post("query_range", matrix, { query, start: `${from}`, end: `${to}`, step: `${step}` })
      ).data.result.map(({ metric, values }) => ({
        labels: metric,
        points: values.map(([at, value]) => [at, Number(value)] as const),
      })),
    rules: async () =>
      (await ask(api, "/api/v1/rules?type=alert", rules)).data.groups.flatMap((group) =>
        group.rules.map((rule) => ({ ...rule.labels, alertname: rule.name })),
      ),
    ...(alertmanager === undefined
      ? {}
      : {
          silences: async () =>
            (await ask({ what: "Alertmanager", address: alertmanager }, "/api/v2/silences", silences))
              .filter(({ status }) => status.state === "active")
              .map(silenceOf),
        }),
  };
}

function silenceOf({
  matchers,
  startsAt,
  endsAt,
  createdBy,
  comment,
}: z.infer<typeof silences>[number]): Silence {
  const text = ({ name, value, isRegex, isEqual = true }: (typeof matchers)[number]): string =>
    `${name}${isEqual ? (isRegex ? "=~" : "=") : isRegex ? "!~" : "!="}${JSON.stringify(value)}`;
  return {
    of: matchers.map(text).join(" "),
    from: Date.parse(startsAt),
    to: Date.parse(endsAt),
    by: createdBy,
    comment,
  };
}

interface Api {
  readonly what: "Alertmanager" | "Prometheus";
  readonly address: string;
}

async function ask<T>(
  { address, what }: Api,
  path: string,
  schema: z.ZodMiniType<T>,
  asked: RequestInit = {},
): Promise<T> {
  let answer: unknown;
  try {
    const response = await fetch(`${address}${path}`, { ...asked, signal: AbortSignal.timeout(TIMEOUT_MS) });
    answer = await response.json();
  } catch (error) {
    throw new StrangeServer(address, what, String(error));
  }
  const parsed = schema.safeParse(answer);
  if (!parsed.success) {
    throw new StrangeServer(address, what, JSON.stringify(answer).slice(0, 300));
  }
  return parsed.data;
}
