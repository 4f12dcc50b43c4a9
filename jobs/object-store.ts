import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { IdentityError, reasonOf, UsageError } from "./errors";
import type { Client } from "./identity";
import type { Settings } from "./settings";
import { answerOf, type Listed } from "./xml";

/** What an object says of itself in its headers. */
export interface Stored {
  readonly size: number;
  /** As its writer computed it; absent where somebody else wrote it. */
  readonly sha256: string | undefined;
}

export interface ListOptions {
  readonly prefix: string;
  readonly startAfter?: string;
  readonly limit?: number;
}

/** What to do about a refusal. Source: Amazon S3 API reference, "Error responses". */
const HINTS: ReadonlyMap<string, string> = new Map([
  ["AccessDenied", "; see what this identity may do: docs/recovery.md"],
  ["InvalidAccessKeyId", "; see that AWS_ACCESS_KEY_ID is a key of this object store"],
  ["NoSuchBucket", "; deploy the bucket first, or mend bucket.name of the settings"],
  ["RequestTimeTooSkewed", "; set the clock of this machine"],
  ["SignatureDoesNotMatch", "; see that AWS_SECRET_ACCESS_KEY belongs to AWS_ACCESS_KEY_ID"],
]);

/** The object store answered, and it was no. */
export class StoreError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    action: string,
  ) {
    super(`the object store refused to ${action}: ${status} ${code}${HINTS.get(code) ?? ""}`);
  }
}

/** Parts of an upload and the most that is held in memory of one; S3 takes 10000 parts of at least 5 MiB. */
const PART_BYTES = 16 * 1024 * 1024;
const GOOGLE = /^https:\/\/storage\.googleapis\.com/;
const MOST_KEYS = 1_000;

/**
 * A bucket behind the S3 protocol: Amazon's, Cloudflare R2, and Google's by its interoperable keys. It writes no key
 * twice and deletes nothing: no identity that writes backups may.
 */
export class ObjectStore {
  readonly #client: Client;
  readonly #base: string;
  readonly #unwritten: Readonly<Record<string, string>>;

  constructor({ endpoint, name }: Settings["bucket"], client: Client) {
    this.#client = client;
    this.#base = `${endpoint.replace(/\/$/, "")}/${name}`;
    this.#unwritten = GOOGLE.test(endpoint)
      ? { "x-goog-if-generation-match": "0" }
      : { "if-none-match": "*" };
  }

  /** What the clock of the store says, in milliseconds since the epoch. */
  async clock(): Promise<number> {
    const answer = await this.#ask("list the bucket, which says its clock", "GET", "?list-type=2&max-keys=1");
    await answer.arrayBuffer();
    const said = answer.headers.get("date");
    const date = Date.parse(said ?? "");
    if (Number.isNaN(date)) {
      throw new Error(
        `[${this.#base}] answers with the date [${said ?? "none"}], so that its clock is not known: see whether it is an object store`,
      );
    }
    return date;
  }

  /** An object's headers, or undefined where there is none. */
  async head(key: string): Promise<Stored | undefined> {
    const action = `say what [${key}] is`;
    const answer = await this.#request(action, "HEAD", pathOf(key), {});
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new StoreError(answer.status, "", action);
    return {
      size: Number(answer.headers.get("content-length")),
      sha256:
        answer.headers.get("x-amz-meta-sha256") ?? answer.headers.get("x-goog-meta-sha256") ?? undefined,
    };
  }

  /** The bytes of an object, or of one of its versions, as they arrive. */
  async read(key: string, version?: string): Promise<Readable> {
    const which = version === undefined ? "" : `?versionId=${encodeURIComponent(version)}`;
    const { url, headers } = await this.#client.sign(`${this.#base}${pathOf(key)}${which}`);
    const answer = await got(url, Object.fromEntries(headers)).catch((error: unknown) =>
      this.#silent(`read [${key}]`, error),
    );
    if (answer.statusCode === 200) return answer;
    const said = Buffer.concat(await answer.toArray()).toString();
    throw new StoreError(answer.statusCode ?? 0, answerOf(said).error ?? "", `read [${key}]`);
  }

  /** Writes a small object whole. @throws StoreError with the status 412 where the key is taken */
  async put(key: string, body: Buffer): Promise<void> {
    await this.#write(`write [${key}]`, pathOf(key), body, {
      ...this.#unwritten,
      "x-amz-meta-sha256": createHash("sha256").update(body).digest("hex"),
    });
  }

  /**
   * Writes a file. Until its last part has arrived there is no object of that key, whatever breaks off.
   * @throws StoreError with the status 412 where the key is taken
   */
  async upload(key: string, file: string, sha256: string): Promise<void> {
    const handle = await open(file, "r");
    try {
      const { size } = await handle.stat();
      const meta = { "x-amz-meta-sha256": sha256 };
      if (size > PART_BYTES) {
        await this.#uploadParts(key, handle, size, meta);
        return;
      }
      const body = await partOf(handle, 0, size);
      await this.#write(`write [${key}]`, pathOf(key), body, { ...this.#unwritten, ...meta });
    } finally {
      await handle.close();
    }
  }

  /** Keys from a prefix on, in their order. */
  async *list({ prefix, startAfter, limit = Infinity }: ListOptions): AsyncGenerator<string> {
    let [token, seen]: [string | undefined, number] = [undefined, 0];
    do {
      const query = new URLSearchParams({
        "list-type": "2",
        prefix,
        "max-keys": String(Math.min(MOST_KEYS, limit - seen)),
        ...(startAfter === undefined ? {} : { "start-after": startAfter }),
        ...(token === undefined ? {} : { "continuation-token": token }),
      });
      const page: Listed = await this.#list(query);
      yield* page.keys;
      seen += page.keys.length;
      token = page.next;
    } while (token !== undefined && seen < limit);
  }

  /** The next level of keys below a prefix: `tenants/` -> `a`, `b`. */
  async folders(prefix: string): Promise<readonly string[]> {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#list(
        new URLSearchParams({
          "list-type": "2",
          delimiter: "/",
          prefix,
          ...(token === undefined ? {} : { "continuation-token": token }),
        }),
      );
      found.push(...page.folders.map((folder) => folder.slice(prefix.length, -1)));
      token = page.next;
    } while (token !== undefined);
    return found;
  }

  /** Versions of a key, the newest first; a store without versions has one, which it does not name. */
  async versions(key: string): Promise<readonly string[]> {
    const query = new URLSearchParams({ versions: "", prefix: key });
    return (await this.#list(query)).versions.filter((one) => one.key === key).map(({ id }) => id);
  }

  async #list(query: URLSearchParams): Promise<Listed> {
    // Prefixes are ours and need no escape but this: S3 signs %20, never a plus sign.
    const answer = await this.#ask("list the bucket", "GET", `?${query.toString().replaceAll("+", "%20")}`);
    return answerOf(await answer.text());
  }

  async #uploadParts(
    key: string,
    file: FileHandle,
    size: number,
    meta: Record<string, string>,
  ): Promise<void> {
    const place = pathOf(key);
    const begun = await this.#ask(`begin [${key}]`, "POST", `${place}?uploads`, { headers: meta });
    const { uploadId } = answerOf(await begun.text());
    if (uploadId === undefined) throw new Error(`the object store began no upload of [${key}]`);
    const upload = `uploadId=${encodeURIComponent(uploadId)}`;
    try {
      const parts: string[] = [];
      for (let at = 0; at < size; at += PART_BYTES) {
        const part = await partOf(file, at, Math.min(PART_BYTES, size - at));
        const number = parts.length + 1;
        const stored = await this.#write(
          `write [${key}]`,
          `${place}?partNumber=${number}&${upload}`,
          part,
          {},
        );
        const tag = stored.headers.get("etag") ?? "";
        parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag></Part>`);
      }
      await this.#complete(key, `${place}?${upload}`, parts);
    } catch (error) {
      // Where that fails, too, the bucket's lifecycle takes the parts away after a day.
      await this.#request("drop the upload", "DELETE", `${place}?${upload}`, {}).catch(() => undefined);
      throw error;
    }
  }

  async #complete(key: string, path: string, parts: readonly string[]): Promise<void> {
    const action = `complete [${key}]`;
    const answer = await this.#ask(action, "POST", path, {
      body: `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`,
      headers: this.#unwritten,
    });
    // S3 may begin with a 200 and fail after it.
    const { error } = answerOf(await answer.text());
    if (error !== undefined) throw new StoreError(answer.status, error, action);
  }

  /** A lock on the bucket asks for the checksum of whatever is written. */
  #write(action: string, path: string, body: Buffer, headers: Record<string, string>): Promise<Response> {
    return this.#ask(action, "PUT", path, {
      body: new Uint8Array(body),
      headers: {
        ...headers,
        "content-md5": createHash("md5").update(body).digest("base64"),
        "x-amz-content-sha256": createHash("sha256").update(body).digest("hex"),
      },
    });
  }

  async #ask(action: string, method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await this.#request(action, method, path, init);
    if (answer.ok) return answer;
    throw new StoreError(answer.status, answerOf(await answer.text()).error ?? "", action);
  }

  async #request(action: string, method: string, path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#client.fetch(`${this.#base}${path}`, { ...init, method });
    } catch (error) {
      return this.#silent(action, error);
    }
  }

  /** Nobody answered; what Node says of it names no address. */
  #silent(action: string, error: unknown): never {
    if (error instanceof IdentityError || error instanceof UsageError) throw error;
    throw new Error(
      `the object store did not ${action}: [${this.#base}] gave no answer (${reasonOf(error)}). See bucket.endpoint of the settings, and whether this machine reaches it.`,
    );
  }
}

/** By Node's own client: that of `fetch` ends the process where a server closes while its body waits for a slow disk. */
function got(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const { get } = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    get(url, { headers }, resolve).once("error", reject);
  });
}

function pathOf(key: string): string {
  return `/${key.split("/").map(encodeURIComponent).join("/")}`;
}

async function partOf(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const part = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(part, filled, length - filled, at + filled);
    if (bytesRead === 0) throw new Error("the file became shorter while it was read");
    filled += bytesRead;
  }
  return part;
}
