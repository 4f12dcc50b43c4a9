import type { z } from "zod";
import type { Dashboard, DashboardRow, PanelValue } from "../../dashboard";
import { duration, filled, flag, kind, line, list, oneOf, oneType, prose, section, text } from "./parts";
import { counter, eventSli, gauge, histogram, job, matches } from "./telemetry";

const where = matches.exactOptional();
const by = list(text).exactOptional();
const across = oneOf("together", "average", "highest");
const counterPart = section({ counter, where });

const value: z.ZodType<PanelValue> = oneType("kind", [
  section({ kind: kind("level"), gauge, where, of: oneOf("sum", "max", "min"), by }),
  section({ kind: kind("increase", "rate", "rate-per-minute"), counter, where, window: duration, by }),
  section({ kind: kind("gauge-share"), part: gauge, whole: gauge, free: flag.exactOptional(), of: across }),
  section({
    kind: kind("counter-share"),
    part: counterPart,
    whole: filled(counterPart),
    free: flag.exactOptional(),
    of: across,
    window: duration,
  }),
  section({ kind: kind("quantile"), histogram, where, quantile: text, window: duration }),
  section({ kind: kind("slo-success"), slo: text }),
  section({ kind: kind("targets-up"), job }),
  section({ kind: kind("bad-events"), sli: eventSli, window: duration }),
  section({ kind: kind("gauge-per-target"), gauge }),
]);

const panel = section({
  id: text,
  title: line,
  description: prose,
  unit: oneOf("bytes", "count", "ratio", "perMinute", "perSecond", "seconds", "onOff"),
  draw: oneOf("number", "graph", "bars"),
  values: filled(section({ name: text.exactOptional(), value })),
  target: section({
    good: oneOf("above", "below"),
    target: text,
    limit: text.exactOptional(),
  }).exactOptional(),
});

export const row: z.ZodType<DashboardRow> = section({
  id: text,
  title: line,
  panels: filled(panel),
  source: prose,
});

export const dashboard: z.ZodType<Dashboard> = section({
  uid: text,
  title: line,
  description: prose,
  rows: filled(row),
});
