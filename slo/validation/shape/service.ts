import { z } from "zod";
import { SCALING_BEHAVIORS } from "../../autoscaling";
import type { Service, Slo } from "../../service";
import { alert } from "./alert";
import { dashboard, row } from "./dashboard";
import { incident } from "./incident";
import { BACKUP_INTERVALS } from "../../backup";
import {
  duration,
  filled,
  filledList,
  kind,
  line,
  list,
  mapping,
  number,
  oneOf,
  oneType,
  percent,
  perEnvironment,
  period,
  prose,
  section,
  text,
  shapeOf,
} from "./parts";
import { sli } from "./measure";
import { counter, gauge, job, matches, telemetry } from "./telemetry";

const slo = shapeOf<Slo>()(
  section({
    id: text,
    title: line,
    population: line,
    breach: line,
    sli,
    objective: perEnvironment(percent),
    by: list(text).exactOptional(),
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
    volume: section({ events: prose, perDay: number }).exactOptional(),
  }),
);

const unmeasured = section({
  id: text,
  title: line,
  objective: percent,
  why: prose,
  needs: prose,
});

const autoscaling = section({
  job,
  replicas: perEnvironment(section({ min: number, max: number })),
  cpu: percent.exactOptional(),
  memory: section({ target: percent, why: prose }).exactOptional(),
  metrics: list(
    section({
      of: oneOf("external", "pods"),
      metric: z.union([counter, gauge]),
      where: matches.exactOptional(),
      name: text.exactOptional(),
      perPod: text,
    }),
  ).exactOptional(),
  behavior: oneOf(...SCALING_BEHAVIORS).exactOptional(),
  maxUnavailable: perEnvironment(number).exactOptional(),
});

const carrying = { use: percent, figures: oneOf("assumed", "measured") };
const capacity = section({
  id: text,
  title: line,
  unit: line,
  projection: perEnvironment(list(section({ by: text, load: number }))),
  carriedBy: filled(
    oneType("kind", [
      section({ kind: kind("autoscaler"), job, each: number, ...carrying }),
      section({
        kind: kind("limit"),
        name: line,
        amounts: perEnvironment(filled(section({ from: text, amount: number }))),
        each: number.exactOptional(),
        ...carrying,
      }),
    ]),
  ),
});

const ofEveryStore = { every: oneOf(...BACKUP_INTERVALS), rpo: duration, rto: duration };

const asked = {
  ...ofEveryStore,
  checks: list(section({ name: oneOf("row_count", "smoke"), query: line })),
};

const store = oneType("kind", [
  section({
    ...asked,
    kind: kind("sqlite-per-tenant"),
    folder: line,
    file: line,
    runs: oneType("in", [
      section({ in: kind("cluster"), volumeClaim: text }),
      section({ in: kind("machine") }),
    ]),
  }),
  section({
    ...asked,
    kind: kind("postgres"),
    pointInTime: oneOf("archive", "provider").exactOptional(),
    scratch: line,
  }),
  section({
    ...ofEveryStore,
    kind: kind("server"),
    server: oneOf("alertmanager", "prometheus"),
    pod: text,
    volumeClaim: text,
    subPath: line.exactOptional(),
    namespace: text,
    scratch: line,
  }),
]);

const backup = section({
  id: text,
  description: prose,
  keepDays: perEnvironment(number),
  lockDays: perEnvironment(number),
  store: store.exactOptional(),
});

const budgetState = section({ name: prose, from: percent, to: percent, action: prose });

/** What `Service` looks like: the compiler compares the two. */
export const serviceShape = shapeOf<Service>()(
  section({
    id: text,
    title: line,
    description: prose,
    team: text,
    tier: oneOf(1, 2, 3),
    environments: filledList(text),
    telemetry,
    slos: list(slo),
    unmeasured: list(unmeasured).exactOptional(),
    alerts: list(alert),
    incidents: list(incident).exactOptional(),
    autoscaling: list(autoscaling),
    capacity: list(capacity).exactOptional(),
    backups: list(backup),
    dashboard: text,
    sloRows: list(row).exactOptional(),
    dashboards: list(dashboard).exactOptional(),
    budgetPolicy: list(budgetState).exactOptional(),
    advice: mapping(filledList(prose)).exactOptional(),
  }),
);
