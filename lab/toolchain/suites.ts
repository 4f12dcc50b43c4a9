import path from "node:path";
import type { Target } from "./run";
import type { VersionRange } from "./versions";

/** Programs that are released and built together, and the versions that Tocsin works with. */
export interface Suite<Name extends string = string> {
  readonly name: string;
  /** Name as people write it. */
  readonly title: string;
  /** The version that is downloaded or built. */
  readonly version: string;
  /** The versions that are good enough when the user has installed one. */
  readonly accepted: VersionRange;
  readonly programs: readonly Program<Name>[];
  /** The archive that the project publishes; absent where it has none in this form. */
  readonly release?: Release;
  readonly go: GoSource;
}

/** One program of a suite, and how it tells its version. */
export interface Program<Name extends string = string> {
  readonly name: Name;
  /** Arguments that make it print its version. */
  readonly ask: readonly string[];
  /** What stands before the version, at the start of a word. */
  readonly told: string;
  /** Its package in the Go module. */
  readonly package: string;
}

/** A gzipped archive of programs and the file that holds its SHA-256 sum. */
interface Release {
  /** Address that `/<suite>/releases/download/v<version>/...` is put after. */
  readonly base: string;
  readonly archive: (target: Target) => string;
  /** The folder in the archive that holds the programs. */
  readonly top: (target: Target) => string;
  readonly sums: string;
}

/** The published Go module of a suite. */
interface GoSource {
  /** Folder of the `go.mod` and `go.sum` that pin the module and everything below it. */
  readonly folder: string;
  readonly module: string;
  readonly moduleVersion: string;
  /** Oldest Go that compiles the module, as its `go.mod` says. */
  readonly minimumGo: string;
  readonly tags: readonly string[];
  /** What the linker writes into the programs so that they know their version, by the variable's name. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Where the projects publish what they release. */
const PROMETHEUS_RELEASES = "https://github.com/prometheus";
const PULUMI_RELEASES = "https://github.com/pulumi";

/**
 * Prometheus numbers its Go modules 0.x: v0.315.0 is Prometheus 3.15.0.
 * The lower bound is the long-term release 3.5. The tags leave out every service discovery except Kubernetes and
 * DNS, which takes the clients of a dozen clouds out of the build.
 */
export const PROMETHEUS: Suite<"prometheus" | "promtool"> = ofPrometheus({
  name: "prometheus",
  title: "Prometheus",
  version: "3.15.0",
  accepted: { from: "3.5.0", below: "4.0.0" },
  programs: ["prometheus", "promtool"],
  moduleVersion: "v0.315.0",
  minimumGo: "1.26",
  tags: ["remove_all_sd", "enable_kubernetes_sd", "enable_dns_sd"],
});

/** Newer modules of Alertmanager than 0.31.1 are published without their web assets and do not compile. */
export const ALERTMANAGER: Suite<"alertmanager" | "amtool"> = ofPrometheus({
  name: "alertmanager",
  title: "Alertmanager",
  version: "0.31.1",
  accepted: { from: "0.28.1", below: "1.0.0" },
  programs: ["alertmanager", "amtool"],
  moduleVersion: "v0.31.1",
  minimumGo: "1.25",
  tags: [],
});

const PULUMI_VERSION = "3.274.1";
const KUBERNETES_VERSION = "1.36.3";

/** The deployment engine's command; 3.238 is the first release that has `--skip-plugin-pre-install`. */
export const PULUMI: Suite<"pulumi"> = {
  name: "pulumi",
  title: "Pulumi",
  version: PULUMI_VERSION,
  accepted: { from: "3.238.0", below: "4.0.0" },
  programs: [
    {
      name: "pulumi",
      ask: ["version"],
      told: "v",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    },
  ],
  release: {
    base: PULUMI_RELEASES,
    archive: ({ os, arch }) => `pulumi-v${PULUMI_VERSION}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`,
    top: () => "pulumi",
    sums: `pulumi-${PULUMI_VERSION}-checksums.txt`,
  },
  go: {
    folder: path.join(__dirname, "pulumi"),
    module: "github.com/pulumi/pulumi/pkg/v3",
    moduleVersion: `v${PULUMI_VERSION}`,
    minimumGo: "1.26",
    tags: [],
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${PULUMI_VERSION}` },
  },
};

/** The API server that tests post every object to. Its own repository publishes programs without an archive. */
export const KUBERNETES: Suite<"kube-apiserver"> = {
  name: "kubernetes",
  title: "Kubernetes",
  version: KUBERNETES_VERSION,
  accepted: { from: "1.34.0", below: "2.0.0" },
  programs: [
    {
      name: "kube-apiserver",
      ask: ["--version"],
      told: "Kubernetes v",
      package: "k8s.io/kubernetes/cmd/kube-apiserver",
    },
  ],
  go: {
    folder: path.join(__dirname, "kubernetes"),
    module: "k8s.io/kubernetes",
    moduleVersion: `v${KUBERNETES_VERSION}`,
    minimumGo: "1.26",
    tags: [],
    variables: {
      "k8s.io/component-base/version.gitVersion": `v${KUBERNETES_VERSION}`,
      "k8s.io/component-base/version.gitMajor": "1",
      "k8s.io/component-base/version.gitMinor": "36",
    },
  },
};

/** The store of the API server, at the version that Kubernetes itself is tested with. */
export const ETCD: Suite<"etcd"> = {
  name: "etcd",
  title: "etcd",
  version: "3.6.8",
  accepted: { from: "3.5.0", below: "4.0.0" },
  programs: [
    { name: "etcd", ask: ["--version"], told: "etcd Version: ", package: "go.etcd.io/etcd/server/v3" },
  ],
  go: {
    ...KUBERNETES.go,
    module: "go.etcd.io/etcd/server/v3",
    moduleVersion: "v3.6.8",
    variables: {},
  },
};

const OPERATOR = "github.com/prometheus-operator/prometheus-operator";
const OPERATOR_VERSION = "0.85.0";

/** The operator that tests give every object of its kinds, and the sidecar that tells servers to reload. */
export const PROMETHEUS_OPERATOR: Suite<"prometheus-operator" | "prometheus-config-reloader"> = {
  name: "prometheus-operator",
  title: "Prometheus operator",
  version: OPERATOR_VERSION,
  accepted: { from: OPERATOR_VERSION, below: "1.0.0" },
  programs: [
    {
      name: "prometheus-operator",
      ask: ["--version"],
      told: "prometheus-operator, version ",
      package: `${OPERATOR}/cmd/operator`,
    },
    {
      name: "prometheus-config-reloader",
      ask: ["--version"],
      told: "prometheus-config-reloader, version ",
      package: `${OPERATOR}/cmd/prometheus-config-reloader`,
    },
  ],
  go: {
    folder: path.join(__dirname, "prometheus-operator"),
    module: OPERATOR,
    moduleVersion: `v${OPERATOR_VERSION}`,
    minimumGo: "1.25",
    tags: [],
    variables: { "github.com/prometheus/common/version.Version": OPERATOR_VERSION },
  },
};

/** The exporters that tests run with what they watch: parts of services are held against what these print. */
export const EXPORTERS = [
  exporter("postgres_exporter", "0.19.1", "github.com/prometheus-community/postgres_exporter", {
    package: "github.com/prometheus-community/postgres_exporter/cmd/postgres_exporter",
  }),
  exporter("redis_exporter", "1.82.0", "github.com/oliver006/redis_exporter", {
    told: "Redis Metrics Exporter ",
    variable: "main.BuildVersion",
  }),
  exporter("blackbox_exporter", "0.28.0", "github.com/prometheus/blackbox_exporter"),
  exporter("node_exporter", "1.12.1", "github.com/prometheus/node_exporter"),
] as const;

interface ExporterSource {
  /** @default - that of the module */
  readonly package?: string;
  /** @default - as programs of Prometheus do */
  readonly told?: string;
  readonly variable?: string;
}

/** An exporter; all of them are pinned in one module. */
function exporter<Name extends string>(
  name: Name,
  version: string,
  module: string,
  own: ExporterSource = {},
): Suite<Name> {
  const { told = `${name}, version `, variable = "github.com/prometheus/common/version.Version" } = own;
  return {
    name,
    title: name,
    version,
    accepted: { from: version, below: "2.0.0" },
    programs: [{ name, ask: ["--version"], told, package: own.package ?? module }],
    go: {
      folder: path.join(__dirname, "exporters"),
      module,
      moduleVersion: `v${version}`,
      minimumGo: "1.26",
      tags: [],
      variables: { [variable]: version },
    },
  };
}

type OfPrometheus<Name extends string> = Pick<Suite, "name" | "title" | "version" | "accepted"> &
  Pick<GoSource, "moduleVersion" | "minimumGo" | "tags"> & { readonly programs: readonly Name[] };

/** The projects of Prometheus release, archive and build alike. */
function ofPrometheus<Name extends string>({ programs, ...suite }: OfPrometheus<Name>): Suite<Name> {
  const { name, title, version, accepted, moduleVersion, minimumGo, tags } = suite;
  const module = `github.com/prometheus/${name}`;
  const top = ({ os, arch }: Target): string => `${name}-${version}.${os}-${arch}`;
  return {
    name,
    title,
    version,
    accepted,
    programs: programs.map((program) => ({
      name: program,
      ask: ["--version"],
      told: `${program}, version `,
      package: `${module}/cmd/${program}`,
    })),
    release: {
      base: PROMETHEUS_RELEASES,
      archive: (target) => `${top(target)}.tar.gz`,
      top,
      sums: "sha256sums.txt",
    },
    go: {
      folder: path.join(__dirname, name),
      module,
      moduleVersion,
      minimumGo,
      tags,
      variables: { "github.com/prometheus/common/version.Version": version },
    },
  };
}
