import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { Provider as GrafanaProvider } from "@pulumiverse/grafana/provider";
import type { GrafanaSettings, KubernetesSettings } from "../plan/platform";

/**
 * A ConfigMap or a Secret is changed in place: replacing one that has a literal name would delete it first, and with
 * it whatever reads its name.
 */
export function kubernetesProvider(
  { kubeconfig, context }: KubernetesSettings,
  text: string | undefined,
): KubernetesProvider {
  return new KubernetesProvider("kubernetes", {
    // Unset, the provider would write the path in $KUBECONFIG of this machine into the state.
    kubeconfig: text === undefined ? kubeconfig : pulumi.secret(text),
    context,
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
}

/** A rule group or dashboard may be absent for a moment after its creation, so requests are repeated. */
export function grafanaProvider({ address }: GrafanaSettings, token: string): GrafanaProvider {
  return new GrafanaProvider("grafana", { url: address, auth: pulumi.secret(token), retries: 3 });
}
