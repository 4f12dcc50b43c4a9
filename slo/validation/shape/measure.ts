import type { z } from "zod";
import type { Condition } from "../../alert";
import type { Sli } from "../../sli";
import { duration, filled, flag, kind, list, number, oneKey, oneOf, oneType, section, text } from "./parts";
import { counter, eventSli, eventSlis, gauge, histogram, job, matches } from "./telemetry";

const where = matches.exactOptional();
const by = list(text).exactOptional();
const of = oneOf("together", "average", "highest");
const free = flag.exactOptional();
const counterPart = section({ counter, where });

const level = section({ kind: kind("level"), gauge, where, of: oneOf("sum", "max", "min"), by });
const age = section({ kind: kind("age"), gauge, where, of: oneOf("newest", "oldest"), by });
const gaugeShare = section({ kind: kind("gauge-share"), part: gauge, whole: gauge, where, free, of });

const alerted = [
  level,
  age,
  section({ kind: kind("spread"), gauge }),
  section({
    kind: kind("increase"),
    counter,
    where,
    window: duration,
    by,
    least: list(text).exactOptional(),
    explainedBy: counter.exactOptional(),
  }),
  section({ kind: kind("rate"), per: oneOf("second", "minute"), counter, where, window: duration, by }),
  gaugeShare,
  section({
    kind: kind("counter-share"),
    part: counterPart,
    whole: filled(counterPart),
    free,
    of,
    window: duration,
  }),
  section({ kind: kind("gauge-per-target"), gauge }),
  section({ kind: kind("targets-up"), job, planned: number.exactOptional() }),
  section({ kind: kind("bad-events"), sli: eventSli, window: duration }),
] as const;

/** What alerts compare. */
export const alertMeasure = oneType("kind", alerted);

/** What panels draw. */
export const panelValue = oneType("kind", [
  ...alerted,
  section({ kind: kind("quantile"), histogram, where, quantile: text, window: duration }),
  section({ kind: kind("slo-success"), slo: text }),
]);

const unusual = oneKey(
  section({ times: number, moreThanPerMinute: number }),
  section({ deviations: number, moreThanPerMinute: number }),
);

export const condition: z.ZodType<Condition> = oneKey(
  section({ above: text }),
  section({ below: text }),
  section({ equals: text }),
  section({ unusual }),
);

/** What an SLI counts. */
export const sli: z.ZodType<Sli> = oneType("kind", [
  ...eventSlis,
  section({
    kind: kind("time"),
    measure: oneType("kind", [level, age, gaugeShare]),
    bad: oneKey(section({ above: text }), section({ below: text })),
    minimum: duration,
  }),
]);
