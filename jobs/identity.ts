import { readFileSync } from "node:fs";
import { AwsClient } from "aws4fetch";
import { XMLParser } from "fast-xml-parser";
import * as z from "zod/mini";
import { IdentityError, reasonOf, UsageError } from "./errors";
import type { Settings } from "./settings";

/** Whose rights a command needs: who writes backups, or who reads them and keeps what came of it. */
export type Role = "reader" | "writer";

/** Asks the object store as somebody. */
export interface Client {
  sign(url: string): Promise<Request>;
  fetch(url: string, init?: RequestInit): Promise<Response>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Asks as an identity: by the token of a pod where the settings say how, and by keys otherwise. These come by the environment
 * alone: an argument would be seen by whoever lists processes. @throws UsageError where there is neither
 */
export function clientOf({ bucket }: Pick<Settings, "bucket">, role: Role, env: Environment): Client {
  const { identity, region } = bucket;
  switch (identity?.cloud) {
    case "aws":
      return new Renewed(() => assumed(identity.roles[role], region, env));
    case "gcp":
      return new Renewed(() => granted(env));
    case undefined:
      return new AwsClient({ ...keysOf(role, env), ...common(region) });
  }
}

/** The keys of the reader have names of their own where both are on one machine. @throws UsageError */
function keysOf(role: Role, env: Environment): Readonly<Record<"accessKeyId" | "secretAccessKey", string>> {
  const own = role === "reader" && env["READER_ACCESS_KEY_ID"] !== undefined ? "READER" : "AWS";
  const [id, secret] = [`${own}_ACCESS_KEY_ID`, `${own}_SECRET_ACCESS_KEY`];
  const [accessKeyId = "", secretAccessKey = ""] = [env[id], env[secret]];
  if (accessKeyId === "" || secretAccessKey === "") {
    throw new UsageError(`${id} or ${secret} is not set: nobody can ask the bucket.`);
  }
  return { accessKeyId, secretAccessKey };
}

const common = (region: string) => ({ service: "s3", region, retries: 4, initRetryMs: 200 });

/** A client for as long as what it has been given holds, in milliseconds since the epoch. */
interface Lent {
  readonly client: Client;
  readonly until: number;
}

/** What is left of it when another one is asked for: longer than any single request takes. */
const RENEW_MS = 300_000;

/** Asks for what it may use when it needs it, and again before it ends: a backup may take half a day. */
class Renewed implements Client {
  #lent: Promise<Lent> | undefined;

  constructor(private readonly lend: () => Promise<Lent>) {}

  async sign(url: string): Promise<Request> {
    return (await this.#client()).sign(url);
  }

  async fetch(url: string, init?: RequestInit): Promise<Response> {
    return (await this.#client()).fetch(url, init);
  }

  async #client(): Promise<Client> {
    const lent = await this.#lent;
    if (lent !== undefined && lent.until - Date.now() > RENEW_MS) return lent.client;
    this.#lent = this.lend();
    return this.#lent.then(
      ({ client }) => client,
      (error: unknown) => {
        this.#lent = undefined;
        throw error;
      },
    );
  }
}

const credentials = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
  Expiration: z.string(),
});
const assumedRole = z.object({
  AssumeRoleWithWebIdentityResponse: z.object({
    AssumeRoleWithWebIdentityResult: z.object({ Credentials: credentials }),
  }),
});
const refused = z.object({ ErrorResponse: z.object({ Error: z.object({ Code: z.string() }) }) });
const parser = new XMLParser({ parseTagValue: false });

/** Source: AWS STS API reference, "AssumeRoleWithWebIdentity", which is asked without a signature. */
async function assumed(role: string, region: string, env: Environment): Promise<Lent> {
  const file = env["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? "";
  if (file === "")
    throw new UsageError(`AWS_WEB_IDENTITY_TOKEN_FILE is not set: [${role}] is taken by a token.`);
  const place = env["AWS_ENDPOINT_URL_STS"] ?? `https://sts.${region}.amazonaws.com`;
  const answer = await asked(place, {
    method: "POST",
    body: new URLSearchParams({
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: role,
      RoleSessionName: "tocsin",
      WebIdentityToken: readFileSync(file, "utf8").trim(),
    }),
  });
  const said: unknown = parser.parse(await answer.text());
  const read = assumedRole.safeParse(said);
  if (!read.success) {
    const code = refused.safeParse(said).data?.ErrorResponse.Error.Code ?? "without a reason";
    throw new IdentityError(
      `[${place}] does not lend [${role}]: ${answer.status} ${code}; see the role's trust, and tocsin:backups.oidcIssuer of its stack`,
    );
  }
  const { Credentials } = read.data.AssumeRoleWithWebIdentityResponse.AssumeRoleWithWebIdentityResult;
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = Credentials;
  return {
    client: new AwsClient({ accessKeyId, secretAccessKey, sessionToken, ...common(region) }),
    until: Date.parse(Credentials.Expiration),
  };
}

const token = z.object({ access_token: z.string(), expires_in: z.number() });

/** Source: Google Kubernetes Engine docs, "GKE metadata server". */
async function granted(env: Environment): Promise<Lent> {
  const host = env["GCE_METADATA_HOST"] ?? "metadata.google.internal";
  const place = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
  const answer = await asked(place, { headers: { "Metadata-Flavor": "Google" } });
  const read = token.safeParse(await answer.json().catch(() => undefined));
  if (!read.success) {
    throw new IdentityError(
      `[${place}] lends no token: ${answer.status}; see tocsin:backups.workloadIdentity, and that the cluster's nodes have the metadata server of GKE`,
    );
  }
  return { client: bearing(read.data.access_token), until: Date.now() + read.data.expires_in * 1_000 };
}

/** With a token in place of a signature, Google takes its own names of headers alone. */
function bearing(token: string): Client {
  const request = (url: string, init?: RequestInit): Request => {
    const own = new Request(url, init);
    for (const [name, value] of [...own.headers].filter(([name]) => name.startsWith("x-amz-"))) {
      own.headers.delete(name);
      if (name.startsWith("x-amz-meta-")) own.headers.set(name.replace("amz", "goog"), value);
    }
    own.headers.set("authorization", `Bearer ${token}`);
    return own;
  };
  return {
    sign: (url) => Promise.resolve(request(url)),
    fetch: (url, init) => fetch(request(url, init)),
  };
}

async function asked(place: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(place, init);
  } catch (error) {
    throw new IdentityError(`[${place}] gave no answer (${reasonOf(error)}): nobody can ask the bucket`, {
      cause: error,
    });
  }
}
