import { isUtf8 } from "node:buffer";
import { constants, createReadStream, openSync, statSync } from "node:fs";
import { Socket } from "node:net";
import { UserError } from "./user-error";

/** The text of a page of metrics, and what its address says. */
export interface MetricsSource {
  readonly text: string;
  /** The path of the address, as a scrape would ask for it. */
  readonly path?: string;
  /** What a blackbox exporter was asked. */
  readonly target?: string;
}

/** A page of more is refused: Prometheus would read it with every scrape. */
const MOST_BYTES = 50_000_000;
const TIMEOUT_MS = 10_000;
/** The program at the other end of a pipe may have to be asked for a password first. */
const SILENT_MS = 30_000;

/** As Prometheus asks, without the binary format. Source: Prometheus docs, "Content negotiation". */
const ACCEPT = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

const SAVE = "save the page with curl and name that file, or give the address that Prometheus scrapes";

/**
 * Reads an exposition from an address or a file.
 * @param silentMs how long a pipe may say nothing
 * @throws UserError which says what is there in its place
 */
export async function readMetrics(source: string, silentMs = SILENT_MS): Promise<MetricsSource> {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(source)
    ? fromAddress(source)
    : { text: await fromFile(source, silentMs) };
}

async function fromAddress(source: string): Promise<MetricsSource> {
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UserError(
      `the address of metrics is none of http or https${url === undefined ? "" : `, but [${url.protocol}]`}; ${SAVE}`,
    );
  }
  // A query or a user may be a secret.
  const shown = `${url.origin}${url.pathname}`;
  const { username, password } = url;
  url.username = url.password = "";
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: ACCEPT,
        ...(username === "" ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` }),
      },
    });
    if (!answer.ok) {
      throw new UserError(`[${shown}] answers ${answer.status} ${answer.statusText}; ${SAVE}`);
    }
    const text = textOf(shown, await limited(shown, answer.body ?? []));
    const target = url.searchParams.get("target");
    return { text, path: url.pathname, ...(target === null ? {} : { target }) };
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`[${shown}] ${unreached(error)}; ${SAVE}`);
  }
}

/** Why nothing came, without the address: the cause names host and port only. */
function unreached(error: unknown): string {
  const { name, message, code, cause } = Object(error) as Readonly<Record<string, unknown>>;
  if (name === "TimeoutError") {
    return `does not answer within ${TIMEOUT_MS / 1_000} s`;
  }
  return cause === undefined
    ? `cannot be read (${String(message === "" ? code : message)})`
    : unreached(cause);
}

async function fromFile(file: string, silentMs: number): Promise<string> {
  try {
    const chunks = statSync(file).isFIFO() ? fromPipe(file, silentMs) : createReadStream(file);
    return textOf(file, await limited(file, chunks));
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`[${file}] ${unreached(error)}; ${SAVE}`);
  }
}

/** A pipe is opened without waiting for who writes to it: a thread that waits would outlive every time limit. */
function fromPipe(file: string, silentMs: number): Socket {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const pipe = new Socket({ fd, readable: true, writable: false });
  return pipe.setTimeout(silentMs, () => {
    const silence = `[${file}] is a pipe, and nothing came of it for ${silentMs / 1_000} s`;
    pipe.destroy(new UserError(`${silence}; see whether something writes to it, or ${SAVE}`));
  });
}

async function limited(
  shown: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Buffer> {
  const all: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    all.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      throw new UserError(
        `[${shown}] has more than ${MOST_BYTES / 1_000_000} MB, which a scrape would read every time; save the part of one service, and name that file`,
      );
    }
  }
  return Buffer.concat(all);
}

function textOf(shown: string, bytes: Buffer): string {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new UserError(`[${shown}] is compressed; unpack it with gunzip, and name that file`);
  }
  if (!isUtf8(bytes)) {
    throw new UserError(`[${shown}] is binary; ask for the text format, and name a file that holds it`);
  }
  const text = new TextDecoder().decode(bytes);
  const is = wrongKind(text);
  if (is !== undefined) {
    throw new UserError(`[${shown}] is ${is}; ${SAVE}`);
  }
  return text;
}

function wrongKind(text: string): string | undefined {
  const start = text.trimStart().slice(0, 2_000);
  if (start === "") {
    return "empty";
  }
  if (text.includes("\0")) {
    return "binary";
  }
  if (start.startsWith("<")) {
    return /<(?:!doctype )?html/i.test(start) ? "a page of HTML" : "XML";
  }
  return /^(?:\[|\{\s*(?:\}|"[^"]*"\s*:))/.test(start) ? "JSON" : undefined;
}
