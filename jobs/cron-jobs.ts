import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import type { DigestSettings } from "../plan/digest";
import { secondsOf } from "./time";

/** Where a pod finds who it is. Source: Kubernetes docs, "Accessing the Kubernetes API from a Pod". */
const TOKEN_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/token";

const schema = z.object({
  metadata: z.object({ creationTimestamp: z.string() }),
  status: z.optional(z.object({ lastSuccessfulTime: z.optional(z.string()) })),
});

/** When CronJobs last succeeded, in the text format of Prometheus; before the first time, when they were made. */
export async function cronJobMetrics(
  { namespace, names }: DigestSettings["cronJobs"],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = env;
  const authorization = `Bearer ${readFileSync(env["TOKEN_FILE"] ?? TOKEN_FILE, "utf8").trim()}`;
  const samples = await Promise.all(
    Object.entries(names).map(async ([period, name]) => {
      const url = `https://${host}:${port}/apis/batch/v1/namespaces/${namespace}/cronjobs/${name}`;
      const response = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(10_000) });
      const text = await response.text();
      if (!response.ok) throw new Error(`[${url}] answers ${response.status}: ${text.slice(0, 300)}`);
      const { metadata, status } = schema.parse(JSON.parse(text));
      const time = new Date(status?.lastSuccessfulTime ?? metadata.creationTimestamp);
      return `digest_last_success_timestamp_seconds{period="${period}"} ${secondsOf(time)}\n`;
    }),
  );
  return `# TYPE digest_last_success_timestamp_seconds gauge\n${samples.join("")}`;
}
