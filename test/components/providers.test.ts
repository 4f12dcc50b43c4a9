import { backupProvider } from "../../components/bucket";
import { grafanaProvider, kubernetesProvider } from "../../components/providers";
import { evaluateProgram } from "../../evaluation/evaluate";
import type { KubernetesSettings } from "../../plan/platform";

jest.setTimeout(60_000);

/** The inputs of the only provider of a program, as it is sent and as it may be shown. */
async function inputsOf(program: () => unknown): Promise<readonly unknown[]> {
  const { resources } = await evaluateProgram(program, {
    project: "tocsin",
    stack: "test",
    entries: {},
    secretKeys: [],
  });
  expect(resources).toHaveLength(1);
  return resources.flatMap(({ props, shown }) => [props, shown]);
}

describe("the provider of Kubernetes", () => {
  const settings: KubernetesSettings = {
    namespace: "here",
    kubeconfig: "/path/of/kubeconfig",
    context: "cluster-1",
    clientNamespaces: [],
  };
  const always = { context: "cluster-1", enableConfigMapMutable: "true", enableSecretMutable: "true" };

  it("reads the kubeconfig that configuration names, whatever the machine has", async () => {
    const inputs = { ...always, kubeconfig: "/path/of/kubeconfig" };
    const old = process.env["KUBECONFIG"];
    process.env["KUBECONFIG"] = "/path/of/the/machine";
    try {
      expect(await inputsOf(() => kubernetesProvider(settings, undefined))).toEqual([inputs, inputs]);
    } finally {
      if (old === undefined) {
        delete process.env["KUBECONFIG"];
      } else {
        process.env["KUBECONFIG"] = old;
      }
    }
  });

  it("takes the text of a kubeconfig as a secret instead", async () => {
    expect(await inputsOf(() => kubernetesProvider(settings, "text of a kubeconfig"))).toEqual([
      { ...always, kubeconfig: "text of a kubeconfig" },
      { ...always, kubeconfig: "[secret]" },
    ]);
  });
});

describe("the provider of Grafana", () => {
  it("keeps its token, and asks again when Grafana has not caught up", async () => {
    const settings = { address: "https://grafana.example", folder: "Folder", editable: false };
    const inputs = { url: "https://grafana.example", retries: "3" };
    expect(await inputsOf(() => grafanaProvider(settings, "token"))).toEqual([
      { ...inputs, auth: "token" },
      { ...inputs, auth: "[secret]" },
    ]);
  });
});

describe("the provider of the backups", () => {
  it("changes one AWS account only", async () => {
    const [inputs] = await inputsOf(() =>
      backupProvider({
        provider: "aws",
        location: { cloud: "aws", prefix: "acme", account: "310000000003", region: "eu-central-1" },
      }),
    );
    expect(inputs).toMatchObject({ region: "eu-central-1", allowedAccountIds: '["310000000003"]' });
  });

  it("changes one Google project only", async () => {
    const [inputs] = await inputsOf(() =>
      backupProvider({
        provider: "gcp",
        location: { cloud: "gcp", prefix: "acme", project: "acme-prod", location: "EU" },
      }),
    );
    expect(inputs).toMatchObject({ project: "acme-prod" });
  });
});
