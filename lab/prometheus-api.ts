import { parse } from "yaml";
import { z } from "zod";

const sample = z.tuple([z.number(), z.string()]);

/** A scalar has no labels, and is its own only element. */
const answer = z.object({
  data: z.object({
    result: z.union([
      sample.transform((value) => [{ metric: {}, value }]),
      z.array(z.object({ metric: z.record(z.string(), z.string()), value: sample })),
    ]),
  }),
});

const ranges = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(sample),
      }),
    ),
  }),
});

const rulesAlerts = z.object({
  data: z.object({
    alerts: z.array(
      z.object({
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
        state: z.enum(["pending", "firing"]),
        activeAt: z.string(),
      }),
    ),
  }),
});

const sentAlerts = z.array(
  z.object({
    fingerprint: z.string(),
    labels: z.record(z.string(), z.string()),
    generatorURL: z.string(),
    status: z.object({ inhibitedBy: z.array(z.string()), silencedBy: z.array(z.string()) }),
  }),
);

const targets = z.object({
  data: z.object({ activeTargets: z.array(z.object({ scrapePool: z.string() })) }),
});

const alertmanagers = z.object({
  data: z.object({ activeAlertmanagers: z.array(z.object({ url: z.string() })) }),
});

const texts = z.record(z.string(), z.string()).default({});

/** Rules that a server has loaded, by group; intervals and waits in seconds. */
const rules = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        interval: z.number(),
        rules: z.array(
          z.object({
            type: z.enum(["alerting", "recording"]),
            name: z.string(),
            query: z.string(),
            duration: z.number().default(0),
            keepFiringFor: z.number().default(0),
            labels: texts,
            annotations: texts,
          }),
        ),
      }),
    ),
  }),
});

type LoadedGroup = z.infer<typeof rules>["data"]["groups"][number];

/** The configuration that a server prints, as far as it is looked at. */
const printedConfig = z.object({
  global: z.object({ external_labels: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
});

/** The labels that a server adds to what it sends, by the configuration that it prints. */
export function externalLabelsIn(yaml: string): Readonly<Record<string, string>> {
  return printedConfig.parse(parse(yaml) ?? {}).global?.external_labels ?? {};
}

/** One element of an instant vector. */
export interface QueryResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One series over a range of time: seconds since the epoch and values. */
export interface RangeResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [number, number])[];
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
  const parsed = await ask(`${prometheus}/api/v1/query`, answer, until, new URLSearchParams(asked));
  return parsed?.data.result.map(({ metric, value }) => ({
    labels: metric,
    value: Number(value[1]),
  }));
}

/** A query over a range, in seconds since the epoch; undefined where the server gives no answer. */
export async function queryRange(
  prometheus: string,
  expr: string,
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
): Promise<readonly RangeResult[] | undefined> {
  const asked = { query: expr, start: `${start}`, end: `${end}`, step: `${step}` };
  const url = `${prometheus}/api/v1/query_range`;
  const parsed = await ask(url, ranges, undefined, new URLSearchParams(asked));
  return parsed?.data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values.map(([time, value]) => [time, Number(value)] as const),
  }));
}

/** What is pending or fires in Prometheus. */
export async function activeAlerts(
  prometheus: string,
): Promise<z.infer<typeof rulesAlerts>["data"]["alerts"] | undefined> {
  return (await ask(`${prometheus}/api/v1/alerts`, rulesAlerts, undefined))?.data.alerts;
}

/** What fires in Alertmanager, and what keeps it quiet. */
export async function alertsSent(alertmanager: string): Promise<z.infer<typeof sentAlerts> | undefined> {
  return ask(`${alertmanager}/api/v2/alerts`, sentAlerts, undefined);
}

/** The jobs that discovery has found targets of. */
export async function jobsFound(prometheus: string, until?: AbortSignal): Promise<ReadonlySet<string>> {
  const parsed = await ask(`${prometheus}/api/v1/targets?state=active`, targets, until);
  return new Set(parsed?.data.activeTargets.map((target) => target.scrapePool));
}

/** Whether there is somebody to send alerts to. */
export async function alertmanagerFound(prometheus: string, until?: AbortSignal): Promise<boolean> {
  const parsed = await ask(`${prometheus}/api/v1/alertmanagers`, alertmanagers, until);
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

/** The answer of an API, or nothing where the server is not there, not ready, or another one. */
export async function ask<T>(
  url: string,
  schema: z.ZodType<T>,
  until: Until,
  body?: URLSearchParams,
  timeoutMs = TIMEOUT_MS,
): Promise<T | undefined> {
  try {
    const response = await fetch(url, {
      signal: within(until, timeoutMs),
      ...(body === undefined ? {} : { method: "POST", body }),
    });
    return schema.safeParse(await response.json()).data;
  } catch {
    return undefined;
  }
}

function within(until: Until, timeoutMs = TIMEOUT_MS): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return until === undefined ? timeout : AbortSignal.any([until, timeout]);
}

/** The groups of rules that a server has loaded; undefined where it gives no answer. @param asked which, as `?type=record` */
export async function loadedRules(address: string, asked = ""): Promise<readonly LoadedGroup[] | undefined> {
  return (await ask(`${address}/api/v1/rules${asked}`, rules, undefined))?.data.groups;
}
