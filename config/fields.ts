import { z } from "zod";
import { SCRAPE } from "../plan/environment";
import { isDuration, ratioOf, type Duration } from "../slo/duration";
import type { Percent } from "../slo/objective";
import { fromJson } from "./keys";
import { TIME_ZONES } from "./time-zones";
import { misfit, secretMisfit, shown, type Seen } from "./wording";

/**
 * Every field names its form in words. The words end its messages ("[35 days] is not a duration such as ...") and
 * stand in docs/configuration.md, so that both agree; `form` is how they get there.
 */
const inWords = (form: string): { readonly form: string } => ({ form });

/** A text of one form. A number that would fit is YAML that lacks quotes. */
function text(pattern: RegExp, form: string): z.ZodString {
  const error = (seen: Seen): string =>
    isUnquoted(seen.input) && pattern.test(String(seen.input))
      ? `${shown(seen.input)} is a ${typeof seen.input}, not a text; put it in quotes`
      : misfit(seen, form);
  return z.string({ error }).regex(pattern, { error }).meta(inWords(form));
}

function isUnquoted(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}

/** As `misfit`, with a hint where the value would fit without its quotes. */
function unquoted(form: string, fits: (value: unknown) => boolean): (seen: Seen) => string {
  return (seen) =>
    typeof seen.input === "string" && fits(fromJson(seen.input))
      ? `${shown(seen.input)} is a text, not ${form}; leave out the quotes`
      : misfit(seen, form);
}

const FLAG = "true or false";
export const flag = z
  .boolean({ error: unquoted(FLAG, (value) => typeof value === "boolean") })
  .meta(inWords(FLAG));

const COUNT = "a whole number from 1";
const countError = unquoted(COUNT, (value) => Number.isInteger(value) && Number(value) >= 1);
export const count = z
  .number({ error: countError })
  .int({ error: countError })
  .min(1, { error: countError })
  .meta(inWords(COUNT));

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
export const isTimeOfDay = (value: string): boolean => TIME.test(value);

export const filled = text(/\S/, "a text");
export const cluster = text(/^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/, "the name of a cluster such as prod-1");
export const identifier = text(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "an identifier such as omnihub");
export const secretKey = text(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "the key of a secret such as slack-alerts");
export const name = text(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, "a Kubernetes name such as monitoring");
export const timeOfDay = text(TIME, "a time of day such as 08:00");
export const hostAndPort = text(/^[^:\s]+:\d{1,5}$/, "a host and port such as smtp.example.com:587");
export const cpu = text(/^(?:[1-9]\d*m?|\d+\.\d+)$/, "an amount of CPU such as 500m or 2");
export const bytes = text(/^[1-9]\d*(?:Ki|Mi|Gi|Ti)$/, "an amount of memory or disk such as 512Mi or 50Gi");
export const account = text(/^\d{12}$/, "the 12 digits of an AWS account");
export const region = text(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "an AWS region such as eu-central-1");
export const bucketPrefix = text(/^[a-z0-9][a-z0-9-]{2,30}$/, "the beginning of bucket names such as acme");
export const channel = text(/^#\S+$/, "a channel such as #alerts, in quotes");
export const awsKey = text(/^arn:\S+$/, "the ARN of a KMS key, which begins with arn:");
export const gcpKey = text(/^projects\/\S+$/, "the name of a KMS key, which begins with projects/");

/** A query or a password in it would end up in links that everybody sees. */
export const address = text(
  /^https?:\/\/(?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?(?:\/[^\s?#]*)?$/,
  "an http(s) address such as https://grafana.example.com",
);

const EMAIL = "a mail address such as platform@example.com";
export const email = z.email({ error: (seen) => misfit(seen, EMAIL) }).meta(inWords(EMAIL));

const LOCATION = "a time zone such as Europe/Berlin";
const locationError = { error: (seen: Seen): string => misfit(seen, LOCATION) };
export const location = z
  .string(locationError)
  .refine((name) => TIME_ZONES.has(name), locationError)
  .meta(inWords(LOCATION));

const DURATION = "a duration such as 30s, 5m or 35d";
/** No duration of a stack may be zero. */
export const duration = text(/^[1-9]\d*(?:ms|s|m|h|d)$/, DURATION)
  .transform((value) => value as Duration)
  .refine(isDuration, { error: (seen) => misfit(seen, DURATION) });

const INTERVAL = `a duration from ${SCRAPE.timeout}, the timeout of a scrape, to ${SCRAPE.lookback}, which a query looks back`;
/** Prometheus does not start with less, and with more every series is stale between two scrapes. */
export const scrapeInterval = duration
  .refine((value) => ratioOf(value, SCRAPE.timeout) >= 1 && ratioOf(value, SCRAPE.lookback) <= 1, {
    error: (seen) => misfit(seen, INTERVAL),
  })
  .meta(inWords(INTERVAL));

export const percent = text(
  /^\d{1,3}(?:\.\d{1,6})?%$/,
  "a percentage with at most six decimals such as 99.9%",
).transform((value) => value as Percent);

/** A tag that can move, such as `latest`, would let two pods of one StatefulSet run different programs. */
export const image = text(
  /^[a-z0-9][\w./:-]*?(?::v?\d+\.\d+\.\d+[\w.-]*(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/,
  "an image at an exact version or digest such as prom/prometheus:v3.15.0",
);

const secretError = { error: secretMisfit };
/** A text that is never repeated; `secret` lets the JSON schema ask for a ciphertext in its place. */
export const secret = z.string(secretError).min(1, secretError).meta({ form: "a secret", secret: true });

/** Secrets by key. One ciphertext for all of them would hide which are there. */
export const secrets = z.record(secretKey, secret.describe("what the secret of this key says"), {
  error: (issue) =>
    issue.code === "invalid_key"
      ? issue.issues[0]?.message
      : "is not a mapping of keys to secrets, each encrypted",
});

/** One of a few texts. */
export function oneOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
): z.ZodEnum<z.core.util.ToEnum<Values[number]>> {
  const form = `one of [${values.join(", ")}]`;
  return z.enum(values, { error: (seen) => misfit(seen, form) }).meta(inWords(form));
}

/** Keys that are all known; where one is not, the message is the remedy and names them. */
export function section<Shape extends z.core.$ZodShape>(
  shape: Shape,
): z.ZodObject<z.core.util.Writeable<Shape>, z.core.$strict> {
  const keys = Object.keys(shape).join(", ");
  const form = `a mapping with the keys [${keys}]`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? `Use one of [${keys}].` : misfit(issue, form)),
  });
}

/** Values by keys that the user chooses. */
export function mapping<Key extends z.core.$ZodRecordKey, Value extends z.core.SomeType>(
  key: Key,
  value: Value,
  form: string,
): z.ZodRecord<Key, Value> {
  return z.record(key, value, {
    error: (issue) => (issue.code === "invalid_key" ? issue.issues[0]?.message : misfit(issue, form)),
  });
}

/** As `mapping`, with one key for everything that has none of its own. */
export function mappingWithDefault<Value extends z.core.$ZodType>(
  fallback: Value,
  value: Value,
  form: string,
): z.ZodObject<{ default: Value }, z.core.$catchall<Value>> {
  return z.object({ default: fallback }, { error: (seen) => misfit(seen, form) }).catchall(value);
}

/** Values in an order that means nothing. */
export function list<Value extends z.core.SomeType>(value: Value, form: string): z.ZodArray<Value> {
  return z.array(value, { error: (seen) => misfit(seen, form) });
}
