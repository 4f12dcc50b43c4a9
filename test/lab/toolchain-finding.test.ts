import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureToolchain, ToolchainError } from "../../lab/toolchain";
import {
  BOTH_CACHED,
  makeRelease,
  makeSandbox,
  startReleaseServer,
  toolchainIn,
  writeProgram,
  writeScript,
  type ReleaseServer,
  type Sandbox,
} from "../support/release-server";

let box: Sandbox;
let server: ReleaseServer;

beforeEach(async () => {
  box = makeSandbox();
  server = await startReleaseServer({
    ...makeRelease("prometheus").answers,
    ...makeRelease("alertmanager").answers,
  });
});

afterEach(async () => {
  await server.close();
  box.remove();
});

function putOnPath(versions: Readonly<Record<string, string>>): void {
  for (const [program, version] of Object.entries(versions)) writeProgram(box.bin, program, version);
}

function putInCache(): void {
  const { cache } = box;
  const [alertmanager = "", prometheus = ""] = BOTH_CACHED;
  for (const program of ["prometheus", "promtool"])
    writeProgram(path.join(cache, prometheus), program, "3.15.0");
  for (const program of ["alertmanager", "amtool"])
    writeProgram(path.join(cache, alertmanager), program, "0.31.1");
}

describe("programs on PATH", () => {
  it("are used when they are good enough, without a word, a request or a cache folder", async () => {
    putOnPath({ prometheus: "3.5.0", promtool: "3.9.1", alertmanager: "0.28.1", amtool: "0.30.0" });

    expect(await ensureToolchain({ ...box.options, releaseBase: server.base })).toEqual({
      prometheus: path.join(box.bin, "prometheus"),
      promtool: path.join(box.bin, "promtool"),
      alertmanager: path.join(box.bin, "alertmanager"),
      amtool: path.join(box.bin, "amtool"),
    });
    expect([server.requests, box.lines, box.cached()]).toEqual([[], [], []]);
  });

  it("are passed over when they are too old, with a line that says so", async () => {
    putOnPath({ prometheus: "2.53.0", promtool: "3.5.0", alertmanager: "0.27.0", amtool: "0.27.0" });
    putInCache();

    expect(await ensureToolchain(box.options)).toEqual(toolchainIn(box.cache));
    expect([...box.lines].sort()).toEqual([
      `no alertmanager from PATH: ${box.bin}/alertmanager is 0.27.0 and ${box.bin}/amtool is 0.27.0, wanted >= 0.28.1 and < 1.0.0`,
      `no prometheus from PATH: ${box.bin}/prometheus is 2.53.0, wanted >= 3.5.0 and < 4.0.0`,
    ]);
  });

  it("are passed over when they fail or are something else", async () => {
    putOnPath({ promtool: "3.5.0" });
    writeScript(box.bin, "prometheus", "exit 3");
    writeScript(box.bin, "alertmanager", "echo 'a program of the same name, version 0.28.1'");
    writeScript(box.bin, "amtool", "/bin/sleep 60");
    putInCache();

    expect(await ensureToolchain({ ...box.options, limits: { probe: 1000 } })).toEqual(
      toolchainIn(box.cache),
    );
    expect([...box.lines].sort()).toEqual([
      `no alertmanager from PATH: ${box.bin}/alertmanager prints no version and ${box.bin}/amtool cannot be run (no answer within 1 s), wanted >= 0.28.1 and < 1.0.0`,
      `no prometheus from PATH: ${box.bin}/prometheus cannot be run (exit code 3), wanted >= 3.5.0 and < 4.0.0`,
    ]);
  });

  it("serve for one suite while the other is installed", async () => {
    putOnPath({ prometheus: "3.5.0", promtool: "3.5.0" });

    const tools = await ensureToolchain({ ...box.options, releaseBase: server.base });

    expect(tools.promtool).toBe(path.join(box.bin, "promtool"));
    expect(tools.amtool).toBe(toolchainIn(box.cache)["amtool"]);
    expect(box.cached()).toEqual(["alertmanager-0.31.1.linux-amd64"]);
  });
});

describe("programs in the cache", () => {
  it("are used without a word or a request", async () => {
    putInCache();

    expect(await ensureToolchain({ ...box.options, releaseBase: server.base })).toEqual(
      toolchainIn(box.cache),
    );
    expect([server.requests, box.lines]).toEqual([[], []]);
  });

  it("are not used when a folder is incomplete, which is then replaced", async () => {
    putInCache();
    const broken = toolchainIn(box.cache)["promtool"] ?? "";
    rmSync(broken);

    expect(await ensureToolchain({ ...box.options, releaseBase: server.base })).toEqual(
      toolchainIn(box.cache),
    );
    expect(box.lines).toEqual([
      `no prometheus from the cache: ${broken} is missing`,
      `downloading prometheus 3.15.0 from ${server.base}`,
      "downloaded prometheus 3.15.0",
    ]);
    expect(box.cached()).toEqual(BOTH_CACHED);
  });

  it("are not used when they are of another version than the folder says", async () => {
    putInCache();
    const folder = path.dirname(toolchainIn(box.cache)["amtool"] ?? "");
    writeProgram(folder, "amtool", "0.30.0");

    await ensureToolchain({ ...box.options, releaseBase: server.base });
    expect(box.lines[0]).toBe(`no alertmanager from the cache: ${folder}/amtool is 0.30.0, not 0.31.1`);
  });
});

describe("staging folders in the cache", () => {
  it("are removed when their process is dead, and kept while it lives", async () => {
    const dead = spawnSync("/bin/sh", ["-c", "exit 0"]).pid;
    const names = [dead, process.pid, process.ppid].map((pid) => `.staging-${pid}-0123456789ab`);
    for (const name of names) mkdirSync(path.join(box.cache, name), { recursive: true });

    await ensureToolchain({ ...box.options, releaseBase: server.base });

    expect(box.cached()).toEqual([`.staging-${process.ppid}-0123456789ab`, ...BOTH_CACHED]);
  });
});

describe("a machine with nothing on it", () => {
  it("gets one error that says what was tried, what each way answered and what to install", async () => {
    await server.close();
    const attempt = ensureToolchain({ ...box.options, releaseBase: server.base });

    await expect(attempt).rejects.toBeInstanceOf(ToolchainError);
    await expect(attempt).rejects.toThrow(
      new ToolchainError(
        [
          "Prometheus and Alertmanager cannot be found and cannot be installed:",
          "  prometheus from PATH: no prometheus and no promtool there",
          `  prometheus from the cache: no ${box.cache}/prometheus-3.15.0.linux-amd64`,
          `  prometheus from the release archive: ${server.base}/prometheus/releases/download/v3.15.0/sha256sums.txt: connect ECONNREFUSED ${new URL(server.base).host}`,
          "  prometheus from Go: no go on PATH",
          "  alertmanager from PATH: no alertmanager and no amtool there",
          `  alertmanager from the cache: no ${box.cache}/alertmanager-0.31.1.linux-amd64`,
          `  alertmanager from the release archive: ${server.base} did not answer before`,
          "  alertmanager from Go: no go on PATH",
          "Install Prometheus >= 3.5.0 and Alertmanager >= 0.28.1 on PATH, or Go >= 1.26, or set TOCSIN_RELEASE_BASE to a mirror of https://github.com/prometheus.",
        ].join("\n"),
      ),
    );
    expect(box.cached()).toEqual([]);
  });

  it("gets an error about the missing suite only", async () => {
    putOnPath({ prometheus: "3.5.0", promtool: "3.5.0" });

    await expect(ensureToolchain({ ...box.options, platform: "win32" })).rejects.toThrow(
      new ToolchainError(
        [
          "Alertmanager cannot be found and cannot be installed:",
          "  alertmanager from PATH: no alertmanager and no amtool there",
          "  alertmanager from the cache: nothing to install for win32-x64",
          "  alertmanager from the release archive: nothing to install for win32-x64",
          "  alertmanager from Go: nothing to install for win32-x64",
          "Install Alertmanager >= 0.28.1 on PATH, or Go >= 1.25, or set TOCSIN_RELEASE_BASE to a mirror of https://github.com/prometheus.",
        ].join("\n"),
      ),
    );
  });
});
