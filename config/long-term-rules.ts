import { isDuration, milliseconds } from "../slo/duration";
import { DOCS } from "../slo/command";
import type { Glimpse } from "./cross-field-rules";
import { USUAL_RETENTION } from "./long-term";
import { isRecord } from "./record";
import { shown, type Finding } from "./wording";

/** Resolutions, each coarser than the one before; blocks of the next are made of those before. */
const RESOLUTIONS = ["raw", "fiveMinutes", "oneHour"] as const;
type Resolution = (typeof RESOLUTIONS)[number];

/** What of the samples that are kept for years no single key shows. */
export function longTermFindings({ longTerm, backend, cluster }: Glimpse): readonly Finding[] {
  if (!isRecord(longTerm)) {
    return [];
  }
  const { bucket, keys, hub } = longTerm;
  return [
    ...(backend === "operator" ? [OPERATOR] : []),
    ...(keys === undefined && isRecord(bucket) && bucket["cloud"] === "s3" ? [NO_KEYS] : []),
    ...(isRecord(bucket) && bucket["make"] !== undefined ? unmade(keys, hub) : []),
    ...(isRecord(keys) ? oneForTwo(keys) : []),
    ...(isRecord(hub)
      ? [
          ...forgottenFirst(isRecord(hub["retention"]) ? hub["retention"] : {}),
          ...itself(hub["clusters"], cluster),
        ]
      : []),
  ];
}

const OPERATOR: Finding = {
  path: ["longTerm"],
  message: "is set, and tocsin:backend is [operator], whose Prometheus the stack gives no sidecar",
  remedy: `Delete the key, and set \`thanos\` in the operator's own resource: see ${DOCS}/long-term.md.`,
};

const NO_KEYS: Finding = {
  path: ["longTerm", "keys"],
  message: "is not set, and a bucket of [s3] knows no service accounts",
  remedy: "Name a secret for the writer, the reader and the compactor.",
};

/** The bucket is made by the stack that reads it, with identities that have keys. */
function unmade(keys: unknown, hub: unknown): readonly Finding[] {
  return [
    ...(hub === undefined
      ? [
          {
            path: ["longTerm", "bucket", "make"] as const,
            message: "is set in a stack that does not read the bucket",
            remedy: "Make it in the stack with `hub`.",
          },
        ]
      : []),
    ...(keys === undefined
      ? [
          {
            path: ["longTerm", "keys"] as const,
            message: "is not set, and who may ask the bucket that is made has keys",
            remedy: "Name a secret for the writer, the reader and the compactor.",
          },
        ]
      : []),
  ];
}

/** Who can delete is who should not write or read, and one secret for two of them is one identity. */
function oneForTwo(keys: Readonly<Record<string, unknown>>): readonly Finding[] {
  const roles = Object.entries(keys);
  return roles.flatMap(([role, secret], index) => {
    const [other] = roles.slice(0, index).find(([, one]) => one === secret) ?? [];
    return other === undefined
      ? []
      : [
          {
            path: ["longTerm", "keys", role] as const,
            message: `${shown(secret)} is the secret of the ${other} as well`,
            remedy: "Name a secret for each, of an identity of its own: only the compactor may delete.",
          },
        ];
  });
}

/** A finer resolution that outlives a coarser one leaves a hole in every graph that is drawn by the latter. */
function forgottenFirst(retention: Readonly<Record<string, unknown>>): readonly Finding[] {
  return RESOLUTIONS.slice(1).flatMap((coarse, index) => {
    const fine = RESOLUTIONS[index] ?? "raw";
    const [short, long] = [inForce(retention, coarse), inForce(retention, fine)];
    return isDuration(short) && isDuration(long) && milliseconds(short) < milliseconds(long)
      ? [
          {
            path: ["longTerm", "hub", "retention", coarse] as const,
            message: `${shown(short)} is less than the [${long}] of \`${fine}\``,
            remedy: `Set it to ${long} or more: graphs over years are drawn by the coarser one.`,
          },
        ]
      : [];
  });
}

function inForce(retention: Readonly<Record<string, unknown>>, of: Resolution): string {
  const said = retention[of];
  return typeof said === "string" ? said : USUAL_RETENTION[of];
}

function itself(clusters: unknown, cluster: string | undefined): readonly Finding[] {
  return Array.isArray(clusters) && cluster !== undefined && clusters.includes(cluster)
    ? [
        {
          path: ["longTerm", "hub", "clusters"],
          message: `[${cluster}] is the cluster of this stack`,
          remedy: "List the other clusters only.",
        },
      ]
    : [];
}
