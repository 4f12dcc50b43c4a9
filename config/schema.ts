import { z } from "zod";
import { ENVIRONMENTS, NEVER_PAGES, type Environment } from "../plan/environment";
import { isDuration, type Duration } from "../slo/duration";

const duration = z.custom<Duration>((value) => typeof value === "string" && isDuration(value), {
  error: (issue) => `[${String(issue.input)}] is not a duration such as 30s, 5m or 35d`,
});
const address = z.url({
  protocol: /^https?$/,
  error: (issue) => `[${String(issue.input)}] is not an http(s) address`,
});
const secretKey = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, {
  error: (issue) => `[${String(issue.input)}] is not the key of a secret, e.g. slack-alerts`,
});
const chat = z.strictObject({ channel: z.string().startsWith("#"), webhookSecret: secretKey });
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, {
  error: (issue) => `[${String(issue.input)}] is not a time of day such as 08:00`,
});

const receivers = z.strictObject({
  unrouted: chat,
  chat,
  quiet: chat,
  teamChat: z.record(z.string(), chat).default({}),
  pagerduty: z.strictObject({ address, routingKeySecrets: z.record(z.string(), secretKey) }).optional(),
  digest: z
    .strictObject({
      to: z.email(),
      from: z.email(),
      smarthost: z
        .string()
        .regex(/^[^:\s]+:\d+$/, { error: (issue) => `[${String(issue.input)}] is not host:port` }),
      username: z.string(),
      passwordSecret: secretKey,
      requireTls: z.boolean(),
      window: z.strictObject({ start: timeOfDay, end: timeOfDay, location: z.string().min(1) }),
    })
    .optional(),
  deadMansSwitch: z.strictObject({ urlSecret: secretKey }).optional(),
});

/** The configuration of a stack, without the prefix `tocsin:`; strict, so that a misspelt key is an error. */
export const stackSchema = z
  .strictObject({
    environment: z.enum(ENVIRONMENTS),
    cluster: z.string().min(1),
    paging: z.boolean(),
    prometheus: z.strictObject({
      replicas: z.int().min(1),
      retention: duration,
      scrapeInterval: duration,
      address,
    }),
    alertmanager: z.strictObject({ replicas: z.int().min(1), address }),
    grafana: z.strictObject({ address }),
    runbooks: z.record(z.string(), address),
    receivers,
  })
  .superRefine((stack, context) => {
    const neverPages: readonly string[] = NEVER_PAGES;
    if (stack.paging && neverPages.includes(stack.environment)) {
      context.addIssue({
        code: "custom",
        path: ["paging"],
        message: `[true] in [${stack.environment}], which never pages a person; set it to false`,
      });
    }
    if (stack.paging && stack.receivers.pagerduty?.routingKeySecrets["default"] === undefined) {
      context.addIssue({
        code: "custom",
        path: ["receivers", "pagerduty"],
        message:
          "paging is on and there is no [routingKeySecrets.default]; name the secret of the PagerDuty service that takes what no team takes",
      });
    }
    if (stack.runbooks["default"] === undefined) {
      context.addIssue({
        code: "custom",
        path: ["runbooks"],
        message: "there is no [default] base address of runbooks",
      });
    }
  });

/** The environment that a parsed stack describes. */
export function toEnvironment(stack: z.infer<typeof stackSchema>): Environment {
  const { environment, receivers: parsed, ...rest } = stack;
  const { pagerduty, digest, deadMansSwitch, ...chats } = parsed;
  return {
    ...rest,
    name: environment,
    receivers: {
      ...chats,
      ...(pagerduty === undefined ? {} : { pagerduty }),
      ...(digest === undefined ? {} : { digest }),
      ...(deadMansSwitch === undefined ? {} : { deadMansSwitch }),
    },
  };
}
