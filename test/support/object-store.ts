import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createServer, connect, type Server, type AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { AwsClient } from "aws4fetch";
import { policyText, s3Statements } from "../../backends/bucket-rights";
import type { BucketRight } from "../../plan/bucket";
import { freePort, startProgram, type RunningProgram } from "../../lab/process";
import { answerOf } from "../../jobs/xml";
import { ensureVersitygw } from "../../lab/toolchain";
import { eventually } from "./alertmanager";

const REGION = "us-east-1";

const ALL_IDENTITIES = ["writer", "reader", "compactor"] as const;
export type IdentityName = (typeof ALL_IDENTITIES)[number];

const secretOf = (identity: string): string => `secret-of-${identity}`;

/** The keys of an identity, as programs find them in their environment. */
export function keysOf(identity: IdentityName | "root"): Readonly<Record<string, string>> {
  return { AWS_ACCESS_KEY_ID: identity, AWS_SECRET_ACCESS_KEY: secretOf(identity) };
}

/** A real object store on loopback, with versions, locks and identities. */
export class TestObjectStore {
  #program: RunningProgram | undefined;
  #port = 0;

  constructor(private readonly folder: string) {}

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const { versitygw } = await ensureVersitygw();
    this.#port = await freePort(undefined, "");
    const folders = ["data", "versions", "metadata", "identities"].map((name) =>
      path.join(this.folder, name),
    );
    folders.forEach((folder) => mkdirSync(folder, { recursive: true }));
    const [data = "", versions = "", metadata = "", identities = ""] = folders;
    const { AWS_ACCESS_KEY_ID: access = "", AWS_SECRET_ACCESS_KEY: secret = "" } = keysOf("root");
    this.#program = startProgram(
      "versitygw",
      versitygw,
      [
        ...["--port", `127.0.0.1:${this.#port}`, "--region", REGION, "--access", access, "--secret", secret],
        ...["--iam-dir", identities, "--quiet"],
        ...["posix", "--versioning-dir", versions, "--sidecar", metadata, data],
      ],
      path.join(this.folder, "versitygw.log"),
      (message) => process.stderr.write(message),
    );
    await eventually("object store that answers", async () => ((await this.#answers()) ? true : undefined));
    for (const identity of ALL_IDENTITIES) {
      await this.#admin(versitygw, "create-user", identity);
    }
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  /** A bucket whose objects nobody can replace for a day, as a component makes it, with the two identities. */
  async bucket(name: string): Promise<void> {
    await this.make(name);
    await this.lock(name);
    await this.let(name);
  }

  /** The first of the three steps of a bucket. */
  make(name: string): Promise<Response> {
    return this.ask("root", "PUT", name, { headers: { "x-amz-bucket-object-lock-enabled": "true" } });
  }

  lock(name: string, mode: "COMPLIANCE" | "GOVERNANCE" = "GOVERNANCE"): Promise<Response> {
    const rule = `<DefaultRetention><Mode>${mode}</Mode><Days>1</Days></DefaultRetention>`;
    return this.#configure(
      `${name}?object-lock`,
      `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>${rule}</Rule></ObjectLockConfiguration>`,
    );
  }

  /** With the statements that identities have on AWS. */
  let(
    name: string,
    rights: Readonly<Partial<Record<IdentityName, BucketRight>>> = { writer: "write", reader: "prove" },
  ): Promise<Response> {
    const granted = Object.entries(rights).flatMap(([who, right]) =>
      s3Statements(right, [name]).map((statement) => ({ ...statement, Principal: { AWS: [who] } })),
    );
    return this.#configure(`${name}?policy`, policyText(granted));
  }

  /** A bucket of metrics: no lock, and one identity that may delete. */
  async metrics(name: string): Promise<void> {
    await this.ask("root", "PUT", name);
    await this.let(name, { writer: "write", reader: "read", compactor: "compact" });
  }

  /** Asks as somebody. @throws Error where the answer is no */
  async ask(
    who: IdentityName | "root",
    method: string,
    where: string,
    init: RequestInit = {},
  ): Promise<Response> {
    const answer = await this.try(who, method, where, init);
    if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** Asks as somebody, and whatever the answer is. */
  try(who: IdentityName | "root", method: string, where: string, init: RequestInit = {}): Promise<Response> {
    const client = new AwsClient({
      accessKeyId: who,
      secretAccessKey: secretOf(who),
      service: "s3",
      region: REGION,
      retries: 0,
    });
    return client.fetch(`${this.endpoint}/${where}`, { ...init, method });
  }

  /** Keys of a bucket, in their order. */
  async keys(bucket: string, prefix = ""): Promise<readonly string[]> {
    const answer = await this.ask(
      "root",
      "GET",
      `${bucket}?list-type=2&prefix=${encodeURIComponent(prefix)}`,
    );
    return answerOf(await answer.text()).keys;
  }

  /** Versions of a key, the newest first. */
  async versions(bucket: string, key: string): Promise<readonly string[]> {
    const answer = await this.ask("root", "GET", `${bucket}?versions=&prefix=${encodeURIComponent(key)}`);
    return answerOf(await answer.text()).versions.flatMap((one) => (one.key === key ? [one.id] : []));
  }

  #configure(where: string, body: string): Promise<Response> {
    const sum = createHash("md5").update(body).digest("base64");
    return this.ask("root", "PUT", where, { body, headers: { "content-md5": sum } });
  }

  async #admin(program: string, command: string, identity: string): Promise<void> {
    const { AWS_ACCESS_KEY_ID: access, AWS_SECRET_ACCESS_KEY: secret } = keysOf("root");
    await promisify(execFile)(
      program,
      ["admin", command, "--access", identity, "--secret", secretOf(identity), "--role", "user"],
      {
        env: {
          ADMIN_ACCESS_KEY: access,
          ADMIN_SECRET_KEY: secret,
          ADMIN_ENDPOINT_URL: this.endpoint,
          ADMIN_REGION: REGION,
        },
      },
    );
  }

  async #answers(): Promise<boolean> {
    return fetch(this.endpoint).then(
      () => true,
      () => false,
    );
  }
}

/** Between a program and the store: it cuts a connection once, when so many bytes went to the store. */
export async function cuttingProxy(
  store: TestObjectStore,
  bytes: number,
): Promise<{ readonly endpoint: string; readonly server: Server }> {
  const target = Number(new URL(store.endpoint).port);
  let seen = 0;
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    client.on("data", (chunk) => {
      seen += chunk.length;
      if (seen > bytes) {
        seen = -Infinity;
        cut();
      } else upstream.write(chunk);
    });
    upstream.pipe(client);
    [client, upstream].forEach((socket) => socket.on("error", cut));
    client.on("close", cut);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
