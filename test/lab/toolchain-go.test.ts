import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureKubernetes, ensurePulumi, ensureToolchain, ToolchainError } from "../../lab/toolchain";
import {
  BOTH_CACHED,
  makeRelease,
  makeSandbox,
  startReleaseServer,
  toolchainIn,
  writeProgram,
  writeScript,
  type Sandbox,
} from "../support/release-server";

let box: Sandbox;

beforeEach(() => {
  box = makeSandbox();
});

afterEach(() => {
  box.remove();
});

/** A `go` that writes programs which tell their version, after `before`. */
function installGo({ version = "go1.26.8", toolchain = "local", before = "" } = {}): void {
  writeScript(
    box.bin,
    "go",
    `if [ "$1" = env ]; then echo '${version}'; echo '${toolchain}'; exit 0; fi
echo "$PWD $GOOS/$GOARCH cgo=$CGO_ENABLED work=$GOWORK" >> '${box.bin}/calls'
${before}
while [ "$1" != -o ]; do shift; done
program="\${2##*/}"
case "$program" in
  prom*) told="$program, version 3.15.0" ;;
  pulumi) told=v3.274.1 ;;
  kube-apiserver) told='Kubernetes v1.36.3' ;;
  etcd) told='etcd Version: 3.6.8' ;;
  *) told="$program, version 0.31.1" ;;
esac
printf '#!/bin/sh\\necho "%s"\\n' "$told" > "$2"
/bin/chmod 755 "$2"`,
  );
}

function installAlertmanager(): void {
  for (const program of ["alertmanager", "amtool"]) writeProgram(box.bin, program, "0.28.1");
}

function rejection(goLine: string): ToolchainError {
  return new ToolchainError(
    [
      "Prometheus cannot be found and cannot be installed:",
      "  prometheus from PATH: no prometheus and no promtool there",
      `  prometheus from the cache: no ${box.cache}/prometheus-3.15.0.linux-amd64`,
      "  prometheus from the release archive: http://127.0.0.1:1/prometheus/releases/download/v3.15.0/sha256sums.txt: bad port",
      `  prometheus from Go: ${goLine}`,
      "Install Prometheus >= 3.5.0 on PATH, or Go >= 1.26, or set TOCSIN_RELEASE_BASE to a mirror of https://github.com/prometheus.",
    ].join("\n"),
  );
}

/** Lines without the seconds that something took, which differ from machine to machine. */
function timeless(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/ in \d+ s$/, " in ... s"));
}

function calls(): readonly string[] {
  const file = path.join(box.bin, "calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

describe("a build with Go", () => {
  const modules = path.resolve(__dirname, "../../lab/toolchain");

  it("is what a machine without the programs and without a network falls back to", async () => {
    installGo();

    expect(await ensureToolchain(box.options)).toEqual(toolchainIn(box.cache));
    expect(calls()).toEqual(
      ["prometheus", "prometheus", "alertmanager", "alertmanager"].map(
        (folder) => `${modules}/${folder} linux/amd64 cgo=0 work=off`,
      ),
    );
    expect(box.cached()).toEqual(BOTH_CACHED);
    expect(timeless(box.lines).filter((line) => !line.startsWith("no "))).toEqual([
      "building prometheus 3.15.0 from its Go modules; this takes minutes the first time",
      "built prometheus 3.15.0 in ... s",
      "building alertmanager 0.31.1 from its Go modules; this takes minutes the first time",
      "built alertmanager 0.31.1 in ... s",
    ]);
  });

  it("gives the engine and the API server to whom has neither", async () => {
    installGo();

    expect(await ensurePulumi(box.options)).toEqual({
      pulumi: `${box.cache}/pulumi-3.274.1.linux-amd64/pulumi`,
    });
    expect(await ensureKubernetes(box.options)).toEqual({
      "kube-apiserver": `${box.cache}/kubernetes-1.36.3.linux-amd64/kube-apiserver`,
      etcd: `${box.cache}/etcd-3.6.8.linux-amd64/etcd`,
    });
    expect(calls()).toHaveLength(3);
  });

  it("is made once where two want it at the same time, and the second says what it waits for", async () => {
    installGo({ before: "/bin/sleep 1" });
    const [first, second] = await Promise.all([ensurePulumi(box.options), ensurePulumi(box.options)]);

    expect(first).toEqual(second);
    expect(calls()).toHaveLength(1);
    expect(box.lines).toContain(
      "another process is building pulumi 3.274.1 from its Go modules; waiting for it",
    );
    expect(box.cached()).toEqual(["pulumi-3.274.1.linux-amd64"]);
  });

  it("does not wait for a process that died while it built", async () => {
    installGo();
    mkdirSync(box.cache, { recursive: true });
    writeFileSync(path.join(box.cache, ".building-pulumi-3.274.1.linux-amd64"), "");

    await ensurePulumi({ ...box.options, limits: { heartbeat: 100 } });
    expect(box.cached()).toEqual(["pulumi-3.274.1.linux-amd64"]);
  });

  it("follows a download that was cut off", async () => {
    installGo();
    installAlertmanager();
    const { archive, archivePath, answers } = makeRelease("prometheus");
    const server = await startReleaseServer({ ...answers, [archivePath]: { half: archive, then: "break" } });

    const tools = await ensureToolchain({ ...box.options, releaseBase: server.base });
    await server.close();

    expect(tools.prometheus).toBe(toolchainIn(box.cache)["prometheus"]);
    expect(box.cached()).toEqual(["prometheus-3.15.0.linux-amd64"]);
    expect(timeless(box.lines)).toEqual([
      `downloading prometheus 3.15.0 from ${server.base}`,
      `no prometheus from the release archive: ${server.base}${archivePath}: other side closed`,
      "building prometheus 3.15.0 from its Go modules; this takes minutes the first time",
      "built prometheus 3.15.0 in ... s",
    ]);
  });

  it("shows that it goes on", async () => {
    installGo({ before: "/bin/sleep 1" });
    installAlertmanager();

    await ensureToolchain({ ...box.options, limits: { heartbeat: 800 } });
    expect(box.lines).toContainEqual(
      expect.stringMatching(/^building prometheus 3\.15\.0 from its Go modules, [1-9]\d* s$/),
    );
  });

  it("is not tried with a Go that is too old", async () => {
    installGo({ version: "go1.25.3" });
    installAlertmanager();

    await expect(ensureToolchain(box.options)).rejects.toThrow(
      rejection(`${box.bin}/go is go1.25.3, wanted >= 1.26 (or GOTOOLCHAIN=auto)`),
    );
    expect(calls()).toEqual([]);
  });

  it("is tried with an old Go that fetches a newer one by itself", async () => {
    installGo({ version: "go1.22.0", toolchain: "auto" });
    expect(await ensureToolchain(box.options)).toEqual(toolchainIn(box.cache));
  });

  it("that fails says what go said, without its list of downloads, and leaves nothing behind", async () => {
    installGo({ before: `echo 'go: downloading a/b v1.0.0' >&2; echo 'a/b: checksum mismatch' >&2; exit 1` });
    installAlertmanager();

    await expect(ensureToolchain(box.options)).rejects.toThrow(rejection("go build: a/b: checksum mismatch"));
    expect(box.cached()).toEqual([]);
  });
});

describe("a build with Go that is aborted", () => {
  it.each([
    ["ends go and what go started", ""],
    ["ends a go that does not want to end", "trap '' TERM"],
  ])("%s, and leaves nothing behind", async (_sentence, trap) => {
    const pids = path.join(box.bin, "pids");
    installGo({ before: `${trap}\n/bin/sleep 60 & echo "$$ $!" > '${pids}'; wait` });
    const control = new AbortController();
    const attempt = ensureToolchain({ ...box.options, signal: control.signal });
    void attempt.catch(() => undefined);
    const started = await contentOf(pids);

    control.abort(new Error("Ctrl-C"));

    await expect(attempt).rejects.toThrow(new Error("Ctrl-C"));
    expect(started.split(" ").map(Number).filter(isRunning)).toEqual([]);
    expect(box.cached()).toEqual([]);
  });
});

async function contentOf(file: string): Promise<string> {
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await sleep(10);
  return readFileSync(file, "utf8");
}

/** A process that has ended but was not collected by its new parent yet (a zombie) does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, "utf8"));
  } catch {
    return false;
  }
}
