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

/** An instant query; a server that is not there yet has no results. Source: Prometheus docs, "HTTP API". */
export async function query(prometheus: string, expr: string): Promise<readonly QueryResult[]> {
  const parsed = await ask(prometheus, "query", answer, new URLSearchParams({ query: expr }));
  return (parsed?.data.result ?? []).map(({ metric, value }) => ({
    labels: metric,
    value: Number(value[1]),
  }));
}

/** The jobs that discovery has found targets of. */
export async function jobsFound(prometheus: string): Promise<ReadonlySet<string>> {
  const parsed = await ask(prometheus, "targets?state=active", targets);
  return new Set(parsed?.data.activeTargets.map((target) => target.scrapePool));
}

/** Whether there is somebody to send alerts to. */
export async function alertmanagerFound(prometheus: string): Promise<boolean> {
  const parsed = await ask(prometheus, "alertmanagers", alertmanagers);
  return (parsed?.data.activeAlertmanagers ?? []).length > 0;
}

/** The answer of the API, or nothing where the server is not there or not ready. */
async function ask<T>(
  prometheus: string,
  path: string,
  schema: z.ZodType<T>,
  body?: URLSearchParams,
): Promise<T | undefined> {
  try {
    const response = await fetch(
      `${prometheus}/api/v1/${path}`,
      body === undefined ? {} : { method: "POST", body },
    );
    return schema.safeParse(await response.json()).data;
  } catch {
    return undefined;
  }
}
