import { stringify } from "yaml";

/** A kubeconfig with the context that the stack names. */
export function kubeconfigFor(stack: string): string {
  const name = `${stack}-1`;
  return stringify({
    contexts: [{ name, context: { cluster: name } }],
    clusters: [{ name, cluster: { server: "https://cluster.invalid" } }],
  });
}
