import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { reasonOf, Unreachable, WayFailed } from "./errors";
import type { Run } from "./run";

/** A downloaded file. */
export interface Received {
  /** In lower case hexadecimal. */
  readonly sha256: string;
}

/** How far a download is; `total` is `undefined` when the server does not say. In bytes. */
export type Advance = (received: number, total: number | undefined) => void;

/**
 * Fetches a small text.
 * @throws Unreachable when nothing answers in time, WayFailed for any other answer than the text.
 */
export async function fetchText(url: string, run: Run): Promise<string> {
  return request(url, run, async (response, alive) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of piecesOf(response, alive)) pieces.push(piece);
    return Buffer.concat(pieces).toString("utf8");
  });
}

/**
 * Streams a file to `file`, which must not exist, and hashes it on the way.
 * @throws Unreachable, WayFailed as {@link fetchText}; what has arrived until then stays in `file`.
 */
export async function fetchFile(url: string, file: string, run: Run, advance: Advance): Promise<Received> {
  return request(url, run, async (response, alive) => {
    const total = Number(response.headers.get("content-length") ?? Number.NaN);
    const hash = createHash("sha256");
    const handle = await open(file, "wx");
    try {
      let received = 0;
      for await (const piece of piecesOf(response, alive)) {
        hash.update(piece);
        await handle.appendFile(piece);
        received += piece.length;
        advance(received, Number.isNaN(total) ? undefined : total);
      }
    } finally {
      await handle.close();
    }
    return { sha256: hash.digest("hex") };
  });
}

type Consume<T> = (response: Response, alive: () => void) => Promise<T>;

async function request<T>(url: string, run: Run, consume: Consume<T>): Promise<T> {
  const watchdog = new Watchdog();
  const alive = (): void => {
    watchdog.expect(run.limits.idle, `${url}: no data for ${run.limits.idle / 1000} s`);
  };
  try {
    const response = await connect(url, run, watchdog);
    if (!response.ok) {
      await response.body?.cancel();
      throw new WayFailed(`${url}: answered ${response.status}`);
    }
    alive();
    return await consume(response, alive);
  } catch (error) {
    throw explained(error, url, run, watchdog);
  } finally {
    watchdog.stop();
  }
}

async function connect(url: string, run: Run, watchdog: Watchdog): Promise<Response> {
  watchdog.expect(run.limits.headers, `${url}: no answer within ${run.limits.headers / 1000} s`);
  try {
    // A server that compresses the archive once more would make its checksum wrong.
    const headers = { "accept-encoding": "identity" };
    return await fetch(url, { headers, signal: AbortSignal.any([run.signal, watchdog.signal]) });
  } catch (error) {
    const failure = explained(error, url, run, watchdog);
    throw failure instanceof WayFailed ? new Unreachable(failure.message) : failure;
  }
}

/** What to throw instead: the caller's abort, else the watchdog's complaint, else the network's in one line. */
function explained(error: unknown, url: string, run: Run, watchdog: Watchdog): unknown {
  if (run.signal.aborted) return run.signal.reason;
  if (watchdog.signal.aborted) return watchdog.signal.reason;
  if (error instanceof WayFailed) return error;
  const reason = reasonOf(error);
  return reason === undefined ? error : new WayFailed(`${url}: ${reason}`);
}

async function* piecesOf(response: Response, alive: () => void): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  for await (const piece of response.body) {
    alive();
    yield piece;
  }
}

/** Aborts its signal when what was expected does not happen in time. */
class Watchdog {
  private readonly control = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.control.signal;
  }

  /** Replaces the expectation before it. */
  expect(milliseconds: number, complaint: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.control.abort(new WayFailed(complaint));
    }, milliseconds);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
