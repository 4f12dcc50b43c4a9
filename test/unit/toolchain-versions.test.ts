import { readFileSync } from "node:fs";
import path from "node:path";
import { buildArguments } from "../../lab/toolchain/go-build";
import { ACTIONLINT, SLOTH } from "../../lab/toolchain/reader-suites";
import { checksumOf } from "../../lab/toolchain/release";
import { defaultCacheDir, resolveRun } from "../../lab/toolchain/run";
import {
  ALERTMANAGER,
  ETCD,
  EXPORTERS,
  KUBERNETES,
  PROMETHEUS,
  PULUMI,
  type Suite,
} from "../../lab/toolchain/suites";
import { describeRange, isGoAtLeast, isWithin, versionIn } from "../../lab/toolchain/versions";

describe("the version that a program prints", () => {
  it.each<[string, string, string, string | undefined]>([
    [
      "is the one after its name",
      "prometheus, version 3.15.0 (branch: HEAD, revision: 1)",
      "prometheus, version ",
      "3.15.0",
    ],
    [
      "may be a pre-release",
      "prometheus, version 3.5.0-rc.1 (branch: HEAD)",
      "prometheus, version ",
      "3.5.0-rc.1",
    ],
    [
      "may stand below other lines",
      "a warning\netcd Version: 3.6.8\nGit SHA: 1\n",
      "etcd Version: ",
      "3.6.8",
    ],
    [
      "may stand in a line of a log",
      'time="2026-01-01" level=info msg="Redis Metrics Exporter 1.82.0    build date: x"',
      "Redis Metrics Exporter ",
      "1.82.0",
    ],
    ["is not the end of another word", "Kubev1.36.3\n", "v", undefined],
    ["may follow a letter", "Kubernetes v1.36.3\n", "Kubernetes v", "1.36.3"],
    ["is not another program's", "amtool, version 0.28.1 (x)", "promtool, version ", undefined],
    [
      "is unknown for a build without one",
      "prometheus, version  (branch: , revision: unknown)",
      "prometheus, version ",
      undefined,
    ],
    ["is unknown for silence", "", "v", undefined],
  ])("%s", (_sentence, output, told, expected) => {
    expect(versionIn(output, told)).toBe(expected);
  });
});

describe("a version that is good enough", () => {
  it.each<[string, Suite, boolean]>([
    ["3.5.0", PROMETHEUS, true],
    ["3.15.0", PROMETHEUS, true],
    ["3.5.1+ds", PROMETHEUS, true],
    ["3.16.0-rc.0", PROMETHEUS, true],
    ["3.5.0-rc.1", PROMETHEUS, false],
    ["3.4.9", PROMETHEUS, false],
    ["2.53.0", PROMETHEUS, false],
    ["4.0.0", PROMETHEUS, false],
    ["4.0.0-rc.0", PROMETHEUS, false],
    ["3.x", PROMETHEUS, false],
    ["0.28.1", ALERTMANAGER, true],
    ["0.31.1", ALERTMANAGER, true],
    ["0.28.0", ALERTMANAGER, false],
    ["1.0.0", ALERTMANAGER, false],
  ])("%s is judged by its release, not by its text", (version, suite, expected) => {
    expect(isWithin(version, suite.accepted)).toBe(expected);
  });

  it("is described by both of its ends", () => {
    expect(describeRange(ALERTMANAGER.accepted)).toBe(">= 0.28.1 and < 1.0.0");
  });
});

describe("a Go that is new enough", () => {
  it.each([
    ["go1.26.8", true],
    ["go1.26", true],
    ["go1.26.0 X:nogreenteagc", true],
    ["go1.27rc1", true],
    ["devel go1.27-a1b2c3", true],
    ["go1.25.9", false],
    ["go1.9", false],
    ["gccgo", false],
  ])("%s against 1.26: %s", (version, expected) => {
    expect(isGoAtLeast(version, "1.26")).toBe(expected);
  });
});

describe("the checksum of an archive", () => {
  const sum = "ab".repeat(32);

  it("is the one beside its name, in lower case", () => {
    const sums = `${"0".repeat(64)}  other.tar.gz\n${sum.toUpperCase()}  wanted.tar.gz\n`;
    expect(checksumOf("wanted.tar.gz", sums)).toBe(sum);
  });

  it("may be marked as that of a binary file", () => {
    expect(checksumOf("wanted.tar.gz", `${sum} *wanted.tar.gz\r\n`)).toBe(sum);
  });

  it("is not taken from a name that only ends alike", () => {
    expect(checksumOf("wanted.tar.gz", `${sum}  not-wanted.tar.gz\n`)).toBeUndefined();
  });

  it("is not taken from a page that is no list", () => {
    expect(checksumOf("wanted.tar.gz", "<html>wanted.tar.gz</html>")).toBeUndefined();
  });
});

describe("the cache folder", () => {
  it.each<[string, Record<string, string>, string]>([
    ["is TOCSIN_CACHE_DIR", { TOCSIN_CACHE_DIR: "/own", XDG_CACHE_HOME: "/xdg", HOME: "/home/ada" }, "/own"],
    [
      "is below XDG_CACHE_HOME",
      { TOCSIN_CACHE_DIR: "", XDG_CACHE_HOME: "/xdg", HOME: "/home/ada" },
      "/xdg/tocsin",
    ],
    [
      "is not below a relative XDG_CACHE_HOME",
      { XDG_CACHE_HOME: "xdg", HOME: "/home/ada" },
      "/home/ada/.cache/tocsin",
    ],
    ["is below HOME", { HOME: "/home/ada" }, "/home/ada/.cache/tocsin"],
  ])("%s", (_sentence, env, expected) => {
    expect(defaultCacheDir(env)).toBe(expected);
  });
});

describe("the release server", () => {
  it("is each project's own, without a mirror", () => {
    expect(resolveRun({ env: {} }).releaseBase).toBeUndefined();
  });

  it("is TOCSIN_RELEASE_BASE, without its last slash", () => {
    expect(resolveRun({ env: { TOCSIN_RELEASE_BASE: "https://mirror.test/x/" } }).releaseBase).toBe(
      "https://mirror.test/x",
    );
  });
});

describe("the Go modules of the repository", () => {
  it.each([
    [PROMETHEUS, "3.15.0", "v0.315.0", "1.26"],
    [ALERTMANAGER, "0.31.1", "v0.31.1", "1.25"],
    [PULUMI, "3.274.1", "v3.274.1", "1.26"],
    [KUBERNETES, "1.36.3", "v1.36.3", "1.26"],
    [ETCD, "3.6.8", "v3.6.8", "1.26"],
    [SLOTH, "0.16.0", "v0.16.0", "1.26"],
    [ACTIONLINT, "1.7.12", "v1.7.12", "1.26"],
    ...EXPORTERS.map((suite): [Suite, string, string, string] => [
      suite,
      suite.version,
      `v${suite.version}`,
      "1.26",
    ]),
  ])("pin %j to %s", (suite: Suite, version, moduleVersion, minimumGo) => {
    const mod = readFileSync(path.join(suite.go.folder, "go.mod"), "utf8").split("\n");
    const sum = readFileSync(path.join(suite.go.folder, "go.sum"), "utf8");

    expect([suite.version, suite.go.moduleVersion, suite.go.minimumGo]).toEqual([
      version,
      moduleVersion,
      minimumGo,
    ]);
    expect(mod.find((line) => line.startsWith("go "))).toMatch(new RegExp(`^go ${minimumGo}\\.\\d+$`));
    const tools = mod.map((line) => line.replace(/^(?:tool )?\s*/, ""));
    for (const program of suite.programs) expect(tools).toContain(program.package);
    expect(mod).toContain(`\t${suite.go.module} ${moduleVersion} // indirect`);
    expect(sum).toContain(`\n${suite.go.module} ${moduleVersion} h1:`);
  });

  it("are built without changing them, with the released version and few service discoveries", () => {
    const [, promtool] = PROMETHEUS.programs;
    if (promtool === undefined) throw new Error("Prometheus has no second program");
    expect(buildArguments(PROMETHEUS, promtool, "/out")).toEqual([
      "build",
      "-mod=readonly",
      "-trimpath",
      "-buildvcs=false",
      "-tags",
      "remove_all_sd,enable_kubernetes_sd,enable_dns_sd",
      "-ldflags",
      "-s -w -X github.com/prometheus/common/version.Version=3.15.0",
      "-o",
      "/out/promtool",
      "github.com/prometheus/prometheus/cmd/promtool",
    ]);
  });
});
