import { z } from "zod";
import { isSecureAddress } from "../plan/address";
import { SCRAPE } from "../plan/environment";
import { bytesOf, milliCpuOf } from "../plan/quantity";
import { milliseconds, type Duration } from "../slo/duration";
import { suggestion } from "../slo/nearest";
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
export function text(pattern: RegExp, form: string): z.ZodString {
  const error = (seen: Seen): string =>
    isUnquoted(seen.input) && pattern.test(String(seen.input))
      ? `${shown(seen.input)} is a ${typeof seen.input}, not a text; put it in quotes`
      : misfit(seen, form);
  return z.string({ error }).regex(pattern, { error, abort: true }).meta(inWords(form));
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

/** A whole number within bounds. */
export function count(most: number): z.ZodNumber {
  const form = `a whole number from 1 to ${most}`;
  const fits = (value: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
  const error = unquoted(form, fits);
  return z
    .number({ error })
    .int({ error })
    .min(1, { error, abort: true })
    .max(most, { error, abort: true })
    .meta(inWords(form));
}

const DURATION = /^[1-9]\d*(?:ms|s|m|h|d)$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
export const isTimeOfDay = (value: string): boolean => TIME.test(value);

/** What stands around a name is part of it for whoever looks it up. */
export const filled = text(/\S/, "a text").regex(/^\S(?:.*\S)?$/, {
  error: ({ input }) => `${shown(input)} has a blank at its beginning or end, or several lines`,
});
export const cluster = text(
  /^(?=.{1,100}$)[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/,
  "the name of a cluster such as prod-1",
);
export const environment = text(
  /^(?=.{1,63}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
  "an environment of the catalogue such as prod",
);
export const identifier = text(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "an identifier such as shop");
const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
export const name = text(NAME, "a Kubernetes name such as monitoring");
/** Source: Kubernetes docs, "Labels and Selectors", with what is a label of Prometheus as well. */
export const labelName = text(
  /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/,
  "a label such as release",
);
export const labelValue = text(
  /^[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/,
  "the value of a label such as kube-prometheus-stack",
);
export const timeOfDay = text(TIME, "a time of day such as 08:00");
/** A port as the networks know it. */
const PORT = "(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])";
const LABEL = "[A-Za-z\\d](?:[\\w-]{0,61}[A-Za-z\\d])?";
const HOST = `(?:${LABEL}(?:\\.${LABEL})*\\.?|\\[[\\da-fA-F:]+\\])`;

export const hostAndPort = text(
  new RegExp(`^${HOST}:${PORT}$`),
  "a host and port such as smtp.example.com:587",
);

/** Kubernetes takes any amount that it can read; what no node has, or nothing starts with, is a slip. */
function amount(
  read: (value: string) => bigint | undefined,
  what: string,
  [least, most]: readonly [least: string, most: string],
  example: string,
): z.ZodString {
  const form = `${what} from ${least} to ${most} such as ${example}`;
  const [from = 0n, to = 0n] = [read(least), read(most)];
  const fits = (value: string): boolean => {
    const seen = read(value);
    return seen !== undefined && seen >= from && seen <= to;
  };
  return text(/^\d+(?:\.\d+)?(?:m|Ki|Mi|Gi|Ti)?$/, form).refine(fits, {
    error: (seen) => misfit(seen, form),
  });
}

export const cpu = amount(milliCpuOf, "an amount of CPU", ["1m", "256"], "500m or 2");
export const memory = (least: string): z.ZodString =>
  amount(bytesOf, "an amount of memory", [least, "4Ti"], "512Mi");
/** Less would be full within the hour, and the clouds have no volume of more. */
export const disk = amount(bytesOf, "an amount of disk", ["1Gi", "64Ti"], "50Gi");

/** Namespaces that a cluster or its cloud runs itself, or that everybody's objects fall into. */
const TAKEN_NAMESPACES = [
  "default",
  "gmp-public",
  "gmp-system",
  "kube-node-lease",
  "kube-public",
  "kube-system",
];
const NAMESPACE = "the name of a namespace of its own such as monitoring";
export const ownNamespace = text(NAME, NAMESPACE).refine((value) => !TAKEN_NAMESPACES.includes(value), {
  error: (seen) => misfit(seen, NAMESPACE),
});

export const channel = text(/^#[^\s#]{1,79}$/, "a channel such as #alerts, in quotes");
/** A query or a password in it would end up in links that everybody sees. */
const ADDRESS = "an http(s) address such as https://grafana.example.com";
const ADDRESS_PATTERN = new RegExp(`^https?://${HOST}(?::${PORT})?(?:/[^\\s?#]*)?$`);
export const address = text(ADDRESS_PATTERN, ADDRESS).refine((value) => URL.canParse(value), {
  error: (seen) => misfit(seen, ADDRESS),
});

/** Where a secret goes: encrypted, or not beyond this machine. */
const SECURE = "an https address, since a secret is sent there, such as https://grafana.example.com";
export const secureAddress = text(ADDRESS_PATTERN, SECURE).refine(isSecureAddress, {
  error: (seen) => misfit(seen, SECURE),
});

const EMAIL = "a mail address such as platform@example.com";
export const email = z.email({ error: (seen) => misfit(seen, EMAIL) }).meta(inWords(EMAIL));

const LOCATION = "a time zone such as Europe/Berlin";
const locationError = { error: (seen: Seen): string => misfit(seen, LOCATION) };
export const location = text(/^[A-Za-z][\w+/-]*$/, LOCATION).refine(
  (name) => TIME_ZONES.has(name),
  locationError,
);

/** A duration within bounds; none of a stack may be zero. */
export function duration(least: Duration, most: Duration, form: string): z.ZodType<Duration, string> {
  const fits = (value: string): boolean =>
    milliseconds(value) >= milliseconds(least) && milliseconds(value) <= milliseconds(most);
  return text(DURATION, form)
    .refine(fits, { error: (seen) => misfit(seen, form) })
    .transform((value) => value as Duration);
}

/** Less would not hold a day's comparison, more than ten years nobody asks for. */
export const retention = duration("1d", "3650d", "a duration from 1d to 3650d such as 35d");
const INTERVAL = `a duration of whole seconds from ${SCRAPE.timeout}, the timeout of a scrape, to ${SCRAPE.lookback}, which a query looks back`;
/** Prometheus does not start with less, and with more every series is stale between two scrapes. Rules halve it. */
export const scrapeInterval = duration(SCRAPE.timeout, SCRAPE.lookback, INTERVAL).refine(
  (value) => milliseconds(value) % 1_000 === 0,
  { error: (seen) => misfit(seen, INTERVAL) },
);

export const percent = text(
  /^\d{1,3}(?:\.\d{1,6})?%$/,
  "a percentage with at most six decimals such as 99.9%",
).transform((value) => value as Percent);

/** A tag that can move, such as `latest`, would let two pods of one StatefulSet run different programs. */
export const image = text(
  /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\d{1,5}(?=\/))?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::v?\d+\.\d+\.\d+[\w.-]*(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/,
  "an image at an exact version or digest such as prom/prometheus:v3.15.0",
);

const secretError = { error: secretMisfit };
/** A text that is never repeated; `secret` lets the JSON schema ask for a ciphertext in its place. */
export const secret = z.string(secretError).regex(/\S/, secretError).meta({ form: "a secret", secret: true });

/** What stands where the name of a secret belongs may be the secret itself, so it is not repeated either. */
const KEY_FORM = "the key of a secret such as slack-alerts";
const keyError = {
  error: ({ input }: Seen): string =>
    input === undefined || input === null || input === ""
      ? misfit({ input }, KEY_FORM)
      : `is not ${KEY_FORM}; it is not shown, since it may be the secret itself`,
};
/** Words of ordinary length; routing keys and tokens are longer, and have digits among their letters. */
export const secretKey = z
  .string(keyError)
  .regex(/^(?!.*(?=[a-z0-9]{16})(?=[a-z]*\d)[a-z0-9])[a-z0-9]{1,40}(?:-[a-z0-9]{1,40})*$/, keyError)
  .max(100, keyError)
  .meta(inWords(KEY_FORM));

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
  const keys = Object.keys(shape).join(SEPARATOR);
  const form = `a mapping with the keys [${keys}]`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? keys : misfit(issue, form)),
  });
}

const SEPARATOR = ", ";

/** What to write in place of a key that a section has not. @param issue the section's own, which has its keys as message */
export function remedyOfKey(key: string, { message }: { readonly message: string }): string {
  return suggestion(key, message.split(SEPARATOR));
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

/** Values in an order that means nothing, each once. */
export function list<Value extends z.core.SomeType>(value: Value, form: string): z.ZodArray<Value> {
  return z
    .array(value, { error: (seen) => misfit(seen, form) })
    .refine((values) => new Set(values.map((one) => JSON.stringify(one))).size === values.length, {
      error: ({ input }) => `${shown(input)} lists a value twice`,
    });
}
