import { useEffect, useState } from "preact/hooks";
import type { Answers, Asked } from "./answers";

/** What the lab said last, and whether it is still there. */
export interface Live<T> {
  readonly value?: T;
  readonly error?: string | undefined;
}

async function answerOf<T>(response: Response): Promise<T> {
  const body = (await response.json()) as T & { readonly error?: string };
  if (!response.ok) {
    throw new Error(body.error ?? `the lab answered ${response.status}`);
  }
  return body;
}

async function get<T>(path: string): Promise<T> {
  return answerOf<T>(await fetch(path));
}

/** Changes or asks something. @throws Error with the lab's own words where it refuses */
export async function post<T>(path: string, body: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  return answerOf<T>(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Asks again and again, after each answer, while anybody looks; nothing while there is no question. */
function useRepeated<T>(question: (() => Promise<T>) | undefined, key: string, everyMs: number): Live<T> {
  const [live, setLive] = useState<Live<T> & { readonly key?: string }>({});
  useEffect(() => {
    if (question === undefined) {
      return undefined;
    }
    let timer: number | undefined;
    let isOver = false;
    const next = async (): Promise<void> => {
      const said = document.hidden ? undefined : await saidTo(question);
      if (!isOver) {
        setLive((before) =>
          said === undefined ? before : { ...(before.key === key ? before : {}), ...said, key },
        );
        timer = window.setTimeout(() => void next(), everyMs);
      }
    };
    void next();
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [key, everyMs, question === undefined]);
  // What was said to another question is no answer to this one.
  return live.key === key ? live : {};
}

async function saidTo<T>(question: () => Promise<T>): Promise<Live<T>> {
  try {
    return { value: await question(), error: undefined };
  } catch (error) {
    const isGone = error instanceof TypeError;
    return {
      error: isGone ? "the lab does not answer" : error instanceof Error ? error.message : String(error),
    };
  }
}

/** What the lab answers at a path, asked again every so many milliseconds. */
export function useLive<T>(path: string, everyMs: number): Live<T> {
  return useRepeated(() => get<T>(path), path, everyMs);
}

/** Seconds back from now, and how many points. */
export interface Span {
  readonly seconds: number;
  readonly points: number;
  /** The least time between two points, in seconds. */
  readonly least?: number;
}

/** A question over the time until now. */
function over(queries: readonly string[], { seconds, points, least = 1 }: Span): Asked {
  const step = Math.max(least, seconds / points);
  // Not on a grid: with steps of minutes, a young lab has values at the last point alone.
  const end = Date.now() / 1_000;
  return { queries, range: { start: end - seconds, end, step } };
}

/** Values of PromQL, of now or over a span, asked again every so many milliseconds. */
export function useQueries(
  queries: readonly string[],
  everyMs: number,
  span?: Span,
  isWanted = true,
): Live<Answers> {
  const ask = (): Promise<Answers> =>
    post("/console/ask", span === undefined ? { queries } : over(queries, span));
  const wanted = isWanted && queries.length > 0;
  return useRepeated(wanted ? ask : undefined, JSON.stringify([queries, span]), everyMs);
}
