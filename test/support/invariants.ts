import type { ProgramResource } from "../../evaluation/evaluate";
import { SECRET_MASK } from "../../evaluation/wire";
import { at } from "./evaluated";

/** Components that hang on the stack itself; everything else has a component above it. */
const TOP_LEVEL = [
  "AwsBackupBucket",
  "AwsDatabaseBackup",
  "AwsMetricsBucket",
  "CloudflareBackupBucket",
  "Dashboards",
  "GcpBackupBucket",
  "GcpDatabaseBackup",
  "GcpMetricsBucket",
  "GrafanaAlerting",
  "ManagedPrometheus",
  "Monitoring",
  "PrometheusOperator",
].map((name) => `tocsin:index:${name}`);

const PROVIDERS = "pulumi:providers:";

const STACK = "pulumi:pulumi:Stack";

/** Kinds that lie in no namespace. */
const CLUSTER_WIDE: readonly unknown[] = ["ClusterRules", "Namespace"];

/** Etcd takes no more, and neither does the API server. Source: Kubernetes docs, "ConfigMaps". */
const CONFIG_MAP_BYTES = 1024 * 1024;

type Resources = readonly ProgramResource[];

/** Texts that stand in a list more than once. */
export function duplicates(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

/** Resources that somebody's API knows; a provider is one of the engine's. */
export function delivered(resources: Resources): Resources {
  return resources.filter(({ custom, type }) => custom && !type.startsWith(PROVIDERS));
}

export function kubernetesObjects(resources: Resources): Resources {
  return resources.filter(({ type }) => type.startsWith("kubernetes:"));
}

/**
 * What makes a resource the same thing to the API that keeps it, whatever the program calls it.
 * @throws Error for a type of which this is not known
 */
export function identityOf({ type, props }: ProgramResource): string {
  const told = (...parts: readonly unknown[]): string => {
    if (parts.some((part) => typeof part !== "string" || part === "")) {
      throw new Error(`[${type}] without an identity: ${JSON.stringify(parts)}`);
    }
    return parts.join(" ");
  };
  if (type.startsWith("kubernetes:")) {
    const { apiVersion, kind } = props;
    return told(apiVersion, kind, at(props, "metadata", "namespace") ?? "-", at(props, "metadata", "name"));
  }
  if (type.startsWith("aws:s3/")) {
    return told(type, props["bucket"]);
  }
  if (type.startsWith("cloudflare:") && props["bucketName"] !== undefined) {
    return told(type, props["bucketName"]);
  }
  switch (type) {
    case "aws:iam/rolePolicy:RolePolicy":
      return told(type, props["role"]);
    case "aws:iam/userPolicy:UserPolicy":
      return told(type, props["user"]);
    case "gcp:serviceaccount/account:Account":
      return told(type, props["accountId"]);
    case "aws:backup/selection:Selection":
    case "aws:backup/plan:Plan":
    case "aws:backup/vault:Vault":
      return told(type, props["name"]);
    case "aws:backup/vaultLockConfiguration:VaultLockConfiguration":
      return told(type, props["backupVaultName"]);
    case "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
      return told(type, props["role"], props["policyArn"]);
    case "gcp:backupdisasterrecovery/backupPlan:BackupPlan":
      return told(type, props["location"], props["backupPlanId"]);
    case "gcp:backupdisasterrecovery/backupPlanAssociation:BackupPlanAssociation":
      return told(type, props["location"], props["backupPlanAssociationId"]);
    case "gcp:backupdisasterrecovery/backupVault:BackupVault":
      return told(type, props["location"], props["backupVaultId"]);
    case "gcp:storage/bucketIAMMember:BucketIAMMember":
      return told(type, props["bucket"], props["role"], props["member"]);
    case "aws:iam/role:Role":
    case "aws:iam/user:User":
    case "cloudflare:index/r2Bucket:R2Bucket":
    case "gcp:storage/bucket:Bucket":
      return told(type, props["name"]);
    case "grafana:oss/folder:Folder":
    case "grafana:oss/dataSource:DataSource":
      return told(type, props["uid"]);
    case "grafana:alerting/contactPoint:ContactPoint":
    case "grafana:alerting/messageTemplate:MessageTemplate":
    case "grafana:alerting/muteTiming:MuteTiming":
      return told(type, props["name"]);
    case "grafana:alerting/notificationPolicy:NotificationPolicy":
      // An organisation has one, whatever it is called.
      return told(type);
    case "grafana:alerting/ruleGroup:RuleGroup":
      return told(type, props["folderUid"], props["name"]);
    case "grafana:oss/dashboard:Dashboard":
      return told(type, at(JSON.parse(String(props["configJson"])), "uid"));
    default:
      throw new Error(`nothing says what makes [${type}] the same thing; add it here`);
  }
}

/** Resources that would get a provider which nobody configured, or one of another package. */
export function withoutProvider(resources: Resources): readonly string[] {
  const providers = new Map(resources.map(({ urn, type }) => [urn, type]));
  return delivered(resources)
    .filter(({ type, provider = "" }) => {
      const urn = provider.slice(0, Math.max(provider.lastIndexOf("::"), 0));
      return providers.get(urn) !== `${PROVIDERS}${type.split(":", 1).join("")}`;
    })
    .map(({ urn }) => urn);
}

/**
 * Resources that belong to no component of ours, components that hang where they should not, and components of
 * others, whose children no preview without the engine sees.
 */
export function orphans(resources: Resources): readonly string[] {
  const components = new Set(
    resources.filter(({ custom, type }) => !custom && type.startsWith("tocsin:index:")).map(({ urn }) => urn),
  );
  return resources
    .filter(({ custom, type, urn, parent = "" }) => {
      if (!custom && !components.has(urn)) {
        return true;
      }
      const onStack = parent.split("::")[2] === STACK;
      return type.startsWith(PROVIDERS) || TOP_LEVEL.includes(type) ? !onStack : !components.has(parent);
    })
    .map(({ urn }) => urn);
}

/** Kubernetes objects whose name or namespace a preview could not tell, or that are in none. */
export function withoutLiteralName(resources: Resources): readonly string[] {
  return kubernetesObjects(resources)
    .filter(({ props }) => {
      const { name, namespace, generateName } = (props["metadata"] ?? {}) as Record<string, unknown>;
      const inNamespace = CLUSTER_WIDE.includes(props["kind"])
        ? namespace === undefined
        : isText(namespace) && namespace !== "default";
      return !isText(name) || !inNamespace || generateName !== undefined;
    })
    .map(({ urn }) => urn);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Places of values that only a deployment could tell. */
export function unknownIn(resources: Resources): readonly string[] {
  return resources.flatMap(({ name, props }) =>
    places(props, name, (value) => at(value, "__pulumiUnknown") === true),
  );
}

/** Places whose content is a secret. */
export function secretIn(resources: Resources): readonly string[] {
  return resources.flatMap(({ name, shown }) => places(shown, name, (value) => value === SECRET_MASK));
}

function places(value: unknown, place: string, is: (value: unknown) => boolean): readonly string[] {
  if (is(value)) {
    return [place];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => places(inner, `${place}.${key}`, is))
    : [];
}

/** Names of the secrets whose text stands in a value, in plain text or as Kubernetes keeps it. */
export function leaksInto(value: unknown, secrets: Readonly<Record<string, string>>): readonly string[] {
  const text = JSON.stringify([value]);
  return Object.entries(secrets)
    .filter(([, secret]) => [secret, Buffer.from(secret).toString("base64")].some((it) => text.includes(it)))
    .map(([name]) => name);
}

/** What of a resource people may see: in a preview, in a rendered folder, in a log. */
export function visible(resources: Resources): unknown {
  return resources.map((resource) => ({ ...resource, props: undefined }));
}

/** Workloads that an autoscaler scales and that say a number of pods themselves: each change would fight it. */
export function scaledTwice(resources: Resources): readonly string[] {
  const key = (kind: unknown, namespace: unknown, name: unknown): string =>
    JSON.stringify([kind, namespace, name]);
  const scaled = resources
    .filter(({ type }) => type.endsWith(":HorizontalPodAutoscaler"))
    .map(({ props }) => {
      const target = at(props, "spec", "scaleTargetRef");
      return key(at(target, "kind"), at(props, "metadata", "namespace"), at(target, "name"));
    });
  return kubernetesObjects(resources)
    .filter(({ props }) => at(props, "spec", "replicas") !== undefined)
    .filter(({ props: { kind, metadata } }) =>
      scaled.includes(key(kind, at(metadata, "namespace"), at(metadata, "name"))),
    )
    .map(({ urn }) => urn);
}

/** ConfigMaps and Secrets that would be deleted and made anew for a change, or that no cluster takes. */
export function unfitForChange(resources: Resources): readonly string[] {
  return kubernetesObjects(resources)
    .filter(({ props }) => props["kind"] === "ConfigMap" || props["kind"] === "Secret")
    .filter(
      ({ props }) =>
        props["immutable"] === true || Buffer.byteLength(JSON.stringify(props)) > CONFIG_MAP_BYTES,
    )
    .map(({ urn }) => urn);
}
