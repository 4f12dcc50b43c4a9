import { z } from "zod";
import { environment } from "./fields";
import type { Environments, EnvironmentTraits } from "../slo/catalogue";
import { own, sortedBy } from "../slo/order";
import { misfit, type Finding } from "./wording";

const withIngress = z.looseObject({ ingress: z.unknown() }).partial().optional().catch(undefined);

/** What can be seen of a configuration that may have other faults, so that all are reported at once. */
const glimpse = z.object({
  environment: z.string().optional().catch(undefined),
  paging: z.boolean().optional().catch(undefined),
  backends: z
    .record(z.string(), z.looseObject({ metrics: z.unknown() }).partial().catch({}))
    .optional()
    .catch(undefined),
  gmp: z.unknown().optional(),
  kubernetes: z.looseObject({ clientNamespaces: z.unknown() }).partial().optional().catch(undefined),
  prometheus: withIngress,
  alertmanager: withIngress,
  runbookSite: withIngress,
  receivers: z
    .looseObject({ pagerduty: z.unknown(), deadMansSwitch: z.unknown() })
    .partial()
    .optional()
    .catch(undefined),
  backups: z
    .looseObject({ cloud: z.string(), region: z.string(), location: z.string(), kmsKey: z.string() })
    .partial()
    .optional()
    .catch(undefined),
});

type Glimpse = z.infer<typeof glimpse>;

/** What no single key shows. */
export function contradictions(
  values: Readonly<Record<string, unknown>>,
  environments: Environments,
): readonly Finding[] {
  const seen = glimpse.parse(values);
  const traits = own(environments, seen.environment ?? "");
  const found = [
    pagingForbidden(seen, traits),
    pagerdutyMissing(seen),
    deadMansSwitchMissing(seen, traits),
    managedPrometheusMissing(seen),
    keyElsewhere(seen),
    controllerShutOut(seen),
  ];
  return [...found.filter((contradiction) => contradiction !== undefined), ...sharedSecrets(seen)];
}

/** The controller of an Ingress is a client from another namespace, which nobody but those listed gets in from. */
function controllerShutOut(seen: Glimpse): Finding | undefined {
  const { kubernetes } = seen;
  const open = (["prometheus", "alertmanager", "runbookSite"] as const).find(
    (server) => seen[server]?.ingress !== undefined,
  );
  const { clientNamespaces = [] } = kubernetes ?? {};
  return kubernetes !== undefined &&
    open !== undefined &&
    Array.isArray(clientNamespaces) &&
    clientNamespaces.length === 0
    ? {
        path: ["kubernetes", "clientNamespaces"],
        message: `[] shuts out the ingress controller, which tocsin:${open}.ingress is for`,
        remedy: "List the namespace that the ingress controller runs in, e.g. ingress-nginx.",
      }
    : undefined;
}

/** A bucket is encrypted with a key of its own region; of multi-regions the two products have different names. */
function keyElsewhere({ backups: { cloud, region, location, kmsKey } = {} }: Glimpse): Finding | undefined {
  const [where, place] =
    cloud === "aws"
      ? ([/^arn:[^:]*:kms:([^:]*):/, region] as const)
      : ([/\/locations\/([^/]*-[^/]*)\//, location?.toLowerCase()] as const);
  const lies = where.exec(kmsKey ?? "")?.[1];
  return place?.includes("-") === true && lies !== undefined && lies !== place
    ? {
        path: ["backups", "kmsKey"],
        message: `is a key in [${lies}], and the buckets lie in [${place}]`,
        remedy: "Name a key of the same region.",
      }
    : undefined;
}

/** What a receiver does with its secret; a text that serves two of them is wrong for one. */
const SECRET_USES: Readonly<Record<string, string>> = {
  webhookSecret: "the address of a Slack webhook",
  routingKeySecrets: "a routing key of PagerDuty",
  passwordSecret: "a password of the mail server",
  urlSecret: "the address of the dead man's switch",
};

/** One key of a secret for two kinds of receiver. */
function sharedSecrets({ receivers = {} }: Glimpse): readonly Finding[] {
  const first = new Map<string, string>();
  return sortedBy(secretUses(["receivers"], receivers), ({ path }) => path.join("/")).flatMap(
    ({ path, key, use }) => {
      const other = first.get(key) ?? use;
      first.set(key, other);
      return other === use
        ? []
        : [
            {
              path,
              message: `names a secret that is used as ${other} and as ${use}`,
              remedy: "Give each a secret of its own.",
            },
          ];
    },
  );
}

interface SecretUse {
  readonly path: Finding["path"];
  readonly key: string;
  readonly use: string;
}

/** Every key of a secret below a place, with what it is for. */
function secretUses(path: Finding["path"], value: unknown, use?: string): readonly SecretUse[] {
  if (typeof value === "string") {
    return use === undefined ? [] : [{ path, key: value, use }];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, below]) =>
        secretUses([...path, key], below, use ?? own(SECRET_USES, key)),
      )
    : [];
}

/** A name that could be one of an environment, and that the catalogue does not have. */
export function environmentUnknown(
  values: Readonly<Record<string, unknown>>,
  environments: Environments,
): Finding | undefined {
  const name = values["environment"];
  return !environment.safeParse(name).success || Object.hasOwn(environments, String(name))
    ? undefined
    : {
        path: ["environment"],
        message: misfit({ input: name }, `one of [${Object.keys(environments).sort().join(", ")}]`),
        remedy: "Name one of those, or give `environments` of catalogue.ts another.",
      };
}

/** Whatever a stack says, nobody is woken from an environment that may not page. */
function pagingForbidden(
  { environment, paging }: Glimpse,
  traits: EnvironmentTraits | undefined,
): Finding | undefined {
  return paging === true && environment !== undefined && traits !== undefined && traits.mayPage !== true
    ? {
        path: ["paging"],
        message: `[true] in [${environment}], which never pages a person`,
        remedy: "Set it to false, or give the environment the trait `mayPage` in catalogue.ts.",
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
function deadMansSwitchMissing(
  { environment, receivers }: Glimpse,
  traits: EnvironmentTraits | undefined,
): Finding | undefined {
  return traits?.needsDeadMansSwitch === true &&
    receivers !== undefined &&
    receivers.deadMansSwitch === undefined
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
