import { z } from "zod";
import type { Operations } from "../../operations";
import {
  duration,
  filled,
  kind,
  line,
  list,
  number,
  oneOf,
  oneType,
  percent,
  prose,
  section,
  text,
} from "./parts";

const sourced = { source: prose };
const checklist = section({ ...sourced, items: filled(prose) });

const onCall = section({
  rotations: filled(
    section({
      ...sourced,
      name: prose,
      calledFor: prose,
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
  name: prose,
  definition: prose,
  response: prose,
  escalation: section({ action: prose, within: duration.exactOptional() }),
});
const role = section({ title: line, duties: filled(prose) });

const incidents = section({
  ...sourced,
  severities: section({ "SEV-1": severity, "SEV-2": severity, "SEV-3": severity }),
  roles: section({ IC: role, TL: role, CL: role }),
  timeline: filled(section({ after: duration, from: oneOf("alert", "resolution"), step: prose })),
  channels: section({ ...sourced, chat: prose, statusPage: prose, reports: prose, reportName: prose }),
});

const answer = section({
  ...sourced,
  stated: text,
  action: prose,
  investigateWithin: duration.exactOptional(),
});

const toil = section({
  ...sourced,
  tasks: filled(
    section({
      ...sourced,
      task: prose,
      timesPerWeek: z.union([number, z.literal("daily")], "a number, or daily"),
      minutes: number,
      remedy: prose,
    }),
  ),
  workWeek: duration,
  workDays: number,
  target: percent,
  cap: section({ share: percent, source: prose }),
  measured: prose,
});

const processBase = { ...sourced, title: text, intro: text.exactOptional() };

/** What `Operations` looks like. */
export const operations: z.ZodType<Operations> = section({
  onCall: onCall.exactOptional(),
  incidents: incidents.exactOptional(),
  budgetPolicy: list(
    section({ ...sourced, name: prose, from: percent, to: percent, action: prose }),
  ).exactOptional(),
  burnAnswers: section({
    "page-fast": answer,
    "page-slow": answer,
    "ticket-fast": answer,
    "ticket-slow": answer,
  }).exactOptional(),
  volumes: list(section({ ...sourced, objective: text, events: prose, perDay: number })).exactOptional(),
  toil: toil.exactOptional(),
  processes: list(
    oneType("kind", [
      section({ ...processBase, kind: kind("steps", "points"), items: filled(text) }),
      section({ ...processBase, kind: kind("table"), columns: filled(text), rows: filled(list(text)) }),
    ]),
  ).exactOptional(),
});
