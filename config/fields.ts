import { z } from "zod";
import type { Duration } from "../slo/duration";
import { isDuration } from "../slo/duration";

const seen = (issue: { readonly input: unknown }): string =>
  typeof issue.input === "string" || typeof issue.input === "number"
    ? `[${issue.input}]`
    : issue.input === undefined
      ? "nothing"
      : `a ${Array.isArray(issue.input) ? "list" : typeof issue.input}`;

/** A text of one form; the message says what was seen and what was expected. */
function text(pattern: RegExp, expected: string): z.ZodString {
  const error = (issue: { readonly input: unknown }): string => `${seen(issue)} is not ${expected}`;
  return z.string({ error }).regex(pattern, { error });
}

export const duration = z
  .templateLiteral([z.int().nonnegative(), z.enum(["ms", "s", "m", "h", "d"])], {
    error: (issue) => `${seen(issue)} is not a duration such as 30s, 5m or 35d`,
  })
  .refine((value) => isDuration(value), {
    error: (issue) => `${seen(issue)} is not a duration such as 30s, 5m or 35d`,
  }) satisfies z.ZodType<Duration>;

export const address = z.url({
  protocol: /^https?$/,
  error: (issue) => `${seen(issue)} is not an http(s) address`,
});

export const name = text(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, "a Kubernetes name, e.g. monitoring");
export const secretKey = text(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "the key of a secret, e.g. slack-alerts");
export const timeOfDay = text(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 08:00");
export const hostAndPort = text(/^[^:\s]+:\d+$/, "host:port");
export const percent = text(/^\d{1,3}(?:\.\d{1,6})?%$/, "a percentage such as 99.9%");
export const cpu = text(/^(?:[1-9]\d*m?|\d+\.\d+)$/, "an amount of CPU such as 500m or 2");
export const bytes = text(/^[1-9]\d*(?:Ki|Mi|Gi|Ti)$/, "an amount of memory or disk such as 512Mi or 50Gi");
export const account = text(/^\d{12}$/, "the 12 digits of an AWS account");
export const region = text(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "an AWS region such as eu-central-1");
export const bucketPrefix = text(
  /^[a-z0-9][a-z0-9-]{2,30}$/,
  "the beginning of bucket names, e.g. acme-prod",
);
export const channel = text(/^#\S+$/, "a channel such as #alerts");

/** A tag that can move, such as `latest`, would let two pods of one StatefulSet run different programs. */
export const image = text(
  /^[a-z0-9][\w./:-]*?(?::v?\d+\.\d+\.\d+[\w.-]*(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/,
  "an image at an exact version or digest, e.g. prom/prometheus:v3.15.0",
);

export const resources = z.strictObject({
  cpu: cpu.describe("CPU that is reserved; there is no limit, so that nothing is throttled"),
  memory: bytes.describe("memory that is reserved, and the limit"),
});

export const storage = z.strictObject({
  size: bytes.describe("size of the volume of each pod"),
  storageClass: name.optional().describe("storage class; the cluster's default one where absent"),
});
