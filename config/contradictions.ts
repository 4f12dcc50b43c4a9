import { z } from "zod";
import { ENVIRONMENTS, NEVER_PAGES, type EnvironmentName } from "../plan/environment";
import type { Finding } from "./wording";

/** Environments whose monitoring is watched from outside. */
const WATCHED = ["prod", "staging"] as const satisfies readonly EnvironmentName[];

/** What can be seen of a configuration that may have other faults, so that all are reported at once. */
const glimpse = z.object({
  environment: z.enum(ENVIRONMENTS).optional().catch(undefined),
  paging: z.boolean().optional().catch(undefined),
  backends: z
    .record(z.string(), z.looseObject({ metrics: z.unknown() }).partial().catch({}))
    .optional()
    .catch(undefined),
  gmp: z.unknown().optional(),
  receivers: z
    .looseObject({ pagerduty: z.unknown(), deadMansSwitch: z.unknown() })
    .partial()
    .optional()
    .catch(undefined),
});

type Glimpse = z.infer<typeof glimpse>;

/** What no single key shows. */
export function contradictions(values: Readonly<Record<string, unknown>>): readonly Finding[] {
  const seen = glimpse.parse(values);
  const found = [
    pagingForbidden(seen),
    pagerdutyMissing(seen),
    deadMansSwitchMissing(seen),
    managedPrometheusMissing(seen),
  ];
  return found.filter((contradiction) => contradiction !== undefined);
}

function pagingForbidden({ environment, paging }: Glimpse): Finding | undefined {
  const never: readonly (string | undefined)[] = NEVER_PAGES;
  return paging === true && environment !== undefined && never.includes(environment)
    ? {
        path: ["paging"],
        message: `[true] in [${environment}], which never pages a person`,
        remedy: "Set it to false.",
      }
    : undefined;
}

function pagerdutyMissing({ paging, receivers }: Glimpse): Finding | undefined {
  return paging === true && receivers !== undefined && receivers.pagerduty === undefined
    ? {
        path: ["receivers", "pagerduty"],
        message: "is not set, and tocsin:paging is [true]",
        remedy: "Name the secrets of PagerDuty's routing keys, or set tocsin:paging to false.",
      }
    : undefined;
}

/** Monitoring that has died raises no alert; somebody outside must notice. */
function deadMansSwitchMissing({ environment, receivers }: Glimpse): Finding | undefined {
  const watched: readonly (string | undefined)[] = WATCHED;
  return watched.includes(environment) && receivers !== undefined && receivers.deadMansSwitch === undefined
    ? {
        path: ["receivers", "deadMansSwitch"],
        message: `is not set, and tocsin:environment is [${environment ?? ""}]`,
        remedy: "Name the secret that holds the heartbeat address of a service outside the cluster.",
      }
    : undefined;
}

/** Dashboards and Grafana-managed alerts read through it. */
function managedPrometheusMissing({ backends = {}, gmp }: Glimpse): Finding | undefined {
  const [service] = Object.entries(backends).find(([, { metrics }]) => metrics === "gmp") ?? [];
  return service !== undefined && gmp === undefined
    ? {
        path: ["gmp"],
        message: `is not set, and tocsin:backends.${service}.metrics is [gmp]`,
        remedy: "Give the address of a Prometheus API in front of it.",
      }
    : undefined;
}
