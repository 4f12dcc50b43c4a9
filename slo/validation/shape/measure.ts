import { z } from "zod";
import type { Condition } from "../../alert";
import type { CounterRatioSli, Sli } from "../../sli";
import {
  duration,
  filled,
  flag,
  kind,
  line,
  list,
  mapping,
  number,
  oneKey,
  oneOf,
  oneType,
  period,
  prose,
  several,
  section,
  text,
  twoOf,
  shapeOf,
} from "./parts";
import { fault } from "./incident";
import { counter, eventSli, eventSlis, gauge, histogram, job, matches, metric } from "./telemetry";

const where = matches.exactOptional();
const by = list(text).exactOptional();
const of = oneOf("together", "average", "highest");
const free = flag.exactOptional();
const counterPart = section({ counter, where });

const ahead = z.literal(true, "true").exactOptional();
const level = section({ kind: kind("level"), gauge, where, of: oneOf("sum", "max", "min"), by });
const age = section({ kind: kind("age"), gauge, where, of: oneOf("newest", "oldest"), ahead, by });
const gaugeShare = section({ kind: kind("gauge-share"), part: gauge, whole: gauge, where, free, of });

const exampleSeries = mapping(number);
const query = section({
  kind: kind("query"),
  query: prose,
  says: line,
  reads: filled(metric),
  examples: filled(
    section({
      growing: exampleSeries.exactOptional(),
      standing: exampleSeries.exactOptional(),
      value: number,
    }),
  ),
});

const alerted = [
  level,
  age,
  query,
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
  section({
    kind: kind("forecast"),
    part: gauge,
    whole: gauge,
    where,
    window: duration,
    ahead: duration,
  }),
  section({ kind: kind("turns"), gauge, where, window: duration }),
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

export const condition = shapeOf<Condition>()(
  oneKey(section({ above: text }), section({ below: text }), section({ equals: text }), section({ unusual })),
);

const counters = filled(counterPart);
const counterEvents = twoOf<CounterRatioSli["events"]>({
  total: counters,
  good: counters,
  bad: counters,
});

const measuredSlis = [
  ...eventSlis,
  section({
    kind: kind("time"),
    measure: oneType("kind", [level, age, gaugeShare, query]),
    bad: oneKey(section({ above: text }), section({ below: text })),
    minimum: duration,
  }),
  section({ kind: kind("counter-ratio"), events: counterEvents }),
  section({
    kind: kind("query-ratio"),
    errors: prose,
    total: prose,
    reads: filled(metric),
    examples: filled(section({ growing: exampleSeries, errors: number, total: number })),
    fault: fault.exactOptional(),
  }),
] as const;

const step = section({
  service: text,
  slo: text,
  title: line,
  window: period,
  sli: oneType("kind", measuredSlis),
  weight: text,
});

/** What an SLI counts. */
export const sli = shapeOf<Sli>()(
  oneType("kind", [
    ...measuredSlis,
    section({ kind: kind("composite"), of: oneOf("all", "weighted"), steps: several(step) }),
  ]),
);
