import { z } from "zod";
import { isSecureAddress } from "../plan/address";
import { milliseconds } from "../slo/duration";
import { duplicates } from "../slo/order";
import { regexpFault } from "../slo/regexp";
import * as field from "./fields";
import { list, mapping, section } from "./fields";
import { isRecord } from "./record";
import { misfit, shown } from "./wording";

const URL_FORM = "an address to write to such as https://mimir.example.com/api/v1/push";

/** Services of the cluster, and addresses that no public network knows. Source: RFC 1918. */
const PRIVATE =
  /^http:\/\/(?:[\w-]+\.[\w-]+\.svc(?:\.[\w.-]+)?|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2})(?=[:/]|$)/;

const url = field
  .text(/^(?!https?:\/\/[^/]*@)https?:\/\/[^\s?#]+$/, URL_FORM)
  .refine((value) => isSecureAddress(value) || PRIVATE.test(value), {
    error: ({ input }) =>
      `${shown(input)} would send samples over a network in plain text; use https, or the address of a Service such as http://mimir.mimir.svc:8080/api/v1/push`,
  });

const authorization = z.discriminatedUnion(
  "kind",
  [
    section({
      kind: z.literal("basic").meta({ form: "basic" }).describe("a user and a password"),
      username: field.filled.describe("user"),
      passwordSecret: field.secretKey.describe("key of the secret that holds the password"),
    }),
    section({
      kind: z.literal("bearer").meta({ form: "bearer" }).describe("a token"),
      tokenSecret: field.secretKey.describe("key of the secret that holds the token"),
    }),
  ],
  {
    error: ({ input }) =>
      isRecord(input)
        ? misfit({ input: input["kind"] }, "one of [basic, bearer]")
        : misfit({ input }, "a mapping with the key [kind]"),
  },
);

const certificate = field.text(
  /^\s*-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----\s*$/,
  "a certificate in PEM, which begins with -----BEGIN CERTIFICATE-----",
);

const tls = section({
  ca: certificate
    .exactOptional()
    .describe("certificate of who signs that of the target; those of the image where absent"),
  serverName: field.filled.exactOptional().describe("name in its certificate, where the address has another"),
  client: section({
    certificate: certificate.describe("certificate of who writes"),
    keySecret: field.secretKey.describe("key of the secret that holds its private key, in PEM"),
  })
    .exactOptional()
    .describe("a certificate that the target asks for; none where absent"),
});

/** What Prometheus sets itself, or takes from elsewhere. Source: Prometheus, `config/config.go`. */
const RESERVED =
  /^(?:authorization|host|content-.*|user-agent|connection|keep-alive|proxy-auth.*|www-authenticate|accept-encoding|x-prometheus-remote-.*|x-amz-.*)$/i;
const HEADER = "a header such as X-Scope-OrgID that is neither Prometheus' own nor an authorization";
const header = field
  .text(/^[\w-]+$/, HEADER)
  .refine((name) => !RESERVED.test(name), { error: (seen) => misfit(seen, HEADER) });

const pattern = field.filled.refine((value) => regexpFault(value) === undefined, {
  error: ({ input }) =>
    `${shown(input)} is not a regular expression of Prometheus: ${regexpFault(String(input)) ?? ""}`,
});
const patterns = list(pattern, "a list of regular expressions of names, such as slo:.*");

const wait = field.duration("1ms", "1h", "a duration from 1ms to 1h such as 5s");

/** Whatever is absent is as Prometheus has it. */
const queue = section({
  capacity: field.count(1_000_000).exactOptional().describe("samples that each shard holds"),
  minShards: field.count(1_000).exactOptional().describe("least requests at a time"),
  maxShards: field.count(1_000).exactOptional().describe("most requests at a time"),
  maxSamplesPerSend: field.count(100_000).exactOptional().describe("samples of one request"),
  batchSendDeadline: wait.exactOptional().describe("how long a sample waits for others"),
  minBackoff: wait.exactOptional().describe("first wait after a failure, which doubles"),
  maxBackoff: wait.exactOptional().describe("longest wait after a failure"),
  sampleAgeLimit: field
    .duration("1m", "2h", "a duration from 1m to 2h such as 1h")
    .exactOptional()
    .describe("samples that are older are dropped; none are where absent"),
  retryOnRateLimit: field.flag
    .exactOptional()
    .describe("whether an answer of 429 is tried again; what it answers is lost where absent"),
});

/** What Prometheus has where nothing is said. Source: Prometheus, `DefaultQueueConfig`. */
const USUAL = { minShards: 1, maxShards: 50, minBackoff: "30ms", maxBackoff: "5s" } as const;

const ordered = queue
  .refine(({ minShards = USUAL.minShards, maxShards = USUAL.maxShards }) => minShards <= maxShards, {
    path: ["minShards"],
    error: ({ input }) => more(input, "minShards", "maxShards"),
  })
  .refine(
    ({ minBackoff = USUAL.minBackoff, maxBackoff = USUAL.maxBackoff }) =>
      milliseconds(minBackoff) <= milliseconds(maxBackoff),
    { path: ["minBackoff"], error: ({ input }) => more(input, "minBackoff", "maxBackoff") },
  );

function more(input: unknown, least: keyof typeof USUAL, most: keyof typeof USUAL): string {
  const set = { ...USUAL, ...(isRecord(input) ? input : {}) };
  return `${shown(set[least])} is more than the [${String(set[most])}] of \`${most}\``;
}

const target = section({
  name: field.identifier.describe("what alerts call it"),
  url: url.describe("where it takes what is written; encrypted, or not beyond the cluster"),
  authorization: authorization.exactOptional().describe("who writes; nobody in particular where absent"),
  tls: tls.exactOptional().describe("certificates, where those of the image are not enough"),
  headers: mapping(header, field.filled.describe("text of this header"), "a mapping of headers to texts")
    .default({})
    .describe("headers that everybody may read, such as the name of a tenant"),
  keep: patterns
    .default([])
    .describe("metrics that are sent, by regular expressions of whole names; all where absent"),
  drop: patterns.default([]).describe("metrics that are not sent, of those"),
  nativeHistograms: field.flag
    .default(false)
    .describe("whether native histograms are sent; not every target takes them"),
  queue: ordered.prefault({}).describe("how much is sent at once; what is absent is as Prometheus has it"),
}).refine(
  ({ authorization: by, tls: certificates, url: to }) =>
    (by ?? certificates) === undefined || isSecureAddress(to),
  {
    path: ["url"],
    error: ({ input }) =>
      `${shown(isRecord(input) ? input["url"] : input)} is not https, and \`authorization\` or \`tls\` is set: a secret would be sent in plain text`,
  },
);

const FORM = "a list of targets, each with a name and a url";

/** Whom every Prometheus of the stack sends what it stores. */
export const remoteWrite = list(target, FORM)
  .refine((targets) => twice(targets).length === 0, {
    error: ({ input }) => `has several targets that are called [${twice(input as Named[]).join(", ")}]`,
  })
  .meta({ form: FORM });

interface Named {
  readonly name: string;
}

function twice(targets: readonly Named[]): readonly string[] {
  return duplicates(targets.map(({ name }) => name));
}
