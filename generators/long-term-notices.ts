import type { StackPlace } from "../plan/environment";
import type { LongTermSettings } from "../plan/long-term";
import { suggestion } from "../slo/nearest";
import type { Problem } from "../slo/problem";

type Sharing = StackPlace & { readonly environment: { readonly longTerm: LongTermSettings } };

/** Whether two stacks keep their samples in one bucket. */
export function isOneBucket(
  { bucket: here }: LongTermSettings,
  { bucket: there }: LongTermSettings,
): boolean {
  const key = (bucket: LongTermSettings["bucket"]): string =>
    JSON.stringify([bucket.cloud, bucket.name, "endpoint" in bucket ? bucket.endpoint : ""]);
  return key(here) === key(there);
}

/** What of a bucket that several clusters share is most likely a slip, though other repositories may write to it or read it. */
export function longTermNotices(
  { environment: { cluster, longTerm } }: StackPlace,
  neighbours: readonly StackPlace[],
): readonly Problem[] {
  if (longTerm === undefined) {
    return [];
  }
  const { bucket, hub } = longTerm;
  const others = neighbours.filter(
    (there): there is Sharing =>
      there.environment.longTerm !== undefined && isOneBucket(longTerm, there.environment.longTerm),
  );
  if (hub !== undefined) {
    const writing = others.map(({ environment }) => environment.cluster).filter((one) => one !== cluster);
    return unknownClusters(bucket.name, hub.clusters, [...new Set(writing)]);
  }
  return others.some(({ environment }) => environment.longTerm.hub !== undefined)
    ? []
    : [
        notice(
          "longTerm",
          `no stack here reads the bucket [${bucket.name}], and nothing thins it out`,
          "Set hub in one stack of the bucket, unless one of another repository has it.",
        ),
      ];
}

function notice(key: string, message: string, remedy: string): Problem {
  return { code: "long-term-apart", path: `configuration.${key}`, message, remedy };
}

function unknownClusters(
  bucket: string,
  named: readonly string[],
  writing: readonly string[],
): readonly Problem[] {
  const key = "longTerm.hub.clusters";
  return [
    ...named
      .filter((one) => !writing.includes(one))
      .map((one) =>
        notice(
          key,
          `no stack here writes samples of [${one}] into the bucket [${bucket}]`,
          `${suggestion(one, writing)} A stack of another repository may, which nobody sees from here.`,
        ),
      ),
    ...writing
      .filter((one) => !named.includes(one))
      .map((one) =>
        notice(
          key,
          `[${one}] writes into the bucket [${bucket}], and no objective counts it over all clusters`,
          `Add ${one} to the list.`,
        ),
      ),
  ];
}
