import { z } from "zod";
import { environment } from "./fields";
import type { Environments, EnvironmentTraits } from "../slo/catalogue";
import { INTEGRATIONS } from "../receivers";
import { own, sortedBy } from "../slo/order";
import { homeFindings } from "./home";
import { longTermFindings } from "./long-term-rules";
import { isRecord } from "./record";
import { sharedSecrets } from "./shared-secrets";
import { misfit, type Finding } from "./wording";
import { DOCS } from "../slo/command";

const server = z
  .looseObject({ ingress: z.unknown(), resources: z.unknown(), storage: z.unknown() })
  .partial()
  .optional()
  .catch(undefined);

const place = z
  .looseObject({
    cloud: z.string(),
    region: z.string(),
    location: z.string(),
    kmsKey: z.string(),
    replica: z.looseObject({ region: z.string(), kmsKey: z.string() }).partial(),
  })
  .partial();

/** What can be seen of a configuration that may have other faults, so that all are reported at once. */
const glimpse = z.object({
  environment: z.string().optional().catch(undefined),
  cluster: z.string().optional().catch(undefined),
  paging: z.boolean().optional().catch(undefined),
  backend: z.string().optional().catch(undefined),
  operator: z
    .looseObject({
      namespace: z.string(),
      externalLabels: z.record(z.string(), z.unknown()).catch({}),
    })
    .partial()
    .optional()
    .catch(undefined),
  backends: z
    .record(z.string(), z.looseObject({ metrics: z.unknown() }).partial().catch({}))
    .optional()
    .catch(undefined),
  gmp: z.unknown().optional(),
  longTerm: z.unknown().optional(),
  remoteWrite: z.unknown().optional(),
  kubernetes: z
    .looseObject({ clientNamespaces: z.unknown(), namespace: z.unknown() })
    .partial()
    .optional()
    .catch(undefined),
  prometheus: server,
  alertmanager: server,
  runbookSite: server,
  receivers: z
    .looseObject({ critical: z.unknown(), deadMansSwitch: z.unknown() })
    .partial()
    .optional()
    .catch(undefined),
  backups: place.optional().catch(undefined),
  backupsOf: z.record(z.string(), place.catch({})).optional().catch(undefined),
});

export type Glimpse = z.infer<typeof glimpse>;

/** What no single key shows. */
export function crossFieldFindings(
  values: Readonly<Record<string, unknown>>,
  environments: Environments,
): readonly Finding[] {
  const seen = glimpse.parse(values);
  const traits = own(environments, seen.environment ?? "");
  const found = [
    pagingForbidden(seen, traits),
    deadMansSwitchMissing(seen, traits),
    managedPrometheusMissing(seen),
    controllerShutOut(seen),
    writtenByOperator(seen),
  ];
  return [
    ...found.filter((finding) => finding !== undefined),
    ...homeFindings(seen),
    ...longTermFindings(seen),
    ...placesOfBackups(seen).flatMap(([path, own]) =>
      [keyElsewhere(path, own), sameRegion(path, own)].flatMap((found) => found ?? []),
    ),
    ...nobodyIsPaged(seen),
    ...sharedSecrets(seen),
  ];
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

type PlaceGlimpse = z.infer<typeof place>;

/** Every place of backups, and the second region of each. */
function placesOfBackups({
  backups,
  backupsOf = {},
}: Glimpse): readonly (readonly [Finding["path"], PlaceGlimpse])[] {
  const all: readonly (readonly [Finding["path"], PlaceGlimpse])[] = [
    ...(backups === undefined ? [] : [[["backups"], backups] as const]),
    ...sortedBy(Object.entries(backupsOf), ([service]) => service).map(
      ([service, own]) => [["backupsOf", service], own] as const,
    ),
  ];
  return all.flatMap(([path, own]) => [
    [path, own] as const,
    ...(own.replica === undefined
      ? []
      : [[[...path, "replica"], { cloud: "aws", ...own.replica, from: own.region }] as const]),
  ]);
}

/** What is lost with the region is lost twice. */
function sameRegion(path: Finding["path"], { region, ...own }: PlaceGlimpse): Finding | undefined {
  return region !== undefined && own["from"] === region
    ? {
        path: [...path, "region"],
        message: `[${region}] is the region of the first bucket, too`,
        remedy: "Name another region.",
      }
    : undefined;
}

/** A bucket is encrypted with a key of its own region; of multi-regions the two products have different names. */
function keyElsewhere(
  path: Finding["path"],
  { cloud, region, location, kmsKey }: PlaceGlimpse,
): Finding | undefined {
  const [where, place] =
    cloud === "aws"
      ? ([/^arn:[^:]*:kms:([^:]*):/, region] as const)
      : ([/\/locations\/([^/]*-[^/]*)\//, location?.toLowerCase()] as const);
  const lies = where.exec(kmsKey ?? "")?.[1];
  return place?.includes("-") === true && lies !== undefined && lies !== place
    ? {
        path: [...path, "kmsKey"],
        message: `is a key in [${lies}], and the buckets lie in [${place}]`,
        remedy: "Name a key of the same region.",
      }
    : undefined;
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

const WAKING = Object.values(INTEGRATIONS).filter(({ wakes }) => wakes);

/** Of what is critical somebody has to hear by something that may wake them. */
function nobodyIsPaged({ paging, receivers }: Glimpse): readonly Finding[] {
  if (paging !== true || receivers === undefined) {
    return [];
  }
  const { critical } = receivers;
  if (critical === undefined) {
    return [
      {
        path: ["receivers", "critical"],
        message: "is not set, and tocsin:paging is [true]",
        remedy: "Say who is paged, or set tocsin:paging to false.",
      },
    ];
  }
  return sortedBy(Object.entries(isRecord(critical) ? critical : {}), ([team]) => team)
    .filter(([, heard]) => Array.isArray(heard) && !heard.some(mayWake))
    .map(([team]) => ({
      path: ["receivers", "critical", team],
      message: "has no receiver that wakes somebody, and tocsin:paging is [true]",
      remedy: `Add one of kind ${WAKING.map(({ kind }) => kind).join(" or ")}.`,
    }));
}

function mayWake(settings: unknown): boolean {
  return isRecord(settings) && WAKING.some(({ kind }) => kind === settings["kind"]);
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

/** A server of others writes where they say. */
function writtenByOperator({ backend, remoteWrite = [] }: Glimpse): Finding | undefined {
  return backend === "operator" && !(Array.isArray(remoteWrite) && remoteWrite.length === 0)
    ? {
        path: ["remoteWrite"],
        message: "is set, and tocsin:backend is [operator], whose Prometheus is not the stack's to configure",
        remedy: `Delete the key, and set \`remoteWrite\` in the operator's own resource: see ${DOCS}/remote-write.md.`,
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
