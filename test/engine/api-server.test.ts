import { clusterObjects } from "../../backends/kubernetes/cluster";
import { backupStore } from "../../parts/backup-store";
import { defineService } from "../../parts/define-service";
import { DATABASE, TENANTS } from "../support/backups";
import { planWith, SHOP, shopWith } from "../support/http-shop";
import { evaluatedOnce, OPERATOR_VARIANTS, VARIANTS } from "../support/evaluated";
import { kubernetesObjects } from "../support/invariants";
import { ApiServer, type KubernetesObject, type Said } from "./api-server";
import { define, operatorDefinitions } from "./operator-crds";

/** The strictest of the three standards, in all of its three ways. Source: Pod Security Standards of Kubernetes. */
const RESTRICTED = Object.fromEntries(
  ["enforce", "warn", "audit"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
);

/** Kinds of Google's own, which no API server knows by itself; the tests of that backend look at their fields. */
const FOREIGN = "monitoring.googleapis.com/";

describe("a real API server", () => {
  let server: ApiServer;
  /** By their text, since most objects of the stacks and variants are alike. */
  let objects: readonly KubernetesObject[];

  beforeAll(async () => {
    server = await ApiServer.start();
    const rules = "/apis/monitoring.coreos.com/v1/prometheusrules";
    // So it says of kinds that are not installed.
    expect(await server.ask("GET", rules)).toMatchObject({ status: 404 });
    await define(server, operatorDefinitions());
    const texts = new Set<string>();
    // Where backups lie changes nothing in the cluster.
    for (const variant of [...VARIANTS, ...OPERATOR_VARIANTS].filter(({ set }) => !("backups" in set))) {
      const { resources } = await evaluatedOnce(variant);
      for (const { props } of kubernetesObjects(resources)) texts.add(JSON.stringify(props));
    }
    const shop = planWith(defineService(SHOP, [backupStore(TENANTS), backupStore(DATABASE)]));
    const { stores } = clusterObjects(shop);
    const { runbooks } = clusterObjects(planWith(shopWith(300)));
    for (const object of [...stores.flatMap((store) => store.objects), ...runbooks]) {
      texts.add(JSON.stringify(object));
    }
    objects = [...texts]
      .map((text) => JSON.parse(text) as KubernetesObject)
      .filter(({ apiVersion }) => !apiVersion.startsWith(FOREIGN));
    const namespaces = objects.flatMap(({ metadata }) => metadata.namespace ?? []);
    for (const name of new Set(namespaces)) {
      const made = await server.ask("POST", "/api/v1/namespaces", { metadata: { name, labels: RESTRICTED } });
      expect(made.status).toBe(201);
    }
  }, 300_000);

  afterAll(() => server.stop());

  async function post(object: KubernetesObject): Promise<Said> {
    const group = object.apiVersion.includes("/")
      ? `/apis/${object.apiVersion}`
      : `/api/${object.apiVersion}`;
    const { resources } = JSON.parse((await server.ask("GET", group)).text) as {
      readonly resources: readonly { readonly name: string; readonly kind: string }[];
    };
    const plural =
      resources.find(({ kind, name }) => kind === object.kind && !name.includes("/"))?.name ?? "";
    const { namespace } = object.metadata;
    const folder = namespace === undefined ? group : `${group}/namespaces/${namespace}`;
    return server.ask("POST", `${folder}/${plural}?dryRun=All&fieldValidation=Strict`, object);
  }

  test("accepts every object of every stack and variant to the last field, without a warning", async () => {
    expect(objects.length).toBeGreaterThan(150);
    const said = [];
    for (const object of objects) {
      // A namespace that is there already is told apart from one that is wrong by its code alone.
      const renamed =
        object.kind === "Namespace" ? { ...object, metadata: { ...object.metadata, name: "new" } } : object;
      const { status, warning, text } = await post(renamed);
      if (status !== 201 || warning !== undefined) {
        said.push({ object: `${object.kind} ${object.metadata.name}`, status, warning, text });
      }
    }
    expect(said).toEqual([]);
    const scaledOn = objects.flatMap(({ kind, ...object }) =>
      kind === "HorizontalPodAutoscaler" ? [...JSON.stringify(object).matchAll(/"type":"(\w+)"/g)] : [],
    );
    expect([...new Set(scaledOn.map(([, type]) => type))]).toEqual(
      expect.arrayContaining(["External", "Pods", "Resource"]),
    );
    const cronJobs = objects.filter(({ kind }) => kind === "CronJob").map(({ metadata }) => metadata.name);
    expect(new Set(cronJobs)).toEqual(
      new Set([
        ...cronJobs.filter((name) => name.startsWith("backup-")),
        "digest-day",
        "digest-month",
        "digest-week",
      ]),
    );
    expect(cronJobs.filter((name) => name.startsWith("backup-"))).toHaveLength(6);
  });

  test("refuses a field that there is not, and warns of pods that may do more than they need", async () => {
    const [workload] = objects.filter(({ kind }) => kind === "StatefulSet");
    if (workload === undefined) throw new Error("the stacks have no StatefulSet");
    const edited = (from: string, to: string): KubernetesObject =>
      JSON.parse(JSON.stringify(workload).replaceAll(from, to)) as KubernetesObject;
    expect(await post(edited('"replicas":', '"replicos":'))).toMatchObject({
      status: 400,
      text: expect.stringContaining('unknown field \\"spec.replicos\\"') as string,
    });
    expect(await post(edited('"runAsNonRoot":true', '"runAsNonRoot":false'))).toMatchObject({
      status: 201,
      warning: expect.stringContaining('would violate PodSecurity \\"restricted:latest\\"') as string,
    });
  });
});
