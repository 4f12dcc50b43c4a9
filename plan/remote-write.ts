import type { Duration } from "../slo/duration";
import { compareText } from "../slo/order";

/** By what a target knows who writes; secrets are keys. */
export type RemoteWriteAuthorization =
  | { readonly kind: "basic"; readonly username: string; readonly passwordSecret: string }
  | { readonly kind: "bearer"; readonly tokenSecret: string };

/** PEM texts, which everybody may see, and the key of the secret with the private key. */
export interface RemoteWriteTls {
  readonly ca?: string;
  readonly serverName?: string;
  readonly client?: { readonly certificate: string; readonly keySecret: string };
}

/** What is absent is as Prometheus has it by itself. Source: Prometheus docs, "Remote write tuning". */
interface RemoteWriteQueue {
  readonly capacity?: number;
  readonly minShards?: number;
  readonly maxShards?: number;
  readonly maxSamplesPerSend?: number;
  readonly batchSendDeadline?: Duration;
  readonly minBackoff?: Duration;
  readonly maxBackoff?: Duration;
  readonly sampleAgeLimit?: Duration;
  readonly retryOnRateLimit?: boolean;
}

/** Whom every Prometheus of the stack sends what it stores. */
export interface RemoteWriteTarget {
  readonly name: string;
  readonly url: string;
  readonly authorization?: RemoteWriteAuthorization;
  readonly tls?: RemoteWriteTls;
  readonly headers: Readonly<Record<string, string>>;
  /** Regular expressions of names of metrics; `keep` is empty where all are sent. */
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly nativeHistograms: boolean;
  readonly queue: RemoteWriteQueue;
}

/** Keys of every secret by which somebody is written to, sorted, once each. */
export function remoteWriteSecrets(targets: readonly RemoteWriteTarget[] = []): readonly string[] {
  const keys = targets.flatMap(({ authorization, tls }) => [
    ...(authorization === undefined ? [] : [secretOf(authorization)]),
    ...(tls?.client === undefined ? [] : [tls.client.keySecret]),
  ]);
  return [...new Set(keys)].sort(compareText);
}

function secretOf(authorization: RemoteWriteAuthorization): string {
  return authorization.kind === "basic" ? authorization.passwordSecret : authorization.tokenSecret;
}
