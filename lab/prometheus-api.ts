import { z } from "zod";

const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

const targets = z.object({
  data: z.object({ activeTargets: z.array(z.object({ scrapePool: z.string() })) }),
});

const alertmanagers = z.object({
  data: z.object({ activeAlertmanagers: z.array(z.object({ url: z.string() })) }),
});

/** One element of an instant vector. */
export interface QueryResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A server that hangs has no answer either. */
const TIMEOUT_MS = 10_000;

/** Ends a question before its time. */
type Until = AbortSignal | undefined;

/**
 * An instant query; undefined where the server gives no answer, because it is not there, hangs or refuses.
 * Source: Prometheus docs, "HTTP API".
 * @param at seconds since the epoch; now by default
 */
export async function query(
  prometheus: string,
  expr: string,
  until?: AbortSignal,
  at?: number,
): Promise<readonly QueryResult[] | undefined> {
  const asked = { query: expr, ...(at === undefined ? {} : { time: String(at) }) };
  const parsed = await ask(prometheus, "query", answer, until, new URLSearchParams(asked));
  return parsed?.data.result.map(({ metric, value }) => ({
    labels: metric,
    value: Number(value[1]),
  }));
}

/** The jobs that discovery has found targets of. */
export async function jobsFound(prometheus: string, until?: AbortSignal): Promise<ReadonlySet<string>> {
  const parsed = await ask(prometheus, "targets?state=active", targets, until);
  return new Set(parsed?.data.activeTargets.map((target) => target.scrapePool));
}

/** Whether there is somebody to send alerts to. */
export async function alertmanagerFound(prometheus: string, until?: AbortSignal): Promise<boolean> {
  const parsed = await ask(prometheus, "alertmanagers", alertmanagers, until);
  return (parsed?.data.activeAlertmanagers ?? []).length > 0;
}

/** Whether a program of the Prometheus project says of itself that it works. */
export async function isHealthy(address: string, until?: AbortSignal): Promise<boolean> {
  try {
    return (await fetch(`${address}/-/ready`, { signal: within(until) })).ok;
  } catch {
    return false;
  }
}

/** The answer of the API, or nothing where the server is not there or not ready. */
async function ask<T>(
  prometheus: string,
  path: string,
  schema: z.ZodType<T>,
  until: Until,
  body?: URLSearchParams,
): Promise<T | undefined> {
  try {
    const response = await fetch(`${prometheus}/api/v1/${path}`, {
      signal: within(until),
      ...(body === undefined ? {} : { method: "POST", body }),
    });
    return schema.safeParse(await response.json()).data;
  } catch {
    return undefined;
  }
}

function within(until: Until): AbortSignal {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  return until === undefined ? timeout : AbortSignal.any([until, timeout]);
}
