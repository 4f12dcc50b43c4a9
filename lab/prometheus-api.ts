import { z } from "zod";

const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

/** One element of an instant vector. */
export interface QueryResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An instant query; a server that is not there yet has no results. Source: Prometheus docs, "HTTP API". */
export async function query(prometheus: string, expr: string): Promise<readonly QueryResult[]> {
  try {
    const response = await fetch(`${prometheus}/api/v1/query`, {
      method: "POST",
      body: new URLSearchParams({ query: expr }),
    });
    const parsed = answer.safeParse(await response.json());
    return parsed.success
      ? parsed.data.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
      : [];
  } catch {
    return [];
  }
}
