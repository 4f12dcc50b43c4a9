import type { IDeploymentSpec } from "kubernetes-models/apps/v1";
import type { IIngressSpec } from "kubernetes-models/networking.k8s.io/v1";
import type { IConfigMap, IContainer, IPodSpec, IVolume } from "kubernetes-models/v1";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { PORTS, PROGRAMS } from "../../plan/names";
import { compareText, groupedBy, sortedBy } from "../../slo/order";
import { siteHosts } from "../runbook-site/check";
import { nginxConfig } from "../runbook-site/nginx";
import { folderOf, runbookSite, type RunbookSite, type SiteFile } from "../runbook-site/site";
import { checksum, metadata, selector, serviceAccount, type KubernetesObject } from "./object";
import { podDefaults, probes, resourcesOf, restricted } from "./pod";
import { bytes, chunks, LARGEST_FILE } from "./rule-files";
import { clients, disruptionBudget } from "./server";

const NAME = PROGRAMS.runbooks;
const PORT = 8080;
const CONFIG_MAP = `${NAME}-config`;
const CONFIG_FILE = "nginx.conf";
const CONFIG_FOLDER = "/etc/runbooks";
const SITE_FOLDER = "/srv/runbooks";
const SCRATCH_FOLDER = "/tmp";
/** The label `app.kubernetes.io/component` of ConfigMaps that hold runbooks. */
export const PAGES = "pages";

/** Everything that serves the runbooks; the pod comes last, after what it mounts. */
export function runbookObjects(plan: MonitoringPlan): readonly KubernetesObject[] {
  const { kubernetes, operator, runbookSite: settings } = plan.platform;
  const { namespace } = kubernetes;
  const scrapers = operator === undefined ? [] : [operator.namespace];
  const site = runbookSite(plan);
  const folders = foldersOf(namespace, site.files);
  const maps = [
    configMap(namespace, CONFIG_MAP, "configuration", { [CONFIG_FILE]: runbookServerConfig(site) }),
    ...folders.flatMap((folder) => folder.maps),
  ];
  return [
    serviceAccount(NAME, namespace),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadata(NAME, namespace, NAME),
      spec: { selector: selector(NAME), ports: [{ name: PORTS.web, port: PORT, targetPort: PORTS.web }] },
    },
    ...maps,
    disruptionBudget(NAME, namespace),
    networkPolicy(namespace, [...new Set([...kubernetes.clientNamespaces, ...scrapers])]),
    ...(settings.ingress === undefined ? [] : [ingress(plan, settings.ingress)]),
    deployment(plan, folders, contentOf(maps)),
  ];
}

/** The web server's configuration, as its container reads it. */
export function runbookServerConfig(site: RunbookSite): string {
  return nginxConfig(site, { port: PORT, root: SITE_FOLDER, scratch: SCRATCH_FOLDER });
}

type Data = NonNullable<IConfigMap["data"]>;
type ConfigMapObject = Extract<KubernetesObject, { readonly kind: "ConfigMap" }>;

function configMap(namespace: string, name: string, component: string, data: Data): ConfigMapObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(name, namespace, NAME, component), data };
}

/** Pages that lie in one folder, those of a service or what belongs to none, and the ConfigMaps that hold them. */
interface Folder {
  readonly volume: string;
  readonly path: string;
  readonly maps: readonly ConfigMapObject[];
}

/** In the place of a service, and after every one: no id has this sign. */
const NOBODY = "~";

/** One ConfigMap per folder, and more where it does not hold all pages. */
function foldersOf(namespace: string, files: readonly SiteFile[]): readonly Folder[] {
  const folders = groupedBy(files, ({ service = NOBODY }) => service);
  return sortedBy(folders, ([service]) => service).map(([, [first, ...others]]) => {
    const { service } = first;
    const volume = service === undefined ? "lists" : `pages-${service}`;
    const parts = chunks([first, ...others], ({ html }) => bytes(html), LARGEST_FILE);
    return {
      volume,
      path: `${SITE_FOLDER}/${folderOf(service)}`,
      maps: parts.map((part, index) => {
        // No id of a service has a dot, so that none is called like the second ConfigMap of another one.
        const name = `${NAME}-${volume}${index === 0 ? "" : `.${index + 1}`}`;
        return configMap(
          namespace,
          name,
          PAGES,
          Object.fromEntries(part.map((file) => [file.name, file.html])),
        );
      }),
    };
  });
}

/** nginx reads its configuration once, and a kubelet takes a minute to see a changed page: a new text is a new pod. */
function contentOf(maps: readonly ConfigMapObject[]): string {
  const texts = maps.map(({ metadata: { name }, data }) => [name, data]);
  return JSON.stringify(texts);
}

/** Whoever may open it, on its port; it opens nothing itself, not even a name server. */
function networkPolicy(namespace: string, clientNamespaces: readonly string[]): KubernetesObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadata(NAME, namespace, NAME),
    spec: {
      podSelector: { matchLabels: selector(NAME) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: clients(clientNamespaces), ports: [{ port: PORTS.web, protocol: "TCP" }] }],
      egress: [],
    },
  };
}

type IngressSettings = NonNullable<MonitoringPlan["platform"]["runbookSite"]["ingress"]>;

/** Each host name with the paths that are the site's; a host name without a path is the site's alone. */
function ingress(plan: MonitoringPlan, { className, tlsSecret }: IngressSettings): KubernetesObject {
  const { kubernetes, runbookSite: settings } = plan.platform;
  const hosts = siteHosts(plan);
  const addresses = settings.addresses.map((address) => new URL(address));
  const rules = hosts.map((host): NonNullable<IIngressSpec["rules"]>[number] => {
    const paths = addresses.filter(({ hostname }) => hostname === host).map(({ pathname }) => pathname);
    return {
      host,
      http: {
        paths: [...new Set(paths)].sort(compareText).map((path) => ({
          path,
          pathType: "Prefix",
          backend: { service: { name: NAME, port: { name: PORTS.web } } },
        })),
      },
    };
  });
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: metadata(NAME, kubernetes.namespace, NAME),
    spec: {
      ingressClassName: className,
      ...(tlsSecret === undefined ? {} : { tls: [{ hosts: [...hosts], secretName: tlsSecret }] }),
      rules,
    },
  };
}

function deployment(plan: MonitoringPlan, folders: readonly Folder[], content: string): KubernetesObject {
  const { kubernetes, runbookSite: settings } = plan.platform;
  const meta = metadata(NAME, kubernetes.namespace, NAME);
  const spec: IDeploymentSpec = {
    replicas: settings.replicas,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: selector(NAME) },
    template: {
      metadata: { labels: { ...meta.labels }, annotations: checksum(content) },
      spec: pod(plan, folders),
    },
  };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: meta, spec };
}

/** ConfigMaps are mounted whole: a page that comes or goes changes no pod that is still there. */
function pod(plan: MonitoringPlan, folders: readonly Folder[]): IPodSpec {
  return {
    ...podDefaults(NAME),
    serviceAccountName: NAME,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 10,
    containers: [container(plan, folders)],
    volumes: [
      { name: "config", configMap: { name: CONFIG_MAP } },
      ...folders.map(volumeOf),
      { name: "scratch", emptyDir: { sizeLimit: "16Mi" } },
    ],
  };
}

function volumeOf({ volume, maps }: Folder): IVolume {
  const sources = maps.map(({ metadata: { name } }) => ({ configMap: { name } }));
  const [only, ...others] = sources;
  return { name: volume, ...(others.length === 0 ? only : { projected: { sources } }) };
}

/** Only the server itself, not the image's own script, which would write into its configuration. */
function container({ platform }: MonitoringPlan, folders: readonly Folder[]): IContainer {
  const { runbookSite: settings } = platform;
  return {
    name: NAME,
    image: settings.image,
    command: ["nginx"],
    args: ["-e", "stderr", "-c", `${CONFIG_FOLDER}/${CONFIG_FILE}`],
    ports: [{ name: PORTS.web, containerPort: PORT, protocol: "TCP" }],
    ...probes(60),
    resources: resourcesOf(settings.resources),
    securityContext: restricted(),
    volumeMounts: [
      { name: "config", mountPath: CONFIG_FOLDER, readOnly: true },
      ...folders.map(({ volume, path }) => ({ name: volume, mountPath: path, readOnly: true })),
      { name: "scratch", mountPath: SCRATCH_FOLDER },
    ],
  };
}
