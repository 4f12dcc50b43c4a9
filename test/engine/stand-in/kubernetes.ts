import type { Failure, Service, World } from "./service";
import type { StoredObject } from "./store";
import { at, isObject, listAt, textAt, UNKNOWN, type Json, type Properties } from "./wire";

/** Kinds that live outside namespaces. */
const CLUSTER_WIDE = [
  "Namespace",
  "ClusterRole",
  "ClusterRoleBinding",
  "PersistentVolume",
  "StorageClass",
  "PriorityClass",
  "CustomResourceDefinition",
];

/** Source: forceNewProperties of pulumi-kubernetes. */
const REPLACED: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec.selector"],
  StatefulSet: [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  Job: ["spec.selector", "spec.template"],
  Service: ["spec.clusterIP", "spec.type"],
  RoleBinding: ["roleRef"],
  ClusterRoleBinding: ["roleRef"],
  Secret: ["type"],
};

/** The API server's limits. Source: the validation package of Kubernetes. */
const MAX_DATA_BYTES = 1024 * 1024;
const MAX_ANNOTATION_BYTES = 256 * 1024;
const NAME = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/;

/** An object may be created together with its namespace, so the provider tries again for a while. */
const NAMESPACE_PATIENCE_MS = 2000;

/** A cluster, as far as its API server refuses things. */
export const kubernetes: Service = {
  check: (_type, inputs) => [...missingName(inputs), ...badLabels(inputs)],
  nameOf: (_type, inputs) => objectName(inputs),
  replacesOn: (type, settings) => {
    const kind = type.split(":").at(-1) ?? "";
    return [
      "kind",
      "metadata.name",
      "metadata.namespace",
      ...(REPLACED[kind] ?? []),
      ...(kind === "ConfigMap" && !isOn(settings["enableConfigMapMutable"]) ? ["data", "binaryData"] : []),
      ...(kind === "Secret" && !isOn(settings["enableSecretMutable"]) ? ["data", "stringData"] : []),
    ];
  },
  computed: (_type, inputs) => ({ metadata: { uid: `uid-of-${objectName(inputs)}` } }),
  refusal: async (object, world) =>
    (await namespaceMissing(object, world)) ?? tooLarge(object.inputs) ?? brokenWorkload(object.inputs),
  taken: (object) =>
    `resource ${object.id} was not successfully created by the Kubernetes API server: ${
      textAt(object.inputs, "kind")?.toLowerCase() ?? "object"
    }s "${textAt(object.inputs, "metadata", "name") ?? ""}" already exists`,
  isGlobal: () => false,
  release: (object, world) => {
    // The garbage collector deletes what lies in a namespace together with it.
    if (textAt(object.inputs, "kind") === "Namespace") {
      const name = textAt(object.inputs, "metadata", "name");
      for (const inside of world.store.all(world.stack)) {
        if (namespaceOf(inside.inputs) === name) world.store.remove(world.stack, inside.type, inside.id);
      }
    }
    return undefined;
  },
};

/** Settings of a provider come as JSON in a text. */
function isOn(setting: Json | undefined): boolean {
  return setting === true || setting === "true";
}

function namespaceOf(inputs: Properties): string | undefined {
  return CLUSTER_WIDE.includes(textAt(inputs, "kind") ?? "")
    ? undefined
    : (textAt(inputs, "metadata", "namespace") ?? "default");
}

function objectName(inputs: Properties): string {
  const namespace = namespaceOf(inputs);
  const name = textAt(inputs, "metadata", "name") ?? "";
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function missingName(inputs: Properties): readonly Failure[] {
  const name = at(inputs, "metadata", "name");
  if (name === UNKNOWN) return [];
  if (name === undefined) {
    return [
      {
        property: "metadata.name",
        reason: "is missing; the program gives every object a literal name, so that policies can see it",
      },
    ];
  }
  return typeof name === "string" && (NAME.test(name) || isRbac(inputs))
    ? []
    : [{ property: "metadata.name", reason: `[${JSON.stringify(name)}] is not a DNS-1123 subdomain` }];
}

/** Names of roles are any segment of a path. */
function isRbac(inputs: Properties): boolean {
  return textAt(inputs, "apiVersion")?.startsWith("rbac.authorization.k8s.io/") ?? false;
}

function badLabels(inputs: Properties): readonly Failure[] {
  const labels = at(inputs, "metadata", "labels");
  return Object.entries(isObject(labels) ? labels : {})
    .filter(([, value]) => value !== UNKNOWN && !(typeof value === "string" && LABEL_VALUE.test(value)))
    .map(([name, value]) => ({
      property: `metadata.labels["${name}"]`,
      reason: `[${JSON.stringify(value)}] is no value of a label: at most 63 of letters, digits, "-", "_" and "."`,
    }));
}

async function namespaceMissing(object: StoredObject, world: World): Promise<string | undefined> {
  const namespace = namespaceOf(object.inputs);
  if (namespace === undefined || namespace === "default") return undefined;
  const end = Date.now() + NAMESPACE_PATIENCE_MS;
  while (Date.now() < end) {
    if (world.store.get(world.stack, "kubernetes:core/v1:Namespace", namespace) !== undefined) {
      return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return `namespaces "${namespace}" not found`;
}

function tooLarge(inputs: Properties): string | undefined {
  const sum = (value: Json | undefined): number =>
    Object.values(isObject(value) ? value : {}).reduce<number>(
      (bytes, text) => bytes + (typeof text === "string" ? Buffer.byteLength(text) : 0),
      0,
    );
  const data = sum(at(inputs, "data")) + sum(at(inputs, "binaryData"));
  if (data > MAX_DATA_BYTES) {
    return `${objectName(inputs)} is invalid: []: Too long: may not be more than ${MAX_DATA_BYTES} bytes, was ${data}`;
  }
  const annotations = sum(at(inputs, "metadata", "annotations"));
  return annotations > MAX_ANNOTATION_BYTES
    ? `${objectName(inputs)} is invalid: metadata.annotations: Too long: may not be more than ${MAX_ANNOTATION_BYTES} bytes`
    : undefined;
}

/** What the API server refuses of a pod template, and of the selector that has to find its pods. */
function brokenWorkload(inputs: Properties): string | undefined {
  const template = at(inputs, "spec", "template");
  if (template === undefined) return undefined;
  const wanted = at(inputs, "spec", "selector", "matchLabels");
  const labels = at(template, "metadata", "labels");
  const unmatched = Object.entries(isObject(wanted) ? wanted : {}).filter(
    ([name, value]) => at(labels, name) !== value,
  );
  if (unmatched.length > 0) {
    return `${objectName(inputs)} is invalid: spec.template.metadata.labels: \`selector\` does not match template \`labels\``;
  }
  const volumes = [
    ...listAt(template, "spec", "volumes"),
    ...listAt(inputs, "spec", "volumeClaimTemplates"),
  ].map((volume) => textAt(volume, "name") ?? textAt(volume, "metadata", "name"));
  return [...listAt(template, "spec", "initContainers"), ...listAt(template, "spec", "containers")]
    .flatMap((container) => mountProblems(container, volumes))
    .map((problem) => `${objectName(inputs)} is invalid: ${problem}`)[0];
}

function mountProblems(container: Json, volumes: readonly (string | undefined)[]): readonly string[] {
  const mounts = listAt(container, "volumeMounts");
  const paths = mounts.map((mount) => textAt(mount, "mountPath"));
  const name = textAt(container, "name") ?? "without a name";
  return [
    ...mounts
      .map((mount) => textAt(mount, "name") ?? "")
      .filter((volume) => !volumes.includes(volume))
      .map((volume) => `container [${name}]: volumeMounts.name: Not found: "${volume}"`),
    ...paths
      .filter((path, index) => paths.indexOf(path) !== index)
      .map(
        (path) =>
          `container [${name}]: volumeMounts.mountPath: Invalid value: "${path ?? ""}": must be unique`,
      ),
  ];
}
