import { z } from "zod";
import { INTEGRATIONS, type IntegrationSettings } from "../receivers";
import type { Field, FieldForm } from "../receivers/integration";
import { compareText } from "../slo/order";
import * as field from "./fields";
import { list, mappingWithDefault, section } from "./fields";
import { isRecord } from "./record";
import { misfit, type Seen } from "./wording";

/** What a setting of an integration has to look like. */
const FORMS = {
  channel: field.channel,
  email: field.email,
  flag: field.flag,
  hostAndPort: field.hostAndPort,
  secretKey: field.secretKey,
  secureAddress: field.secureAddress,
  text: field.filled,
} as const satisfies Readonly<Record<FieldForm, z.ZodType>>;

type Shape<F> = {
  readonly [Name in keyof F]: F[Name] extends Field ? (typeof FORMS)[F[Name]["form"]] : never;
};

/** The settings of an integration, as a section has them. */
function shapeOf<F extends Readonly<Record<string, Field>>>(fields: F): Shape<F> {
  const shape = Object.entries(fields).map(([name, { fallback, form, means }]) => {
    const schema: z.ZodType = FORMS[form];
    return [name, (fallback === undefined ? schema : schema.default(fallback)).describe(means)];
  });
  return Object.fromEntries(shape) as Shape<F>;
}

const KINDS = Object.keys(INTEGRATIONS).sort(compareText);

/** A kind that is none of these leaves the other keys unknown, so nothing is said of them. */
function kindError({ input }: Seen): string {
  return isRecord(input)
    ? misfit({ input: input["kind"] }, `one of [${KINDS.join(", ")}]`)
    : misfit({ input }, "a mapping with the key [kind]");
}

const options = Object.values(INTEGRATIONS).map(({ fields, kind, title }) =>
  section({ kind: z.literal(kind).meta({ form: kind }).describe(title), ...shapeOf(fields) }),
) as unknown as readonly [z.core.$ZodTypeDiscriminable];

const HEARD = "a list of receivers, each with its kind";

/** Everybody who hears at once. What is parsed has the settings of its kind, which the schema is made from. */
const heard = list(z.discriminatedUnion("kind", options, { error: kindError }), HEARD)
  .min(1, { error: "is an empty list, which nobody hears; leave it out, or name a receiver" })
  .meta({ id: "receivers" }) as unknown as z.ZodType<readonly IntegrationSettings[]>;

function hears(what: string): typeof heard {
  return heard.meta({ description: `who hears ${what}`, form: HEARD });
}

function byTeam(what: string): z.ZodObject<{ default: typeof heard }, z.core.$catchall<typeof heard>> {
  return mappingWithDefault(
    hears(`of ${what} of the others`),
    hears(`of ${what} of this team`),
    "a mapping of teams to lists of receivers",
  );
}

const digestWindow = section({
  start: field.timeOfDay.describe("from when on"),
  end: field.timeOfDay.describe("until when, on the same day"),
  location: field.location.describe("whose time it is"),
}).refine(({ start, end }) => !(minutesBetween(start, end) < LEAST_WINDOW), {
  error: ({ input }) => {
    const { start, end } = input as { readonly start: string; readonly end: string };
    return minutesBetween(start, end) <= 0
      ? `[${start}] to [${end}] is not a window of one day, which ends after it starts`
      : `[${start}] to [${end}] is too short: a mail that fails is tried again in it, so at least ${LEAST_WINDOW} minutes`;
  },
});

/** As long as a job may take to begin, and a failed one to be tried again. */
const LEAST_WINDOW = 10;

/** Not a number where one of them is no time of day. */
function minutesBetween(start: string, end: string): number {
  const [from = NaN, to = NaN] = [start, end]
    .filter(field.isTimeOfDay)
    .map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
  return to - from;
}

const digest = section({
  ...shapeOf(INTEGRATIONS.email.fields),
  window: digestWindow.describe("part of the day in which it is sent"),
});

/** Where what older versions had under other keys has gone. */
export const FORMER_RECEIVERS: ReadonlyMap<string, string> = new Map([
  ["chat", "[warning.default], a list of receivers"],
  ["pagerduty", "[critical], with { kind: pagerduty, routingKeySecret } in the list of each team"],
  ["quiet", "[info.default], a list of receivers"],
  ["teamChat", "[warning], with a list of receivers for each team"],
]);

/** Who hears of what. */
export const receivers = section({
  unrouted: hears("of what no route matched"),
  critical: byTeam("what is critical")
    .exactOptional()
    .describe("who is paged, by team; required where `tocsin:paging` is true"),
  warning: byTeam("warnings").describe(
    "who hears of warnings, by team; where nobody is paged, `default` hears of everything but information",
  ),
  info: byTeam("information")
    .exactOptional()
    .describe("who hears of information, by team; nobody but the daily digest where absent"),
  digest: digest
    .exactOptional()
    .describe("the daily digest and the reports of weeks and months, by mail; none where absent"),
  deadMansSwitch: section({
    urlSecret: field.secretKey.describe("key of the secret that holds the heartbeat address"),
  })
    .exactOptional()
    .describe(
      "a service outside the cluster that pages when the Watchdog falls silent; required in an environment with the trait `needsDeadMansSwitch`",
    ),
});
