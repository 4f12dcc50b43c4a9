import { z } from "zod";
import type { Incident } from "../../incident";
import { line, list, mapping, number, section, text, shapeOf } from "./parts";

const labels = mapping(text);

export const fault = section({
  errors: section({
    job: text,
    share: number,
    counter: text.exactOptional(),
    as: labels.exactOptional(),
    among: labels.exactOptional(),
  }).exactOptional(),
  slow: section({
    job: text,
    share: number,
    median: number.exactOptional(),
    histogram: text.exactOptional(),
    among: labels.exactOptional(),
  }).exactOptional(),
  targets: section({ job: text, up: z.union([number, z.literal("vanished")]) }).exactOptional(),
  gauge: section({ name: text, labels, value: number }).exactOptional(),
  counter: section({ name: text, perSecond: number }).exactOptional(),
  disagreeing: text.exactOptional(),
  swinging: text.exactOptional(),
  lostBucket: section({ histogram: text, bound: text }).exactOptional(),
  renamedLabel: section({ metric: text, label: text, to: text }).exactOptional(),
  vanished: text.exactOptional(),
  stray: section({ job: text, name: text, labels }).exactOptional(),
});

/** What `Incident` looks like. */
export const incident = shapeOf<Incident>()(section({ id: text, says: line, alerts: list(text), fault }));
