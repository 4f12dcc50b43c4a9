import { z } from "zod";
import type { Operations } from "../../operations";
import { duration, filled, kind, list, number, oneOf, oneType, percent, section, text } from "./parts";

const sourced = { source: text };
const checklist = section({ ...sourced, items: list(text) });

const onCall = section({
  rotations: list(
    section({
      ...sourced,
      name: text,
      calledFor: text,
      shift: section({ length: duration, offset: duration }).exactOptional(),
    }),
  ),
  targets: section({
    ...sourced,
    acknowledge: duration,
    engage: duration,
    statusUpdate: duration,
    resolveOrEscalate: duration,
    report: duration,
  }),
  startOfShift: checklist,
  endOfShift: checklist,
});

const severity = section({
  name: text,
  definition: text,
  response: text,
  escalation: section({ action: text, within: duration.exactOptional() }),
});
const role = section({ title: text, duties: list(text) });

const incidents = section({
  ...sourced,
  severities: section({ "SEV-1": severity, "SEV-2": severity, "SEV-3": severity }),
  roles: section({ IC: role, TL: role, CL: role }),
  timeline: list(section({ after: duration, from: oneOf("alert", "resolution"), step: text })),
  channels: section({ ...sourced, chat: text, statusPage: text, reports: text, reportName: text }),
});

const answer = section({
  ...sourced,
  stated: text,
  action: text,
  investigateWithin: duration.exactOptional(),
});

const toil = section({
  ...sourced,
  tasks: list(
    section({
      ...sourced,
      task: text,
      timesPerWeek: z.union([number, z.literal("daily")], "a number, or daily"),
      minutes: number,
      remedy: text,
    }),
  ),
  workWeek: duration,
  workDays: number,
  target: percent,
  cap: section({ share: percent, source: text }),
  measured: text,
});

const processBase = { ...sourced, title: text, intro: text.exactOptional() };

/** What `Operations` looks like. */
export const operations: z.ZodType<Operations> = section({
  onCall: onCall.exactOptional(),
  incidents: incidents.exactOptional(),
  budgetPolicy: list(
    section({ ...sourced, name: text, from: percent, to: percent, action: text }),
  ).exactOptional(),
  burnAnswers: section({
    "page-fast": answer,
    "page-slow": answer,
    "ticket-fast": answer,
    "ticket-slow": answer,
  }).exactOptional(),
  volumes: list(section({ ...sourced, objective: text, events: text, perDay: number })).exactOptional(),
  toil: toil.exactOptional(),
  processes: list(
    oneType("kind", [
      section({ ...processBase, kind: kind("steps", "points"), items: filled(text) }),
      section({ ...processBase, kind: kind("table"), columns: filled(text), rows: filled(list(text)) }),
    ]),
  ).exactOptional(),
});
