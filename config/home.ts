import type { Glimpse } from "./cross-field-rules";
import { misfit, shown, type Finding } from "./wording";
import { DOCS } from "../slo/command";

const SERVERS = ["alertmanager", "prometheus"] as const;

/** What only whoever runs a server decides. */
const NEEDED = ["resources", "storage"] as const;
const OF_PODS = [...NEEDED, "image", "ingress", "priorityClass", "reloaderImage"] as const;

const FORMS = {
  resources: "a mapping with the keys [cpu, memory]",
  storage: "a mapping with the keys [size, claims, storageClass]",
} as const satisfies Record<(typeof NEEDED)[number], string>;

/** What does not fit to who runs Prometheus and Alertmanager. */
export function homeFindings(seen: Glimpse): readonly Finding[] {
  const { backend = "kubernetes" } = seen;
  return [
    ...(backend === "operator" ? operatorContradictions(seen) : ownContradictions(seen)),
    ...boundElsewhere(seen, backend),
  ];
}

function ownContradictions(seen: Glimpse): readonly Finding[] {
  const missing = SERVERS.flatMap((server) =>
    seen[server] === undefined
      ? []
      : NEEDED.filter((key) => (seen[server]?.[key] ?? undefined) === undefined).map((key) => ({
          path: [server, key] as const,
          message: misfit({}, FORMS[key]),
          remedy: `See tocsin:${server} in ${DOCS}/configuration.md.`,
        })),
  );
  return seen.operator === undefined
    ? missing
    : [
        ...missing,
        {
          path: ["operator"],
          message: "is set and has no effect, because tocsin:backend is not [operator]",
          remedy: "Set tocsin:backend to operator, or delete the key.",
        },
      ];
}

function operatorContradictions(seen: Glimpse): readonly Finding[] {
  const missing: Finding = {
    path: ["operator"],
    message: "is not set, and tocsin:backend is [operator]",
    remedy: `Set at least its \`namespace\`: see ${DOCS}/operator.md.`,
  };
  return [
    ...(seen.operator === undefined ? [missing] : []),
    ...SERVERS.flatMap((server) => idleKeys(seen, server)),
    ...sharedNamespace(seen),
    ...otherCluster(seen),
  ];
}

function idleKeys(seen: Glimpse, server: (typeof SERVERS)[number]): readonly Finding[] {
  return OF_PODS.filter((key) => Object.hasOwn(seen[server] ?? {}, key)).map((key) => ({
    path: [server, key],
    message: "is set and has no effect, because the operator runs it",
    remedy: "Delete the key, and set it where the operator's own resource is kept.",
  }));
}

/** The stack makes its namespace, with policies of its own, and takes it away again. */
function sharedNamespace({ kubernetes, operator }: Glimpse): readonly Finding[] {
  const { namespace = "monitoring" } = kubernetes ?? {};
  return operator?.namespace === undefined || operator.namespace !== namespace
    ? []
    : [
        {
          path: ["kubernetes", "namespace"],
          message: `[${operator.namespace}] is the namespace of the operator, and the stack makes one of its own`,
          remedy: "Give the stack another, such as tocsin.",
        },
      ];
}

function otherCluster({ cluster, operator }: Glimpse): readonly Finding[] {
  const { cluster: theirs } = operator?.externalLabels ?? {};
  return theirs === undefined || cluster === undefined || theirs === cluster
    ? []
    : [
        {
          path: ["operator", "externalLabels", "cluster"],
          message: `${shown(theirs)} is not [${cluster}], which tocsin:cluster says`,
          remedy: "Call the cluster the same in both: alerts of one incident would carry two names.",
        },
      ];
}

/** Of the two that may run Prometheus one is there. */
function boundElsewhere({ backends = {} }: Glimpse, home: string): readonly Finding[] {
  const other = home === "operator" ? "kubernetes" : "operator";
  return Object.entries(backends)
    .filter(([, { metrics }]) => metrics === other)
    .map(([service]) => ({
      path: ["backends", service, "metrics"],
      message: `[${other}] is not there: tocsin:backend is [${home}]`,
      remedy: `Leave the key out, or set tocsin:backend to ${other}.`,
    }));
}
