import type { z } from "zod";
import type { Service, Slo } from "../../service";
import { alert } from "./alert";
import { dashboard, row } from "./dashboard";
import { operations } from "./operations";
import { list, number, oneOf, percent, perEnvironment, period, section, text } from "./parts";
import { job, sli, telemetry } from "./telemetry";

const slo: z.ZodType<Slo> = section({
  id: text,
  title: text,
  population: text,
  breach: text,
  sli,
  objective: perEnvironment(percent),
  window: period,
  response: oneOf("page", "ticket"),
  guard: oneOf("strict", "fast").exactOptional(),
  runbooks: section({
    burn: text,
    ticket: text,
    budget: text,
    policy: text,
    dataMissing: text,
    bucketMissing: text.exactOptional(),
  }),
  source: text,
});

const unmeasured = section({
  id: text,
  title: text,
  objective: percent,
  why: text,
  needs: text,
  source: text,
});

const autoscaling = section({
  job,
  replicas: perEnvironment(section({ min: number, max: number })),
  cpu: percent,
  memory: percent,
  source: text,
});

const backup = section({
  id: text,
  description: text,
  keepDays: perEnvironment(number),
  lockDays: perEnvironment(number),
  source: text,
});

const correction = section({ id: text, area: text, says: text, built: text, why: text });

/** What `Service` looks like: the compiler compares the two. */
export const serviceShape: z.ZodType<Service> = section({
  id: text,
  title: text,
  description: text,
  team: text,
  tier: oneOf(1, 2, 3),
  environments: list(text),
  telemetry,
  slos: list(slo),
  unmeasured: list(unmeasured).exactOptional(),
  alerts: list(alert),
  autoscaling: list(autoscaling),
  backups: list(backup),
  dashboard: text,
  sloRows: list(row).exactOptional(),
  dashboards: list(dashboard).exactOptional(),
  operations: operations.exactOptional(),
  document: text.exactOptional(),
  corrections: list(correction).exactOptional(),
  leftOpen: list(text).exactOptional(),
});
