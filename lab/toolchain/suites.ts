import path from "node:path";
import type { VersionRange } from "./versions";

/** Programs that are released, archived and built together, and the versions that Tocsin works with. */
export interface Suite {
  /** Name of the project on GitHub, of its release archive and of its server program. */
  readonly name: "prometheus" | "alertmanager";
  /** Name as people write it. */
  readonly title: string;
  /** The version that is downloaded or built. */
  readonly version: string;
  /** The versions that are good enough when the user has installed one. */
  readonly accepted: VersionRange;
  readonly server: string;
  readonly tool: string;
  readonly go: GoSource;
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
}

/**
 * Prometheus numbers its Go modules 0.x: v0.315.0 is Prometheus 3.15.0.
 * The lower bound is the long-term release 3.5. The tags leave out every service discovery except Kubernetes and
 * DNS, which takes the clients of a dozen clouds out of the build.
 */
export const PROMETHEUS: Suite = {
  name: "prometheus",
  title: "Prometheus",
  version: "3.15.0",
  accepted: { from: "3.5.0", below: "4.0.0" },
  server: "prometheus",
  tool: "promtool",
  go: {
    folder: path.join(__dirname, "prometheus"),
    module: "github.com/prometheus/prometheus",
    moduleVersion: "v0.315.0",
    minimumGo: "1.26",
    tags: ["remove_all_sd", "enable_kubernetes_sd", "enable_dns_sd"],
  },
};

/** Newer modules of Alertmanager than 0.31.1 are published without their web assets and do not compile. */
export const ALERTMANAGER: Suite = {
  name: "alertmanager",
  title: "Alertmanager",
  version: "0.31.1",
  accepted: { from: "0.28.1", below: "1.0.0" },
  server: "alertmanager",
  tool: "amtool",
  go: {
    folder: path.join(__dirname, "alertmanager"),
    module: "github.com/prometheus/alertmanager",
    moduleVersion: "v0.31.1",
    minimumGo: "1.25",
    tags: [],
  },
};

/** The two programs of a suite, server first. */
export function programsOf(suite: Suite): readonly [string, string] {
  return [suite.server, suite.tool];
}
