import type { RemoteWriteAuthorization, RemoteWriteTarget, RemoteWriteTls } from "../../plan/remote-write";

/** Where Prometheus finds the secrets by which it writes, one file for each key. */
export const WRITING_SECRETS = "/etc/prometheus/secrets";

/** An entry of `remote_write`. Source: Prometheus docs, "Configuration", `remote_write`. */
export function remoteWriteConfig(target: RemoteWriteTarget): object {
  const { name, url, authorization, tls, headers, nativeHistograms, queue } = target;
  const relabelling = relabelled(target);
  const settings = queueConfig(queue);
  return {
    name,
    url,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(authorization === undefined ? {} : authorizationConfig(authorization)),
    ...(tls === undefined ? {} : { tls_config: tlsConfig(tls) }),
    ...(nativeHistograms ? { send_native_histograms: true } : {}),
    ...(relabelling.length === 0 ? {} : { write_relabel_configs: relabelling }),
    ...(Object.keys(settings).length === 0 ? {} : { queue_config: settings }),
  };
}

function authorizationConfig(authorization: RemoteWriteAuthorization): object {
  return authorization.kind === "basic"
    ? {
        basic_auth: {
          username: authorization.username,
          password_file: file(authorization.passwordSecret),
        },
      }
    : { authorization: { credentials_file: file(authorization.tokenSecret) } };
}

function tlsConfig({ ca, serverName, client }: RemoteWriteTls): object {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined ? {} : { server_name: serverName }),
    ...(client === undefined ? {} : { cert: client.certificate, key_file: file(client.keySecret) }),
  };
}

function file(key: string): string {
  return `${WRITING_SECRETS}/${key}`;
}

function relabelled({ keep, drop }: RemoteWriteTarget): readonly object[] {
  const rule = (action: "drop" | "keep", names: readonly string[]): readonly object[] =>
    names.length === 0 ? [] : [{ action, source_labels: ["__name__"], regex: names.join("|") }];
  return [...rule("keep", keep), ...rule("drop", drop)];
}

/** Names of Prometheus for those of the configuration; what is absent is left to it. */
const QUEUE_KEYS = {
  capacity: "capacity",
  minShards: "min_shards",
  maxShards: "max_shards",
  maxSamplesPerSend: "max_samples_per_send",
  batchSendDeadline: "batch_send_deadline",
  minBackoff: "min_backoff",
  maxBackoff: "max_backoff",
  sampleAgeLimit: "sample_age_limit",
  retryOnRateLimit: "retry_on_http_429",
} as const satisfies Readonly<Record<keyof RemoteWriteTarget["queue"], string>>;

function queueConfig(queue: RemoteWriteTarget["queue"]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(QUEUE_KEYS).flatMap(([key, name]) => {
      const value = queue[key as keyof typeof QUEUE_KEYS];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
