import { receiverKeys } from "../../config/secrets";
import { planOf, secretText } from "../support/plan";
import type { Workspace } from "./workspace";

/** Stands in every secret of these tests, so that one that leaks is found by it. */
export const SECRET_VALUE = "fake-text-of";

/** Sets every secret that the plan of the stack needs. */
export async function setSecrets(workspace: Workspace): Promise<void> {
  const plan = planOf(workspace.stack);
  const receivers = receiverKeys(plan).map((key) => `tocsin:secrets["${key}"]=${secretText(plan, key)}`);
  const all = [...receivers, `tocsin:grafanaToken=${SECRET_VALUE}-grafana`];
  const { code, output } = await workspace.pulumi(
    ...["config", "set-all", "--stack", workspace.stack, "--path"],
    ...all.flatMap((secret) => ["--secret", secret]),
  );
  if (code !== 0) throw new Error(`the secrets of [${workspace.stack}] could not be set: ${output}`);
}

/** The namespaces of the services, which are there before their monitoring. */
export function namespacesOf(stack: string): readonly string[] {
  const { platform, scrape } = planOf(stack);
  const found = scrape.jobs.flatMap(({ discovery }) =>
    discovery.kind === "kubernetes" ? discovery.namespace : [],
  );
  return [...new Set(found)].filter((namespace) => namespace !== platform.kubernetes.namespace);
}
