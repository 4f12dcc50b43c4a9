import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { clientOf } from "../../jobs/identity";
import { ObjectStore } from "../../jobs/object-store";
import type { Settings } from "../../jobs/settings";
import { bundleJobs, TestJob } from "../support/jobs";
import { keysOf, TestObjectStore, type IdentityName } from "../support/object-store";

const root = mkdtempSync(path.join(tmpdir(), "tocsin-identity-"));
const tokenFile = path.join(root, "token");
const objects = new TestObjectStore(path.join(root, "store"));
const servers: Server[] = [];

/** A server on loopback that answers each request. @returns its address */
async function serve(
  answer: (body: string, request: IncomingMessage) => readonly [number, string],
): Promise<string> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [status, said] = answer(body, request);
      response.writeHead(status).end(said);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(() => objects.start());
afterAll(async () => {
  servers.forEach((server) => server.close());
  await objects.stop();
  rmSync(root, { recursive: true, force: true });
});

describe("a pod on AWS", () => {
  const asked: string[] = [];
  let [sts, secondsLeft] = ["", 3_600];

  /** Plays STS: it lends the keys of a user of the object store, which knows no sessions, for a service account's token. */
  beforeAll(async () => {
    writeFileSync(tokenFile, "token-of-a-service-account\n");
    sts = await serve((body) => {
      const form = new URLSearchParams(body);
      const role = form.get("RoleArn") ?? "";
      asked.push(role);
      const who = role.split("-").at(-1) as IdentityName;
      if (
        form.get("WebIdentityToken") !== "token-of-a-service-account" ||
        !["reader", "writer"].includes(who)
      ) {
        return [403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"];
      }
      const { AWS_ACCESS_KEY_ID: id = "", AWS_SECRET_ACCESS_KEY: secret = "" } = keysOf(who);
      const until = new Date(Date.now() + secondsLeft * 1_000).toISOString();
      return [
        200,
        `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken></SessionToken><Expiration>${until}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      ];
    });
  });

  const jobOn = async (bucket: string, reader = "reader"): Promise<TestJob> => {
    await objects.bucket(bucket);
    const arn = (role: string): string => `arn:aws:iam::310000000003:role/${bucket}-${role}`;
    const job = new TestJob(path.join(root, bucket), bundleJobs(root), {
      bucket: {
        endpoint: objects.endpoint,
        region: "us-east-1",
        name: bucket,
        identity: { cloud: "aws", roles: { writer: arn("writer"), reader: arn(reader) } },
      },
      checks: [{ name: "row_count", query: "SELECT count(*) FROM memories" }],
    });
    const folder = path.join(job.folder, "tenants", "acme");
    mkdirSync(folder, { recursive: true });
    const database = new DatabaseSync(path.join(folder, "db.sqlite"));
    database.exec("CREATE TABLE memories (id INTEGER PRIMARY KEY); INSERT INTO memories DEFAULT VALUES");
    database.close();
    return job;
  };
  const run = (job: TestJob, command: string) =>
    job.runIn(
      {
        env: {
          AWS_ACCESS_KEY_ID: "",
          AWS_SECRET_ACCESS_KEY: "",
          AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
          AWS_ENDPOINT_URL_STS: sts,
        },
      },
      "writer",
      command,
    );

  test("makes backups as one role and proves them as another, without a key", async () => {
    const job = await jobOn("lent");
    asked.length = 0;
    expect(await run(job, "backup")).toMatchObject({ code: 0 });
    expect(new Set(asked)).toEqual(new Set(["arn:aws:iam::310000000003:role/lent-writer"]));
    asked.length = 0;
    for (const command of ["verify", "test"]) expect(await run(job, command)).toMatchObject({ code: 0 });
    expect(new Set(asked)).toEqual(new Set(["arn:aws:iam::310000000003:role/lent-reader"]));
  });

  test("is lent to again before what it was lent ends", async () => {
    const { settings } = await jobOn("renewed");
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_ENDPOINT_URL_STS: sts };
    const count = async (seconds: number): Promise<number> => {
      asked.length = 0;
      secondsLeft = seconds;
      const store = new ObjectStore(settings.bucket, clientOf(settings, "writer", env));
      await store.clock();
      await store.clock();
      return asked.length;
    };
    expect([await count(3_600), await count(200)]).toEqual([1, 2]);
    secondsLeft = 3_600;
  });

  test("says which role it is not lent, and which token it lacks", async () => {
    const job = await jobOn("refused", "stranger");
    expect(await run(job, "verify")).toEqual({
      code: 1,
      said: `[${sts}] does not lend [arn:aws:iam::310000000003:role/refused-stranger]: 403 AccessDenied; see the role's trust, and tocsin:backups.oidcIssuer of its stack\n`,
    });
    expect(await job.run("writer", "backup")).toEqual({
      code: 2,
      said: "AWS_WEB_IDENTITY_TOKEN_FILE is not set: [arn:aws:iam::310000000003:role/refused-writer] is taken by a token.\n",
    });
  });
});

describe("a pod on Google Cloud", () => {
  const bucket = (endpoint: string): Pick<Settings, "bucket"> => ({
    bucket: { endpoint, region: "auto", name: "b", identity: { cloud: "gcp" } },
  });

  test("bears the token of the metadata server, and calls what it says of an object by Google's names", async () => {
    const heads: IncomingMessage["headers"][] = [];
    const google = await serve((_body, { headers }) => {
      heads.push(headers);
      return [200, ""];
    });
    const metadata = await serve((_body, { headers }) =>
      headers["metadata-flavor"] === "Google"
        ? [200, JSON.stringify({ access_token: "lent", expires_in: 3_600, token_type: "Bearer" })]
        : [403, ""],
    );
    const env = { GCE_METADATA_HOST: new URL(metadata).host };
    const own = bucket(google);
    await new ObjectStore(own.bucket, clientOf(own, "writer", env)).put("k", Buffer.from("x"));
    const [said = {}] = heads;
    expect(said.authorization).toBe("Bearer lent");
    expect(said["x-goog-meta-sha256"]).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(said).filter((name) => name.startsWith("x-amz"))).toEqual([]);
  });

  test("says where it has no metadata server", async () => {
    const metadata = await serve(() => [404, "no"]);
    const own = bucket(metadata);
    const client = clientOf(own, "reader", { GCE_METADATA_HOST: new URL(metadata).host });
    await expect(new ObjectStore(own.bucket, client).clock()).rejects.toThrow(
      /lends no token: 404; see tocsin/,
    );
  });
});

describe("a machine outside", () => {
  const own: Pick<Settings, "bucket"> = {
    bucket: { endpoint: "http://127.0.0.1:1", region: "us-east-1", name: "b" },
  };

  test("has the keys of both, and says which are missing", () => {
    const reader = { READER_ACCESS_KEY_ID: "r", READER_SECRET_ACCESS_KEY: "s" };
    expect(clientOf(own, "reader", { ...keysOf("writer"), ...reader })).toMatchObject({ accessKeyId: "r" });
    expect(clientOf(own, "writer", { ...keysOf("writer"), ...reader })).toMatchObject({
      accessKeyId: "writer",
    });
    expect(() => clientOf(own, "reader", { READER_ACCESS_KEY_ID: "r" })).toThrow(
      "READER_ACCESS_KEY_ID or READER_SECRET_ACCESS_KEY is not set: nobody can ask the bucket.",
    );
  });
});
