import { useEffect, useState } from "preact/hooks";
import type { Answers, Asked } from "./answers";

/** What the lab said last, and whether it is still there. */
export interface Live<T> {
  readonly value?: T;
  readonly error?: string | undefined;
}

/** An answer, with its text, by which the same one is known again. */
interface Answer<T> {
  readonly value: T;
  readonly text: string;
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  const value = JSON.parse(text) as T & { readonly error?: string };
  if (!response.ok) {
    throw new Error(value.error ?? `the lab answered ${response.status}`);
  }
  return { value, text };
}

async function get<T>(path: string): Promise<Answer<T>> {
  return answerOf<T>(await fetch(path));
}

async function posted<T>(path: string, body: object): Promise<Answer<T>> {
  const headers = { "content-type": "application/json" };
  return answerOf<T>(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Changes or asks something. @throws Error with the lab's own words where it refuses */
export async function post<T>(path: string, body: object): Promise<T> {
  return (await posted<T>(path, body)).value;
}

/** What was said last, to which question, and its text where it was an answer. */
type Said<T> = Live<T> & { readonly key?: string; readonly text?: string | undefined };

/** Asks again and again, after each answer, while anybody looks; nothing while there is no question. */
function useRepeated<T>(
  question: (() => Promise<Answer<T>>) | undefined,
  key: string,
  everyMs: number,
): Live<T> {
  const [live, setLive] = useState<Said<T>>({});
  useEffect(() => {
    if (question === undefined) {
      return undefined;
    }
    let timer: number | undefined;
    let isOver = false;
    const next = async (): Promise<void> => {
      const said = document.hidden ? undefined : await saidTo(question);
      if (!isOver) {
        setLive((before) => (said === undefined ? before : after(before, said, key)));
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

/** The same answer again is the same object, for which nothing is drawn. */
function after<T>(before: Said<T>, said: Said<T>, key: string): Said<T> {
  if (before.key !== key) {
    return { ...said, key };
  }
  return said.text !== undefined && said.text === before.text ? before : { ...before, ...said };
}

async function saidTo<T>(question: () => Promise<Answer<T>>): Promise<Said<T>> {
  try {
    return { ...(await question()), error: undefined };
  } catch (error) {
    const isGone = error instanceof TypeError;
    const message = error instanceof Error ? error.message : String(error);
    // Whatever is answered next is something else than this.
    return { error: isGone ? "the lab does not answer" : message, text: undefined };
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
  const ask = (): Promise<Answer<Answers>> =>
    posted("/console/ask", span === undefined ? { queries } : over(queries, span));
  const wanted = isWanted && queries.length > 0;
  return useRepeated(wanted ? ask : undefined, JSON.stringify([queries, span]), everyMs);
}
